"""What hangs on an organ, wherever it stands, and handing it over to another one.

The catalogue knows no room above itself, so it asks Django which relations point at `Department`,
as for categories (`catalog.contents`).
"""

from django.utils import timezone

from catalog.models import Department, Membership


def relations():
    """Every relation that points at an organ, but for its own tree and for who works there."""
    own = (Department, Membership)
    for relation in Department._meta.get_fields(include_hidden=True):
        is_real = (
            relation.auto_created
            and not relation.concrete
            and not relation.related_model._meta.auto_created
        )
        if is_real and relation.related_model not in own:
            yield relation


def hand_over(*, source, target, stays=()):
    """Everything of one organ becomes another's: rows, members, organs below. `stays`: labels of
    fields that do not follow.

    Call inside a transaction that holds both organs. Returns {what it is called: number}.
    """
    moved = {}
    for relation in relations():
        field, model = relation.field, relation.related_model
        if f"{model._meta.label_lower}.{field.name}" in stays:
            continue
        number = (
            _joined(field, source, target)
            if relation.many_to_many
            else _moved(field, model, source, target)
        )
        if number:
            moved[f"{model._meta.verbose_name}（{field.verbose_name}）"] = number
    if people := _members(source, target):
        moved["工作人员"] = people
    Department.objects.filter(parent=source).exclude(pk=target.pk).update(parent=target)
    return moved


def _moved(field, model, source, target):
    now = {
        one.name: timezone.now()
        for one in model._meta.concrete_fields
        if getattr(one, "auto_now", False)
    }
    return model._base_manager.filter(**{field.name: source}).update(**{field.name: target, **now})


def _joined(field, source, target):
    """Filings, none of them twice."""
    rows, to_organ, to_owner = (
        field.remote_field.through._base_manager, field.m2m_reverse_field_name(), field.m2m_field_name()
    )  # fmt: skip
    there = rows.filter(**{to_organ: target}).values_list(f"{to_owner}_id", flat=True)
    number = (
        rows.filter(**{to_organ: source})
        .exclude(**{f"{to_owner}_id__in": list(there)})
        .update(**{to_organ: target})
    )
    rows.filter(**{to_organ: source}).delete()
    return number


def _members(source, target):
    there = Membership.objects.filter(department=target).values_list("user", flat=True)
    number = (
        Membership.objects.filter(department=source)
        .exclude(user__in=list(there))
        .update(department=target)
    )
    Membership.objects.filter(department=source).delete()
    return number
