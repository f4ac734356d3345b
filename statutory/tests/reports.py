"""The demonstration's reports as the rules read them (saved pages of real organs, and examples), and
one number of them changed.
"""

import json
import re
from dataclasses import replace
from pathlib import Path

from django.conf import settings

from documents.html.marking import Mark, mark_html
from documents.html.plaintext import recognise
from statutory.four_lists import Report
from statutory.lookup import Figures
from statutory.prose.examine import report_parts
from statutory.values import to_python

FOLDER = Path(settings.BASE_DIR) / "fixtures" / "demonstration"
LAST_YEARS = ((2013, "narrative"), (2018, "statistics"), (2020, "format_2019"))
_MARKED = re.compile(r"<mark[^>]*>(.*?)</mark>", re.DOTALL)
_COUNTING = str.maketrans("一二两三四五六七八九", "二三三四五六七八九十")


def reports():
    """{name: `Report`}: saved pages first, each with the tables of the year before where it has
    them.
    """
    rows = [row for row in _rows("documents.json") if "category" not in row]
    rows += _rows("reports.json")
    found = {}
    for row in rows:
        regime = regime_of(row["year"])
        tables = {
            key: to_python(regime, key, table) for key, table in row.get("tables", {}).items()
        }
        sections = _saved(row["file"]) if "file" in row else _typed(row)
        key = (row["department"], row["year"])
        found[key] = Report(tuple(sections), row["year"], _organ(row["title"]), regime, tables)
    for (organ, year), report in found.items():
        before = found.get((organ, year - 1))
        if before and before.tables:
            earlier = Figures(before.regime, before.tables)
            found[organ, year] = replace(report, earlier=earlier)
    return {f"{organ}-{year}": report for (organ, year), report in found.items()}


def of_file(path):
    """A `Report` of a text saved elsewhere; its year stands in the name of the file."""
    document = recognise(path.read_text())
    year = int(re.search(r"(?:19|20)\d{2}", path.name)[0])
    sections = [("", document.opening_html)]
    sections += [(one.title, one.html) for one in document.sections]
    return Report(tuple(sections), year, regime=regime_of(year))


def regime_of(year):
    """The form of a year."""
    return next((regime for last, regime in LAST_YEARS if year <= last), "format_2021")


def _rows(name):
    return json.loads((FOLDER / name).read_text())


def _organ(title):
    return re.split(r"(?:19|20)\d{2}年", title)[0]


def _saved(name):
    document = recognise((FOLDER / "documents" / name).read_text())
    return [("", document.opening_html), *((one.title, one.html) for one in document.sections)]


def _typed(row):
    def html(paragraphs):
        return "".join(f"<p>{text}</p>" for text in paragraphs)

    return [
        ("", html(row["body"])),
        *((one["title"], html(one["body"])) for one in row["sections"]),
    ]


def one_more(written):
    """A number with one added to its whole part: 1,234 and 4.5, and 四项."""
    match = re.search(r"\d[\d,]*", written)
    if not match:
        return written.replace("十", "十一") if written[0] == "十" else written.translate(_COUNTING)
    number = int(match[0].replace(",", "")) + 1
    changed = f"{number:,}" if "," in match[0] else str(number).zfill(len(match[0]))
    return written[: match.start()] + changed + written[match.end() :]


def with_number(report, number, written):
    """A `Report` in which one `Number` of the text reads otherwise."""
    sections = list(report.sections)
    for place, part in enumerate(report_parts(sections)):
        if part.place.name == number.place:
            marked = mark_html(part.html, part.text, [Mark(number.start, number.end, "here")])
            marked = _MARKED.sub(lambda match: written, marked, count=1)
            sections[place] = (sections[place][0], _MARKED.sub("", marked))
    return replace(report, sections=tuple(sections))


def with_cell(report, cell):
    """A `Report` in which one cell of the tables is one more."""
    rows = [list(row) for row in report.tables[cell.table]]
    rows[cell.row][cell.column] += 1
    return replace(report, tables={**report.tables, cell.table: rows})
