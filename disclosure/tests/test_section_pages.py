import pytest

from catalog.tests.builders import make_department
from disclosure.choices import Status
from disclosure.tests.builders import make_attachment, make_item

pytestmark = pytest.mark.django_db


class TestGuide:
    def test_it_shows_the_governments_guide_in_full_and_leads_to_the_others(
        self, client, shelves, government
    ):
        bureau = make_department("区财政局", telephone="0451-00000000")
        make_item(
            "政府指南",
            department=government,
            category=shelves["guide"],
            body="<p>申请可以当面提出</p>",
        )
        make_item(
            "财政局指南", department=bureau, category=shelves["guide"], body="<p>财政局的正文</p>"
        )
        page = client.get("/guide/").content.decode()
        assert "申请可以当面提出" in page
        assert "财政局指南" in page
        assert "财政局的正文" not in page
        assert "0451-00000000" in page

    def test_it_hides_drafts(self, client, shelves, government):
        make_item("指南草稿", department=government, category=shelves["guide"], status=Status.DRAFT)
        assert "指南草稿" not in client.get("/guide/").content.decode()

    def test_a_portal_without_a_guide_has_a_page_still(self, client, db):
        assert client.get("/guide/").status_code == 200

    def test_it_refuses_the_wrong_method(self, client, shelves):
        assert client.post("/guide/").status_code == 405


class TestRules:
    def test_it_lists_the_rules_with_their_files(self, client, shelves):
        rule = make_item("信息发布协调制度", category=shelves["rules"])
        make_attachment(rule, "制度.txt")
        make_item("采购公告", category=shelves["procurement"])
        page = client.get("/rules/").content.decode()
        assert "信息发布协调制度" in page
        assert "采购公告" not in page

    def test_a_portal_without_rules_has_a_page_still(self, client, db):
        assert client.get("/rules/").status_code == 200
