"""What waits for a member of staff: the front page of the desk."""

from collections.abc import Callable
from dataclasses import dataclass

from django.utils import timezone

from disclosure.choices import Status
from disclosure.models import Item, Review
from disclosure.models.working import PUBLISH_WITHIN
from workdays.calendar import WorkCalendar

SHOWN, ON_A_PAGE = 8, 50
URGENT, SOON = 3, 7  # working days before the twenty end


@dataclass
class Row:
    """An item in a queue, with what is to be known of it there. `is_urgent`: today rather than
    tomorrow.
    """

    item: Item
    note: str = ""
    is_urgent: bool = False


@dataclass
class Queue:
    """Items that want the same thing done: some of them, and how many there are."""

    key: str
    title: str
    help: str
    rows: list
    count: int
    is_alarm: bool = False

    @property
    def has_more(self):
        """Whether there are more than these."""
        return self.count > len(self.rows)


@dataclass(frozen=True)
class Kind:
    """A queue as such: who has it, what is in it (`items(user, visible, today)`), which come first,
    and what is said of each.

    `is_alarm`: whatever is in it is alarming; otherwise an urgent row is.
    """

    key: str
    title: str
    help: str
    permissions: tuple
    items: Callable
    describe: Callable = lambda rows, today: None
    order: str = "updated_at"
    is_alarm: bool = False

    def queue_of(self, user, today, *, first=0, length=SHOWN):
        """The queue with `length` of its rows from `first` on."""
        found = self.items(user, Item.objects.visible_to(user), today).order_by(self.order, "pk")
        rows = found.select_related("department", "annual_report").defer("body", "text")[
            first : first + length + 1
        ]
        rows = [Row(item) for item in rows]
        count = first + len(rows) if rows and len(rows) <= length else found.count()
        rows = rows[:length]
        self.describe(rows, today)
        is_alarm = bool(rows) and (self.is_alarm or any(row.is_urgent for row in rows))
        return Queue(self.key, self.title, self.help, rows, count, is_alarm)


def queues_of(user, today=None):
    """The `Queue`s of one person, those without anything in them too: an empty queue is good news."""
    today = today or timezone.localdate()
    return [kind.queue_of(user, today) for kind in kinds_of(user)]


def whole_queue(user, key, page=1):
    """(Queue, whether another page follows) of one page of a queue; None where this person has no
    such queue.
    """
    kind = next((kind for kind in kinds_of(user) if kind.key == key), None)
    if kind is None:
        return None
    first = (page - 1) * ON_A_PAGE
    queue = kind.queue_of(user, timezone.localdate(), first=first, length=ON_A_PAGE)
    return queue, queue.count > first + len(queue.rows)


def kinds_of(user):
    """Which queues somebody has."""
    if not user.has_perm("disclosure.view_item"):
        return []
    return [
        kind
        for kind in KINDS
        if not kind.permissions or any(user.has_perm(name) for name in kind.permissions)
    ]


def _each(note):
    """Say the same sort of thing of every row."""

    def describe(rows, today):
        for row in rows:
            row.note = note(row.item)

    return describe


def _days_left(rows, today):
    """Of each, when its twenty working days end."""
    first = min((row.item.created_on.year for row in rows), default=today.year)
    calendar = WorkCalendar.load(first, today.year + 1)
    for row in rows:
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


def _last_review(item):
    return item.reviews.select_related("submitted_by", "reviewed_by").first()


def _returned(item):
    review = _last_review(item)
    return f"{_name(review.reviewed_by)}：{review.note}"[:80] if review else ""


def _submitted(item):
    review = _last_review(item)
    return (
        f"{_name(review.submitted_by)} {timezone.localtime(review.submitted_at):%m-%d %H:%M} 提交"
        if review
        else ""
    )


def _forced(item):
    review = item.reviews.forced_and_unreviewed().first()
    return f"{_name(review.submitted_by)}：{review.forced_reason}"[:80] if review else ""


def _name(user):
    return (user.get_full_name() or user.get_username()) if user else ""


def _forced_items(user, visible, today):
    return visible.filter(
        pk__in=Review.objects.forced_and_unreviewed().visible_to(user).values("item")
    )


WRITES, REVIEWS, PUBLISHES = (
    ("disclosure.submit_item",),
    ("disclosure.review_item",),
    ("disclosure.publish_item",),
)
WATCHES = (*REVIEWS, "ledger.view_person")
KINDS = (
    Kind(
        "returned",
        "退回给我修改的",
        "按审核意见改好，再提交。",
        WRITES,
        lambda user, visible, today: visible & Item.objects.returned_to(user),
        _each(_returned),
    ),
    Kind(
        "drafts",
        "我的草稿",
        "写好后先检查，再提交审核。",
        WRITES,
        lambda user, visible, today: visible & Item.objects.drafts_of(user),
    ),
    Kind(
        "review",
        "等待我审核的",
        "自己写过、改过的不在内。",
        REVIEWS,
        lambda user, visible, today: Item.objects.waiting_for_review_by(user),
        _each(_submitted),
    ),
    Kind(
        "approved",
        "已审核，待公开",
        "审核已经通过，可以公开。",
        PUBLISHES,
        lambda user, visible, today: visible.filter(status=Status.APPROVED),
    ),
    Kind(
        "due",
        "公开期限将到",
        "政府信息自形成之日起二十个工作日内公开（《条例》第二十六条）。",
        (),
        lambda user, visible, today: visible.due_within(SOON, today),
        _days_left,
        order="created_on",
    ),
    Kind(
        "overdue",
        "定时公开逾期",
        "到了时间没有公开，请通知技术人员检查定时任务。",
        (),
        lambda user, visible, today: visible.overdue(),
        is_alarm=True,
    ),
    Kind(
        "forced",
        "直接公开，待补审",
        "未经审核公开的，由另一位审核员补审。",
        WATCHES,
        _forced_items,
        _each(_forced),
        is_alarm=True,
    ),
    Kind(
        "kept",
        "不公开的，到期评估",
        "行政机关应当定期评估（《条例》第十八条）。",
        WATCHES,
        lambda user, visible, today: visible.due_for_reassessment(today),
    ),
)
