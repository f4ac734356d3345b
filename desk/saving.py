"""The one base of all admins that write: two people at one record never undo each other.

A form that is sent locks its record first and loads it only then (PostgreSQL: `FOR UPDATE`; SQLite:
the transaction, which begins IMMEDIATE), so whoever waited sees what the other one did: a state
that forbids the change, or a newer version. It writes the fields it shows and no other.
"""

from django import forms
from django.contrib import admin
from django.contrib.admin.models import LogEntry
from django.contrib.admin.utils import unquote
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import router, transaction
from django.shortcuts import render
from django.utils import timezone

from desk.comparison import differences
from desk.versions import VERSION, label_of, mark_of, shown_fields

MAX_LINES = 400  # of a comparison, a field
TYPED_FROM = (
    15  # characters; numbers, dates and choices are shorter, and chosen again faster than copied
)
NEWER = "您打开之后，别人已经保存了新的内容，所以没有直接保存。请对照下面两边的内容，改好后再保存。"
WITHOUT_VERSION = (
    "这张表单没有带上版本标记，不知道它是按哪一版填写的，所以没有直接保存。"
    "请对照下面两边的内容，确认无误后再点一次“保存”。"
)
RESTORED = "这是 {:%m 月 %d 日 %H:%M} 为您留着的内容，还没有保存。请核对，再点“保存”。"
GONE = "这条记录已经不在了：可能刚刚由别人公开（更正稿已并入原信息）、合并或者删除"


class _Refuses(forms.BaseForm):
    """A form that does not save over what its sender has not seen."""

    collision = ""

    def full_clean(self):
        """As any other; then the refusal, so that all that was typed comes back with it."""
        super().full_clean()
        if self.is_bound and self.collision:
            self.add_error(None, self.collision)


class DeskAdmin(admin.ModelAdmin):
    """Django's admin, whose writes lock first, look again, and write what the form shows."""

    unversioned = ()  # fields that change without anybody at the desk
    written_beside = ()  # fields of the same row that follow from those shown

    # --- What is locked ---------------------------------------------------------------

    def lock(self, request, object_id):
        """Lock what the form writes until the transaction ends. Nothing where there is no such
        record.
        """
        self.lock_rows(self._rows(object_id))

    def _rows(self, object_id):
        try:
            return self.model._base_manager.filter(
                pk=self.model._meta.pk.to_python(unquote(object_id))
            )
        except ValidationError:
            return self.model._base_manager.none()

    def lock_rows(self, rows):
        """Lock these rows, in the order of their keys, as everybody else does."""
        list(rows.select_for_update(of=("self",)).order_by("pk").values_list("pk", flat=True))

    def version_of(self, request, obj):
        """The mark of a record as it is stored now."""
        inlines = [inline(self.model, self.admin_site) for inline in self.get_inlines(request, obj)]
        formsets = [inline.get_formset(request, obj) for inline in inlines]
        rows = [
            formset.model._base_manager.filter(**{formset.fk.name: obj}) for formset in formsets
        ]
        return mark_of(obj, without=self.unversioned, rows=rows)

    # --- Changing -----------------------------------------------------------------------

    def changeform_view(self, request, object_id=None, form_url="", extra_context=None):
        """A POST that changes something goes into one transaction with its lock, which is taken
        before anything is loaded.
        """
        if request.method != "POST" or not object_id:
            return super().changeform_view(request, object_id, form_url, extra_context)
        with transaction.atomic(using=router.db_for_write(self.model)):
            self.lock(request, object_id)
            if late := self._too_late(request, object_id):
                return late
            return super().changeform_view(request, object_id, form_url, extra_context)

    def _too_late(self, request, object_id):
        """It was submitted, published or deleted while somebody wrote: Django would answer 403, and
        all they wrote would be gone.
        """
        if not self.has_change_permission(request):
            return None
        obj = self.get_object(request, unquote(object_id))
        if obj is None:
            # What never was, and what belongs to others, is Django's to answer; a form of ours
            # names its version.
            is_gone = VERSION in request.POST and not self._rows(object_id).exists()
            return self._hand_back(request, None, GONE) if is_gone else None
        if self.has_change_permission(request, obj):
            return None
        words = self.why_it_stands(request, obj)
        return self._hand_back(request, obj, words) if words else None

    def why_it_stands(self, request, obj):
        """In words, why a record that may be changed in general may not be changed now; "" where it
        is a matter of rights.
        """
        return ""

    def _hand_back(self, request, obj, words):
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "original": obj,
            "words": words,
        }
        context |= {
            "title": "没有保存",
            "typed": self._typed(request),
            "saved_by": last_saved(obj) if obj else None,
        }
        return render(request, "admin/too_late.html", context, status=409)

    def _typed(self, request):
        hidden = ("csrfmiddlewaretoken", VERSION)
        typed = [
            (name, value)
            for name, value in request.POST.items()
            if value.strip() and name not in hidden
        ]
        words = [pair for pair in typed if len(pair[1]) > TYPED_FROM or not pair[1].isascii()]
        longest = sorted(words, key=lambda pair: -len(pair[1]))
        return [(label_of(self.model, name), value) for name, value in longest]

    def get_form(self, request, obj=None, change=False, **kwargs):
        """The form class of one request, told whether it saves over something newer."""
        form = super().get_form(request, obj, change=change, **kwargs)
        if request.method != "POST":
            return form
        words = self._refusal(request, obj if change else None)
        return type(form.__name__, (_Refuses, form), {"collision": words}) if words else form

    def _refusal(self, request, obj):
        """Why a form is not saved, in words; "" where it may be."""
        if restored := getattr(request, "restored", None):
            words = RESTORED.format(timezone.localtime(restored.kept_at))
            return f"{words}{NEWER}" if obj is not None and self._is_newer(request, obj) else words
        if obj is None:
            return ""
        if VERSION not in request.POST:
            return WITHOUT_VERSION
        return NEWER if self._is_newer(request, obj) else ""

    def _is_newer(self, request, obj):
        stored = self.model._base_manager.get(
            pk=obj.pk
        )  # an admin may show other values than are stored
        return self.version_of(request, stored) != request.POST.get(VERSION)

    def render_change_form(self, request, context, add=False, change=False, form_url="", obj=None):
        """The form carries the version it was made of; after a collision, that of what stands
        beside it for comparison.
        """
        if change and obj is not None and self.has_change_permission(request, obj):
            stored = self.model._base_manager.get(pk=obj.pk)  # `obj` has taken on what was typed
            form = context["adminform"].form
            context["version"] = self.version_of(request, stored)
            if getattr(form, "collision", "") and self._is_newer(request, stored):
                context |= {
                    "collision": self._collision(context, form),
                    "saved_by": last_saved(obj),
                }
            else:
                context["version"] = request.POST.get(VERSION, context["version"])
        return super().render_change_form(request, context, add, change, form_url, obj)

    def _collision(self, context, form):
        found = differences(form)
        for inline in context["inline_admin_formsets"]:
            for number, part in enumerate(inline.formset.initial_forms, start=1):
                found += differences(part, f"{inline.opts.verbose_name} {number}：")
        for difference in found:
            del difference.stored[MAX_LINES:], difference.sent[MAX_LINES:]
        return found

    # --- Writing ------------------------------------------------------------------------

    def save_model(self, request, obj, form, change):
        """A new record whole; of one that is there, what the form shows."""
        if not change:
            obj.save()
            return
        written = [
            name
            for name in form.cleaned_data
            if name in form.fields and not form.fields[name].disabled
        ]
        if shown := shown_fields(obj, written):
            obj.save(update_fields={*shown, *self.written_beside})

    def save_formset(self, request, form, formset, change):
        """The same for the rows beside it."""
        formset.save(commit=False)  # sorts its rows
        for row in formset.deleted_objects:
            row.delete()
        for row in formset.new_objects:
            row.save()
        for row, names in formset.changed_objects:
            if shown := shown_fields(row, names):
                row.save(update_fields=shown)
        formset.save_m2m()

    # --- Deleting -----------------------------------------------------------------------

    def delete_view(self, request, object_id, extra_context=None):
        """Confirmed deletions look again under the lock whether the record may go."""
        if request.method != "POST":
            return super().delete_view(request, object_id, extra_context)
        with transaction.atomic(using=router.db_for_write(self.model)):
            self.lock(request, object_id)
            return super().delete_view(request, object_id, extra_context)

    def delete_queryset(self, request, queryset):
        """The list's action: each record once more, under the lock."""
        with transaction.atomic(using=router.db_for_write(self.model)):
            self.lock_rows(self.model._base_manager.filter(pk__in=queryset.values("pk")))
            found = self.get_queryset(request).filter(pk__in=[row.pk for row in queryset])
            if not all(self.has_delete_permission(request, row) for row in found):
                raise PermissionDenied(
                    "所选的记录中有的刚刚不能再删除，没有删除任何一条，请刷新列表。"
                )
            super().delete_queryset(request, found)


def last_saved(obj):
    """The last entry of the record's history, or None."""
    kind = ContentType.objects.get_for_model(obj)
    entries = LogEntry.objects.filter(content_type=kind, object_id=str(obj.pk)).select_related(
        "user"
    )
    return entries.order_by("-action_time", "-pk").first()
