"""What the index reads of items: rows instead of records, some queries for a thousand of them.

To make the records and to follow their relations cost half of building the index.
"""

from collections import defaultdict
from pathlib import PurePosixPath
from typing import NamedTuple

from disclosure.models import Attachment, Item
from disclosure.models.reports.report import ReportSection

_OWN = (
    *(
        "pk",
        "listed_at",
        "created_on",
        "title",
        "document_number",
        "index_number",
        "summary",
        "keywords",
        "text",
    ),
    *(
        "department__name",
        "department__short_name",
        "issuer",
        "source",
        "annual_report__pk",
        "annual_report__year",
    ),
)


class Source(NamedTuple):
    """What an item gives to the index, unfolded."""

    pk: int
    listed_at: object
    created_on: object
    title: str
    document_number: str
    index_number: str
    summary: str
    keywords: str
    text: str
    body: str | None  # the HTML of a report's opening, which has sections beside it
    organs: list  # names, short names, and who else is named as the source
    year: int | None  # of a report
    sections: list  # of a report: (title, HTML)
    files: list  # (name, extension, text)


def read(ids):
    """The `Source`s of items, in order of their days: three queries, five where there are reports."""
    rows = list(Item.objects.filter(pk__in=ids).order_by("listed_at", "pk").values_list(*_OWN))
    reports = {pk: report for pk, *_, report, _ in rows if report}
    bodies = (
        dict(Item.objects.filter(pk__in=list(reports)).values_list("pk", "body")) if reports else {}
    )
    sections, joint, files = _sections(reports), _joint_organs(ids), _files(ids)
    for (
        pk,
        listed_at,
        created_on,
        title,
        number,
        index,
        summary,
        keywords,
        text,
        *organ,
        report,
        year,
    ) in rows:
        name, short_name, issuer, source = organ
        organs = [name, short_name, *joint[pk], issuer, source]
        own = (pk, listed_at, created_on, title, number, index or "", summary, keywords, text)
        yield Source(*own, bodies.get(pk), organs, year, sections[report], files[pk])


def _sections(reports):
    found = defaultdict(list)
    if reports:
        rows = ReportSection.objects.filter(report__in=list(reports.values())).order_by(
            "report", "position"
        )
        for report, title, body in rows.values_list("report_id", "title", "body"):
            found[report].append((title, body))
    return found


def _joint_organs(ids):
    found = defaultdict(list)
    rows = Item.joint_departments.through.objects.filter(item__in=ids)
    rows = rows.order_by("department__position", "department_id")
    for pk, name, short_name in rows.values_list(
        "item_id", "department__name", "department__short_name"
    ):
        found[pk] += (name, short_name)
    return found


def _files(ids):
    found = defaultdict(list)
    rows = Attachment.objects.filter(item__in=ids).order_by("position", "uploaded_at")
    columns = ("item_id", "name", "file", "sha256", "extracted__sha256", "extracted__text")
    for pk, name, file, digest, read_digest, text in rows.values_list(*columns):
        extension = PurePosixPath(file).suffix.lower().lstrip(".")
        found[pk].append((name, extension, text if digest == read_digest else ""))
    return found
