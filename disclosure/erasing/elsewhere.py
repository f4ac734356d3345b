"""Other records of this room that hold an item's words: what it was made from, and what answers it."""

import io
import zipfile

from desk.models import forget_about
from disclosure.erasing.own import ERASED
from disclosure.erasing.registry import erases
from disclosure.models import (
    AnnualReport,
    BulkImport,
    FailedSearch,
    LegacyOriginal,
    RevisionContent,
)
from disclosure.models.desk.editing import kept_about
from documents.folding import squash

MOST_OF_A_TABLE = (
    50_000_000  # bytes of a workbook that are looked through; the larger is dropped unread
)
ENCODINGS = ("utf-8-sig", "utf-16", "gb18030")


@erases(
    *(
        "disclosure.LegacyOriginal.name",
        "disclosure.LegacyOriginal.content",
        "disclosure.LegacyOriginal.recognised",
    ),
    *("disclosure.LegacyOriginal.reason", "disclosure.LegacyOriginal.identity"),
)
def erase_originals(words, by):
    """The bytes of the old page go; their hash stays, so that the same file is not brought in
    again.
    """
    for original in LegacyOriginal.objects.filter(item__in=words.items):
        words.files |= {original.content.name} - {""}
        original.name, original.content, original.recognised, original.identity = ERASED, "", {}, ""
        original.state, original.reason = LegacyOriginal.State.ERASED, ""
        original.save()
    for original in LegacyOriginal.objects.filter(item=None).exclude(
        state=LegacyOriginal.State.ERASED
    ):
        if any(
            words.quoted_in(text)
            for text in (original.name, str(original.recognised), original.identity)
        ):
            words.files |= {original.content.name} - {""}
            original.name, original.content, original.recognised, original.identity = (
                ERASED,
                "",
                {},
                "",
            )
            original.state, original.reason = LegacyOriginal.State.ERASED, ""
            original.save()


@erases(
    "disclosure.BulkImport.file", "disclosure.BulkImport.name", "disclosure.BulkImport.findings"
)
def erase_imports(words, by):
    """A table that was taken in has done its work; one that was not is dropped if a row of it says
    what is to be gone.
    """
    for batch in BulkImport.objects.exclude(file=""):
        if batch.applied_at or words.quoted_in(batch.name) or _says(batch, words):
            words.files.add(batch.file.name)
            batch.file, batch.name, batch.findings = "", ERASED, None
            batch.save(update_fields=["file", "name", "findings"])
    for batch in BulkImport.objects.exclude(name=ERASED):
        if words.quoted_in(batch.name):
            BulkImport.objects.filter(pk=batch.pk).update(name=ERASED)


def _says(batch, words):
    try:
        with batch.file.open("rb") as file:
            return any(
                words.quoted_in(text)
                for text in _texts(file.read(MOST_OF_A_TABLE), batch.extension)
            )
    except (OSError, ValueError, zipfile.BadZipFile):
        return True  # what cannot be read cannot be cleared of it


def _texts(content, extension):
    """Everything legible in a table, in whatever encoding."""
    if extension == "xlsx":
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            for part in archive.infolist():
                if part.filename.endswith(".xml") and part.file_size < MOST_OF_A_TABLE:
                    yield archive.read(part).decode("utf-8", "replace")
        return
    for encoding in ENCODINGS:
        yield content.decode(encoding, "replace")


@erases("desk.KeptForm.values", "desk.StagedFile.file", "desk.StagedFile.name")
def erase_kept_forms(words, by):
    """What somebody typed about it, or uploaded for it, and has not saved."""
    for item in words.items:
        forget_about(kept_about(item))


@erases("disclosure.FailedSearch.query")
def erase_failed_searches(words, by):
    """What nobody found because it was gone, or not there yet."""
    said = squash(words.text)
    gone = [
        pk for pk, query in FailedSearch.objects.values_list("pk", "query") if squash(query) in said
    ]
    FailedSearch.objects.filter(pk__in=gone).delete()


def reports_answering(words):
    """Public reports of the next year that repeat promises of this one in order to answer them."""
    reports = [item.report for item in words.items if item.report]
    return list(
        AnnualReport.objects.filter(
            answers__commitment__report__in=reports, is_correction=False
        ).distinct()
    )


def erase_answers_in(report):
    """Take the texts of a report's revisions away that repeat what is erased; their hashes stay.
    Returns the numbers of those.
    """
    stored = RevisionContent.objects.filter(revision__item=report.item)
    numbers = [
        one.revision.number
        for one in stored.select_related("revision")
        if '"answers":[{' in one.content
    ]
    stored.filter(revision__number__in=numbers).delete()
    return sorted(numbers)
