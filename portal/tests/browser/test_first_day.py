"""The first day of a district that is not the demonstration's, in a browser: from an empty portal
to people who can sign in.
"""

import pytest

from catalog.models import Category, Department
from catalog.tests.builders import make_user
from portal.identity import UNNAMED, Site
from portal.setting_up.tests.books import ORGANS, SITE, STAFF, Book

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.any_database,
]
PASSWORD = "qingfeng-Mingyue-37"


def choose(page, book):
    page.goto("/admin/set-up/")
    page.set_input_files(
        "#id_file", {"name": "门户设置.xlsx", "mimeType": "application/zip", "buffer": book.data}
    )
    page.click("#content-main input[type=submit]")


def sign_in(page, name, password):
    page.goto("/admin/login/")
    page.fill("#id_username", name)
    page.fill("#id_password", password)
    page.click("input[type=submit]")


@pytest.mark.parametrize("has_script", [True, False], ids=["with scripts", "without"])
def test_a_workbook_makes_the_portal_and_its_people_sign_in(
    browser, live_server, settings, tmp_path, has_script
):
    settings.SITE = Site(fixed={}, otherwise={})
    admin = make_user("root", is_superuser=True)
    admin.set_password(PASSWORD)
    admin.save()
    page = browser.new_context(
        base_url=live_server.url, java_script_enabled=has_script, accept_downloads=True
    ).new_page()
    page.goto("/")
    assert UNNAMED in page.inner_text(".masthead__name")
    sign_in(page, "root", PASSWORD)
    page.click("text=门户设置 >> nth=0")
    with page.expect_download() as download:
        page.click("a[href$='template/']")
    template = tmp_path / "门户设置.xlsx"
    download.value.save_as(template)

    def filled_in():
        return (
            Book(template.read_bytes()).site(**SITE).put("发布机构", ORGANS).put("工作人员", STAFF)
        )

    wrong = filled_in()
    wrong["发布机构"]["C3"] = "12345"
    choose(page, wrong)
    assert "C3" in page.inner_text(".set-up-table >> nth=0")
    assert not Department.objects.exists()

    choose(page, filled_in())
    assert "检查通过，还没有写入" in page.inner_text("#content-main")
    page.click("#content-main input[type=submit]")
    password = page.locator(".set-up-passwords code").first.inner_text()
    assert Category.objects.count() == 107

    page.goto("/")
    assert "示例区人民政府" in page.inner_text(".masthead__name")
    assert "网站标识码 0000000001" in page.inner_text(".footer")
    clerk = browser.new_context(base_url=live_server.url).new_page()
    sign_in(clerk, "zhang", password)
    assert clerk.url.endswith("/admin/password_change/")
