"""Whether every item stands as the register says: in its state, and with all it shows.

Nothing is chosen to be looked at: the whole `state_of` an item is compared with its newest revision.
What changes rightly without a revision (moves, mergers) is replayed from the register, what may grow
(a document named before it was public has its number later) is named here.
"""

import datetime as dt
from itertools import islice

from django.conf import settings
from django.db import OperationalError
from django.db.models import Exists, OuterRef, Prefetch, Q

from disclosure.choices import ONCE_PUBLIC, SUBJECT, DisclosureMode, Status
from disclosure.erasing.own import ERASED_TITLE
from disclosure.models import Item, Revision, Validity
from disclosure.reports.parts import PARTS
from disclosure.revisions.replay import Replay
from disclosure.revisions.state import state_of
from ledger.canonical import timestamp
from ledger.models import GONE_AFTER, Act, Entry
from ledger.models.entry import TERM_OVER
from ledger.reading import Unreadable, in_order
from ledger.verification import Fault

BATCH = 200
# Between the moment an item is taken away and that of its entry: one transaction.
WITHIN = dt.timedelta(minutes=10)
ITEM_LABELS = {
    "validities": Validity._meta.verbose_name,
    "report": "年度报告",
    "attachments": "附件",
}
REPORT_LABELS = {
    "department": "报告机关",
    "year": "报告年度",
    "regime": "报告格式",
} | {part.name: part.label for part in PARTS}
TERM = {"term", "disclosed_until"}  # its end is an act, and the notice of it shows neither
NAMED_BY_KEY = {"department", "joint_departments", "category", "further_categories", "interprets"}


def standing_faults():
    """One fault an item that does not stand as the register says."""
    replay = Replay.read()
    for items in _batches():
        try:
            yield from _faults_of_batch(items, replay)
        except (ValueError, TypeError, KeyError, AttributeError, OperationalError) as error:
            yield Fault(f"登记簿中关于 {items[0].index_number} 等信息的条目读不出来：{error}")
    yield from _missing_items()


def _batches():
    newer = Revision.objects.filter(item=OuterRef("item"), number__gt=OuterRef("number"))
    newest = Revision.objects.filter(~Exists(newer)).select_related("entry", "stored")
    parts = (f"annual_report__{part.name}" for part in PARTS)
    items = (
        Item.objects.filter(Q(index_number__isnull=False) | Q(status__in=ONCE_PUBLIC))
        .select_related("department", "category", "theme__parent", "annual_report__department")
        .prefetch_related(
            Prefetch("revisions", newest, to_attr="newest"),
            Prefetch("interprets", Item.objects.only("index_number")),
            Prefetch("validities", Validity.objects.select_related("because_of")),
            *("joint_departments", "further_categories", "attachments", *parts),
        )
    )
    found = iter(in_order(items, step=BATCH))
    while batch := [one for one in islice(found, BATCH) if not isinstance(one, Unreadable)]:
        yield batch


def _faults_of_batch(items, replay):
    history = {}
    told = Entry.objects.filter(
        subject_kind=SUBJECT, subject_key__in=[item.index_number for item in items]
    )
    for key, *entry in told.order_by("sequence").values_list(
        "subject_key", "sequence", "act", "note", "made_at", "payload"
    ):
        history.setdefault(key, []).append(entry)
    for item in items:
        entries = history.get(item.index_number, [])
        for words in (*_standing(item, entries), *_content(item, replay)):
            yield Fault(f"{item.index_number or item.pk}：{words}")


def _standing(item, entries):
    """Its state, and what a notice says of it, against its acts."""
    last = [entry for entry in entries if entry[1] in GONE_AFTER][-1:]
    if not last:
        if item.status in ONCE_PUBLIC and not _is_for_measuring(item):
            state = item.get_status_display()
            yield f"“{state}”，登记簿里却没有公开的登记，不是经门户公开的。"
        return
    sequence, act, note, made_at, payload = last[0]
    wanted = _status_after(act, note)
    if item.status != wanted:
        yield (
            f"状态是“{item.get_status_display()}”，按登记簿第 {sequence} 条应为“{wanted.label}”，"
            "被绕过门户改动过。"
        )
    if item.disclosure_mode != DisclosureMode.PROACTIVE:
        yield "公开方式不再是“主动公开”，被改动过。"
    if item.is_removed_by_law != (act == Act.REMOVE):
        yield f"“依法删除”的标记与登记簿第 {sequence} 条不符。"
    if item.withdrawal_reason != ("" if wanted == Status.PUBLISHED else note):
        yield f"撤回原因与登记簿第 {sequence} 条的不符，被改动过。"
    if not _is_of_this_moment(item.withdrawn_at, wanted, made_at, payload):
        yield f"撤回时间与登记簿第 {sequence} 条的不符，被改动过。"
    if item.is_removed_by_law and act == Act.REMOVE and _says_something(item):
        yield "依法删除后又写有内容。"


def _status_after(act, note):
    if not GONE_AFTER[act]:
        return Status.PUBLISHED
    return Status.ARCHIVED if note == TERM_OVER else Status.WITHDRAWN


def _is_of_this_moment(moment, wanted, made_at, payload):
    """Whether an item was taken away when the register says. Entries of before 0.3 do not name the
    moment: it was not later than the entry.
    """
    if wanted == Status.PUBLISHED or moment is None:
        return (moment is None) == (wanted == Status.PUBLISHED)
    said = payload.get("withdrawn_at") if isinstance(payload, dict) else None
    return timestamp(moment) == said if said else moment <= made_at + WITHIN


def _says_something(item):
    words = (item.document_number, item.summary, item.keywords, item.issuer, item.source, item.body)
    return item.title != ERASED_TITLE or any((*words, item.text))


def _is_for_measuring(item):
    """`seed --items` fills a demonstration for benchmarks, and says so in each body."""
    return settings.DEMO and item.body.startswith("<p>本条为演示内容（示例）。</p>")


def _content(item, replay):
    """All it says, against its newest revision, as far as that has not been erased."""
    revision = item.newest[0] if item.newest else None
    if revision is None or item.is_removed_by_law or not revision.kept_content:
        return
    if found := differences(item, revision, replay):
        yield (
            f"与公众页面现在显示的内容不符（登记簿第 {revision.pk} 条，第 {revision.number} 版）："
            f"{'、'.join(found)}。页面内容被改动过。"
        )


def differences(item, revision, replay=None):
    """What an item no longer says as its revision does, in words; empty where nothing was changed."""
    replay = replay or Replay.read()
    recorded, now, after = revision.kept_state, state_of(item), revision.pk
    passed = NAMED_BY_KEY | (TERM if item.status == Status.ARCHIVED else set())
    found = [
        _label(name)
        for name, value in recorded["item"].items()
        if name not in passed and now["item"].get(name) != value
    ]
    found += [_label(name) for name in _misplaced(item, recorded, after, replay)]
    if not _same_validities(recorded["validities"], now["validities"], after):
        found.append(ITEM_LABELS["validities"])
    if recorded["attachments"] != now["attachments"] or any(
        file.is_withheld for file in item.attachments.all()
    ):
        found.append(ITEM_LABELS["attachments"])
    return found + _in_report(item, recorded["report"], now["report"], replay)


def _label(name):
    return str(Item._meta.get_field(name).verbose_name)


def _misplaced(item, recorded, after, replay):
    """Names of the links that lead elsewhere than recorded, acts on organs and columns allowed for."""
    said, stays = recorded["item"], recorded["report"] is not None
    if replay.organ(said["department"]["code"], after, stays=stays) != item.department_id:
        yield "department"
    joint, unknown = replay.joint(said["joint_departments"], after, stays=stays)
    now = {organ.pk for organ in item.joint_departments.all()}
    # A merger takes the successor off where it is the item's own organ already.
    joint, own = joint - now, {item.department_id}
    surplus = now - replay.joint(said["joint_departments"], after, stays=stays)[0]
    if joint - own or len(surplus) > unknown:
        yield "joint_departments"
    if replay.category(said["category"]["slug"], after) != item.category.slug:
        yield "category"
    filed = {column.slug for column in item.further_categories.all()}
    if replay.filings(said["further_categories"], after) != filed:
        yield "further_categories"
    named = {other.index_number for other in item.interprets.all() if other.index_number}
    if set(said["interprets"]) - named or any(
        not _came_after(key, after) for key in named - set(said["interprets"])
    ):
        yield "interprets"


def _came_after(index_number, after):
    """Whether an item became public, or was amended, after an entry: until then it had no number,
    or its correction stood for it.
    """
    acts = (Act.PUBLISH, Act.AMEND)
    later = Entry.objects.filter(subject_kind=SUBJECT, subject_key=index_number, act__in=acts)
    return later.filter(sequence__gt=after).exists()


def _same_validities(recorded, now, after):
    if len(recorded) != len(now):
        return False
    return all(
        before == row
        or (
            before | {"because_of": ""} == row | {"because_of": ""}
            and not before["because_of"]
            and _came_after(row["because_of"], after)
        )
        for before, row in zip(recorded, now, strict=True)
    )


def _in_report(item, recorded, now, replay):
    if recorded is None or now is None:
        return [] if recorded is now else [ITEM_LABELS["report"]]
    found = [
        REPORT_LABELS.get(name, name)
        for name, value in recorded.items()
        if name != "department" and now.get(name) != value
    ]
    report = item.annual_report
    if replay.codes.get(recorded["department"]["code"]) != report.department_id:
        found.insert(0, REPORT_LABELS["department"])
    if report.is_correction:
        found.append("更正稿")
    return found


def _missing_items():
    """Items that the register says were published and that are not there."""
    there = Item.objects.filter(index_number=OuterRef("subject_key"))
    published = Entry.objects.filter(subject_kind=SUBJECT, act=Act.PUBLISH)
    gone = published.filter(~Exists(there)).order_by("subject_key")
    for key in gone.values_list("subject_key", flat=True).distinct():
        yield Fault(f"{key}：登记簿里有它的公开，这条信息却不见了。")
