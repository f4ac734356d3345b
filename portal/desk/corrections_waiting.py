"""Reports of errors that wait for somebody, as a queue of the desk's front page."""

from dataclasses import dataclass

from django.urls import reverse
from django.utils import timezone

from catalog.models import Department
from disclosure.desk.queue import SHOWN, Queue, Row
from inquiries.models import ErrorReport
from workdays.calendar import WorkCalendar

KEY = "corrections"
ANSWERED_WITHIN = 3  # working days, as the national 找错 platform asks
PERMISSION = "inquiries.change_errorreport"


@dataclass(frozen=True)
class _Line:
    """A report in the words of a row, which are an item's."""

    title: str
    desk_url: str
    department: Department | None
    corrects_id: None = None


def waiting_for(user, today=None):
    """The `Queue` of somebody who handles reports; None for everybody else. Leaked personal
    data is urgent at once.
    """
    if not user.has_perm(PERMISSION):
        return None
    found = (
        ErrorReport.objects.visible_to(user)
        .pending()
        .select_related("department")
        .order_by("received_at", "pk")
    )
    first = list(found[: SHOWN + 1])
    count = len(first) if len(first) <= SHOWN else found.count()
    rows = list(_rows(first[:SHOWN], today or timezone.localdate()))
    words = f"读者反映的网页错误，{ANSWERED_WITHIN} 个工作日内处理。"
    return Queue(KEY, "网页纠错待处理", words, rows, count, any(row.is_urgent for row in rows))


def _rows(reports, today):
    years = [timezone.localdate(one.received_at).year for one in reports]
    calendar = WorkCalendar.load(min(years, default=today.year), today.year + 1)
    for one in reports:
        received = timezone.localdate(one.received_at)
        is_late = calendar.workdays_between(received, today) > ANSWERED_WITHIN
        is_leak = one.kind == ErrorReport.Kind.PERSONAL
        note = f"{one.get_kind_display()}　{one.number}　{received:%m-%d} 收到{'，已超期' if is_late else ''}"
        yield Row(_Line(_name(one), address_of(one), one.department), note, is_late or is_leak)


def _name(report):
    return report.page_title or report.page


def address_of(report):
    """Its form at the desk."""
    return reverse("admin:inquiries_errorreport_change", args=[report.pk])


def address_of_all():
    """The list of all that wait."""
    return f"{reverse('admin:inquiries_errorreport_changelist')}?status__exact={ErrorReport.Status.PENDING}"
