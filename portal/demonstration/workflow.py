"""Something at every place of the workflow, made by the demonstration's own accounts through the
very acts of the desk.
"""

import datetime as dt

from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone

from catalog.models import Category, Department
from disclosure import acts
from disclosure.choices import DisclosureMode, Genre, Status, Term
from disclosure.models import Item, Theme

PROACTIVE = {"mode": DisclosureMode.PROACTIVE, "basis": "20-7"}
AMENDED = "财政专项资金管理办法（示例）"
BODY = "<p>本条为演示内容，用于展示平台功能，不是真实的政府信息。</p><p>区财政局就{}作出安排，请遵照执行。</p>"


@transaction.atomic
def seed_workflow():
    """Do it once; what is there is left alone. Needs the accounts."""
    desk = _Desk()
    for subject, finish in (
        ("二季度预算执行检查", None),
        ("政府采购培训", desk.submit),
        ("会计信息质量检查", desk.give_back),
        ("国有资产年报布置", desk.approve),
        ("节日期间资金拨付", desk.schedule),
        ("财政内部控制讨论稿", desk.keep),
        ("防汛救灾资金紧急拨付", desk.force),
        ("短期补贴申领", desk.let_its_term_end),
    ):
        title = f"关于{subject}的通知（示例）"
        if not Item.objects.filter(title=title).exists():
            item = desk.draft(title, subject)
            if finish:
                finish(item)
    desk.amend()


class _Desk:
    """The people of the demonstration and what they do."""

    def __init__(self):
        self.clerk, self.reviewer, self.office = (
            User.objects.get(username=name) for name in ("clerk", "reviewer", "office")
        )
        self.organ = Department.objects.get(slug="finance-bureau")
        self.shelf = Category.objects.get(slug="bureau-documents")

    def draft(self, title, subject):
        item = Item.objects.create(
            title=title,
            summary=f"区财政局对{subject}的安排，供演示使用。",
            body=BODY.format(subject),
            created_on=timezone.localdate() - dt.timedelta(days=2),
            department=self.organ,
            category=self.shelf,
            genre=Genre.NOTICE,
            theme=Theme.objects.get(name="财政", parent__isnull=False),
            created_by=self.clerk,
        )
        item.contributors.add(self.clerk)
        return item

    def submit(self, item):
        """By the clerk, for review."""
        acts.submit_item(item=item, by=self.clerk, note="请审核。")

    def give_back(self, item):
        """By the reviewer, with a comment."""
        self.submit(item)
        acts.return_item(item=item, by=self.reviewer, note="请补充检查的起止时间和联系电话。")

    def approve(self, item):
        """By the reviewer; waits for publication."""
        self.submit(item)
        return acts.approve_item(item=item, by=self.reviewer, note="可以公开。", **PROACTIVE)

    def schedule(self, item):
        """To be public in three days."""
        at = timezone.now().replace(minute=0, second=0, microsecond=0) + dt.timedelta(days=3)
        acts.publish_item(item=self.approve(item), by=self.reviewer, at=at)

    def keep(self, item):
        """Not for the public (条例 16), looked at again in a year."""
        self.submit(item)
        again = timezone.localdate() + dt.timedelta(days=365)
        closed = {"mode": DisclosureMode.CLOSED, "basis": "16-2", "next_review_on": again}
        acts.approve_item(item=item, by=self.reviewer, note="尚在讨论，属于过程性信息。", **closed)

    def force(self, item):
        """By the office, without review."""
        acts.force_publish_item(item=item, by=self.office, reason="汛情紧急，须立即公布（示例）。")

    def let_its_term_end(self, item):
        """Public for a time that is over."""
        item = acts.publish_item(item=self.approve(item), by=self.reviewer)
        yesterday = timezone.localdate() - dt.timedelta(days=1)
        Item.objects.filter(pk=item.pk).update(term=Term.LIMITED, disclosed_until=yesterday)
        acts.end_term(item=item)

    def amend(self):
        """A second revision of one document, and a correction of another that is being written."""
        public = Item.objects.filter(title=AMENDED, status=Status.PUBLISHED).first()
        if public is None or public.revisions.count() != 1:
            return
        correction = acts.start_correction(item=public, by=self.clerk)
        correction.body += "<p>第十条　本办法自印发之日起施行，有效期五年。</p>"
        correction.change_note = "补充有效期条款（示例）。"
        correction.save()
        acts.submit_item(item=correction, by=self.clerk)
        acts.approve_item(item=correction, by=self.reviewer, **PROACTIVE)
        acts.publish_item(item=correction, by=self.reviewer)
        other = (
            Item.objects.published()
            .filter(department=self.organ, annual_report=None)
            .exclude(pk=public.pk)
        )
        draft = acts.start_correction(item=other.order_by("pk").first(), by=self.clerk)
        draft.change_note = "更正联系电话（示例）。"
        draft.save()
