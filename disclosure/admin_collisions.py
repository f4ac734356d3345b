"""Two people at one record: the second is told on opening it, and on saving over a newer version sees both."""

from django import forms
from django.contrib import messages
from django.contrib.admin.models import LogEntry
from django.contrib.admin.utils import quote, unquote
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import PermissionDenied
from django.http import JsonResponse
from django.shortcuts import render
from django.urls import path, reverse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.views.decorators.http import require_POST

from disclosure.desk.comparison import differences
from disclosure.desk.records import found_or_404
from disclosure.models import EditingSession, Item

VERSION = "_version"
MAX_LINES = 400  # of a comparison, a field


class _Refuses(forms.BaseForm):
    """A form that does not save over what its sender has not seen."""

    collision = ""

    def full_clean(self):
        """As any other; then the refusal, so that all that was typed comes back with it."""
        super().full_clean()
        if self.is_bound and self.collision:
            self.add_error(None, self.collision)


class CollisionMixin:
    """Adds the warning, the comparison and the signs of life to an admin of whatever has an item."""

    def get_urls(self):
        name = f"disclosure_{self.opts.model_name}_presence"
        return [
            path("<path:object_id>/presence/", self.admin_site.admin_view(self.presence_view), name=name),
            *super().get_urls(),
        ]

    @method_decorator(require_POST)
    def presence_view(self, request, object_id):
        """A sign of life from an open form; the answer tells who else is there and whether it was saved meanwhile."""
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
        """Warn on opening; keep what was typed where the record can no longer be changed."""
        if object_id and VERSION in request.POST and (late := self._too_late(request, object_id)):
            return late
        response = super().changeform_view(request, object_id, form_url, extra_context)
        if object_id and request.method == "POST" and response.status_code == 302:
            obj = self.get_queryset(request).filter(pk=unquote(object_id)).first()
            if obj is not None and "_continue" not in request.POST:
                EditingSession.leave(self.item_of(obj), request.user)
        return response

    def _too_late(self, request, object_id):
        """It was submitted or published while somebody wrote: Django would answer 403 and all they wrote would be gone."""
        obj = self.get_object(request, unquote(object_id))
        if obj is None or self.has_change_permission(request, obj) or not self.has_change_permission(request):
            return None
        item, hidden = self.item_of(obj), ("csrfmiddlewaretoken", VERSION)
        typed = [(name, value) for name, value in request.POST.items() if value.strip() and name not in hidden]
        longest = sorted((pair for pair in typed if len(pair[1]) > 15), key=lambda pair: -len(pair[1]))
        context = {**self.admin_site.each_context(request), "opts": self.opts, "original": obj, "item": item}
        context |= {"title": "没有保存", "typed": longest, "saved_by": last_saved(obj)}
        return render(request, "admin/disclosure/too_late.html", context, status=409)

    def get_form(self, request, obj=None, change=False, **kwargs):
        """The form class of one request, told whether it saves over something newer."""
        form = super().get_form(request, obj, change=change, **kwargs)
        if not (change and request.method == "POST" and VERSION in request.POST):
            return form
        # From here to the end of the transaction nobody else saves this item.
        current = Item.objects.select_for_update(of=("self",)).get(pk=self.item_of(obj).pk)
        if version_of(current) == request.POST[VERSION]:
            return form
        words = "您打开之后，别人已经保存了新的内容，所以没有直接保存。请对照下面两边的内容，改好后再保存。"
        return type(form.__name__, (_Refuses, form), {"collision": words})

    def render_change_form(self, request, context, add=False, change=False, form_url="", obj=None):
        if change and obj is not None and self.has_change_permission(request, obj):
            item = Item.objects.get(pk=self.item_of(obj).pk)
            form = context["adminform"].form
            context |= {"version": version_of(item), "presence_url": self._presence_url(obj)}
            if getattr(form, "collision", ""):
                context |= {"collision": self._collision(context, form), "saved_by": last_saved(obj)}
            else:
                context["version"] = request.POST.get(VERSION, context["version"])
            EditingSession.open(item, request.user)
            self._warn(request, item)
        return super().render_change_form(request, context, add, change, form_url, obj)

    def _presence_url(self, obj):
        return reverse(f"admin:disclosure_{self.opts.model_name}_presence", args=[quote(obj.pk)])

    def _warn(self, request, item):
        others = EditingSession.objects.of_others(item, request.user)
        if names := "、".join(f"{other.name}（{timezone.localtime(other.opened_at):%H:%M} 起）" for other in others):
            messages.warning(request, f"{names}也打开了这条信息，可能正在修改。请先联系，以免互相覆盖。")

    def _collision(self, context, form):
        found = differences(form)
        for inline in context["inline_admin_formsets"]:
            for number, part in enumerate(inline.formset.initial_forms, start=1):
                found += differences(part, f"{inline.opts.verbose_name} {number}：")
        for difference in found:
            del difference.stored[MAX_LINES:], difference.sent[MAX_LINES:]
        return found


def version_of(item):
    """A mark that changes with every save."""
    return item.updated_at.isoformat()


def last_saved(obj):
    """The last entry of the record's history, or None."""
    kind = ContentType.objects.get_for_model(obj)
    entries = LogEntry.objects.filter(content_type=kind, object_id=str(obj.pk)).select_related("user")
    return entries.order_by("-action_time", "-pk").first()
