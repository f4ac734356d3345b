import pytest

from catalog.models import Category, Department
from catalog.tests.builders import make_department
from disclosure.acts.checklist import Checklist
from disclosure.choices import Status
from disclosure.models import CommitmentAnswer
from disclosure.reports.findings.tests.test_likeness import CHANGED, FIRST, OTHER
from disclosure.tests.builders import make_report, make_staff
from disclosure.tests.conftest import government, shelves  # noqa: F401 — fixtures

pytestmark = pytest.mark.django_db
PROBLEMS = "<p>一是解读形式不够多样，二是业务培训不够及时。下一步，一是增加图解和视频解读，二是每季度组织一次培训。</p>"
WRONG = "<p>全年共公开信息100条，其中概况类10条，动态类50条，其他45条。</p>"


def sections(*paragraphs):
    return [
        ("一、总体情况", "".join(f"<p>{text}</p>" for text in paragraphs)),
        ("五、存在的主要问题及改进情况", PROBLEMS),
    ]


@pytest.fixture
def bureau(shelves):  # noqa: F811
    return make_department("区财政局", slug="finance", kind=Department.Kind.BUREAU)


@pytest.fixture
def reports(bureau):
    """Last year's and another organ's, public; this year's, a draft."""
    shelf = {"category": Category.objects.get(slug="annual-reports")}
    make_report(2023, department=bureau, sections=sections(FIRST), **shelf)
    make_report(2024, department=make_department("区教育局"), sections=sections(OTHER), **shelf)
    return make_report(
        2024,
        department=bureau,
        sections=sections(CHANGED, OTHER),
        status=Status.DRAFT,
        body=WRONG,
        **shelf,
    )


class TestFindingsOfOneReport:
    def test_it_shows_figures_form_and_likeness(self, clerk_desk, reports):
        page = clerk_desk.get(
            f"/admin/disclosure/annualreport/{reports.pk}/findings/"
        ).content.decode()
        assert "10+50+45=105 ≠ 100" in page
        assert "与本机关以往年度的报告比较" in page
        assert "与其他机关同一年度的报告比较" in page
        assert f"<mark>{OTHER}</mark>" in page
        assert "区财政局 2023 年度报告" in page

    def test_it_hides_another_organs_draft(self, clerk_desk, reports):
        foreign = make_report(2022, department=make_department("区民政局"), status=Status.DRAFT)
        assert (
            clerk_desk.get(f"/admin/disclosure/annualreport/{foreign.pk}/findings/").status_code
            == 404
        )
        assert (
            clerk_desk.get(f"/admin/disclosure/annualreport/{foreign.pk}/promises/").status_code
            == 404
        )

    def test_what_is_not_public_is_compared_with_nobody(self, client, reports):
        other = Department.objects.get(name="区教育局")
        client.force_login(make_staff("信息员", other))
        page = client.get(
            f"/admin/disclosure/annualreport/{other.annual_reports.get().pk}/findings/"
        ).content.decode()
        assert "没有可以比较的报告" in page

    def test_it_refuses_the_wrong_method(self, clerk_desk, reports):
        assert (
            clerk_desk.post(f"/admin/disclosure/annualreport/{reports.pk}/findings/").status_code
            == 405
        )


class TestTheYear:
    def test_the_auditor_sees_all_organs_with_their_shares(
        self, client, reports, django_assert_max_num_queries
    ):
        client.force_login(make_staff("审计员"))
        with django_assert_max_num_queries(20):
            page = client.get("/admin/disclosure/annualreport/likeness/?year=2024").content.decode()
        assert "区教育局" in page
        assert "区财政局" not in page
        assert (
            "区财政局"
            in client.get("/admin/disclosure/annualreport/likeness/?year=2023").content.decode()
        )

    @pytest.mark.parametrize("year", ["x", "99999999999", "%00", ""])
    def test_nonsense_shows_the_newest_year(self, client, year):
        client.force_login(make_staff("审计员"))
        assert (
            client.get(f"/admin/disclosure/annualreport/likeness/?year={year}").status_code == 200
        )


class TestAnswering:
    def address(self, report):
        return f"/admin/disclosure/annualreport/{report.pk}/promises/"

    def test_the_clerk_answers_one_by_one(self, clerk_desk, reports):
        page = clerk_desk.get(self.address(reports)).content.decode()
        assert "增加图解和视频解读" in page
        first = reports.department.annual_reports.get(year=2023).commitments.first()
        seen = clerk_desk.get(self.address(reports)).context["seen"]
        values = {f"status-{first.pk}": "done", f"note-{first.pk}": "做了 12 期图解", "seen": seen}
        assert clerk_desk.post(self.address(reports), values).status_code == 302
        answer = CommitmentAnswer.objects.get()
        assert (answer.report, answer.status, answer.note) == (reports, "done", "做了 12 期图解")

    def test_a_note_without_a_status_is_not_lost(self, clerk_desk, reports):
        first = reports.department.annual_reports.get(year=2023).commitments.first()
        page = clerk_desk.post(
            self.address(reports), {f"note-{first.pk}": "写了一半"}
        ).content.decode()
        assert "请同时选择落实情况" in page
        assert "写了一半" in page
        assert not CommitmentAnswer.objects.exists()

    def test_two_clerks_do_not_overwrite_each_other(self, clerk_desk, reports):
        page = clerk_desk.get(self.address(reports))
        first = reports.department.annual_reports.get(year=2023).commitments.first()
        mine = {
            f"status-{first.pk}": "partly",
            f"note-{first.pk}": "我写的",
            "seen": page.context["seen"],
        }
        theirs = mine | {f"status-{first.pk}": "done", f"note-{first.pk}": "别人写的"}
        assert clerk_desk.post(self.address(reports), theirs).status_code == 302
        for late in (mine, {name: value for name, value in mine.items() if name != "seen"}):
            refused = clerk_desk.post(self.address(reports), late).content.decode()
            assert "别人已经保存了新的回应" in refused
            assert "，别人写的" in refused  # beside the row, to be compared
            assert "我写的" in refused
            assert CommitmentAnswer.objects.get().note == "别人写的"
        assert clerk_desk.post(self.address(reports), mine | {"overwrite": "1"}).status_code == 302
        assert CommitmentAnswer.objects.get().note == "我写的"

    def test_what_is_typed_is_kept_and_offered_on_return(self, clerk_desk, client, reports):
        address = self.address(reports)
        opened = clerk_desk.get(address)
        first = reports.department.annual_reports.get(year=2023).commitments.first()
        typed = {
            f"status-{first.pk}": "done",
            f"note-{first.pk}": "写到一半",
            "seen": opened.context["seen"],
        }
        said = clerk_desk.post(opened.context["keep_url"], typed | {"_kept_object": reports.pk})
        assert "kept_at" in said.json()
        [offer] = clerk_desk.get(address).context["kept_offers"]
        again = clerk_desk.get(f"{address}?kept={offer.pk}")
        assert "写到一半" in again.content.decode()
        assert not CommitmentAnswer.objects.exists()
        assert clerk_desk.post(address, typed | {"seen": again.context["seen"]}).status_code == 302
        assert clerk_desk.get(address).context["kept_offers"] == []
        client.force_login(make_staff("审计员"))
        assert client.post(opened.context["keep_url"], typed).status_code == 403
        client.force_login(make_staff("信息员", make_department("别的局"), username="stranger"))
        assert client.post(opened.context["keep_url"], typed).status_code == 404

    def test_an_auditor_reads_only(self, client, reports):
        client.force_login(make_staff("审计员"))
        page = client.get(self.address(reports))
        assert page.status_code == 200
        assert all(
            field.disabled for field in page.context["form"].fields.values()
        )  # nothing is typed in vain
        assert client.post(self.address(reports), {}).status_code == 403


class TestTheChecklist:
    def test_it_names_what_does_not_agree_and_what_is_not_answered(self, reports):
        said = {
            point.finding.code: str(point.finding.message)
            for point in Checklist.of(reports.item).points
        }
        assert "10+50+45=105 ≠ 100" in said["prose-sum"]
        assert "4 条没有回应" in said["promises-unanswered"]
