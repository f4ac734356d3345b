"""The form of an annual report: what real reports get wrong beside their figures (split headers,
last year's form, wrong years).
"""

import re

from django.utils import timezone

from disclosure.checks.finding import Finding, Level
from disclosure.checks.registry import check
from disclosure.checks.subject import field_place
from disclosure.models.reports.report import Regime
from disclosure.reports.tables.deadlines import deadline
from documents.html.parts import BODY, text_of
from documents.html.places import Excerpt, Place
from documents.html.tables import Table

SHORTEST_PROBLEMS = 40  # characters of the section on problems
_FORM_OF_2019 = re.compile(
    r"本年新(?:制作|公开)数量|上一年项目数量|本年增/减|对外公开总数量|采购总金额"
)
_SPLIT_HEADS = (("商业", "企业"), ("科研", "机构"), ("社会公益", "组织"), ("法律服务", "机构"))
_PERIOD = re.compile(r"统计(?:期限|时限|时间)[^。]{0,12}?(?P<year>20\d\d)年1月1日")
_TITLE_YEAR = re.compile(r"(?P<year>20\d\d)年")
_THIS_YEAR = re.compile(r"(?P<year>20\d\d)年度?(?:政府信息公开)(?:工作)?年度报告")
_TABLE_SECTIONS = re.compile(r"主动公开政府信息|收到和处理|复议|诉讼")
_NOTHING = re.compile(r"(?:无|没有|暂无|不存在问题|无问题)[。．.]?")


@check
def split_headers(subject):
    """商业 and 企业 in two rows, where the form has one cell: a table read from a PDF by a machine."""
    if not subject.report:
        return
    for part in subject.parts:
        for element in part.elements("table"):
            pairs = [pair for pair in _SPLIT_HEADS if _is_split(Table(element), pair)]
            if pairs:
                words = "、".join("".join(pair) for pair in pairs)
                message = f"表头“{words}”被拆在两行里，应各为一格。请用“统计表”填写，或者照规定的样式改正。"
                yield Finding(
                    "report-split-header",
                    Level.WARNING,
                    message,
                    part.place,
                    part.locate(pairs[0][0]),
                )


def _is_split(table, pair):
    above, below = pair
    return any(
        text_of(cell) == above
        and row + 1 < table.height
        and _text_at(table, row + 1, column) == below
        for (row, column), cell in table.grid.items()
    )


def _text_at(table, row, column):
    cell = table.grid.get((row, column))
    return "" if cell is None else text_of(cell)


@check
def form_of_2019_used_again(subject):
    """The tables of 国办公开办函〔2019〕60号 in a report on 2021 or later."""
    if not subject.report or subject.report.regime != Regime.FORMAT_2021:
        return
    for part in subject.parts:
        heads = {
            text_of(cell) for table in part.elements("table") for cell in table.iter("td", "th")
        }
        old = next(
            (match for head in heads if (match := _FORM_OF_2019.search(head.replace(" ", "")))),
            None,
        )
        if old:
            message = f"用的是2019年的表格（有“{old.group()}”一栏），2021年度起应按国办公开办函〔2021〕30号填报。"
            yield Finding(
                "report-form-of-2019", Level.WARNING, message, part.place, part.locate(old.group())
            )


@check
def problems_too_short(subject):
    """Section 五 that says 无, or next to nothing."""
    if not subject.report:
        return
    for part in subject.parts:
        words = re.sub(r"\s", "", part.text)
        if part.place == BODY or not re.search("问题|不足", part.place.label) or part.error:
            continue
        if not words or _NOTHING.fullmatch(words) or len(words) < SHORTEST_PROBLEMS:
            message = "存在的主要问题及改进情况写得太简单。请写明具体问题和改进措施。"
            yield Finding("report-problems-short", Level.WARNING, message, part.place)


@check
def year_of_the_report(subject):
    """Title, opening and statistics period of another year: copied from an older report."""
    report = subject.report
    if not report:
        return
    title = subject.item.title or ""
    years = {int(match["year"]) for match in _TITLE_YEAR.finditer(title)}
    if years and report.year not in years:
        message = f"标题里的年度是 {max(years)}，报告年度是 {report.year}。请核对。"
        yield Finding("report-title-year", Level.WARNING, message, field_place("title"))
    if title and "报告" not in title and "年报" not in title:
        message = "标题不像年度报告的标题，规定的写法是“机关全称＋年度＋政府信息公开工作年度报告”。"
        yield Finding("report-title", Level.WARNING, message, field_place("title"))
    for part in subject.parts:
        for pattern in (_PERIOD, _THIS_YEAR):
            for match in pattern.finditer(part.text):
                if int(match["year"]) != report.year and not _speaks_of_another(part.text, match):
                    message = f"这里写的是 {match['year']} 年，报告年度是 {report.year}。请核对是不是沿用了旧稿。"
                    excerpt = Excerpt.of(part.text, *match.span())
                    yield Finding("report-other-year", Level.WARNING, message, part.place, excerpt)


def _speaks_of_another(text, match):
    """发布2018年度政府信息公开年度报告: said of an earlier report, not of this one."""
    before = text[max(0, match.start() - 40) : match.start()].rsplit("。", 1)[-1]
    return (
        bool(re.search("发布|公布了|编制完成|上年|去年|撰写了|完成了|报送|《", before))
        and "现公布" not in before
    )


@check
def tables_as_pictures(subject):
    """A picture where the form has a table: nobody can copy or read it aloud."""
    report = subject.report
    if not report or report.regime not in (Regime.FORMAT_2019, Regime.FORMAT_2021):
        return
    for part in subject.parts:
        if not _TABLE_SECTIONS.search(part.place.label) or part.elements("table"):
            continue
        if part.elements("img") and len(re.sub(r"\s", "", part.text)) < SHORTEST_PROBLEMS:
            message = "统计表是图片，不能复制，也不能朗读。请在“统计表”里填写数字。"
            yield Finding("report-table-picture", Level.WARNING, message, part.place)


@check
def published_late(subject):
    """Public after the day the law set (条例 Art. 49). Nothing can be done any more; the auditor
    wants to know.
    """
    report = subject.report
    if not report or not subject.item.listed_at:
        return
    last_day, listed_on = (
        deadline(report.department, report.year),
        timezone.localdate(subject.item.listed_at),
    )
    if listed_on > last_day:
        message = f"报告在 {listed_on:%Y-%m-%d} 公开，迟于规定的 {last_day:%Y-%m-%d}（《条例》第四十九条）。"
        yield Finding("report-published-late", Level.WARNING, message, Place("report", "年度报告"))
