"""Is the register still what it was when a checkpoint was kept? Pasted or uploaded at
/register/verify/, and not stored.
"""

import io

from django import forms
from django.core.files.uploadedfile import InMemoryUploadedFile
from django.core.files.uploadhandler import FileUploadHandler, StopFutureHandlers, StopUpload

from ledger.outside.old_checkpoints import NoCheckpointError, compare

LARGEST = 5_000_000  # bytes: the checkpoints of thirty years
SHOWN = 20
FIELDS = ("checkpoint", "checkpoint_file")


class CheckpointHandler(FileUploadHandler):
    """Keeps the file of a checkpoint in memory; leaves every other to the handler after it."""

    def new_file(self, field_name, *args, **kwargs):
        """Take what the form of checkpoints brings."""
        super().new_file(field_name, *args, **kwargs)
        self.pieces = io.BytesIO() if field_name == FIELDS[1] else None
        if self.pieces is not None:
            raise StopFutureHandlers

    def receive_data_chunk(self, raw_data, start):
        """A piece; what is not ours goes on."""
        if self.pieces is None:
            return raw_data
        if start + len(raw_data) > LARGEST:
            raise StopUpload(connection_reset=True)
        self.pieces.write(raw_data)
        return None

    def file_complete(self, file_size):
        """The file, where it was ours."""
        if self.pieces is None:
            return None
        self.pieces.seek(0)
        kind = (self.field_name, self.file_name, self.content_type, file_size, self.charset)
        return InMemoryUploadedFile(self.pieces, *kind)


class OldCheckpointForm(forms.Form):
    """The words of a checkpoint, or a file of them."""

    checkpoint = forms.CharField(
        label="检查点的内容",
        required=False,
        help_text="您以前另存的检查点：checkpoints.json、见证邮件的附件或订阅中的一条，整段粘贴。",
        widget=forms.Textarea(attrs={"rows": 5, "spellcheck": "false", "autocomplete": "off"}),
    )
    checkpoint_file = forms.FileField(
        label="或者选择检查点文件", required=False, allow_empty_file=True, help_text="不保存。"
    )

    def clean(self):
        """Compare what there is; one of the two is needed."""
        cleaned = super().clean()
        file = cleaned.get("checkpoint_file")
        text = file.read().decode("utf-8-sig", "replace") if file else cleaned.get("checkpoint", "")
        if not text.strip():
            raise forms.ValidationError("请粘贴检查点的内容，或者选择文件。")
        try:
            cleaned["found"] = compare(text)
        except NoCheckpointError as error:
            raise forms.ValidationError(str(error)) from error
        return cleaned


def is_asked(request):
    """Whether a POST came from the form of checkpoints."""
    return any(name in request.POST or name in request.FILES for name in FIELDS)


def answer(request):
    """What the template shows of an old checkpoint: those that speak against the register first."""
    form = OldCheckpointForm(request.POST, request.FILES)
    if not form.is_valid():
        return {"old_form": form}
    found = form.cleaned_data["found"]
    worst = sorted(found, key=lambda one: (one.outcome == "agrees", -one.sequence))
    return {
        "old_form": form,
        "comparisons": worst[:SHOWN],
        "compared": len(found),
        "agreeing": sum(one.outcome == "agrees" for one in found),
    }
