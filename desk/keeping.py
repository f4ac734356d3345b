"""Nothing typed is lost: forms keep themselves while somebody writes, and offer on return what was
not saved.
"""

import uuid

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponseRedirect, JsonResponse, QueryDict
from django.urls import path, reverse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.views.decorators.http import require_POST

from desk.models import NEW, KeptForm, drop_staged, keep_form
from desk.saving import DeskAdmin
from desk.staging import keys_in, stage_good_files

KEY, OBJECT, DISCARD = "_kept_key", "_kept_object", "_kept_discard"
NOT_KEPT = {"csrfmiddlewaretoken", OBJECT}
MOST_OFFERED = 5


class KeepingAdmin(DeskAdmin):
    """An admin whose forms are kept, privately to who types and to the record, until they are
    saved.
    """

    def kept_about(self, obj):
        """What takes the kept texts along when it is removed by law; "" for a record that was never
        saved.
        """
        return f"{self.opts.label_lower}:{obj.pk}" if obj else ""

    def get_urls(self):
        """One more address, for all forms of the kind."""
        keep = self.admin_site.admin_view(self.keep_view)
        return [
            path("keep/", keep, name=f"{self.opts.app_label}_{self.opts.model_name}_keep"),
            *super().get_urls(),
        ]

    # --- Keeping ------------------------------------------------------------------------

    @method_decorator(require_POST)
    def keep_view(self, request):
        """The whole form as it is typed now, sent every half minute by its page; or the wish to
        forget it.
        """
        obj, key = self._kept_record(request)
        if request.POST.get(DISCARD):
            KeptForm.objects.of_form(request.user, self.opts.label_lower, key).delete()
            return HttpResponseRedirect(self._form_address(request.POST.get(OBJECT)))
        lists = request.POST.lists()
        values = {
            name: sent for name, sent in lists if name not in NOT_KEPT and "password" not in name
        }
        place = self.opts.label_lower
        kept = keep_form(
            user=request.user, place=place, key=key, values=values, about=self.kept_about(obj)
        )
        return JsonResponse({"kept_at": f"{timezone.localtime(kept.kept_at):%H:%M}"})

    def _kept_record(self, request):
        """(record or None, key). Somebody else's record is not to be found; one that is gone may
        still be written about.
        """
        object_id, key = request.POST.get(OBJECT, ""), request.POST.get(KEY, "")
        if not object_id:
            if not self.has_add_permission(request):
                raise PermissionDenied
            if not _is_new(key):
                raise Http404
            return None, key
        if not self.has_change_permission(request):
            raise PermissionDenied
        if not (object_id.isascii() and object_id.isdecimal()):
            raise Http404
        obj = self.get_queryset(request).filter(pk=object_id).first()
        if obj is None and self.model._base_manager.filter(pk=object_id).exists():
            raise Http404
        return obj, object_id

    # --- Offering -----------------------------------------------------------------------

    def changeform_view(self, request, object_id=None, form_url="", extra_context=None):
        """`?kept=` shows a form as it was kept; what was saved is not kept any longer."""
        if request.method == "GET" and "kept" in request.GET:
            return self._restored(request, object_id, form_url, extra_context)
        response = super().changeform_view(request, object_id, form_url, extra_context)
        if getattr(request, "was_saved", False):
            key = object_id or request.POST.get(KEY, "")
            KeptForm.objects.of_form(request.user, self.opts.label_lower, key).delete()
            drop_staged(user=request.user, keys=keys_in(request.POST))
        return response

    def save_related(self, request, form, formsets, change):
        """The last that a form writes."""
        super().save_related(request, form, formsets, change)
        request.was_saved = True

    def _restored(self, request, object_id, form_url, extra_context):
        number = request.GET["kept"]
        mine = KeptForm.objects.filter(user=request.user, place=self.opts.label_lower)
        mine = mine.filter(key=object_id) if object_id else mine.filter(key__startswith=NEW)
        kept = mine.filter(pk=number).first() if number.isascii() and number.isdecimal() else None
        if kept is None:
            return HttpResponseRedirect(request.path)
        values = QueryDict(mutable=True)
        for name, sent in kept.values.items():
            values.setlist(name, sent)
        # As if it were sent once more: it goes through every check, and refuses itself
        # (`_refusal`), so nothing is written.
        request.FILES  # noqa: B018 – none; read before the method changes
        request.restored, request.method, request.POST = kept, "POST", values
        try:
            return super().changeform_view(request, object_id, form_url, extra_context)
        finally:
            request.method = "GET"

    def render_change_form(self, request, context, add=False, change=False, form_url="", obj=None):
        """With what is kept of it, or what of its files was good."""
        may_write = (
            self.has_change_permission(request, obj) if change else self.has_add_permission(request)
        )
        if may_write:
            context |= {
                "keep_url": reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_keep")
            }
            context |= {
                "kept_object": obj.pk if change else "",
                "restored": getattr(request, "restored", None),
            }
            sent_key = request.POST.get(KEY, "")
            context["kept_key"] = (
                "" if change else sent_key if _is_new(sent_key) else f"{NEW}{uuid.uuid4()}"
            )
            if request.method == "GET":
                context["kept_offers"] = self._offers(request, obj if change else None)
            elif not context["restored"]:
                self._stage(request, context, obj if change else None)
        return super().render_change_form(request, context, add, change, form_url, obj)

    def _offers(self, request, obj):
        """What was typed and never saved: the newest state of this record's form, or of each form
        of a record that never was.
        """
        place = self.opts.label_lower
        if obj is not None:
            return list(KeptForm.objects.of_form(request.user, place, str(obj.pk))[:1])
        newest = {}
        for kept in KeptForm.objects.of_new_forms(request.user, place):
            newest.setdefault(kept.key, kept)
        return list(newest.values())[:MOST_OFFERED]

    def _stage(self, request, context, obj):
        forms = [context["adminform"].form]
        for inline in context["inline_admin_formsets"]:
            forms += inline.formset.forms
        for form in forms:
            stage_good_files(form, user=request.user, about=self.kept_about(obj))

    def _form_address(self, object_id):
        name = f"admin:{self.opts.app_label}_{self.opts.model_name}"
        return reverse(f"{name}_change", args=[object_id]) if object_id else reverse(f"{name}_add")


def _is_new(key):
    return key.startswith(NEW) and len(key) <= 80
