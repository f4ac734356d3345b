"""Items, reports and attachments for tests."""

import datetime as dt

from django.contrib.auth.models import Group
from django.core.files.base import ContentFile
from django.utils import timezone

from catalog.models import Category
from catalog.tests.builders import make_category, make_department, make_user
from disclosure import acts
from disclosure.acts.publishing import next_index_number
from disclosure.acts.registering import public_face_changed
from disclosure.choices import ONCE_PUBLIC, DisclosureMode, Genre, Status
from disclosure.models import AnnualReport, Attachment, Item, Theme

DAY = dt.date(2026, 3, 2)


def make_item(title="示例信息", *, status=Status.PUBLISHED, published_at=None, **fields):
    """A published item (or one in `status`), with department and category where none are given."""
    fields.setdefault("department", None)
    fields["department"] = fields["department"] or make_department()
    fields["category"] = (
        fields.get("category") or Category.objects.first() or make_category("政务公开")
    )
    if status in ONCE_PUBLIC:
        published_at = published_at or timezone.make_aware(dt.datetime(2026, 3, 3, 9, 0))
        if "index_number" not in fields:
            fields["index_number"] = next_index_number(fields["department"], published_at.year)
    if status in (Status.WITHDRAWN, Status.ARCHIVED):
        fields = {"withdrawn_at": timezone.now(), "withdrawal_reason": "内容有误", **fields}
    fields.setdefault("created_on", DAY)
    item = Item.objects.create(title=title, status=status, published_at=published_at, **fields)
    public_face_changed(item)
    return item


def make_report(year=2025, *, department=None, sections=(), **fields):
    """An annual report with its item; `sections` are (title, body) pairs."""
    department = department or make_department()
    item = make_item(
        f"{department.name}{year}年政府信息公开工作年度报告", department=department, **fields
    )
    report = AnnualReport.objects.create(item=item, department=department, year=year)
    for position, (title, body) in enumerate(sections, start=1):
        report.sections.create(position=position, title=title, body=body)
    item.save()
    public_face_changed(item)
    return report


def make_attachment(item, name="示例.txt", content=b"example", **fields):
    """A file of an item."""
    file = Attachment.objects.create(item=item, file=ContentFile(content, name=name), **fields)
    public_face_changed(item)
    return file


def make_staff(role, department=None, **fields):
    """A member of staff with one of the roles (信息员, 审核员, 公开办, 审计员, 系统管理员)."""
    user = make_user(department=department, **fields)
    user.groups.add(Group.objects.get(name=role))
    return user


def make_draft(title="示例信息", *, by=None, **fields):
    """A draft that passes the checklist."""
    fields = {
        "body": "<p>为做好有关工作，现将有关事项通知如下，请遵照执行。</p>",
        "summary": "说明",
        **fields,
    }
    fields = {"genre": Genre.NOTICE, "theme": Theme.objects.exclude(parent=None).first(), **fields}
    item = make_item(
        title, status=Status.DRAFT, created_by=by, **{"created_on": timezone.localdate(), **fields}
    )
    if by:
        item.contributors.add(by)
    return item


def make_public(item, *, clerk=None, reviewer=None):
    """Take a draft through submission, review and publication; return the public item."""
    clerk = clerk or make_staff("信息员", item.department)
    reviewer = reviewer or make_staff("审核员", item.department)
    acts.submit_item(item=item, by=clerk)
    acts.approve_item(item=item, by=reviewer, mode=DisclosureMode.PROACTIVE, basis="20-1")
    return acts.publish_item(item=item, by=reviewer)


def correct(public, *, by=None, note="更正笔误", **fields):
    """A correction of a public item with other `fields`, as a draft."""
    correction = acts.start_correction(
        item=public, by=by or make_staff("信息员", public.department)
    )
    for name, value in {"change_note": note, **fields}.items():
        setattr(correction, name, value)
    correction.save()
    return correction
