"""The parts of an annual report that stand in rows of their own, one entry each.

Whoever writes a report down (`revisions.state`), compares two states (`revisions.history`), carries a
correction over (`acts.corrections`), names a difference (`revisions.standing`) or removes a report by
law (`erasing.own`) reads this list, so a new part is added here and nowhere else.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import Model

from disclosure.models import (
    AnnualReport,
    CommitmentAnswer,
    IdentityExplanation,
    ReportSection,
    ReportTable,
)
from disclosure.models.reports.report import Regime
from disclosure.reports.tables.access import stored_tables
from documents.html.richtext import html_to_text
from statutory.layouts import layouts_for
from statutory.values import shown, to_python

Texts = Iterator[tuple[str, list[str]]]


@dataclass(frozen=True)
class ReportPart:
    """One part.

    `name`: the relation of the report, and the key of a state. `label`: what readers call it.
    `words`: columns of `model` that may hold words of the report. `state`: the part of a report as
    strings, whole numbers, lists and objects. `texts`: of a report's state, what the part says at
    length: (heading, lines).
    """

    name: str
    label: str
    model: type[Model]
    words: tuple[str, ...]
    state: Callable[[AnnualReport], Any]
    texts: Callable[[dict[str, Any]], Texts]


def plain_lines(html: str) -> list[str]:
    """The lines of a rich text that say something."""
    return [line for line in html_to_text(html).splitlines() if line.strip()]


def _sections(report: AnnualReport) -> list[dict[str, Any]]:
    rows = sorted(report.sections.all(), key=lambda section: section.position)
    return [{"position": row.position, "title": row.title, "body": row.body} for row in rows]


def _section_texts(report: dict[str, Any]) -> Texts:
    for section in report["sections"]:
        yield section["title"], plain_lines(section["body"])


def _table_texts(report: dict[str, Any]) -> Texts:
    layouts = layouts_for(Regime(report["regime"]))
    for key, rows in report["tables"].items():
        title = layouts[key].title if key in layouts else "统计表"
        yield f"表：{title}", [_row(row) for row in to_python(report["regime"], key, rows)]


def _row(row: Any) -> str:
    return " | ".join(
        "" if value is None else value if isinstance(value, str) else shown(value) for value in row
    )


def _explanations(report: AnnualReport) -> list[dict[str, Any]]:
    rows = sorted(report.explanations.all(), key=lambda row: row.code)
    return [{"code": row.code, "text": row.text, "places": row.places} for row in rows]


def _explanation_texts(report: dict[str, Any]) -> Texts:
    for row in report["explanations"]:
        yield f"说明（{row['code']}）", row["text"].splitlines()


def _answers(report: AnnualReport) -> list[dict[str, Any]]:
    rows = sorted(
        report.answers.all(), key=lambda row: (row.commitment.position, row.commitment_id)
    )
    return [
        {
            "kind": row.commitment.kind,
            "text": row.commitment.text,
            "status": row.status,
            "note": row.note,
        }
        for row in rows
    ]


def _answer_texts(report: dict[str, Any]) -> Texts:
    labels = dict(CommitmentAnswer.Status.choices)
    if answers := report.get("answers", ()):  # the first revisions had none
        yield (
            "上年承诺落实情况",
            [
                f"{row['text']}：{labels.get(row['status'], row['status'])}。{row['note']}"
                for row in answers
            ],
        )


PARTS = (
    ReportPart("sections", "章节", ReportSection, ("title", "body"), _sections, _section_texts),
    ReportPart("tables", "统计表", ReportTable, ("rows",), stored_tables, _table_texts),
    ReportPart(
        "explanations", "勾稽关系说明", IdentityExplanation, ("text", "places"),
        _explanations, _explanation_texts,
    ),
    ReportPart("answers", "落实情况", CommitmentAnswer, ("note",), _answers, _answer_texts),
)  # fmt: skip
