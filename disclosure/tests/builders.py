"""Items, reports and attachments for tests."""

import datetime as dt

from django.core.files.base import ContentFile
from django.utils import timezone

from catalog.models import Category
from catalog.tests.builders import make_category, make_department
from disclosure.choices import Status
from disclosure.models import AnnualReport, Attachment, Item
from disclosure.numbering import next_index_number
from disclosure.publication import public_face_changed

DAY = dt.date(2026, 3, 2)


def make_item(title="示例信息", *, status=Status.PUBLISHED, published_at=None, **fields):
    """A published item (or one in `status`), with department and category where none are given."""
    fields.setdefault("department", None)
    fields["department"] = fields["department"] or make_department()
    fields["category"] = fields.get("category") or Category.objects.first() or make_category("政务公开")
    if status != Status.DRAFT:
        published_at = published_at or timezone.make_aware(dt.datetime(2026, 3, 3, 9, 0))
        if "index_number" not in fields:
            fields["index_number"] = next_index_number(fields["department"], published_at.year)
    if status == Status.WITHDRAWN:
        fields = {"withdrawn_at": timezone.now(), "withdrawal_reason": "内容有误", **fields}
    fields.setdefault("created_on", DAY)
    item = Item.objects.create(title=title, status=status, published_at=published_at, **fields)
    public_face_changed(item)
    return item


def make_report(year=2025, *, department=None, sections=(), **fields):
    """An annual report with its item; `sections` are (title, body) pairs."""
    department = department or make_department()
    item = make_item(f"{department.name}{year}年政府信息公开工作年度报告", department=department, **fields)
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
