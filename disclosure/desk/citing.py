"""Which other items a form may point to: those of one's own departments, and whatever is public. No
draft of others.
"""

from django.db.models import Q

from disclosure.models import Item

CITING = ("interprets", "because_of")


def citable_by(user):
    """Items this member of staff may know of."""
    within, public = (
        Item.objects.visible_to(user).values("pk"),
        Item.objects.published().values("pk"),
    )
    return Item.objects.filter(Q(pk__in=within) | Q(pk__in=public))


def is_chooser(request):
    """Whether a list is asked for to choose from."""
    return request.resolver_match is not None and request.resolver_match.url_name == "autocomplete"


class CitingMixin:
    """Limits fields that point to items: a key that was guessed is refused, and its title never
    shown.
    """

    def formfield_for_foreignkey(self, db_field, request, **kwargs):
        if db_field.name in CITING:
            kwargs["queryset"] = citable_by(request.user)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def formfield_for_manytomany(self, db_field, request, **kwargs):
        if db_field.name in CITING:
            kwargs["queryset"] = citable_by(request.user)
        return super().formfield_for_manytomany(db_field, request, **kwargs)
