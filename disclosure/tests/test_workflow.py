"""From a draft to the public: who may do what, in which state, and what is left on record."""

import datetime as dt

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from catalog.tests.builders import make_department
from disclosure import acts
from disclosure.acts.checklist import Checklist
from disclosure.choices import DisclosureMode, Status
from disclosure.models import Item, Review
from disclosure.tests.builders import correct, make_draft, make_item, make_public, make_staff
from ledger.models import Act, Entry

pytestmark = pytest.mark.django_db
PROACTIVE = {"mode": DisclosureMode.PROACTIVE, "basis": "20-1"}
NEXT_YEAR = timezone.localdate() + dt.timedelta(days=365)


@pytest.fixture
def draft(bureau, clerk):
    return make_draft(department=bureau, by=clerk)


def submit(item, by):
    review = acts.submit_item(item=item, by=by)
    item.refresh_from_db()
    return review


class TestSubmitting:
    def test_it_waits_for_a_reviewer_who_did_not_write_it(self, draft, clerk, reviewer):
        submit(draft, clerk)
        assert draft.status == Status.SUBMITTED
        assert list(Item.objects.waiting_for_review_by(reviewer)) == [draft]
        assert not Item.objects.waiting_for_review_by(clerk).exists()

    def test_who_brought_it_in_has_written_it(self, draft, clerk, bureau):
        """An import may have left no other trace of them: whoever made the draft never decides on
        it.
        """
        both = make_staff("审核员", bureau)
        Item.objects.filter(pk=draft.pk).update(created_by=both)
        draft.refresh_from_db()
        submit(draft, clerk)
        with pytest.raises(PermissionDenied, match="不能自己审核"):
            acts.approve_item(item=draft, by=both, **PROACTIVE)
        assert not Item.objects.waiting_for_review_by(both).exists()

    def test_blocking_findings_refuse_it(self, bureau, clerk):
        item = make_draft(department=bureau, body="<p>联系人身份证号 11010519491231002X。</p>")
        with pytest.raises(ValidationError, match="必须处理"):
            acts.submit_item(item=item, by=clerk)
        item.refresh_from_db()
        assert item.status == Status.DRAFT

    def test_a_finding_set_aside_with_a_reason_lets_it_pass_until_the_words_change(
        self, bureau, clerk
    ):
        item = make_draft(department=bureau, body="<p>联系人身份证号 11010519491231002X。</p>")
        (point,) = Checklist.of(item).open
        override = acts.override_finding(
            item=item, by=clerk, fingerprint=point.fingerprint, reason="法定公示内容"
        )
        assert (override.made_by, override.reason) == (clerk, "法定公示内容")
        assert Checklist.of(item).open == []
        item.body = "<p>另一联系人身份证号 11010519491231002X，须公示。</p>"
        item.save()
        with pytest.raises(ValidationError, match="必须处理"):
            acts.submit_item(item=item, by=clerk)

    def test_what_has_to_be_mended_cannot_be_set_aside(self, bureau, clerk):
        item = make_draft(
            department=bureau, body="", created_on=timezone.localdate() + dt.timedelta(days=5)
        )
        point = Checklist.of(item).absolute[0]
        with pytest.raises(ValidationError, match="必须改正"):
            acts.override_finding(
                item=item, by=clerk, fingerprint=point.fingerprint, reason="就这样"
            )

    def test_another_departments_clerk_is_refused(self, draft):
        with pytest.raises(PermissionDenied):
            acts.submit_item(item=draft, by=make_staff("信息员", make_department()))

    @pytest.mark.parametrize("role", ["审计员", "系统管理员"])
    def test_roles_that_do_not_write_are_refused(self, draft, bureau, role):
        with pytest.raises(PermissionDenied):
            acts.submit_item(item=draft, by=make_staff(role, bureau))

    def test_it_can_be_recalled_and_submitted_again(self, draft, clerk):
        submit(draft, clerk)
        acts.recall_item(item=draft, by=clerk)
        submit(draft, clerk)
        assert sorted(draft.reviews.values_list("outcome", flat=True)) == ["open", "recalled"]


class TestReviewing:
    def test_it_is_returned_with_a_comment_to_those_who_wrote_it(self, draft, clerk, reviewer):
        submit(draft, clerk)
        with pytest.raises(ValidationError, match="退回的原因"):
            acts.return_item(item=draft, by=reviewer, note=" ")
        acts.return_item(item=draft, by=reviewer, note="请补充联系电话")
        assert list(Item.objects.returned_to(clerk)) == [draft]
        assert draft.reviews.get().note == "请补充联系电话"

    def test_approval_records_decision_basis_note_reviewer_and_day(self, draft, clerk, reviewer):
        submit(draft, clerk)
        acts.approve_item(item=draft, by=reviewer, note="可以公开", **PROACTIVE)
        review = draft.reviews.get()
        assert (review.mode, review.basis, review.note) == ("proactive", "20-1", "可以公开")
        assert (review.reviewed_by, timezone.localdate(review.reviewed_at)) == (
            reviewer,
            timezone.localdate(),
        )
        draft.refresh_from_db()
        assert draft.status == Status.APPROVED
        assert not Item.objects.published().exists()

    def test_a_clerk_cannot_review(self, draft, clerk, bureau):
        submit(draft, clerk)
        with pytest.raises(PermissionDenied):
            acts.approve_item(item=draft, by=make_staff("信息员", bureau), **PROACTIVE)

    @pytest.mark.parametrize("part", ["author", "editor", "submitter"])
    def test_nobody_approves_what_they_had_a_hand_in(self, bureau, clerk, reviewer, part):
        item = make_draft(department=bureau, by=reviewer if part == "author" else clerk)
        if part == "editor":
            item.contributors.add(reviewer)
        submit(item, reviewer if part == "submitter" else clerk)
        with pytest.raises(PermissionDenied, match="不能自己审核"):
            acts.approve_item(item=item, by=reviewer, **PROACTIVE)

    def test_the_database_refuses_it_too(self, draft, clerk):
        review = submit(draft, clerk)
        with pytest.raises(IntegrityError), transaction.atomic():
            Review.objects.filter(pk=review.pk).update(
                outcome="approved",
                mode="proactive",
                basis="20-1",
                reviewed_by=clerk,
                reviewed_at=timezone.now(),
            )

    def test_an_article_that_does_not_carry_the_decision_is_refused(self, draft, clerk, reviewer):
        submit(draft, clerk)
        with pytest.raises(ValidationError, match="不相符"):
            acts.approve_item(item=draft, by=reviewer, mode=DisclosureMode.PROACTIVE, basis="14-1")

    def test_what_is_not_for_the_public_is_kept_and_looked_at_again(self, draft, clerk, reviewer):
        submit(draft, clerk)
        closed = {"mode": DisclosureMode.CLOSED, "basis": "16-2"}
        with pytest.raises(ValidationError, match="下次评估日期"):
            acts.approve_item(item=draft, by=reviewer, **closed)
        kept = acts.approve_item(item=draft, by=reviewer, next_review_on=NEXT_YEAR, **closed)
        assert kept.status == Status.KEPT
        with pytest.raises(ValidationError, match="状态"):
            acts.publish_item(item=kept, by=reviewer)
        assert list(Item.objects.due_for_reassessment(NEXT_YEAR)) == [kept]
        acts.reassess_item(
            item=kept, by=reviewer, note="情况未变", next_review_on=NEXT_YEAR + dt.timedelta(365)
        )
        assert not Item.objects.due_for_reassessment(NEXT_YEAR).exists()
        assert acts.reopen_item(item=kept, by=clerk).disclosure_mode == DisclosureMode.PROACTIVE

    def test_what_changed_after_submission_is_not_approved(self, draft, clerk, reviewer):
        submit(draft, clerk)
        Item.objects.filter(pk=draft.pk).update(body="<p>换了内容</p>")
        with pytest.raises(ValidationError, match="不一致"):
            acts.approve_item(item=draft, by=reviewer, **PROACTIVE)

    def test_what_changed_after_approval_is_not_published(self, draft, clerk, reviewer):
        submit(draft, clerk)
        acts.approve_item(item=draft, by=reviewer, **PROACTIVE)
        Item.objects.filter(pk=draft.pk).update(title="换了标题")
        with pytest.raises(ValidationError, match="不一致"):
            acts.publish_item(item=draft, by=reviewer)

    def test_an_approved_item_can_still_be_returned(self, draft, clerk, reviewer):
        submit(draft, clerk)
        acts.approve_item(item=draft, by=reviewer, **PROACTIVE)
        acts.return_item(item=draft, by=reviewer, note="发现错字")
        assert sorted(draft.reviews.values_list("outcome", flat=True)) == ["approved", "returned"]


class TestPublishing:
    def test_it_gives_number_revision_and_entry(self, draft, clerk, reviewer, bureau):
        public = make_public(draft, clerk=clerk, reviewer=reviewer)
        assert public.index_number == f"{bureau.code}/{timezone.localdate().year}-00001"
        revision, entry = public.current_revision, Entry.objects.get()
        assert (revision.number, revision.entry, revision.content_sha256) == (
            1,
            entry,
            entry.content_sha256,
        )
        assert (entry.act, entry.by, entry.role, entry.department_name) == (
            Act.PUBLISH, reviewer, "审核员", "区财政局",
        )  # fmt: skip
        assert draft.reviews.get().revision_number == 1

    def test_a_clerk_may_not_publish(self, draft, clerk, reviewer):
        submit(draft, clerk)
        acts.approve_item(item=draft, by=reviewer, **PROACTIVE)
        with pytest.raises(PermissionDenied):
            acts.publish_item(item=draft, by=clerk)

    @pytest.mark.parametrize("status", [Status.DRAFT, Status.SUBMITTED, Status.PUBLISHED])
    def test_only_what_was_approved_is_published(self, reviewer, bureau, status):
        with pytest.raises(ValidationError, match="状态"):
            acts.publish_item(item=make_item(status=status, department=bureau), by=reviewer)

    def test_a_planned_moment_makes_it_wait_for_tick(self, draft, clerk, reviewer):
        submit(draft, clerk)
        acts.approve_item(item=draft, by=reviewer, **PROACTIVE)
        later = timezone.now() + dt.timedelta(days=1)
        item = acts.publish_item(item=draft, by=reviewer, at=later)
        assert (item.status, item.index_number) == (Status.SCHEDULED, None)
        with pytest.raises(ValidationError, match="还没有到"):
            acts.publish_item(item=item, by=None)
        assert acts.unschedule_item(item=item, by=reviewer).status == Status.APPROVED


class TestForcing:
    def test_the_office_publishes_without_review_and_it_stays_on_a_list(self, draft, office):
        with pytest.raises(ValidationError, match="理由"):
            acts.force_publish_item(item=draft, by=office, reason="")
        public = acts.force_publish_item(item=draft, by=office, reason="防汛预警须立即公布")
        (review,) = Review.objects.forced_and_unreviewed()
        assert (public.status, review.item, review.forced_reason) == (
            Status.PUBLISHED,
            public,
            "防汛预警须立即公布",
        )
        assert Entry.objects.get().payload["forced"] == "防汛预警须立即公布"

    def test_somebody_else_reviews_it_afterwards(self, draft, office, clerk, reviewer):
        acts.force_publish_item(item=draft, by=office, reason="防汛预警须立即公布")
        review = Review.objects.get()
        for person in (office, clerk):
            with pytest.raises(PermissionDenied):
                acts.review_forced_publication(review=review, by=person, note="没有问题")
        acts.review_forced_publication(review=review, by=reviewer, note="没有问题")
        assert not Review.objects.forced_and_unreviewed().exists()

    @pytest.mark.parametrize("role", ["信息员", "审核员", "审计员"])
    def test_nobody_else_may(self, draft, bureau, role):
        with pytest.raises(PermissionDenied):
            acts.force_publish_item(item=draft, by=make_staff(role, bureau), reason="急")


class TestWithdrawing:
    def test_it_keeps_number_moment_and_reason_and_comes_back(self, draft, office):
        public = make_public(draft)
        withdrawn = acts.withdraw_item(item=public, by=office, reason=" 内容有误 ")
        assert (withdrawn.status, withdrawn.withdrawal_reason) == (Status.WITHDRAWN, "内容有误")
        assert not Item.objects.published().exists()
        restored = acts.restore_item(item=public, by=office, note="核实无误")
        assert (restored.index_number, restored.current_revision.number) == (public.index_number, 1)
        assert list(Entry.objects.order_by("sequence").values_list("act", flat=True)) == [
            "publish", "withdraw", "restore",
        ]  # fmt: skip

    def test_it_asks_for_a_reason_the_office_and_something_public(self, draft, office, reviewer):
        with pytest.raises(ValidationError, match="状态"):
            acts.withdraw_item(item=draft, by=office, reason="x")
        public = make_public(draft, reviewer=reviewer)
        with pytest.raises(ValidationError, match="撤回原因"):
            acts.withdraw_item(item=public, by=office, reason="  ")
        with pytest.raises(PermissionDenied):
            acts.withdraw_item(item=public, by=reviewer, reason="内容有误")


def test_a_second_act_on_a_stale_page_is_refused_in_words(draft, clerk, reviewer):
    stale = Item.objects.get(pk=draft.pk)
    submit(draft, clerk)
    acts.approve_item(item=draft, by=reviewer, **PROACTIVE)
    with pytest.raises(ValidationError, match="请刷新页面"):
        acts.approve_item(item=stale, by=reviewer, **PROACTIVE)


def test_a_correction_needs_its_note(draft, clerk):
    public = make_public(draft, clerk=clerk)
    with pytest.raises(ValidationError, match="更正说明"):
        acts.submit_item(item=correct(public, by=clerk, note="", title="新标题"), by=clerk)


def test_the_twenty_working_days_follow_the_calendar(bureau):
    # 2026-01-20 + 20 working days = 2026-02-24, over the Spring Festival (the naive count says
    # 02-17).
    item = make_draft(department=bureau, created_on=dt.date(2026, 1, 20))
    assert list(Item.objects.due_within(3, today=dt.date(2026, 2, 21))) == [item]
    assert not Item.objects.due_within(3, today=dt.date(2026, 2, 20)).exists()
