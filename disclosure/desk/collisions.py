"""Two people at one record: the second is told on opening it, and on saving over a newer version
sees both.
"""

from django.contrib import messages
from django.contrib.admin.utils import quote, unquote
from django.core.exceptions import PermissionDenied
from django.http import JsonResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.views.decorators.http import require_POST

from desk.keeping import KeepingAdmin
from desk.records import found_or_404
from disclosure.models import EditingSession, Item
from disclosure.models.desk.editing import kept_about


class CollisionAdmin(KeepingAdmin):
    """Adds the warning and the signs of life to an admin of whatever has an item, which is what is
    locked and versioned.
    """

    def lock(self, request, object_id):
        """In the order of every act: what is corrected, the item, the record that stands beside it.

        A form of a correction that is saved makes PostgreSQL look at what it corrects when it
        commits.
        """
        if not object_id.isdecimal():
            return
        keys = (
            [object_id]
            if self.model is Item
            else self.model._base_manager.filter(pk=object_id).values("item")
        )
        self.lock_rows(Item.objects.filter(correction__in=keys))
        self.lock_rows(Item.objects.filter(pk__in=keys))
        if self.model is not Item:
            super().lock(request, object_id)

    def version_of(self, request, obj):
        """Everything that is written into an item, or beside it, moves its time of change."""
        return version_of(Item.objects.get(pk=self.item_of(obj).pk))

    def kept_about(self, obj):
        """A correction's goes with what it corrects."""
        if obj is None:
            return ""
        return kept_about(self.item_of(obj))

    def why_it_stands(self, request, obj):
        item = self.item_of(obj)
        return (
            ""
            if item.is_editable
            else f"这条信息现在的状态是“{item.get_status_display()}”，不能再直接修改"
        )

    def get_urls(self):
        name = f"disclosure_{self.opts.model_name}_presence"
        return [
            path(
                "<path:object_id>/presence/",
                self.admin_site.admin_view(self.presence_view),
                name=name,
            ),
            *super().get_urls(),
        ]

    @method_decorator(require_POST)
    def presence_view(self, request, object_id):
        """A sign of life from an open form; the answer tells who else is there and whether it was
        saved meanwhile.
        """
        obj = found_or_404(self, request, object_id)
        if not self.has_change_permission(request, obj):
            raise PermissionDenied
        item = self.item_of(obj)
        if request.POST.get("leaving"):
            EditingSession.leave(item, request.user)
            return JsonResponse({})
        EditingSession.open(item, request.user)
        others = [str(session) for session in EditingSession.objects.of_others(item, request.user)]
        return JsonResponse({"others": others, "version": version_of(item)})

    def changeform_view(self, request, object_id=None, form_url="", extra_context=None):
        """Who has saved and goes elsewhere is not there any more."""
        response = super().changeform_view(request, object_id, form_url, extra_context)
        if object_id and request.method == "POST" and response.status_code == 302:
            obj = self.get_queryset(request).filter(pk=unquote(object_id)).first()
            if obj is not None and "_continue" not in request.POST:
                EditingSession.leave(self.item_of(obj), request.user)
        return response

    def render_change_form(self, request, context, add=False, change=False, form_url="", obj=None):
        if change and obj is not None and self.has_change_permission(request, obj):
            item = self.item_of(obj)
            context["presence_url"] = self._presence_url(obj)
            EditingSession.open(item, request.user)
            self._warn(request, item)
        return super().render_change_form(request, context, add, change, form_url, obj)

    def _presence_url(self, obj):
        return reverse(f"admin:disclosure_{self.opts.model_name}_presence", args=[quote(obj.pk)])

    def _warn(self, request, item):
        others = EditingSession.objects.of_others(item, request.user)
        if names := "、".join(
            f"{other.name}（{timezone.localtime(other.opened_at):%H:%M} 起）" for other in others
        ):
            messages.warning(
                request, f"{names}也打开了这条信息，可能正在修改。请先联系，以免互相覆盖。"
            )


def version_of(item):
    """A mark that changes with every save."""
    return item.updated_at.isoformat()
