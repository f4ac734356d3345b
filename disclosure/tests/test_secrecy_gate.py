"""A paper marked 机密 does not become public, whichever way it goes; a weaker mark is the reviewer's
to decide; what the reader of a file doubted lives on the draft.
"""

import datetime as dt

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from catalog.tests.builders import make_department
from disclosure import acts
from disclosure.acts.checklist import Checklist
from disclosure.choices import DisclosureMode, Status
from disclosure.models import FindingOverride, Item
from disclosure.revisions.state import working_digest
from disclosure.tests.builders import make_attachment, make_draft, make_staff
from ledger.models import Entry

pytestmark = pytest.mark.django_db
BODY = "<p>为做好有关工作，现将有关事项通知如下，请遵照执行。</p>"
MARKED = f"<p>机密★1年</p>{BODY}"
DECISION = {
    "organ": "松北区保密局",
    "number": "松保密〔2026〕3号",
    "decided_on": dt.date(2026, 3, 2),
}


@pytest.fixture
def bureau(shelves):
    return make_department("区教育局")


@pytest.fixture
def clerk(bureau):
    return make_staff("信息员", bureau)


@pytest.fixture
def reviewer(bureau):
    return make_staff("审核员", bureau)


@pytest.fixture
def office(bureau):
    return make_staff("公开办", bureau)


def draft(bureau, clerk, body=BODY, **fields):
    item = make_draft("关于某事的通知", department=bureau, body=body, by=clerk, **fields)
    item.contributors.add(clerk)
    return item


def point(item, code):
    [found] = [one for one in Checklist.of(item).points if one.finding.code == code]
    return found


def approve(item, reviewer):
    return acts.approve_item(item=item, by=reviewer, mode=DisclosureMode.PROACTIVE, basis="20-1")


@pytest.mark.parametrize("where", ["title", "summary", "body", "attachment", "name"])
def test_a_secret_is_neither_submitted_nor_forced_nor_imported(
    bureau, clerk, office, where, django_capture_on_commit_callbacks
):
    item = draft(bureau, clerk, MARKED if where == "body" else BODY)
    with django_capture_on_commit_callbacks(execute=True):
        if where == "attachment":
            make_attachment(item, "名册.txt", "机　密 ★ 长期\n名册".encode())
        elif where == "name":
            make_attachment(item, "（秘密）名册.txt", "名册".encode())
        elif where in ("title", "summary"):
            Item.objects.filter(pk=item.pk).update(**{where: "某事（机密★1年）"})
    with pytest.raises(ValidationError, match="密级"):
        acts.submit_item(item=item, by=clerk)
    with pytest.raises(ValidationError, match="密级"):
        acts.force_publish_item(item=item, by=office, reason="来不及审核")
    with pytest.raises(ValidationError, match="审核员处理的标志"):
        acts.publish_imported(item=item, by=office)
    item.refresh_from_db()
    assert item.status == Status.DRAFT
    assert not Entry.objects.exists()


def test_no_reason_sets_it_aside(bureau, clerk, reviewer):
    item = draft(bureau, clerk, MARKED)
    for person in (clerk, reviewer):
        with pytest.raises(ValidationError, match="解密决定"):
            acts.override_finding(
                item=item,
                by=person,
                fingerprint=point(item, "secrecy-mark").fingerprint,
                reason="没有关系",
            )
    with pytest.raises(IntegrityError), transaction.atomic():
        FindingOverride.objects.create(
            item=item, fingerprint="x" * 64, code="secrecy-mark", reason="没有关系", made_by=clerk
        )


def test_a_second_person_enters_the_decision_and_the_register_keeps_it(bureau, clerk, reviewer):
    item = draft(bureau, clerk, MARKED)
    mark = point(item, "secrecy-mark").fingerprint
    with pytest.raises(PermissionDenied):
        acts.declassify_finding(item=item, by=clerk, fingerprint=mark, **DECISION)
    acts.declassify_finding(item=item, by=reviewer, fingerprint=mark, **DECISION)
    acts.submit_item(item=item, by=clerk)
    item = acts.publish_item(item=approve(item, reviewer), by=reviewer)
    assert item.status == Status.PUBLISHED
    assert Entry.objects.get().payload["declassified"] == [
        {"organ": "松北区保密局", "number": "松保密〔2026〕3号", "decided_on": "2026-03-02"}
    ]


def test_whoever_wrote_it_is_no_second_person(bureau, clerk, reviewer):
    item = draft(bureau, clerk, MARKED)
    item.contributors.add(reviewer)
    with pytest.raises(PermissionDenied, match="不能自己审核"):
        acts.declassify_finding(
            item=item, by=reviewer, fingerprint=point(item, "secrecy-mark").fingerprint, **DECISION
        )


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ({"organ": " "}, "机关"),
        ({"number": ""}, "文号"),
        ({"decided_on": None}, "日期"),
        ({"decided_on": dt.date(2100, 1, 1)}, "今天"),
    ],
)
def test_a_decision_is_whole(bureau, clerk, reviewer, words, said):
    item = draft(bureau, clerk, MARKED)
    mark = point(item, "secrecy-mark").fingerprint
    with pytest.raises(ValidationError, match=said):
        acts.declassify_finding(item=item, by=reviewer, fingerprint=mark, **DECISION | words)


def test_another_mark_asks_for_another_decision(bureau, clerk, reviewer):
    item = draft(bureau, clerk, MARKED)
    acts.declassify_finding(
        item=item, by=reviewer, fingerprint=point(item, "secrecy-mark").fingerprint, **DECISION
    )
    Item.objects.filter(pk=item.pk).update(body=f"<p>绝密</p>{BODY}")
    with pytest.raises(ValidationError, match="绝密"):
        acts.submit_item(item=item, by=clerk)


def test_what_was_approved_with_a_mark_does_not_become_public(bureau, clerk, reviewer):
    """Approved by a version that did not look for marks."""
    item = draft(bureau, clerk)
    acts.submit_item(item=item, by=clerk)
    item = approve(item, reviewer)
    Item.objects.filter(pk=item.pk).update(body=MARKED)
    item.refresh_from_db()
    item.reviews.update(content_sha256=working_digest(item))
    with pytest.raises(ValidationError, match="机密"):
        acts.publish_item(item=item, by=reviewer)


def test_what_was_taken_back_with_a_mark_is_not_restored(bureau, clerk, reviewer, office):
    item = draft(bureau, clerk)
    acts.submit_item(item=item, by=clerk)
    item = acts.publish_item(item=approve(item, reviewer), by=reviewer)
    acts.withdraw_item(item=item, by=office, reason="示例")
    Item.objects.filter(pk=item.pk).update(body=MARKED)  # what an older version let pass
    with pytest.raises(ValidationError, match="机密"):
        acts.restore_item(item=Item.objects.get(pk=item.pk), by=office, note="示例")
    assert Item.objects.get(pk=item.pk).status == Status.WITHDRAWN


def test_a_weaker_mark_is_submitted_and_the_reviewer_decides(bureau, clerk, reviewer):
    item = draft(bureau, clerk, f"{BODY}<p>（内部资料，注意保存）</p>")
    mark = point(item, "internal-mark").fingerprint
    with pytest.raises(PermissionDenied):
        acts.override_finding(item=item, by=clerk, fingerprint=mark, reason="可以公开")
    acts.submit_item(item=item, by=clerk)
    item.refresh_from_db()
    with pytest.raises(ValidationError, match="内部资料"):
        approve(item, reviewer)
    acts.override_finding(item=item, by=reviewer, fingerprint=mark, reason="已经取消，经局长同意")
    item = approve(item, reviewer)
    assert item.status == Status.APPROVED


def test_of_very_many_marks_each_that_is_listed_is_settled_and_that_is_all(bureau, clerk, reviewer):
    rows = "".join(f"<p>事项{number}</p><p>（依申请公开）</p>" for number in range(45))
    item = draft(bureau, clerk, f"{BODY}{rows}")
    acts.submit_item(item=item, by=clerk)
    item.refresh_from_db()
    for one in Checklist.of(item).for_reviewers:
        acts.override_finding(
            item=item, by=reviewer, fingerprint=one.fingerprint, reason="目录里的公开方式"
        )
    assert approve(item, reviewer).status == Status.APPROVED


def test_a_weaker_mark_is_not_forced_past(bureau, clerk, office):
    item = draft(bureau, clerk, f"{BODY}<p>此件不公开</p>")
    with pytest.raises(ValidationError, match="此件不公开"):
        acts.force_publish_item(item=item, by=office, reason="来不及审核")


def test_what_is_kept_from_the_public_keeps_its_mark(bureau, clerk, reviewer):
    item = draft(bureau, clerk, f"{BODY}<p>此件不公开</p>")
    acts.submit_item(item=item, by=clerk)
    item = acts.approve_item(
        item=item,
        by=reviewer,
        mode=DisclosureMode.CLOSED,
        basis="16-1",
        next_review_on=timezone.localdate() + dt.timedelta(days=90),
    )
    assert item.status == Status.KEPT


class TestAtTheDesk:
    def address(self, item):
        return reverse("admin:disclosure_item_checks", args=[item.pk])

    def test_the_reviewer_enters_the_decision_in_the_page_of_checks(
        self, client, bureau, clerk, reviewer
    ):
        item = draft(bureau, clerk, MARKED)
        client.force_login(clerk)
        page = client.get(self.address(item)).content.decode()
        assert 'name="decided_on"' not in page
        assert "登记解密决定" in page
        client.force_login(reviewer)
        page = client.get(self.address(item)).content.decode()
        assert 'name="decided_on"' in page
        mark = point(item, "secrecy-mark").fingerprint
        words = {"fingerprint": mark, **DECISION}
        refused = client.post(self.address(item), words | {"decided_on": "三月"}, follow=True)
        assert "请按 2026-03-02 的样子填写" in refused.content.decode()
        done = client.post(self.address(item), words, follow=True).content.decode()
        assert "已登记解密决定" in done
        assert "松保密〔2026〕3号" in done

    def test_whoever_may_not_is_told_in_the_page(self, client, bureau, clerk):
        item = draft(bureau, clerk, MARKED)
        client.force_login(clerk)
        words = {"fingerprint": point(item, "secrecy-mark").fingerprint, **DECISION}
        page = client.post(self.address(item), words, follow=True).content.decode()
        assert "没有办理这一事项的权限" in page
        assert not FindingOverride.objects.exists()


class TestDoubtsOfIntake:
    def test_a_doubt_stays_on_the_draft_until_somebody_has_looked(self, bureau, clerk, reviewer):
        doubts = [
            {"code": "hidden-text", "sentence": "文件里有隐藏文字。"},
            {"code": "footnotes", "sentence": "脚注 2 条已编号列在正文末尾。"},
        ]
        item = draft(bureau, clerk, intake_doubts=doubts)
        with pytest.raises(ValidationError, match="读入时有疑问"):
            acts.submit_item(item=item, by=clerk)
        assert not point(item, "intake-footnotes").finding.is_blocking
        mark = point(item, "intake-hidden-text").fingerprint
        acts.override_finding(item=item, by=clerk, fingerprint=mark, reason="已核对，可以公开")
        Item.objects.filter(pk=item.pk).update(body=f"{BODY}{BODY}")  # what was looked at stays so
        acts.submit_item(item=item, by=clerk)

    @pytest.mark.parametrize(
        ("code", "submitted"),
        [("secrecy-mark-in-margin", False), ("internal-mark-in-margin", True)],
    )
    def test_a_mark_in_the_head_of_the_paper_is_a_mark(
        self, bureau, clerk, reviewer, code, submitted
    ):
        doubts = [{"code": code, "sentence": "页眉页脚标有“…”，没有录入正文。"}]
        item = draft(bureau, clerk, intake_doubts=doubts)
        if not submitted:
            with pytest.raises(ValidationError, match="页眉或页脚"):
                acts.submit_item(item=item, by=clerk)
            [mark] = [one for one in Checklist.of(item).points if one.finding.is_blocking]
            acts.declassify_finding(
                item=item, by=reviewer, fingerprint=mark.fingerprint, **DECISION
            )
        acts.submit_item(item=item, by=clerk)
        item.refresh_from_db()
        if submitted:
            with pytest.raises(ValidationError, match="页眉或页脚"):
                approve(item, reviewer)
        else:
            assert approve(item, reviewer).status == Status.APPROVED
