"""The examination of one report: a pure function of what it says.

`examine()` takes (title, html) pairs of the sections (the opening has an empty title), the tables
as `{"a": …, "b": …, "c": …}` or None, the year, and what the organ's report of the year before
states.
"""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from documents.html.parts import BODY, HtmlPart
from documents.html.places import Place
from statutory.prose.against_tables import check_against_tables, check_flow
from statutory.prose.channels import check_channels
from statutory.prose.completeness import check_completeness
from statutory.prose.concepts import spoken
from statutory.prose.dealt_with import check_dealt_with
from statutory.prose.figures import Figure, read_figures
from statutory.prose.finding import Finding, Verdict
from statutory.prose.listings import check_lists, check_numbered
from statutory.prose.passages import Passage, fold, passages_of
from statutory.prose.published import check_published
from statutory.prose.repeats import check_repeats
from statutory.prose.sections import check_sections
from statutory.prose.shares import check_shares
from statutory.prose.sums import check_sums
from statutory.prose.tables import Tables
from statutory.prose.years import check_growth

MAX_FINDINGS = 300
_ORDER = {Verdict.BROKEN: 0, Verdict.UNKNOWN: 1, Verdict.HOLDS: 2}


def examine(
    sections: list[tuple[str, str]],
    *,
    year: int,
    organ: str = "",
    tables: Any = None,
    earlier_tables: Any = None,
) -> list[Finding]:
    """All `Finding`s about a report, in the order of the text; those on the whole report last."""
    parts = report_parts(sections)
    pairs = zip(parts, (title for title, _ in sections), strict=True)
    passages = [passage for part, title in pairs for passage in passages_of(part, title)]
    figures = [(passage, read_figures(passage.text)) for passage in passages]
    table = Tables(tables)
    earlier = Tables(earlier_tables)
    found: list[Any] = []
    for passage, own in figures:
        found += _of_passage(passage, own, spoken(passage, own, year, organ), table, earlier)
    titles = [fold(title) for title, _ in sections if title]
    found += check_numbered(passages)
    found += check_sections(passages, titles)
    found += check_repeats(figures)
    order = {part.place.name: number for number, part in enumerate(parts)}
    found.sort(key=lambda finding: (order[finding.sentence.place], finding.sentence.start))
    text = fold("\n".join(part.text for part in parts))
    found += check_completeness(titles, text, year)
    return _once(found)[:MAX_FINDINGS]


def report_parts(sections: list[tuple[str, str]]) -> list[HtmlPart]:
    """The rich texts with their places, named as the checklist names them: `body`, `section-<n>`."""
    parts, number = [], 0
    for title, html in sections:
        number += bool(title)
        place = Place(f"section-{number}", title) if title else BODY
        parts.append(HtmlPart(place, html))
    return parts


def _of_passage(
    passage: Passage, figures: list[Figure], quantities: list[Any], tables: Tables, earlier: Tables
) -> Iterator[Finding]:
    yield from check_sums(passage, figures)
    yield from check_channels(passage, figures)
    yield from check_dealt_with(passage, figures, tables)
    growth = check_growth(passage, figures, quantities, tables, earlier)
    yield from growth.values()
    yield from check_shares(passage, figures, tables, settled=growth)
    yield from check_lists(passage)
    yield from check_against_tables(passage, quantities, tables)
    yield from check_flow(passage, quantities)
    yield from check_published(passage, figures, tables.published)


def _once(findings: list[Finding]) -> list[Finding]:
    """No finding twice."""
    seen, kept = set(), []
    for finding in findings:
        key = replace(finding, others=(), figures=(), used=(), cells=())
        if key not in seen:
            seen.add(key)
            kept.append(finding)
    return kept
