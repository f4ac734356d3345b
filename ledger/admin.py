"""The register in the desk: for reading only. Who acted is shown to those with
`ledger.view_person`.
"""

import json

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db.models import Case, Q, Value, When
from django.utils.html import format_html

from desk.saving import DeskAdmin
from ledger import actions, audit
from ledger.models import AuditEntry, Checkpoint, Entry, Receipt, Redaction, SigningKey
from ledger.models.entry import HIDEABLE

PERSON_FIELDS = ("by", "person")
HIDDEN = "（不再显示）"
SUBJECTS = {"item": "政府信息", "catalog": "公开目录"}


class ReadOnlyAdmin(DeskAdmin):
    """Nothing to add, to change or to delete, whatever permissions an account was given."""

    actions = None

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False


@admin.register(Entry)
class EntryAdmin(ReadOnlyAdmin):
    """Every act of publication. The search does not look at people, or it would tell who they are."""

    list_display = ("sequence", "act", "title", "subject_key", "department_name", "role", "made_at")
    list_filter = ("act", "department_name", "made_at")
    search_fields = ("subject_key", "subject_title", "entry_hash", "content_sha256")
    show_full_result_count = False
    fields = (
        *(
            "sequence",
            "act",
            "made_at",
            "by",
            "person",
            "role",
            "department_name",
            "subject",
            "subject_key",
        ),
        *("subject_title", "content_sha256", "note", "facts", "previous_hash", "entry_hash"),
    )

    def get_queryset(self, request):
        """Words that are hidden, or of something withdrawn, are read by those alone who may see
        what is hidden.
        """
        hidden = When(is_redacted=True, then=Value("" if may_see_hidden(request) else HIDDEN))
        entries = super().get_queryset(request).public()
        return entries.annotate(title_instead=Case(hidden, default=Value("")))

    def get_object(self, request, object_id, from_field=None):
        """The same for one entry; nothing of it is ever saved."""
        entry = super().get_object(request, object_id, from_field)
        if entry and entry.title_instead:
            entry.subject_title, entry.note, entry.payload = HIDDEN, "", {}
        return entry

    def get_search_results(self, request, queryset, search_term):
        """A title that is hidden cannot be found out by searching for it."""
        found, may_repeat = super().get_search_results(request, queryset, search_term)
        if search_term and not may_see_hidden(request):
            found = found.filter(Q(is_redacted=False) | Q(subject_key=search_term))
        return found, may_repeat

    @admin.display(description="对象名称")
    def title(self, entry):
        return entry.title_instead or entry.subject_title

    @admin.display(description="对象类别")
    def subject(self, entry):
        """In words, and as the hash covers it."""
        return f"{SUBJECTS.get(entry.subject_kind, '其他')}（{entry.subject_kind}）"

    @admin.display(description="其他公开事实")
    def facts(self, entry):
        """As the register's files hold them, a fact a line."""
        return format_html(
            "<pre>{}</pre>", json.dumps(entry.payload, ensure_ascii=False, indent=2, sort_keys=True)
        )

    def get_list_display(self, request):
        """With the person for auditors."""
        return (*self.list_display, "person") if may_see_people(request) else self.list_display

    def get_fields(self, request, obj=None):
        """Without the person for all but auditors."""
        return [
            field for field in self.fields if field not in PERSON_FIELDS or may_see_people(request)
        ]

    def lookup_allowed(self, lookup, value, request):
        """No guessing of people through the address."""
        name = lookup.split("__")[0]
        if name in (*PERSON_FIELDS, "secret") or (name in HIDEABLE and not may_see_hidden(request)):
            return False
        return super().lookup_allowed(lookup, value, request)


def may_see_hidden(request):
    """Whether this member of staff may read words that the public, and others at the desk, read no
    more.
    """
    return request.user.has_perm("ledger.view_redaction")


def may_see_people(request):
    """Whether this member of staff may see who acted."""
    return request.user.has_perm("ledger.view_person")


@admin.register(Checkpoint)
class CheckpointAdmin(ReadOnlyAdmin):
    """Signed statements of where the register stood."""

    list_display = ("number", "day", "sequence", "entry_hash", "key_id", "made_at")
    date_hierarchy = "day"


@admin.register(Receipt)
class ReceiptAdmin(ReadOnlyAdmin):
    """Which witness outside took which checkpoint."""

    list_display = ("number", "checkpoint", "way", "witness", "taken_at")
    list_select_related = ("checkpoint",)
    list_filter = ("way",)
    show_full_result_count = False
    fields = ("number", "checkpoint", "way", "witness", "taken_at", "answer")


@admin.register(SigningKey)
class SigningKeyAdmin(ReadOnlyAdmin):
    """Public keys, old and new."""

    list_display = ("number", "key_id", "made_at", "endorsed_by")


class LiftForm(forms.ModelForm):
    """Showing hidden words again: one person says why, another agrees."""

    agreed = forms.BooleanField(
        label="同意恢复显示",
        error_messages={"required": "同意的，请勾选；不同意的，直接离开本页。"},
    )

    class Meta:
        model = Redaction
        fields = ("lift_reason",)
        widgets = {"lift_reason": forms.Textarea(attrs={"rows": 3})}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if "lift_reason" in self.fields:
            self.fields["lift_reason"].required = True
        if self.instance.lift_asked_by_id is None:
            self.fields.pop("agreed", None)

    def clean(self):
        """What the act would refuse is said beside the form."""
        data = super().clean()
        actions.refuse_where_erased(self.instance)
        if self.instance.lift_asked_by_id == self.user.pk:
            raise ValidationError("恢复显示须由申请人以外的另一个人同意。")
        return data


@admin.register(Redaction)
class RedactionAdmin(DeskAdmin):
    """Subjects whose words are hidden. None is ever deleted: who wants the words back asks,
    somebody else agrees.
    """

    actions = None
    form = LiftForm
    list_display = (
        "subject_kind",
        "subject_key",
        "until_sequence",
        "reason",
        "redacted_by",
        "redacted_at",
        "standing",
    )
    search_fields = ("subject_key", "reason")
    WORDS = ("subject_kind", "subject_key", "until_sequence", "reason")
    FACTS = ("redacted_by", "redacted_at")
    LIFTED = ("lift_reason", "lift_asked_by", "lift_asked_at", "lifted_by", "lifted_at")

    @admin.display(description="状态")
    def standing(self, redaction):
        """Whether it is in force, and whether somebody waits for a second person."""
        if redaction.lifted_at:
            return "已恢复显示"
        return "申请恢复，待另一人同意" if redaction.lift_asked_at else "隐去"

    def get_form(self, request, obj=None, **kwargs):
        """To add: the words of the redaction. Afterwards: those of the two people who lift it."""
        if obj is None:
            return super().get_form(request, obj, **{**kwargs, "form": forms.ModelForm})
        form = super().get_form(request, obj, **kwargs)
        form.user = request.user
        return form

    def get_fields(self, request, obj=None):
        """What is asked, after what is known."""
        if obj is None:
            return self.WORDS
        known = (*self.WORDS, *self.FACTS)
        if obj.lifted_at or not self.has_change_permission(request):
            return (*known, *self.LIFTED)
        return (
            (*known, "lift_reason")
            if not obj.lift_asked_at
            else (*known, *self.LIFTED[:3], "agreed")
        )

    def get_readonly_fields(self, request, obj=None):
        """What was written stays as it was written."""
        if obj is None:
            return ()
        return (*self.WORDS, *self.FACTS, *(self.LIFTED if obj.lift_asked_at else self.LIFTED[1:]))

    def has_change_permission(self, request, obj=None):
        """Nothing is changed but that it is lifted, and that once."""
        return super().has_change_permission(request, obj) and not (obj and obj.lifted_at)

    def has_delete_permission(self, request, obj=None):
        return False

    def save_model(self, request, obj, form, change):
        """Through the room's actions, in the name of who does it."""
        words = form.cleaned_data
        if not change:
            done = actions.redact(by=request.user, until=words.pop("until_sequence"), **words)
            actions.register_redaction(redaction=done, by=request.user)
            obj.pk = done.pk
        elif "lift_reason" in words:
            actions.ask_to_lift(redaction=obj, by=request.user, reason=words["lift_reason"])
        else:
            actions.lift(redaction=obj, by=request.user)


@admin.register(AuditEntry)
class AuditEntryAdmin(ReadOnlyAdmin):
    """The audit log, for those whose role it is to read it."""

    list_display = (
        "sequence",
        "made_at",
        "person",
        "event",
        "act",
        "object_name",
        "result",
        "address",
    )
    list_filter = ("event", "result", "roles")
    date_hierarchy = "made_at"
    search_fields = ("account", "person", "object_name", "object_key", "address", "act")
    search_help_text = "按账号、姓名、对象、来源地址、操作查找"
    show_full_result_count = False
    list_per_page = 50

    def has_view_permission(self, request, obj=None):
        """Auditors; not whoever is a superuser."""
        return audit.may_read(request.user)

    def has_module_permission(self, request):
        return audit.may_read(request.user)
