"""What the public reads of the archive, for the daily digest: every column of every table but those
named here with their reason.
"""

import datetime as dt
from collections.abc import Iterator
from itertools import groupby
from operator import itemgetter

from django.db.models import Model, Q, QuerySet

from catalog.models import Category, Department
from disclosure.choices import ONCE_PUBLIC, SUBJECT, ScanState
from disclosure.models import (
    AnnualReport,
    Attachment,
    CommitmentAnswer,
    DailyViews,
    IdentityExplanation,
    Item,
    OldAddress,
    ReportSection,
    ReportTable,
    SiteViews,
    SynonymGroup,
    Theme,
    Validity,
)
from disclosure.revisions.lists import SUBJECT as LISTS
from ledger.digests.comparing import newest
from ledger.digests.explaining import by_acts, by_any_act, by_events, by_the_desk
from ledger.digests.tables import Difference, PublicTable, Row, digest_of, public_table, rows_of
from ledger.models import Act, AuditEvent

LATE = dt.timedelta(days=7)  # a machine that was away may count for so long afterwards
DESK = {"change_note", "next_review_on", "corrects", "created_at", "updated_at", "created_by"}
COUNTED = {"view_count"}  # its days are covered, and the sum is added up again (derived_checks)
PLACES = ("department_id", "category_id")  # acts on organs and columns move them, too
TREE = {"lft", "rght", "tree_id", "level"}  # mptt's; `check_tree` compares them with the parents
# Desk's, and the scanner's word, which is a table of its own below.
OF_FILES = {"same_as", "found", "scan_state"}
ACTS, CATALOGUE = by_acts(SUBJECT), by_any_act(Q(subject_kind=LISTS))


def columns_of(model: type[Model], left_out: set[str]) -> tuple[str, ...]:
    """The columns of a model that a digest covers."""
    return tuple(
        field.attname
        for field in model._meta.concrete_fields
        if not field.primary_key and not field.generated and field.name not in left_out
    )


def _public(prefix: str = "") -> Q:
    return Q(**{f"{prefix}index_number__isnull": False}) | Q(**{f"{prefix}status__in": ONCE_PUBLIC})


def _of_items(model: type[Model], way: str, left_out: set[str], *more) -> None:
    """A table whose rows belong to items: acts on the item explain what changes."""
    columns = columns_of(model, left_out)

    def rows() -> QuerySet:
        return model._base_manager.filter(_public(way))

    label = model._meta.label
    title = str(model._meta.verbose_name)
    stream = rows_of(rows, columns, f"{way}index_number")
    public_table(PublicTable(label, title, columns, stream, (ACTS, *more)))


def _grown_lately(differences: list[Difference]) -> list[Difference]:
    """Views of these days, and late ones of the days before, come in by roll-ups; none goes away."""
    since = (newest().day - LATE).isoformat()
    return [
        one
        for one in differences
        if one.key < since
        or one.now is None
        or (one.before is not None and (one.now.amount or 0) < (one.before.amount or 0))
    ]


def _scanned(differences: list[Difference]) -> list[Difference]:
    """A scanner looks at what it had not looked at, and may find later what it did not know. What
    it was is known: each of the three words has its digest.
    """
    words = {digest_of((str(word),)): word for word in ScanState.values}
    left = []
    for one in differences:
        before = words.get(one.before.sha256) if one.before else ScanState.UNSCANNED
        now = words.get(one.now.sha256) if one.now else None
        rightly = before == ScanState.UNSCANNED or now == ScanState.INFECTED
        if now is None or not rightly:
            left.append(one)
    return left


def _days() -> Iterator[Row]:
    """Views by day: one row for all items of it."""
    views = DailyViews.objects.order_by("day", "item_id").values_list("day", "item_id", "views")
    for day, rows in groupby(views.iterator(chunk_size=5000), itemgetter(0)):
        of_day = [row[1:] for row in rows]
        yield Row(day.isoformat(), "", digest_of(tuple(of_day)), sum(row[1] for row in of_day))


def _site_days() -> Iterator[Row]:
    for day, views in SiteViews.objects.order_by("day").values_list("day", "views").iterator():
        yield Row(day.isoformat(), "", digest_of((views,)), views)


_of_items(Item, "", DESK | COUNTED | {"department", "category"})
public_table(
    PublicTable(
        "disclosure.Item.places",
        "信息的机构和栏目",
        PLACES,
        rows_of(lambda: Item.objects.filter(_public()), PLACES, "index_number"),
        (ACTS, CATALOGUE),
    )
)
for relation in ("joint_departments", "further_categories"):
    _of_items(getattr(Item, relation).through, "item__", set(), CATALOGUE)
_of_items(Item.interprets.through, "from_item__", set())
_of_items(Validity, "item__", {"registered_at"})
_of_items(Attachment, "item__", OF_FILES)
public_table(
    PublicTable(
        "disclosure.Attachment.scan_state",
        "附件的查毒结果",
        ("scan_state",),
        rows_of(
            lambda: Attachment.everything.filter(_public("item__")),
            ("scan_state",),
            "item__index_number",
        ),
        (ACTS, _scanned),
    )
)
_of_items(AnnualReport, "item__", set())
for part in (ReportSection, ReportTable, IdentityExplanation):
    _of_items(part, "report__item__", set())
# Promises are found again in the report (derived_checks), under other numbers.
_of_items(CommitmentAnswer, "report__item__", {"commitment"})
_of_items(
    OldAddress, "item__", set(), by_the_desk("disclosure_oldaddress"), by_events(AuditEvent.IMPORT)
)
for model, left_out in {Department: set(), Category: TREE, Theme: set()}.items():
    _columns = columns_of(model, left_out)
    public_table(
        PublicTable(
            model._meta.label,
            str(model._meta.verbose_name),
            _columns,
            rows_of(model._base_manager.all, _columns),
            (CATALOGUE,),
        )
    )
public_table(
    PublicTable(
        "disclosure.SynonymGroup",
        "同义词",
        ("words",),
        rows_of(SynonymGroup.objects.all, ("words",)),
        (by_the_desk("disclosure_synonymgroup"),),
    )
)
COUNTS = (_grown_lately, by_any_act(Q(act=Act.COUNT_CORRECTION)))
for name, title, stream in (
    ("disclosure.DailyViews", "每日浏览次数", _days),
    ("disclosure.SiteViews", "全站浏览次数", _site_days),
):
    public_table(PublicTable(name, title, ("day", "views"), stream, COUNTS))
