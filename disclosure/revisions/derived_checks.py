"""Whether what is computed and kept is what computing gives: findings of reports, sums of counts."""

from django.core.exceptions import ValidationError
from django.db.models import F, Sum
from django.db.models.functions import Coalesce

from disclosure.models import DailyViews, Item, ReportFindings, SiteViews
from disclosure.reports.findings.stored import changed_behind, is_of_these_rules
from ledger.reading import Unreadable, in_order
from ledger.verification import Fault


def finding_faults():
    """Findings, paragraphs and promises kept of public reports, against the reports themselves."""
    kept = ReportFindings.objects.select_related("report__item", "report__department")
    for one in in_order(kept.prefetch_related("report__commitments__answers"), step=100):
        if isinstance(one, Unreadable):
            yield Fault(f"第 {one.pk} 份核对结果读不出来：{one.reason}")
            continue
        name = f"{one.report.item.index_number}（{one.report}）"
        try:
            changed, is_current = changed_behind(one), is_of_these_rules(one)
        except (ValueError, TypeError, ValidationError) as error:
            yield Fault(f"{name}的核对结果不能重新计算：{error}")
            continue
        if changed:
            yield Fault(f"{name}的{'、'.join(changed)}与重新核对的不符，被改动过。")
        elif not is_current:
            yield Fault(
                f"{name}的核对结果不是按现在的规则算的。请运行 manage.py check_reports。",
                is_warning=True,
            )


def count_faults():
    """Sums of browse counts against the days they are of."""
    summed = Item.objects.annotate(days=Coalesce(Sum("daily_views__views"), 0)).order_by("pk")
    wrong = summed.exclude(view_count=F("days"))
    for key, title_key, total, days in wrong.values_list(
        "pk", "index_number", "view_count", "days"
    ):
        yield Fault(f"{title_key or key}：浏览次数是 {total}，各日相加是 {days}，被改动过。")
    by_day = dict(DailyViews.objects.order_by("day").values_list("day").annotate(Sum("views")))
    site = dict(SiteViews.objects.values_list("day", "views"))
    for day in sorted({*by_day, *site}):
        if site.get(day, 0) != by_day.get(day, 0):
            yield Fault(
                f"{day} 的全站浏览次数是 {site.get(day, 0)}，各条信息相加是 {by_day.get(day, 0)}，"
                "被改动过。"
            )
