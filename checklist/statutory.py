"""The statutory tables of an annual report: whether they add up and are filled in, and what the
rules asked for.
"""

from django.utils import timezone

from disclosure.checks.finding import Finding, Level, Settled
from disclosure.checks.registry import check
from disclosure.reports.tables.account import Account
from disclosure.reports.tables.deadlines import deadline
from documents.html.places import Place
from statutory.completeness import SOURCES, missing_parts, missing_tables
from statutory.layouts import layouts_for

MOST_PLACES = 3


def _place(key):
    titles = {name: layout.title for name, layout in layouts_for("format_2021").items()}
    return Place(f"table-{key}", f"统计表“{titles.get(key, '统计表')}”")


@check
def figures_that_do_not_add_up(subject):
    """Hard identities need a printed explanation where they do not hold; the others are to be
    looked at.
    """
    if subject.report is None:
        return
    is_past = bool(subject.item.imported_at)
    for rule in Account.of(subject.report).rules:
        if not rule.broken or rule.is_explained:
            continue
        first = " ".join(result.sentence for result in rule.broken[:MOST_PLACES])
        more = (
            f"另有 {len(rule.broken) - MOST_PLACES} 处。" if len(rule.broken) > MOST_PLACES else ""
        )
        todo = (
            "请核对数字；确实如此的，在“统计表”里填写说明，说明会随报告公开。"
            if rule.rule.is_hard
            else "请核对。"
        )
        level = Level.BLOCKING if rule.needs_explanation and not is_past else Level.WARNING
        message = f"不符合勾稽关系“{rule.rule.formula}”：{first}{more}{todo}"
        yield Finding(f"identity-{rule.rule.code}", level, message, _place(rule.broken[0].table))


@check
def blanks_in_tables(subject):
    """A blank is not a zero: what did not happen is written as 0."""
    if subject.report is None:
        return
    level = Level.WARNING if subject.item.imported_at else Level.BLOCKING
    for key, number in Account.of(subject.report).blanks.items():
        message = f"有 {number} 格没有填。没有发生的请填 0（可以用“空白按 0 填”），不要留空白。"
        yield Finding("table-blank", level, message, _place(key), settled=Settled.BY_REASON)


@check
def parts_of_a_report(subject):
    """The sections and tables the rules of the year asked for, and the day by which it had to be
    public.
    """
    report = subject.report
    if report is None:
        return
    tables = [table.key for table in report.tables.all()]
    titles = [part.place.label for part in subject.parts[1:]]
    source = SOURCES[report.regime]
    for part in missing_parts(report.regime, titles, subject.text, tables):
        message = f"报告里没有“{part.name}”（{source}要求）。请补上；没有发生的，写明没有。"
        yield Finding("report-section-missing", Level.WARNING, message, Place("report", "年度报告"))
    if layouts_for(report.regime) and not any(part.elements("table") for part in subject.parts):
        for part in missing_tables(report.regime, tables):
            message = f"没有填写“{part.name}”的统计表（{source}要求）。请在“统计表”里填写。"
            yield Finding("report-table-missing", Level.WARNING, message, _place(part.table))
    last_day = deadline(report.department, report.year)
    is_first = not subject.item.index_number and not subject.item.corrects_id
    if is_first and not subject.item.imported_at and timezone.localdate() > last_day:
        message = f"{report.year} 年度报告应在 {last_day:%Y-%m-%d} 以前公开（《条例》第四十九条），已经过期，请尽快公开。"
        yield Finding("report-late", Level.WARNING, message, Place("report", "年度报告"))
