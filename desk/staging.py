"""Files that came with a form which was refused: the good ones stay, and the form says so."""

from django import forms
from django.core import signing
from django.core.files.uploadedfile import UploadedFile

from desk.models import StagedFile

SALT = "desk.staged"
SUFFIX = "-staged"


class StagedUpload(UploadedFile):
    """A staged file, as if it had been chosen again."""

    def __init__(self, staged):
        super().__init__(staged.file.open("rb"), staged.name, size=staged.file.size)
        self.staged = staged


def stage(upload, *, user, about=""):
    """Keep an uploaded file for its sender; the upload then carries the row. One that is staged
    already stays as it is.
    """
    if not hasattr(upload, "staged"):
        upload.seek(0)
        upload.staged = StagedFile.objects.create(
            user=user, about=about, file=upload, name=upload.name[-255:]
        )
    return upload.staged


def staged_file_of(token):
    """The staged file a form speaks of, or None: the token is signed, and the file may be gone."""
    try:
        key = signing.loads(token, salt=SALT)
    except signing.BadSignature:
        return None
    staged = StagedFile.objects.filter(pk=key).first()
    return staged if staged and staged.file.storage.exists(staged.file.name) else None


class StagedFileInput(forms.ClearableFileInput):
    """A chooser of files that remembers what was uploaded with a form that was refused."""

    template_name = "desk/staged_file_input.html"
    staged = None  # the row, once the form was refused; every form has widgets of its own

    def value_from_datadict(self, data, files, name):
        """What was chosen now, else what is staged."""
        upload = super().value_from_datadict(data, files, name)
        if (
            upload is None
            and (token := data.get(name + SUFFIX))
            and (staged := staged_file_of(token))
        ):
            return StagedUpload(staged)
        return upload

    def value_omitted_from_data(self, data, files, name):
        """A staged file is an answer."""
        return super().value_omitted_from_data(data, files, name) and name + SUFFIX not in data

    def get_context(self, name, value, attrs):
        """With the name of what is staged, and the field that brings it back."""
        context = super().get_context(name, value, attrs)
        if staged := self.staged:
            context["widget"] |= {
                "staged_name": name + SUFFIX,
                "staged_token": signing.dumps(str(staged.pk), salt=SALT),
                "staged_file": staged.name,
                "required": False,
            }
        return context


def stage_good_files(form, *, user, about=""):
    """Stage every file of a refused form in whose field nothing is wrong."""
    for name, field in form.fields.items():
        if not isinstance(field.widget, StagedFileInput) or name in form.errors:
            continue
        upload = form.cleaned_data.get(name) if hasattr(form, "cleaned_data") else None
        if isinstance(upload, UploadedFile):
            field.widget.staged = stage(upload, user=user, about=about)


def keys_in(data):
    """Keys of the staged files that a form brought back."""
    keys = []
    for name, token in data.items():
        if name.endswith(SUFFIX) and (staged := staged_file_of(token)):
            keys.append(staged.pk)
    return keys
