"""Entering the tables of a report at the desk."""

from django.core.exceptions import ValidationError
from django.db import transaction

from disclosure.acts.registering import public_face_changed
from disclosure.choices import Status
from disclosure.models import AnnualReport, IdentityExplanation, Item, ReportTable
from disclosure.reports.tables.access import stored_tables
from disclosure.reports.tables.account import Account
from statutory.entry import stamp


class OvertakenError(ValidationError):
    """Somebody else saved the tables since they were opened."""


@transaction.atomic
def enter_tables(*, report, entry, explanations, seen, by):
    """Save what a clerk filled in, and the explanations (`{code: text}`) for what now does not add
    up.

    `seen`: the stamp of the tables as they were opened, or None to save over whatever stands there.
    Raises `OvertakenError` where they have changed since. An explanation speaks for the places that
    are broken now. Who filled in tables has written the report, and so does not review it.
    """
    item = Item.objects.select_for_update(of=("self",)).get(
        pk=report.item_id
    )  # as every act on it does
    if not item.is_editable:
        raise ValidationError("这份报告正在审核或者已经公开，不能直接修改。已公开的请发起更正。")
    report = AnnualReport.objects.select_related("item", "department").get(pk=report.pk)
    if seen is not None and seen != stamp(stored_tables(report)):
        raise OvertakenError(
            "在您填写的时候，这份报告的统计表已经被别人保存过。您填的内容还在下面，没有丢失，也还没有保存。"
        )
    item.contributors.add(by)
    store_tables(report=report, tables=entry.rows)
    report = AnnualReport.objects.select_related("item", "department").get(pk=report.pk)
    account = Account.of(report)
    places = {rule.rule.code: rule.places for rule in account.rules}
    spoken = {code: (text, places.get(code, [])) for code, text in explanations.items()}
    store_explanations(report=report, explanations=spoken)
    return report


def require_explained(report):
    """Raise ValidationError where a hard identity is broken and no explanation speaks for it.

    What an older site published stands as it was published: an imported report is shown with what
    does not add up, and its organ can no longer explain it.
    """
    if report is None or report.item.imported_at:
        return
    unexplained = Account.of(report).unexplained
    if unexplained:
        formulas = "；".join(rule.rule.formula for rule in unexplained)
        raise ValidationError(
            f"统计表的数字不符合勾稽关系：{formulas}。请在“统计表”中核对数字；确实如此的，填写说明，说明会随报告一起公开。"
        )


def _tell_the_public(item):
    """A draft has no public face yet: nothing that follows from one need be done again."""
    if item.status == Status.PUBLISHED:
        public_face_changed(item)


@transaction.atomic
def store_tables(*, report, tables):
    """Write whole tables (`{"b": rows, …}`, None removes one); the others stay. ValidationError
    where rows do not fit.

    The report's item is locked first, so that of two writers the second waits and none is lost
    half-way.
    """
    report = (
        AnnualReport.objects.select_for_update(of=("self",))
        .select_related("item")
        .get(pk=report.pk)
    )
    for key, rows in tables.items():
        if rows is None:
            ReportTable.objects.filter(report=report, key=key).delete()
            continue
        table = ReportTable.objects.filter(report=report, key=key).first() or ReportTable(
            report=report, key=key
        )
        table.report, table.rows = report, rows
        table.save()
    _tell_the_public(report.item)
    return report


@transaction.atomic
def store_explanations(*, report, explanations):
    """Write why identities do not hold: `{code: (text, places)}`; an empty text removes one, the
    others stay.
    """
    for code, (text, places) in explanations.items():
        mine = IdentityExplanation.objects.filter(report=report, code=code)
        if not text.strip():
            mine.delete()
            continue
        values = {"text": text.strip(), "places": sorted(places)}
        IdentityExplanation.objects.update_or_create(report=report, code=code, defaults=values)
    _tell_the_public(report.item)
