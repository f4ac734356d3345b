"""预览: what the public will see, in two frames, for whoever may see the item at the desk."""

import pytest
from django.contrib.auth.models import Permission

from catalog.tests.builders import make_department, make_user
from disclosure.choices import Status
from disclosure.models import DailyViews, Item
from disclosure.tests.builders import make_attachment, make_item, make_report

pytestmark = pytest.mark.django_db


@pytest.fixture
def bureau():
    return make_department("区财政局")


@pytest.fixture
def clerk(client, bureau):
    user = make_user(department=bureau)
    user.user_permissions.set(Permission.objects.filter(codename__startswith="view_"))
    client.force_login(user)
    return client


@pytest.fixture
def draft(bureau):
    return make_item(
        "还没有公开的通知", department=bureau, status=Status.DRAFT, body="<p>正文一段</p>"
    )


def address(record, model="item"):
    return f"/admin/disclosure/{model}/{record.pk}/preview/"


def test_two_frames_show_the_page(clerk, draft):
    page = clerk.get(address(draft))
    assert page.content.decode().count(f'<iframe src="{address(draft)}page/"') == 2
    assert f"http://testserver{address(draft)}" in page.content.decode()
    assert "frame-src 'self'" in page["Content-Security-Policy"]
    assert "frame-ancestors 'none'" in page["Content-Security-Policy"]


def test_the_page_is_the_publics_own(clerk, draft):
    make_attachment(draft, "附表.txt")
    preview = clerk.get(f"{address(draft)}page/")
    assert "disclosure/item_detail.html" in [template.name for template in preview.templates]
    for words in ("还没有公开的通知", "正文一段", "公开时生成", "附表.txt"):
        assert words in preview.content.decode()


def test_what_is_public_already_looks_as_it_does_to_the_public(clerk, client, bureau):
    item = make_item("已公开的通知", department=bureau, body="<p>正文</p>")
    preview = clerk.get(f"{address(item)}page/").content.decode()
    client.logout()
    public = client.get(
        item.get_absolute_url(), HTTP_USER_AGENT="Baiduspider"
    ).content.decode()  # is not counted
    assert preview == public


def test_a_report_is_shown_as_one(clerk, bureau):
    report = make_report(
        2025,
        department=bureau,
        sections=[("一、总体情况", "<p>总体情况如下</p>")],
        status=Status.DRAFT,
    )
    page = clerk.get(f"{address(report, 'annualreport')}page/").content.decode()
    assert "总体情况如下" in page


def test_only_our_own_pages_may_frame_it(clerk, draft):
    page = clerk.get(f"{address(draft)}page/")
    assert "frame-ancestors 'self'" in page["Content-Security-Policy"]
    assert page["X-Frame-Options"] == "SAMEORIGIN"
    assert "no-store" in page["Cache-Control"]


def test_looking_changes_and_counts_nothing(clerk, draft):
    clerk.get(f"{address(draft)}page/")
    draft.refresh_from_db()
    assert (draft.index_number, draft.published_at, draft.view_count) == (None, None, 0)
    assert not DailyViews.objects.exists()
    assert not Item.objects.published().exists()


@pytest.mark.parametrize("tail", ["", "page/"])
def test_nobody_else_sees_it(client, draft, tail):
    assert client.get(address(draft) + tail).status_code == 302
    client.force_login(
        make_user(department=make_department("区教育局"), permissions=["disclosure.view_item"])
    )
    assert client.get(address(draft) + tail).status_code == 404
    client.force_login(make_user(department=draft.department))
    assert client.get(address(draft) + tail).status_code == 403
    assert client.post(address(draft) + tail).status_code == 405


def test_what_may_not_be_changed_is_read_as_a_document_not_as_its_source(clerk, draft):
    page = clerk.get(f"/admin/disclosure/item/{draft.pk}/change/").content.decode()
    assert '<div class="body-as-read"><p>正文一段</p></div>' in page
    assert "&lt;p&gt;" not in page
