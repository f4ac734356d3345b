"""Revisions: what a correction does to the public item, its files and its report, and what stays of
earlier states.
"""

import hashlib
import json

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import DatabaseError, transaction
from django.utils import timezone

from catalog.models import Section
from catalog.tests.builders import make_category, make_department
from disclosure import acts
from disclosure.checks import run_checks
from disclosure.choices import Status
from disclosure.files.document import imprint
from disclosure.files.editions import public_items
from disclosure.files.facts import Edition, item_facts
from disclosure.models import (
    AnnualReport,
    Attachment,
    FindingOverride,
    Item,
    Review,
    Revision,
    RevisionContent,
    Validity,
)
from disclosure.revisions.state import CARRIED_FIELDS, CARRIED_RELATIONS
from disclosure.tests.builders import (
    correct,
    make_attachment,
    make_draft,
    make_item,
    make_public,
    make_report,
    make_staff,
)
from ledger.models import Act, Entry
from ledger.outside.copies import Verdict, answers

pytestmark = pytest.mark.django_db
# Not the correction's to change: what makes the item itself, its place in the workflow, its dates
# of publication.
NOT_CARRIED = {
    "intake_doubts",  # of the file the first draft came from
    *(
        "id",
        "index_number",
        "published_at",
        "originally_published_at",
        "imported_at",
        "listed_at",
        "text",
        "status",
    ),
    *(
        "corrects",
        "change_note",
        "next_review_on",
        "withdrawn_at",
        "withdrawal_reason",
        "is_removed_by_law",
    ),
    *("view_count", "created_at", "updated_at", "created_by"),
}


@pytest.fixture
def bureau():
    return make_department("区财政局")


@pytest.fixture
def public(bureau):
    return make_public(make_draft("关于示例工作的通知", department=bureau))


def publish(correction):
    return make_public(correction)


def test_every_field_of_an_item_is_either_carried_over_or_named_here():
    names = {field.name for field in Item._meta.concrete_fields}
    assert names == NOT_CARRIED | set(CARRIED_FIELDS)
    assert {field.name for field in Item._meta.many_to_many} == {*CARRIED_RELATIONS, "contributors"}


def test_the_public_state_stays_until_the_correction_is_published(public):
    correction = correct(public, title="关于示例工作的通知（更正）")
    assert [item.title for item in Item.objects.published()] == ["关于示例工作的通知"]
    again = publish(correction)
    assert (again.pk, again.index_number, again.title) == (
        public.pk, public.index_number, "关于示例工作的通知（更正）",
    )  # fmt: skip
    assert again.published_at == public.published_at
    assert not Item.objects.filter(pk=correction.pk).exists()


def test_each_state_is_a_revision_with_its_hash_and_its_note(public):
    publish(correct(public, title="新标题", note="标题有误"))
    first, second = Revision.objects.order_by("number").with_content()
    for revision in (first, second):
        assert hashlib.sha256(revision.content.encode()).hexdigest() == revision.content_sha256
        assert revision.entry.content_sha256 == revision.content_sha256
    assert (first.state["item"]["title"], second.state["item"]["title"]) == (
        "关于示例工作的通知",
        "新标题",
    )
    assert (second.entry.act, second.change_note, second.state["change_note"]) == (
        Act.AMEND,
        "标题有误",
        "标题有误",
    )
    assert json.loads(first.content)["revision"] == 1


def test_a_file_says_which_version_it_is_since_when_and_why(public, django_assert_num_queries):
    first = timezone.localtime(public.current_revision.published_at).isoformat(timespec="seconds")
    assert item_facts(public_items().get())["revision"] == {
        "number": 1,
        "made_at": first,
        "note": "",
        "content_sha256": public.current_revision.content_sha256,
    }
    publish(correct(public, title="新标题", note="标题有误"))
    item, newest = public_items().get(), public.current_revision
    assert newest.published_at > public.published_at
    with django_assert_num_queries(0):
        revision = item_facts(item)["revision"]
    moment = timezone.localtime(newest.published_at).isoformat(timespec="seconds")
    digest = newest.content_sha256
    assert revision == {
        "number": 2,
        "made_at": moment,
        "note": "标题有误",
        "content_sha256": digest,
    }
    assert dict(imprint(Edition(item)))["导出版本"].startswith("第 2 版，")


def test_a_copy_of_the_first_state_is_genuine_and_superseded(public):
    digest = public.current_revision.content_sha256
    assert answers(digest)[0].verdict == Verdict.CURRENT
    publish(correct(public, title="新标题"))
    assert answers(digest)[0].verdict == Verdict.SUPERSEDED


def test_the_database_refuses_to_change_or_delete_a_revision(public):
    for change in (
        lambda: Revision.objects.raw("UPDATE disclosure_revision SET number = 7 RETURNING *")[0],
        lambda: Revision.objects.raw("DELETE FROM disclosure_revision RETURNING *")[0],
    ):
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
            change()
    with pytest.raises(ValidationError):
        Revision.objects.update(number=7)


class TestFiles:
    def test_unchanged_ones_keep_their_address_and_changed_ones_get_a_new_one(self, bureau):
        draft = make_draft(department=bureau)
        kept, replaced = (
            make_attachment(draft, "甲.txt", b"one"),
            make_attachment(draft, "乙.txt", b"two"),
        )
        public = make_public(draft)
        correction = correct(public)
        mine = correction.attachments.get(name="乙.txt")
        mine.delete()
        new = make_attachment(correction, "丙.txt", b"three")
        public = publish(correction)
        assert {file.pk for file in public.attachments.all()} == {kept.pk, new.pk}
        old = Attachment.everything.get(pk=replaced.pk)
        assert (old.item, old.retired_at is None) == (public, False)
        states = [
            revision.state["attachments"]
            for revision in public.revisions.order_by("number").with_content()
        ]
        assert [[file["name"] for file in files] for files in states] == [
            ["甲.txt", "乙.txt"],
            ["甲.txt", "丙.txt"],
        ]

    def test_a_replaced_picture_is_shown_in_the_body_at_its_new_address(self, bureau):
        draft = make_draft(department=bureau)
        picture = make_attachment(draft, "图.txt", b"one")
        draft.body = f'<p>图见<a href="/attachments/{picture.pk}/x">此图</a></p>'
        draft.save()
        correction = correct(make_public(draft))
        file = correction.attachments.get()
        file.sha256 = "0" * 64  # as if another file had been put in its place
        file.save()
        public = publish(correction)
        assert public.attachments.get().pk == file.pk
        assert f"/attachments/{file.pk}/" in public.body

    def test_files_of_a_correction_are_not_public(self, public, client):
        file = make_attachment(correct(public), "新.txt")
        assert client.get(file.get_absolute_url()).status_code == 404


class TestReports:
    def test_sections_follow_and_the_address_stays(self, bureau):
        root = make_category("松北区政府信息公开", section=Section.CONTENT)
        shelf = make_category("年报", parent=root, section=Section.REPORTS)
        sections = [("一、总体情况", "<p>甲</p>"), ("二、主动公开政府信息情况", "<p>乙</p>")]
        report = make_report(
            2025, department=bureau, sections=sections, status=Status.DRAFT, category=shelf
        )
        acts.publish_imported(item=report.item)
        correction = acts.start_correction(item=report.item, by=make_staff("信息员", bureau))
        section = correction.annual_report.sections.first()
        section.body = "<p>改</p>"
        section.save()
        assert report.sections.first().body == "<p>甲</p>"
        correction.change_note = "数字有误"
        correction.save()
        office = make_staff("公开办", bureau)
        acts.force_publish_item(item=correction, by=office, reason="演示")
        assert [one.body for one in report.sections.all()] == ["<p>改</p>", "<p>乙</p>"]
        assert AnnualReport.objects.get() == report
        first, second = report.item.revisions.order_by("number").with_content()
        assert first.state["report"]["sections"][0]["body"] == "<p>甲</p>"
        assert second.state["report"]["sections"][0]["body"] == "<p>改</p>"


class TestCorrecting:
    def test_there_is_one_at_a_time(self, public, bureau):
        clerk = make_staff("信息员", bureau)
        first = acts.start_correction(item=public, by=clerk)
        assert acts.start_correction(item=public, by=make_staff("信息员", bureau)) == first

    def test_a_withdrawn_item_comes_back_corrected(self, public):
        acts.withdraw_item(item=public, by=make_staff("公开办"), reason="内容有误")
        public.refresh_from_db()
        again = publish(correct(public, title="改好的标题"))
        assert (again.status, again.withdrawal_reason) == (Status.PUBLISHED, "")

    def test_giving_it_up_leaves_the_reviews_with_the_public_item(self, public, bureau):
        clerk, reviewer = make_staff("信息员", bureau), make_staff("审核员", bureau)
        correction = correct(public, by=clerk, title="新标题")
        acts.submit_item(item=correction, by=clerk)
        acts.return_item(item=correction, by=reviewer, note="不必更正")
        acts.discard_correction(item=correction, by=clerk)
        assert Item.objects.get() == public
        assert {review.note for review in public.reviews.all()} >= {"不必更正"}

    def test_a_state_nobody_recorded_becomes_revision_1_first(self, bureau):
        item = make_item("旧信息", department=bureau)
        publish(correct(item, body="<p>新</p>", title="新标题"))
        assert [revision.number for revision in item.revisions.order_by("number")] == [1, 2]

    def test_it_is_no_duplicate_of_what_it_corrects(self, public):

        public.body = "<p>" + "为做好有关工作，现将有关事项通知如下，请遵照执行。" * 5 + "</p>"
        public.save()
        codes = {finding.code for finding in run_checks(correct(public))}
        assert not codes & {
            "duplicate-item",
            "duplicate-body",
            "duplicate-title",
            "duplicate-number",
        }


class TestRemovingByLaw:
    def test_words_and_files_are_gone_everywhere_and_acts_and_hashes_stay(self, bureau, client):
        draft = make_draft("张某某处罚决定", department=bureau)
        file = make_attachment(draft, "张某某.txt", b"secret")
        public = make_public(draft)
        correction = correct(public, title="张某某处罚决定（更正）")
        storage, name = file.file.storage, file.file.name
        office = make_staff("公开办")
        with pytest.raises(ValidationError, match="理由和依据"):
            acts.remove_item(item=public, by=office, reason="")
        acts.remove_item(item=public, by=office, reason="人民法院判决，〔2026〕黑01号")
        public.refresh_from_db()
        assert (public.title, public.body, public.is_removed_by_law) == (
            "（依法删除的信息）",
            "",
            True,
        )
        assert not Item.objects.filter(pk=correction.pk).exists()
        assert not Attachment.everything.exists()
        assert not RevisionContent.objects.exists()
        assert "张某某" not in "".join(FindingOverride.objects.values_list("excerpt", flat=True))
        assert (
            public.current_revision.content_sha256
            == Entry.objects.get(act=Act.PUBLISH).content_sha256
        )
        assert Entry.objects.public().get(act=Act.REMOVE).is_redacted
        response = client.get(f"/items/{public.index_number}/")
        assert response.status_code == 410
        assert "张某某" not in response.content.decode()
        assert answers(public.current_revision.content_sha256)[0].verdict == Verdict.GONE
        assert storage.exists(name)  # until the commit
        with pytest.raises(ValidationError, match="不能更正"):
            acts.start_correction(item=public, by=make_staff("信息员", bureau))

    def test_a_correction_in_review_leaves_no_review_that_waits(self, public, bureau):
        correction = correct(public, title="关于示例工作的通知（更正）")
        acts.submit_item(item=correction, by=make_staff("信息员", bureau, username="another"))
        office = make_staff("公开办")
        acts.remove_item(item=public, by=office, reason="人民法院判决")
        assert not Review.objects.open().exists()
        review = public.reviews.order_by("-pk").first()
        assert (review.outcome, review.reviewed_by) == (Review.Outcome.RECALLED, office)

    def test_it_is_the_offices_to_do(self, public, bureau):

        with pytest.raises(PermissionDenied):
            acts.remove_item(item=public, by=make_staff("审核员", bureau), reason="x")


def test_a_change_of_validity_in_a_correction_is_registered(public, bureau):
    correction = correct(public)
    Validity.objects.create(
        item=correction, state=Validity.State.REPEALED, starts_on="2026-05-01", note="被替代"
    )
    publish(correction)
    assert [entry.act for entry in Entry.objects.order_by("sequence")] == [
        Act.PUBLISH,
        Act.AMEND,
        Act.VALIDITY,
    ]
    assert Entry.objects.head().payload["state"] == "repealed"
