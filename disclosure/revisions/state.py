"""What the public sees of an item, written down: the content of revisions, and what a review
decides on.

Everything is strings, whole numbers, lists and objects, so that `ledger.canonical` gives one text
for one state.
"""

from disclosure.reports.parts import PARTS
from ledger.canonical import canonical, sha256, timestamp

FORMAT = "lantai-revision-1"
PLAIN_FIELDS = (
    *(
        "title",
        "document_number",
        "summary",
        "issuer",
        "genre",
        "keywords",
        "term",
        "scope",
        "source",
        "body",
    ),
)
# Beside the plain ones; what a correction carries over into the item it corrects.
CARRIED_FIELDS = (
    *PLAIN_FIELDS,
    *("created_on", "disclosed_until", "disclosure_mode", "department", "category", "theme"),
)
CARRIED_RELATIONS = ("joint_departments", "further_categories", "interprets")


def _day(day):
    return day.isoformat() if day else None


def _moment(moment):
    return timestamp(moment) if moment else None


def _fields(item):
    return {name: getattr(item, name) or "" for name in PLAIN_FIELDS} | {
        "created_on": _day(item.created_on),
        "disclosed_until": _day(item.disclosed_until),
    }


def _files(item):
    files = sorted(
        item.attachments.all(), key=lambda file: (file.position, file.uploaded_at, file.pk)
    )
    return [
        {"id": str(file.address_id), "name": file.name, "size": file.size, "sha256": file.sha256}
        for file in files
    ]


def _report(item):
    report = item.report
    if report is None:
        return None
    return {
        "department": {"code": report.department.code, "name": report.department.name},
        "year": report.year,
        "regime": report.regime,
    } | {part.name: part.state(report) for part in PARTS}


def state_of(item):
    """The public state of an item as it now stands in the database, in words."""
    validities = sorted(item.validities.all(), key=lambda row: row.starts_on)
    return {
        "item": _fields(item)
        | {
            "department": {"code": item.department.code, "name": item.department.name},
            "joint_departments": sorted(organ.name for organ in item.joint_departments.all()),
            "category": {"slug": item.category.slug, "name": item.category.name},
            "further_categories": sorted(column.slug for column in item.further_categories.all()),
            "theme": str(item.theme) if item.theme else "",
            "interprets": sorted(
                other.index_number for other in item.interprets.all() if other.index_number
            ),
            "published_at": _moment(item.published_at),
            "originally_published_at": _moment(item.originally_published_at),
        },
        "validities": [
            {
                "state": row.state,
                "starts_on": _day(row.starts_on),
                "because_of": row.because_of.index_number or "" if row.because_of else "",
                "note": row.note,
            }
            for row in validities
        ],
        "report": _report(item),
        "attachments": _files(item),
    }


def revision_content(item, *, number, published_at, change_note):
    """The canonical text of a revision."""
    head = {
        "format": FORMAT,
        "index_number": item.index_number,
        "revision": number,
        "made_public_at": _moment(published_at),
        "change_note": change_note,
    }
    return canonical(head | state_of(item)).decode()


def working_digest(item):
    """SHA-256 of what a clerk wrote: what was submitted, and so what may be approved and published.

    Renaming an organ or a column meanwhile does not change it: what is referred to stands in it by
    its key.
    """
    validities = item.validities.order_by("starts_on").values_list(
        "state", "starts_on", "because_of", "note"
    )
    files = item.attachments.order_by("position", "uploaded_at", "pk").values_list("name", "sha256")
    report = _report(item)
    if report:
        report.pop("department")
    written = {
        "fields": _fields(item),
        "department": item.department_id,
        "category": item.category_id,
        "theme": item.theme_id,
        "relations": {name: sorted(_keys(item, name)) for name in CARRIED_RELATIONS},
        "validities": [
            [state, _day(day), because_of, note] for state, day, because_of, note in validities
        ],
        "report": report,
        "files": [list(file) for file in files],
        "change_note": item.change_note,
    }
    return sha256(written)


def _keys(item, name):
    return getattr(item, name).values_list("pk", flat=True)
