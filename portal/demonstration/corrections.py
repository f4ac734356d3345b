"""Two reports of errors by readers of the demonstration, one of them dealt with. No real person, no
way to reach one.
"""

from django.contrib.auth.models import User
from django.db import transaction

from catalog.models import Department
from inquiries.actions import handle_error_report, receive_error_report
from inquiries.models import ErrorReport
from portal.front.named_pages import page_at

TEXTS = (
    (ErrorReport.Kind.CONTENT, "第二段“遵照执行”写成了“尊照执行”，请核对原文（示例）。", ""),
    (
        ErrorReport.Kind.LINK,
        "正文里的办事指南链接打开后提示找不到网页（示例）。",
        "链接已经改为新的地址，感谢您的提醒（示例）。",
    ),
)


@transaction.atomic
def seed_error_reports():
    """Make what is missing. Needs the accounts. Returns how many were made."""
    organ, clerk = Department.objects.get(slug="finance-bureau"), User.objects.get(username="clerk")
    public = organ.items.published().filter(annual_report=None).order_by("pk")
    made = 0
    for number, ((kind, text, note), item) in enumerate(zip(TEXTS, public, strict=False), start=1):
        token = f"demonstration-{number}"
        if ErrorReport.objects.filter(token=token).exists():
            continue
        path = item.get_absolute_url()
        page = page_at(path)
        report = receive_error_report(
            token=token,
            page=path,
            page_title=page.title,
            department=page.department,
            kind=kind,
            text=text,
        )
        made += 1
        if note:
            handle_error_report(
                report=report, status=ErrorReport.Status.HANDLED, note=note, by=clerk
            )
    return made
