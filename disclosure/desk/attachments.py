"""附件 at the desk: cleaned of what stands beside their content when they come in, and the clerk is
told.
"""

from django import forms
from django.contrib import admin, messages

from desk.staging import StagedFileInput
from disclosure.choices import ScanState
from disclosure.models import Attachment
from disclosure.models.rules import scanning
from documents.cleaning import clean_upload


class AttachmentForm(forms.ModelForm):
    """A file; a newly chosen one is kept without its author and place."""

    removed = ()

    class Meta:
        model = Attachment
        fields = ("file", "name", "position")
        widgets = {"file": StagedFileInput}

    def save(self, commit=True):
        """Clean the file, then keep it."""
        if "file" in self.changed_data and not self.instance.is_stored:
            cleaned = clean_upload(self.instance.file.file)
            if cleaned.removed:
                self.removed = cleaned.removed
                self.instance.file = cleaned.file
        return super().save(commit)


class AttachmentInline(admin.TabularInline):
    """Files of the item."""

    model = Attachment
    form = AttachmentForm
    extra = 1
    fields = ("file", "name", "position")

    class Media:
        js = ("disclosure/upload.js",)
        css = {"all": ["disclosure/desk.css"]}


class AttachmentsMixin:
    """Says what was taken out of the files just saved."""

    def save_formset(self, request, form, formset, change):
        super().save_formset(request, form, formset, change)
        for attachment_form in formset.forms:
            if removed := getattr(attachment_form, "removed", None):
                name = attachment_form.instance.name
                messages.info(
                    request, f"附件“{name}”中的{'、'.join(removed)}已经去掉，内容没有变。"
                )
            if scanning.is_on() and _waits_for_the_scanner(attachment_form):
                name = attachment_form.instance.name
                messages.warning(
                    request,
                    f"附件“{name}”已保存，但查毒程序没有应答。补查之前不能提交审核，公众也下载不了。",
                )


def _waits_for_the_scanner(form):
    return (
        "file" in form.changed_data
        and form.instance.pk
        and form.instance.scan_state == ScanState.UNSCANNED
    )
