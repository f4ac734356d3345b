"""Error pages in the house's style, with the ways on."""

import io

import pytest
from django.conf import settings
from django.core.exceptions import BadRequest, PermissionDenied
from django.http import HttpResponse
from django.template.loader import render_to_string
from django.test import override_settings
from django.urls import include, path

from disclosure.acts import remove_item
from disclosure.tests.builders import make_item, make_staff
from documents.html import bounds as html_bounds
from imports import forms_desk


def fail(request):
    raise RuntimeError("示例故障")


def refuse(request):
    raise PermissionDenied


def complain(request):
    raise BadRequest("请把日期写成 2026-11-24 的样子。")


def accept(request):
    return HttpResponse("ok")


urlpatterns = [
    path("fail/", fail),
    path("refuse/", refuse),
    path("complain/", complain),
    path("form/", accept),
    path("", include("portal.urls")),
]
handler400 = "portal.front.errors.bad_request"
handler403 = "portal.front.errors.forbidden"
handler404 = "portal.front.errors.not_found"
handler500 = "portal.front.errors.server_error"


@pytest.fixture(autouse=True)
def _addresses_that_fail(client):
    client.raise_request_exception = False
    with override_settings(ROOT_URLCONF=__name__):
        yield


def assert_error_page(response, status, words):
    page = response.content.decode()
    assert response.status_code == status
    assert words in page
    for way in ('href="/"', "/search/", 'href="/sitemap/"'):
        assert way in page
    assert f"错误代码 {status}" in page


def test_400_tells_what_to_do(client):
    assert_error_page(client.get("/complain/"), 400, "请把日期写成 2026-11-24 的样子。")


def test_400_stands_even_where_the_host_is_what_is_bad(client):
    response = client.get("/about/", headers={"host": "example.com"})
    assert_error_page(response, 400, "请求无法识别")
    assert "example.com" not in response.content.decode()


def test_403(client):
    assert_error_page(client.get("/refuse/"), 403, "没有权限")


def test_403_of_a_form_left_open_too_long_says_how_to_go_on(client):
    client.handler.enforce_csrf_checks = True
    assert_error_page(client.post("/form/"), 403, "刷新页面后再提交一次")


@pytest.mark.parametrize(
    "address", ["/no-such-page/", "/items/x/y/z/", "/reports/none/2009/", "/catalog/none/"]
)
@pytest.mark.django_db
def test_404(client, address):
    assert_error_page(client.get(address), 404, "没有找到这个页面")


@pytest.mark.django_db
def test_410_says_when_and_why(client, shelves):
    item = make_item("误登个人信息的公示", category=shelves["personnel"])
    remove_item(item=item, by=make_staff("公开办"), reason="含有个人隐私")
    response = client.get(item.get_absolute_url())
    assert_error_page(response, 410, "含有个人隐私")
    assert "依法删除" in response.content.decode()


def test_500_needs_no_database(client):
    # No database is allowed in this test.
    response = client.get("/fail/")
    assert_error_page(response, 500, "系统暂时出错")
    assert "示例故障" not in response.content.decode()
    assert (
        "request" not in response.context
    )  # nor context processors: one of them may be what broke


def test_500_needs_no_context():
    page = render_to_string("500.html")
    assert "政府信息公开" in page
    assert 'href="/"' in page


def test_500_loads_no_tag_of_ours_and_no_manifest():
    source = (settings.BASE_DIR / "templates/500.html").read_text(encoding="utf-8")
    assert "{% " not in source


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("limit", "sent", "words"),
    [
        ({"DATA_UPLOAD_MAX_MEMORY_SIZE": 100}, {"next": "x" * 200}, "文字太多"),
        ({"DATA_UPLOAD_MAX_NUMBER_FIELDS": 2}, {"a": 1, "b": 2, "c": 3}, "栏目太多"),
        (
            {"DATA_UPLOAD_MAX_NUMBER_FILES": 1},
            {"a": io.BytesIO(b"1"), "b": io.BytesIO(b"2")},
            "文件太多",
        ),
    ],
)
def test_more_than_a_form_may_hold_is_refused_with_a_way_on(client, settings, limit, sent, words):
    for name, value in limit.items():
        setattr(settings, name, value)
    response = client.post("/preferences/", sent)
    assert response.status_code == 413
    assert words in response.content.decode()
    assert "请返回上一页" in response.content.decode()


def test_what_a_form_promises_is_within_what_django_takes(settings):
    """Old pages are brought in 200 at a time; the longest body alone is three megabytes of Chinese."""
    assert settings.DATA_UPLOAD_MAX_NUMBER_FILES > forms_desk.MAX_FILES
    assert settings.DATA_UPLOAD_MAX_MEMORY_SIZE > 3 * html_bounds.MAX_CHARACTERS
