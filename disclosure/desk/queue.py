"""What waits for a member of staff: the front page of the desk."""

from dataclasses import dataclass, field

from django.utils import timezone

from disclosure.choices import Status
from disclosure.models import Item, Review
from disclosure.models.desk import PUBLISH_WITHIN
from workdays.calendar import WorkCalendar

SHOWN = 8
URGENT, SOON = 3, 7  # working days before the twenty end


@dataclass
class Row:
    """An item in a queue, with what is to be known of it there. `is_urgent`: today rather than tomorrow."""

    item: Item
    note: str = ""
    is_urgent: bool = False


@dataclass
class Queue:
    """Items that want the same thing done."""

    key: str
    title: str
    help: str
    rows: list = field(default_factory=list)
    count: int = 0
    filters: str = ""  # of the list of items that shows them all
    is_alarm: bool = False

    @property
    def has_more(self):
        """Whether the list shows more than this page."""
        return self.count > len(self.rows)


def queues_of(user, today=None):
    """The `Queue`s of one person, those without anything in them too: an empty queue is good news."""
    if not user.has_perm("disclosure.view_item"):
        return []
    today, visible = today or timezone.localdate(), Item.objects.visible_to(user)
    queues = []
    if user.has_perm("disclosure.submit_item"):
        returned = Item.objects.returned_to(user) & visible
        queues += [
            _queue(
                "returned", "退回给我修改的", "按审核意见改好，再提交。", returned, "status__exact=returned", _returned
            ),
            _queue(
                "drafts",
                "我的草稿",
                "写好后先检查，再提交审核。",
                Item.objects.drafts_of(user) & visible,
                "status__exact=draft",
            ),
        ]
    if user.has_perm("disclosure.review_item"):
        waiting = Item.objects.waiting_for_review_by(user)
        queues.append(
            _queue("review", "等待我审核的", "自己写过、改过的不在内。", waiting, "status__exact=submitted", _submitted)
        )
    if user.has_perm("disclosure.publish_item"):
        approved = visible.filter(status=Status.APPROVED)
        queues.append(
            _queue("approved", "已审核，待公开", "审核已经通过，可以公开。", approved, "status__exact=approved")
        )
    return [*queues, *_alarms(user, visible, today)]


def _alarms(user, visible, today):
    yield _due(visible.due_within(SOON, today), today)
    overdue = _queue(
        "overdue",
        "定时公开逾期",
        "到了时间没有公开，请通知技术人员检查定时任务。",
        visible.overdue(),
        "status__exact=scheduled",
    )
    overdue.is_alarm = True
    yield overdue
    if user.has_perm("disclosure.review_item") or user.has_perm("ledger.view_person"):
        forced = Review.objects.forced_and_unreviewed().visible_to(user)
        items = visible.filter(pk__in=forced.values("item"))
        queue = _queue(
            "forced",
            "直接公开，待补审",
            "未经审核公开的，由另一位审核员补审。",
            items,
            "status__exact=published",
            _forced,
        )
        queue.is_alarm = True
        yield queue
        kept = visible.due_for_reassessment(today)
        yield _queue(
            "kept", "不公开的，到期评估", "行政机关应当定期评估（《条例》第十八条）。", kept, "status__exact=kept"
        )


def _queue(key, title, help, items, filters, note=None):  # noqa: A002 – what it is called on the page
    found = list(
        items.select_related("department", "annual_report").defer("body", "text").order_by("updated_at")[: SHOWN + 1]
    )
    rows = [Row(item, note(item) if note else "") for item in found[:SHOWN]]
    count = len(found) if len(found) <= SHOWN else items.count()
    return Queue(key, title, help, rows, count, filters)


def _due(items, today):
    """Those whose twenty working days end soon or have ended, the earliest first."""
    queue = _queue(
        "due", "公开期限将到", "政府信息自形成之日起二十个工作日内公开（《条例》第二十六条）。", items.order_by(), ""
    )
    queue.rows.sort(key=lambda row: row.item.created_on)
    first = min((row.item.created_on.year for row in queue.rows), default=today.year)
    calendar = WorkCalendar.load(first, today.year + 1)
    for row in queue.rows:
        last = calendar.add_workdays(row.item.created_on, PUBLISH_WITHIN).date
        left = calendar.workdays_between(today, last)
        row.is_urgent = left <= URGENT
        row.note = (
            f"已超期 {-left} 个工作日"
            if left < 0
            else "今天到期"
            if left == 0
            else f"还有 {left} 个工作日，{last} 到期"
        )
    queue.is_alarm = any(row.is_urgent for row in queue.rows)
    return queue


def _last_review(item):
    return item.reviews.select_related("submitted_by", "reviewed_by").first()


def _returned(item):
    review = _last_review(item)
    return f"{_name(review.reviewed_by)}：{review.note}"[:80] if review else ""


def _submitted(item):
    review = _last_review(item)
    return f"{_name(review.submitted_by)} {timezone.localtime(review.submitted_at):%m-%d %H:%M} 提交" if review else ""


def _forced(item):
    review = item.reviews.forced_and_unreviewed().first()
    return f"{_name(review.submitted_by)}：{review.forced_reason}"[:80] if review else ""


def _name(user):
    return (user.get_full_name() or user.get_username()) if user else ""
