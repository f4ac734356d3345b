import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from disclosure.acts import withdraw_item
from disclosure.acts.registering import public_face_changed
from disclosure.choices import Status
from disclosure.models import Commitment, CommitmentAnswer, ReportFindings
from disclosure.reports.findings.promises import answer_promises, to_answer
from disclosure.reports.findings.stored import findings_for, store_findings
from disclosure.revisions.state import state_of, working_digest
from disclosure.tests.builders import make_report, make_staff
from disclosure.tests.conftest import government, shelves  # noqa: F401 — fixtures
from statutory.prose.tests.excerpts import sections_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def report(shelves, government):  # noqa: F811
    opening, *sections = sections_of("songbei-2009.txt")
    return make_report(
        2009,
        department=government,
        category=shelves["annual-reports"],
        body=opening[1],
        sections=sections,
    )


class TestTheReportPage:
    def test_it_shows_sentence_verdict_and_sum_and_leads_to_the_place(self, client, report):
        page = client.get("/reports/songbei/2009/").content.decode()
        assert "文字数据核对" in page
        assert "5605+1231=6836" in page
        assert "核对 9 项，3 项不符；无法核对 3 项。" in page
        number = next(
            i
            for i, one in enumerate(findings_for(report), 1)
            if one["arithmetic"] == "5605+1231=6836"
        )
        assert f'href="#finding-{number}"' in page
        assert f'<span id="finding-{number}"></span>今年以来,大厅窗口' in page

    def test_findings_are_stored_once_and_follow_the_text(self, report):
        store_findings(report)
        assert [one["arithmetic"] for one in ReportFindings.objects.get().findings] == [
            one["arithmetic"] for one in findings_for(report)
        ]
        report.sections.update(body="<p>共12件，其中网上5件，当面7件。</p>")
        assert "5+7=12" in {one["arithmetic"] for one in findings_for(report)}

    def test_publication_keeps_them_and_withdrawal_forgets_them(self, report):
        assert ReportFindings.objects.get().report == report
        withdraw_item(
            item=report.item, by=make_staff("公开办", report.department), reason="内容有误"
        )
        assert not ReportFindings.objects.exists()

    def test_stored_findings_cost_few_queries(self, report, django_assert_num_queries):
        with django_assert_num_queries(4):
            findings_for(report)


class TestPromises:
    @pytest.fixture
    def after(self, report, government):  # noqa: F811
        return make_report(
            2010, department=government, category=report.item.category, status=Status.DRAFT
        )

    @pytest.fixture
    def bureau(self, government):  # noqa: F811
        return government

    def become_public(self, report):
        item = report.item
        item.status, item.published_at, item.index_number = (
            Status.PUBLISHED,
            timezone.now(),
            "T/2011-00001",
        )
        item.save()
        public_face_changed(item)

    def test_problems_and_measures_of_the_text_become_a_list(self, report):
        kinds = list(Commitment.objects.values_list("kind", flat=True))
        assert (kinds.count("problem"), kinds.count("measure")) == (3, 8)

    def test_the_next_report_answers_and_both_pages_show_it(self, client, report, after, clerk):
        first = to_answer(after)[0].commitment
        answer_promises(report=after, answers={first.pk: ("done", "已开展培训")}, by=clerk)
        assert "已开展培训" not in client.get("/reports/songbei/2009/").content.decode()
        self.become_public(after)
        for address, words in (("2010", "上年问题和承诺的落实情况"), ("2009", "后来的落实情况")):
            page = client.get(f"/reports/songbei/{address}/").content.decode()
            assert words in page
            assert "已开展培训" in page

    def test_answers_are_part_of_what_is_reviewed_and_become_public(self, report, after, clerk):
        before = working_digest(after.item)
        first = to_answer(after)[0].commitment
        answer_promises(report=after, answers={first.pk: ("partly", "一半")}, by=clerk)
        assert working_digest(after.item) != before
        assert state_of(after.item)["report"]["answers"][0]["note"] == "一半"
        assert clerk in after.item.contributors.all()

    def test_what_is_public_is_answered_by_a_correction_only(self, report, after, clerk):
        first = to_answer(after)[0].commitment
        self.become_public(after)
        with pytest.raises(ValidationError, match="更正"):
            answer_promises(report=after, answers={first.pk: ("done", "")}, by=clerk)

    def test_an_answered_promise_outlives_a_correction_of_the_text(self, report, after, clerk):
        answered, other, *_ = (one.commitment for one in to_answer(after))
        answer_promises(report=after, answers={answered.pk: ("partly", "")}, by=clerk)
        report.sections.filter(title__contains="问题").update(
            body="<p>（一）全新的问题需要解决的有很多。</p>"
        )
        store_findings(report)
        assert Commitment.objects.filter(pk=answered.pk).exists()
        assert not Commitment.objects.filter(pk=other.pk).exists()

    def test_an_answer_can_be_taken_back(self, after, clerk):
        first = to_answer(after)[0].commitment
        for status in ("done", ""):
            answer_promises(report=after, answers={first.pk: (status, "")}, by=clerk)
        assert not CommitmentAnswer.objects.exists()

    def test_a_promise_never_made_cannot_be_answered(self, after, clerk):
        with pytest.raises(ValidationError):
            answer_promises(report=after, answers={10**9: ("done", "")}, by=clerk)
