"""从 Word 文件新建."""

import io

import docx
import pytest
from django.contrib.auth.models import Permission

from catalog.models import Section
from catalog.tests.builders import make_category, make_department, make_user
from disclosure.choices import Status
from disclosure.models import Attachment, Item
from disclosure.tests.builders import make_attachment, make_item
from documents.tests.office_files import add_picture, official_document, opened, png, saved

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]
ADDRESS = "/admin/disclosure/item/intake/"


@pytest.fixture
def government():
    return make_department("松北区人民政府")


@pytest.fixture
def shelf():
    root = make_category("松北区政府信息公开", section=Section.CONTENT)
    return make_category("政府规章", parent=root)


@pytest.fixture
def clerk(client, government):
    user = make_user(department=government)
    user.user_permissions.set(Permission.objects.filter(content_type__app_label="disclosure"))
    client.force_login(user)
    return client


def messages(response):
    return [str(message) for message in response.context["messages"]]


def post(clerk, government, shelf, file=None, **fields):
    file = file or saved(official_document())
    data = {"file": file, "department": government.pk, "category": shelf.pk, **fields}
    return clerk.post(ADDRESS, data, follow=True)


def test_a_file_becomes_a_draft_to_be_checked(clerk, government, shelf):
    response = post(clerk, government, shelf)
    item = Item.objects.get()
    assert response.redirect_chain[-1][0] == f"/admin/disclosure/item/{item.pk}/change/"
    assert (item.status, item.document_number, item.genre) == (
        Status.DRAFT,
        "哈松政发〔2026〕3号",
        "通知",
    )
    assert (str(item.created_on), item.issuer) == ("2026-03-02", "")
    assert item.created_by.memberships.get().department == government
    assert "<h2>一、总体要求</h2>" in item.body
    assert "2024110" in item.text
    assert "存为草稿" in messages(response)[0]
    assert not Item.objects.published().exists()


def test_pictures_become_attachments_the_body_refers_to(clerk, government, shelf):
    document = official_document()
    add_picture(document, "规划图")
    post(clerk, government, shelf, saved(document))
    file = Attachment.objects.get()
    assert file.file.read() == png()
    assert f'src="{file.get_absolute_url()}"' in Item.objects.get().body
    assert Item.objects.get().downloads == []


def test_the_original_is_kept_only_where_the_clerk_says_so(clerk, government, shelf):
    post(clerk, government, shelf)
    assert not Attachment.objects.exists()
    data = saved(official_document()).getvalue()
    post(clerk, government, shelf, opened(data, "印发通知.docx"), keep_original="on")
    file = Attachment.objects.get()
    assert file.name == "印发通知.docx"
    kept = docx.Document(file.file)
    assert [one.text for one in kept.paragraphs] == [
        one.text for one in docx.Document(io.BytesIO(data)).paragraphs
    ]
    assert kept.core_properties.author == ""  # the file's own was "python-docx"
    assert file.item.downloads == [file]


def test_what_needs_a_look_is_said(clerk, government, shelf):
    make_item("旧的一份", department=government, document_number="哈松政发〔2026〕3号")
    document = official_document(signature=("松北区教育局", "2026年3月2日"))
    make_department("松北区教育局")
    said = "\n".join(messages(post(clerk, government, shelf, saved(document))))
    item = Item.objects.get(status=Status.DRAFT)
    assert "不是所选的发布机构" in said
    assert "旧的一份" in said
    assert item.issuer == "松北区教育局"
    assert not item.joint_departments.exists()


def test_organs_that_signed_together_are_filled_in(clerk, government, shelf):
    other = make_department("松北区教育局")
    document = official_document(signature=("松北区人民政府  松北区教育局", "2026年3月2日"))
    post(clerk, government, shelf, saved(document))
    item = Item.objects.get()
    assert (item.issuer, list(item.joint_departments.all())) == ("", [other])


def test_a_number_in_a_foreign_department_is_not_given_away(clerk, government, shelf):
    make_item(
        "别人的信息", department=make_department("区财政局"), document_number="哈松政发〔2026〕3号"
    )
    assert "别人的信息" not in "\n".join(messages(post(clerk, government, shelf)))


@pytest.mark.parametrize(
    ("data", "name", "advice"),
    [
        (b"%PDF-1.7", "文件.docx", "这是 PDF 文件"),
        (b"PK\x03\x04broken", "文件.docx", "文件已损坏"),
        (b"x", "文件.exe", "请选择 Word 文件"),
        (b"", "文件.docx", "文件是空的"),
    ],
)
def test_a_file_that_cannot_be_read_is_answered_in_words(
    clerk, government, shelf, data, name, advice
):
    response = post(clerk, government, shelf, opened(data, name))
    assert advice in response.content.decode()
    assert f'<option value="{shelf.pk}" selected>' in response.content.decode()
    assert not Item.objects.exists()


def test_only_departments_of_ones_own_are_offered(clerk, government, shelf):
    foreign = make_department("区财政局")
    assert "区财政局" not in clerk.get(ADDRESS).content.decode()
    post(clerk, foreign, shelf)
    assert not Item.objects.exists()


def test_without_the_permission_to_add_it_is_refused(client, government):
    client.force_login(make_user(department=government, permissions=["disclosure.view_item"]))
    assert client.get(ADDRESS).status_code == 403
    assert "从 Word 文件新建" not in client.get("/admin/disclosure/item/").content.decode()


def test_the_list_leads_to_it(clerk):
    assert f'href="{ADDRESS}"' in clerk.get("/admin/disclosure/item/").content.decode()


class TestPicturesOfADraft:
    def address(self, department):
        return make_attachment(
            make_item(department=department, status=Status.DRAFT), "图.png"
        ).get_absolute_url()

    def test_those_who_write_it_see_them_and_no_cache_keeps_them(self, clerk, government):
        response = clerk.get(self.address(government))
        assert response.status_code == 200
        assert response["Cache-Control"] == "private, no-store"

    def test_others_do_not(self, clerk, client, government):
        assert clerk.get(self.address(make_department("区财政局"))).status_code == 404
        address = self.address(government)
        client.force_login(make_user(department=government, is_staff=False))
        assert client.get(address).status_code == 404
        client.logout()
        assert client.get(address).status_code == 404
