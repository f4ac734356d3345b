"""Slips met on real pages: null, ? 0, forgotten numbers, digits lost in pasting, units inside
number cells.
"""

import re

from disclosure.checks.finding import Finding, Level, Settled
from disclosure.checks.registry import check
from disclosure.checks.subject import field_place
from disclosure.models.reports.report import Regime
from documents.html.parts import text_of
from documents.html.places import Excerpt
from documents.html.tables import Table

_PROGRAM_WORD = re.compile(
    r"(?<![A-Za-z])(?<![A-Za-z] )(?:null|NULL|undefined|NaN)(?! ?[A-Za-z])|#(?:REF!|VALUE!|DIV/0!|N/A|NAME\?|NUM!)|\ufffd+"
)
_QUESTION_ZERO = re.compile(r"[?？][ \u3000]+0(?![\d.])|(?:^|(?<=[\t\n]))[?？]0(?=[\t\n]|$)")
_COUNTED = r"(?:条|件|次|项|篇|份|人次|万元|万字|个百分点)"
_END = r"(?=[，。；、,;）)]|$|\n)"
_NUMBER_FORGOTTEN = re.compile(
    rf"(?<=[\u4e00-\u9fff])(?<![一二三四五六七八九十百千万亿两几多数若各每这该某第余半单双])[ \u3000]+{_COUNTED}{_END}"
)
_NUMBER_LOST = re.compile(
    r"第[ \u3000]*(?:次|号|期|批|届)|第[ \u3000]+(?:条|款|项|章|季度|页)|〔(?!\d{4}〕)[^〕\n]{0,12}号|〔[ \u3000]*〕"
)
_DATE_LOST = re.compile(r"(?<![\d一二三四五六七八九十〇○])年[ \u3000]*月[ \u3000]*日")
PATTERNS = (
    (
        "slip-program-word",
        Level.BLOCKING,
        _PROGRAM_WORD,
        "“{0}”是软件留下的字样，不是内容。请改为正确的内容。",
    ),
    (
        "slip-question-mark",
        Level.BLOCKING,
        _QUESTION_ZERO,
        "“{0}”是表格转换留下的字样。请改为正确的数字。",
    ),
    (
        "slip-number-forgotten",
        Level.WARNING,
        _NUMBER_FORGOTTEN,
        "“{0}”前面好像漏了数字。请补上，没有的填0。",
    ),
    (
        "slip-number-lost",
        Level.WARNING,
        _NUMBER_LOST,
        "“{0}”里的数字好像在粘贴时丢了。请与原文件核对。",
    ),
    ("slip-number-lost", Level.WARNING, _DATE_LOST, "“{0}”里的日期好像没有填。请补上年月日。"),
)
_BARE = re.compile(r"[-−]?\d[\d,]*(?:\.\d+)?\Z")
_WITH_UNIT = re.compile(
    r"[-−]?\d[\d,]*(?:\.\d+)?\s*(?P<unit>元|万元|亿元|件|条|个|项|次|人|人次|%|％)\Z"
)
_EMPTY = {"", "/", "-", "—", "——", "无", "\\"}
_OLD_FORM = re.compile(r"国办公开办函〔2019〕60号")


@check
def slips_of_writing(subject):
    """Remains of software and of pasting."""
    passages = [
        *subject.own_passages,
        (field_place("document_number"), subject.item.document_number or ""),
    ]
    for place, text in passages:
        for code, level, pattern, message in PATTERNS:
            for match in pattern.finditer(text):
                excerpt = Excerpt.of(text, *match.span())
                said = message.format(" ".join(match.group().split()))
                yield Finding(
                    code,
                    level,
                    said,
                    place,
                    excerpt,
                    settled=Settled.BY_REASON if level == Level.BLOCKING else Settled.NEVER,
                )


@check
def units_in_number_cells(subject):
    """251000元 in a column of numbers: the unit belongs into the heading."""
    for part in subject.parts:
        for element in part.elements("table"):
            for written in _with_units(Table(element)):
                message = f"数字列里的“{written}”带了单位。请把单位写进表头，单元格里只留数字。"
                yield Finding(
                    "slip-unit-in-cell", Level.WARNING, message, part.place, part.locate(written)
                )


def _with_units(table):
    for number in range(table.width):
        texts = table.column(number)
        if any(map(_BARE.match, texts)):
            yield from (text for text in texts if _WITH_UNIT.match(text))


@check
def empty_cells_of_reports(subject):
    """In a report's tables every figure is written, 0 where there was none
    (国办公开办函〔2021〕30号).
    """
    if not subject.report:
        return
    for part in subject.parts:
        for number, element in enumerate(part.elements("table"), start=1):
            if empty := _empty_cells(Table(element)):
                message = (
                    f"第 {number} 个表格有 {empty} 个数字格是空的，或者写的是“/”“-”。没有的请填0。"
                )
                yield Finding("report-empty-cells", Level.WARNING, message, part.place)


def _empty_cells(table):
    rows = [list(row.iterchildren("td")) for row in table.rows]
    numeric = [row for row in rows if any(_BARE.match(text_of(cell)) for cell in row)]
    return sum(text_of(cell) in _EMPTY for row in numeric for cell in row)


@check
def superseded_form_of_reports(subject):
    """A report that cites the form of 2019 after that of 2021 replaced it was copied from an old
    one.
    """
    if not subject.report or subject.report.regime != Regime.FORMAT_2021:
        return
    for part in subject.parts:
        for match in _OLD_FORM.finditer(part.text):
            message = "引用的是2019年的格式通知，2021年度起应按国办公开办函〔2021〕30号编制。请核对是不是沿用了旧稿。"
            yield Finding(
                "report-old-form",
                Level.WARNING,
                message,
                part.place,
                Excerpt.of(part.text, *match.span()),
            )
