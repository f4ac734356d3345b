"""门户设置 at the desk: upload, see every fault or what will happen, confirm; the passwords are
shown once.
"""

import io

import openpyxl
import pytest
from django.contrib.auth.models import User
from django.core.files.uploadedfile import SimpleUploadedFile
from lxml import html

from catalog.models import Category, Department
from catalog.tests.builders import make_user
from disclosure.tests.builders import make_staff
from ledger.models import AuditEntry
from portal.identity import Site
from portal.models import SiteIdentity
from portal.setting_up.tests.books import code, small_book

pytestmark = pytest.mark.django_db
ADDRESS, CONFIRM, TEMPLATE = "/admin/set-up/", "/admin/set-up/confirm/", "/admin/set-up/template/"


@pytest.fixture
def admin(client):
    user = make_staff("系统管理员", username="admin")
    client.force_login(user)
    return user


def upload(client, data, name="门户设置.xlsx"):
    return client.post(ADDRESS, {"file": SimpleUploadedFile(name, data)})


def carried(response):
    return html.fromstring(response.content).xpath("//input[@name='workbook']/@value")


def test_from_the_template_to_a_set_up_portal(
    client, admin, settings, django_capture_on_commit_callbacks
):
    settings.SITE = Site(fixed={}, otherwise={})
    assert (
        "缺少法定内容：网站名称、网站标识码、网站域名、主办单位"
        in client.get("/admin/").content.decode()
    )
    template = client.get(TEMPLATE)
    assert openpyxl.load_workbook(io.BytesIO(template.content)).sheetnames[:2] == [
        "填写说明",
        "网站",
    ]
    assert "%E9%97%A8" in template["Content-Disposition"]

    preview = upload(client, small_book().data)
    text = preview.content.decode()
    assert "检查通过，还没有写入" in text
    assert "示例市示例区财政局" in text
    assert not Department.objects.exists()

    with django_capture_on_commit_callbacks(
        execute=True
    ):  # then the process looks at the names anew
        done = client.post(CONFIRM, {"workbook": carried(preview)[0]})
    assert done.status_code == 200
    assert "no-store" in done["Cache-Control"]
    assert Department.objects.count() == 3
    assert Category.objects.count() == 8
    rows = html.fromstring(done.content).xpath(
        "//table[contains(@class, 'set-up-passwords')]/tbody/tr"
    )
    shown = {row.xpath("string(th)"): row.xpath("string(td[2])") for row in rows}
    assert set(shown) == {"zhang", "li", "wang"}
    assert User.objects.get(username="zhang").check_password(shown["zhang"])
    [entry] = AuditEntry.objects.filter(account="admin").exclude(event="login")
    assert (entry.act, entry.result) == ("设置门户", "done")
    assert "网站信息还没有填写" not in client.get("/admin/").content.decode()


def test_the_first_log_in_with_such_a_password_must_change_it(client, admin):
    done = client.post(CONFIRM, {"workbook": carried(upload(client, small_book().data))[0]})
    row = html.fromstring(done.content).xpath(
        "//table[contains(@class, 'set-up-passwords')]/tbody/tr"
    )[0]
    client.logout()
    client.post(
        "/admin/login/",
        {"username": row.xpath("string(th)"), "password": row.xpath("string(td[2])")},
    )
    assert client.get("/admin/").url == "/admin/password_change/"


def test_faults_are_listed_and_nothing_can_be_confirmed(client, admin):
    book = small_book()
    book["发布机构"]["C3"] = "123"
    text = upload(client, book.data).content.decode()
    assert "有 1 处不对，没有写入任何内容" in text
    for words in ("发布机构", "C3", "请填写 9 位组织机构代码"):
        assert words in text
    assert carried(upload(client, book.data)) == []


def test_what_was_tampered_with_or_belongs_to_another_is_not_taken_in(client, admin):
    [workbook] = carried(upload(client, small_book().data))
    for wrong in ("", "x", workbook[:-1] + ("a" if workbook[-1] != "a" else "b")):
        assert client.post(CONFIRM, {"workbook": wrong}).url == ADDRESS
    client.force_login(make_user("root", is_superuser=True))
    assert client.post(CONFIRM, {"workbook": workbook}).url == ADDRESS
    assert not Department.objects.exists()


def test_what_became_wrong_meanwhile_is_told_and_nothing_is_written(client, admin):
    [workbook] = carried(upload(client, small_book().data))
    Department.objects.create(
        name="示例市示例区财政局", short_name="别的", slug="other", code=code(50)
    )
    User.objects.create_user("ZHANG")
    text = client.post(CONFIRM, {"workbook": workbook}).content.decode()
    assert "只有大小写不同" in text
    assert SiteIdentity.objects.get().name == ""


@pytest.mark.parametrize(
    ("name", "data", "sentence"),
    [
        ("a.xls", b"x", "请上传 XLSX 文件"),
        ("a.xlsx", b"x", "文件内容与扩展名"),
        ("a.xlsx", b"", "文件是空的"),
    ],
)
def test_what_is_no_workbook_is_refused_in_words(client, admin, name, data, sentence):
    assert sentence in upload(client, data, name).content.decode()


@pytest.mark.parametrize("role", ["信息员", "审核员", "公开办", "审计员", "安全管理员"])
def test_nobody_but_the_system_administrator_gets_there(client, role):
    client.force_login(make_staff(role))
    for address in (ADDRESS, TEMPLATE):
        assert client.get(address).status_code == 403
    assert upload(client, small_book().data).status_code == 403
    assert client.post(CONFIRM, {"workbook": "x"}).status_code == 403
    assert "门户设置" not in client.get("/admin/").content.decode()


def test_a_stranger_is_asked_to_sign_in(client):
    assert client.get(ADDRESS).status_code == 302
    assert client.post(CONFIRM, {}).status_code == 302


def test_the_confirmation_is_sent_not_fetched(client, admin):
    assert client.get(CONFIRM).status_code == 405
