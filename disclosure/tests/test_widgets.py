"""The field a body is written in, and the address its editor sends what was pasted to."""

import json

import pytest
from django.contrib.auth.models import Permission
from django.core.exceptions import ValidationError

from catalog.models import Section
from catalog.tests.builders import make_category, make_department, make_user
from disclosure.choices import Status
from disclosure.desk.forms.items import ItemForm
from disclosure.desk.forms.widgets import RichTextField
from disclosure.tests.builders import make_attachment, make_item
from documents.html.tests.test_paste import CLIPBOARDS

ADDRESS = "/admin/disclosure/item/paste/"


class TestField:
    def test_typed_lines_become_paragraphs(self):
        assert RichTextField().clean("各科室：\n\n1 < 2") == "<p>各科室：</p><p>1 &lt; 2</p>"

    def test_pasted_html_is_put_in_order(self):
        cleaned = RichTextField().clean(
            "<p class=MsoNormal><span>20<span lang=EN-US>24</span></span></p>"
        )
        assert cleaned == "<p>2024</p>"

    def test_nothing_may_be_left_empty_where_it_may(self):
        assert RichTextField(required=False).clean("") == ""
        with pytest.raises(ValidationError):
            RichTextField().clean("")

    def test_what_is_no_document_is_refused_in_words(self):
        with pytest.raises(ValidationError, match="嵌套"):
            RichTextField().clean("<div>" * 10_000)


@pytest.mark.django_db
def test_the_editor_is_told_which_pictures_there_are():
    make_category("松北区政府信息公开", section=Section.CONTENT)
    item = make_item(status=Status.DRAFT)
    picture = make_attachment(item, "图.png")
    make_attachment(item, "附表.xlsx")
    attributes = ItemForm(instance=item)["body"].subwidgets[0].data["attrs"]
    assert json.loads(attributes["data-pictures"]) == [
        {"name": "图.png", "src": picture.get_absolute_url()}
    ]


@pytest.mark.django_db
class TestPasting:
    @pytest.fixture
    def clerk(self, client):
        user = make_user(department=make_department())
        user.user_permissions.set(Permission.objects.filter(content_type__app_label="disclosure"))
        client.force_login(user)
        return client

    def send(self, client, html):
        return client.post(ADDRESS, data=html.encode(), content_type="text/html; charset=utf-8")

    def test_it_answers_with_clean_html(self, clerk):
        answer = self.send(clerk, CLIPBOARDS["wps"]).json()
        assert "<strong>2024110</strong>" in answer["html"]
        assert answer["pictures"] == 0

    def test_pictures_left_out_are_counted(self, clerk):
        assert (
            self.send(clerk, '<p>文<img src="file:///a.png"><img src="data:,x"></p>').json()[
                "pictures"
            ]
            == 2
        )

    def test_too_much_or_no_document_is_answered_in_words(self, clerk, settings):
        response = self.send(clerk, "<div>" * 10_000)
        assert response.status_code == 422
        assert "嵌套" in response.json()["error"]
        settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 10
        response = self.send(clerk, "<p>一二三四五六</p>")
        assert response.status_code == 422
        assert "从 Word 文件新建" in response.json()["error"]

    def test_it_is_for_staff_who_post(self, clerk, client):
        assert clerk.get(ADDRESS).status_code == 405
        client.logout()
        assert self.send(client, "<p>x</p>").status_code == 302

    def test_it_refuses_other_sites(self, clerk):
        clerk.handler.enforce_csrf_checks = True
        assert self.send(clerk, "<p>x</p>").status_code == 403
