"""旧网站文件 at the desk: bringing in, comparing, confirming."""

import datetime as dt

import pytest
from django.contrib.auth.models import Permission
from django.core.files.uploadedfile import SimpleUploadedFile

from catalog.tests.builders import make_category, make_department, make_user
from disclosure.models import Item, LegacyOriginal
from imports.actions import bring_in_original
from imports.tests import legacy_pages as pages
from imports.tests.test_legacy_tables import made_tables

pytestmark = pytest.mark.django_db
LIST = "/admin/disclosure/legacyoriginal/"
State = LegacyOriginal.State


@pytest.fixture
def organ(shelves):
    make_category("应急预案", slug="plans", parent=shelves["songbei"])
    return make_department("示例县人民政府办公室", slug="office")


@pytest.fixture
def clerk(client, organ):
    user = make_user(department=organ)
    user.user_permissions.set(Permission.objects.filter(content_type__app_label="disclosure"))
    client.force_login(user)
    return client


def bring_in(page=None, name="page.html"):
    return bring_in_original(data=(page or pages.jcms()).encode(), name=name, by=None)[0]


def confirmed(original, **mended):
    return {
        "kind": "item",
        "title": pages.TITLE,
        "department": original.department_id or "",
        "category": original.category_id or "",
        "created_on": "2021-03-02",
        "published_on": "2021-03-05",
        "document_number": "示政办发〔2021〕5号",
        "index_number": "000000000/2021-00012",
        "validity": "现行有效",
        **mended,
    }


def messages(response):
    return [str(message) for message in response.context["messages"]]


def test_several_files_are_brought_in_at_once(clerk):
    files = [
        SimpleUploadedFile("a.html", pages.trs().encode()),
        SimpleUploadedFile("b.png", b"\x89PNG\r\n\x1a\n"),
        SimpleUploadedFile("again.html", pages.trs().encode()),
    ]
    response = clerk.post(LIST + "bring-in/", {"files": files}, follow=True)
    said = messages(response)
    assert ["已识别" in said[0], "无法导入" in said[1], "没有重复收取" in said[2]] == [
        True,
        True,
        True,
    ]
    assert pages.TITLE in response.content.decode()
    assert set(LegacyOriginal.objects.values_list("state", flat=True)) == {
        State.WAITING,
        State.REFUSED,
    }
    assert not Item.objects.exists()


def test_no_file_is_an_error_beside_the_field(clerk):
    response = clerk.post(LIST + "bring-in/", {})
    assert response.status_code == 200
    assert "请选择文件" in response.content.decode()


def test_original_and_result_stand_side_by_side(clerk):
    tables = made_tables("format_2021", 3)
    original = bring_in(
        "<script>alert(1)</script>" + pages.report_page(tables, "format_2021", year=2023)
    )
    page = clerk.get(f"{LIST}{original.pk}/change/").content.decode()
    assert "需要核对的地方" in page
    assert "没有找到发布日期" in page
    assert 'value="2023"' in page
    assert "结转下年度继续办理" in page
    assert "<h3>六、其他需要报告的事项</h3>" in page
    assert "alert(1)" not in page


def test_confirming_makes_the_draft_as_the_clerk_mended_it(clerk):
    original = bring_in()
    response = clerk.post(
        f"{LIST}{original.pk}/change/", confirmed(original, title="改正的标题"), follow=True
    )
    item = Item.objects.get()
    assert response.redirect_chain[-1][0] == f"/admin/disclosure/item/{item.pk}/change/"
    assert (item.title, item.created_on) == ("改正的标题", dt.date(2021, 3, 2))
    assert item.legacy_original == original
    assert "已导入为草稿" in messages(response)[0]
    page = clerk.get(f"{LIST}{original.pk}/change/").content.decode()
    assert "查看导入的信息" in page
    assert "确认，导入为草稿" not in page
    assert clerk.post(f"{LIST}{original.pk}/change/", confirmed(original)).status_code == 403


def test_what_is_wrong_is_said_and_nothing_is_lost(clerk):
    original = bring_in()
    data = confirmed(original, published_on="2999-01-01", kind="report", category="")
    page = clerk.post(f"{LIST}{original.pk}/change/", data).content.decode()
    assert "原公开时间不能在将来" in page
    assert "必须填写报告年度" in page
    assert pages.TITLE in page
    assert not Item.objects.exists()


def test_a_clerk_may_decide_against_a_file(clerk):
    original = bring_in()
    clerk.post(f"{LIST}{original.pk}/set-aside/", {"reason": "与本县无关"})
    original.refresh_from_db()
    assert (original.state, original.reason) == (State.SET_ASIDE, "与本县无关")


def test_the_original_is_only_ever_saved(clerk):
    original = bring_in()
    response = clerk.get(f"{LIST}{original.pk}/original/")
    assert b"".join(response.streaming_content) == pages.jcms().encode()
    assert response["Content-Type"] == "application/octet-stream"
    assert response["Content-Disposition"].startswith("attachment")


def test_originals_of_other_departments_are_not_found(client, organ):
    original = bring_in()
    stranger = make_user(department=make_department("别的机关"))
    stranger.user_permissions.set(Permission.objects.filter(content_type__app_label="disclosure"))
    client.force_login(stranger)
    for address in ("change/", "original/"):
        assert client.get(f"{LIST}{original.pk}/{address}").status_code == 404
    assert client.post(f"{LIST}{original.pk}/set-aside/", {"reason": "x"}).status_code == 404
    assert pages.TITLE not in client.get(LIST).content.decode()


def test_who_may_only_look_may_only_look(client, organ):
    original = bring_in()
    client.force_login(make_user(department=organ, permissions=["disclosure.view_legacyoriginal"]))
    page = client.get(f"{LIST}{original.pk}/change/").content.decode()
    assert "确认，导入为草稿" not in page
    assert client.post(f"{LIST}{original.pk}/change/", confirmed(original)).status_code == 403
    assert client.post(f"{LIST}{original.pk}/set-aside/", {"reason": "x"}).status_code == 403
    assert client.get(LIST + "bring-in/").status_code == 403
