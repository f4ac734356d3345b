"""Revisions in words: what one says, and what changed from one to the next, side by side."""

from dataclasses import dataclass, field
from itertools import pairwise

from disclosure.choices import Scope, Term
from disclosure.models import Item, Validity
from disclosure.models.reports.report import Regime
from disclosure.reports.parts import PARTS, plain_lines
from disclosure.reports.tables.reading import ListReading, TableReading
from documents.diff import EQUAL, steps
from statutory.layouts import layouts_for
from statutory.values import to_python

NEAR = 2  # unchanged lines shown around a change
MOST_LINES = 4000  # of a text that is compared line by line
FIELDS = (
    *(
        "title",
        "document_number",
        "summary",
        "created_on",
        "department",
        "joint_departments",
        "issuer",
        "category",
    ),
    *(
        "further_categories",
        "theme",
        "genre",
        "keywords",
        "term",
        "disclosed_until",
        "scope",
        "source",
        "interprets",
    ),
)
CHOICES = {"term": Term, "scope": Scope}


def label(name):
    """The field's name as the desk and the public read it."""
    return str(Item._meta.get_field(name).verbose_name)


def in_words(state, name):
    """A field of a state as a reader sees it."""
    value = state["item"].get(name) or ""
    if isinstance(value, dict):
        return value["name"]
    if isinstance(value, list):
        return "、".join(value)
    return (
        CHOICES[name](value).label if name in CHOICES and value in CHOICES[name].values else value
    )


def texts(state):
    """{heading: lines} of all a state says at length: body, sections, tables, files, validity."""
    found = {"正文": plain_lines(state["item"]["body"])}
    if state["report"]:
        for part in PARTS:
            found.update(part.texts(state["report"]))
    found["附件"] = [
        f"{file['name']}（校验码 {file['sha256'][:16]}…）" for file in state["attachments"]
    ]
    found["有效性"] = [
        f"{row['starts_on']} 起{Validity.State(row['state']).label} {row['because_of']} {row['note']}".strip()
        for row in state["validities"]
    ]
    return found


def tables(state):
    """The tables of a report's state as they are drawn."""
    report = state["report"]
    layouts = layouts_for(Regime(report["regime"])) if report else {}
    stored = report["tables"].items() if report else ()
    rows = [(key, to_python(report["regime"], key, rows)) for key, rows in stored]
    return [
        TableReading(layouts[key], values, marks={}) if key in layouts else ListReading(values)
        for key, values in rows
    ]


@dataclass
class Change:
    """One field or text of which two revisions have different words: rows of (before, after, mark).

    `mark`: empty for a line both have, `gap` for lines left out, `changed`, `removed` or `added`.
    """

    label: str
    rows: list = field(default_factory=list)


def changes(earlier, later):
    """What changed from one state to another: fields, then texts line by line. A first state has no
    changes.
    """
    found = [
        Change(
            name,
            [(before, after, "changed" if before and after else "added" if after else "removed")],
        )
        for name, before, after in _changed_fields(earlier, later)
    ]
    return found + [
        Change(heading, list(_side_by_side(old, new)))
        for heading, old, new in _changed_texts(earlier, later)
    ]


NOT_COMPARED = "其中一版已隐去，不能对照"


def changed_labels(earlier, later):
    """The names of what changed, for a list; no text is compared line by line for them."""
    if earlier is None or later is None:  # one of them is withheld
        return [NOT_COMPARED]
    return [
        name for name, _, _ in (*_changed_fields(earlier, later), *_changed_texts(earlier, later))
    ]


def _changed_fields(earlier, later):
    return [
        (label(name), before, after)
        for name in FIELDS
        if (before := in_words(earlier, name)) != (after := in_words(later, name))
    ]


def _changed_texts(earlier, later):
    before, after = texts(earlier), texts(later)
    pairs = [
        (heading, before.get(heading, []), after.get(heading, []))
        for heading in dict.fromkeys((*before, *after))
    ]
    return [(heading, old, new) for heading, old, new in pairs if old != new]


def _side_by_side(old, new):
    if len(old) > MOST_LINES or len(new) > MOST_LINES:
        yield f"共 {len(old)} 行，过长，没有逐行比较", f"共 {len(new)} 行", "changed"
        return
    found = steps(old, new)
    for number, (kind, a, b, c, d) in enumerate(found):
        if kind == EQUAL:
            yield from _around(old[a:b], is_first=number == 0, is_last=number == len(found) - 1)
            continue
        for place in range(max(b - a, d - c)):
            before = old[a + place] if a + place < b else ""
            after = new[c + place] if c + place < d else ""
            yield before, after, "changed" if before and after else "removed" if before else "added"


def _around(lines, *, is_first, is_last):
    """The lines next to a change; what lies between is left out."""
    head, tail = (0 if is_first else NEAR), (0 if is_last else NEAR)
    if len(lines) <= head + tail + 1:
        yield from ((line, line, "") for line in lines)
        return
    yield from ((line, line, "") for line in lines[:head])
    yield f"（{len(lines) - head - tail} 行相同）", "", "gap"
    yield from ((line, line, "") for line in lines[len(lines) - tail :])


def with_changes(revisions):
    """[(revision, labels of what changed)] of revisions in the order newest first; None for the
    first of all.
    """
    found = [
        (later, changed_labels(earlier.state, later.state))
        for later, earlier in pairwise(revisions)
    ]
    return [*found, *((revision, None) for revision in revisions[-1:])]
