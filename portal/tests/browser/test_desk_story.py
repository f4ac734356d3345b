"""From a Word file to a lawful publication, its correction and its withdrawal, as three people do
it in a browser.
"""

import re

import pytest
from django.utils import timezone

from catalog.models import Section
from catalog.tests.builders import make_category, make_department
from disclosure.choices import Status
from disclosure.models import Item
from disclosure.tests.builders import make_draft, make_staff
from documents.tests.office_files import official_document, saved
from ledger.models import Entry

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.any_database,
]
PASSWORD = "示例口令 2026"
TITLE = "松北区财政局关于印发示例办法的通知"


@pytest.fixture
def organ():
    return make_department("松北区财政局")


@pytest.fixture
def people(organ):
    make_category("规范性文件", parent=make_category("政府信息", section=Section.CONTENT))
    return {
        "clerk": make_staff("信息员", organ, username="clerk", last_name="示例信息员"),
        "reviewer": make_staff("审核员", organ, username="reviewer", last_name="示例审核员"),
        "office": make_staff("公开办", organ, username="office", last_name="示例公开办"),
        "stranger": make_staff("信息员", make_department("松北区教育局"), username="stranger"),
    }


@pytest.fixture
def desk_of(browser, live_server, people):
    """A browser window of somebody who has signed in; it may not meet an error of a script or of
    the policy.
    """
    troubles, opened = [], {}

    def open_desk(name):
        if name not in opened:
            page = browser.new_context(
                viewport={"width": 1280, "height": 900}, base_url=live_server.url
            ).new_page()
            page.on("pageerror", lambda error: troubles.append(str(error)))
            page.on(
                "console", lambda said: troubles.append(said.text) if is_trouble(said) else None
            )
            page.goto("/admin/")
            page.fill("#id_username", name)
            page.fill("#id_password", PASSWORD)
            page.click("input[type=submit]")
            opened[name] = page
        return opened[name]

    yield open_desk
    for page in opened.values():
        page.context.close()
    assert troubles == []


def is_trouble(said):
    return (
        said.type == "error"
        and "favicon" not in said.location["url"]
        and "404" not in said.text
        and "status of 4" not in said.text
    )


def act(page, item, name, **values):
    """Do one act of the workflow on its page."""
    page.goto(f"/admin/disclosure/item/{item.pk}/acts/{name}/")
    for field, value in values.items():
        control = page.locator(f"[name={field}]").first
        kind = control.evaluate("control => control.tagName + (control.type || '')")
        if kind == "INPUTradio":
            page.check(f"[name={field}][value={value}]")
        elif kind.startswith("SELECT"):
            control.select_option(value)
        elif kind == "INPUTcheckbox":
            control.set_checked(value)
        else:
            control.fill(value)
    page.click("#content-main input[type=submit]")
    return page


def test_from_a_word_file_to_publication_correction_and_withdrawal(
    desk_of, people, organ, tmp_path, live_server, page
):
    clerk, reviewer, office = desk_of("clerk"), desk_of("reviewer"), desk_of("office")
    today = timezone.localdate()
    document = official_document(
        letterhead="松北区财政局文件",
        number=f"松财发〔{today.year}〕3号",
        title=("松北区财政局", "关于印发示例办法的通知"),
        signature=("松北区财政局", f"{today.year}年{today.month}月{today.day}日"),
    )
    path = tmp_path / "通知.docx"
    path.write_bytes(saved(document).getvalue())

    # The clerk uploads, mends and submits.
    clerk.goto("/admin/disclosure/item/intake/")
    clerk.set_input_files("#id_file", path)
    clerk.select_option("#id_category", label="规范性文件")
    clerk.click("#content-main input[type=submit]")
    item = Item.objects.get()
    assert (item.title, item.document_number) == (TITLE, f"松财发〔{today.year}〕3号")
    clerk.fill("#id_summary", "印发示例办法。")
    clerk.select_option("#id_genre", "通知")
    theme = clerk.locator("#id_theme option").nth(3).get_attribute("value")
    clerk.select_option("#id_theme", theme)
    clerk.click("input[name=_checks]")
    act(clerk, item, "submit")
    item.refresh_from_db()
    assert item.status == Status.SUBMITTED, clerk.inner_text("#content-main")

    # The reviewer finds it on the front page, returns it; the clerk mends it; the reviewer approves
    # and publishes.
    reviewer.goto("/admin/")
    assert TITLE in reviewer.inner_text("#queue-review")
    act(reviewer, item, "return", note="请核对补贴金额。")
    clerk.goto("/admin/")
    assert "请核对补贴金额" in clerk.inner_text("#queue-returned")
    act(clerk, item, "submit")
    act(reviewer, item, "review", mode="proactive", basis="20-1", when="now")
    item.refresh_from_db()
    assert item.status == Status.PUBLISHED, reviewer.inner_text("#content-main")
    assert item.current_revision.number == 1
    assert Entry.objects.filter(act="publish", subject_key=item.index_number).count() == 1
    page.goto(live_server.url + item.get_absolute_url())
    assert TITLE in page.inner_text("h1")

    # A correction goes the same way while the first version stays public.
    act(clerk, item, "correct")
    correction = Item.objects.get(corrects=item)
    clerk.goto(f"/admin/disclosure/item/{correction.pk}/change/")
    clerk.fill("#id_change_note", "更正标题中的笔误。")
    clerk.fill("#id_title", TITLE.replace("示例办法", "示例管理办法"))
    clerk.click("input[name=_checks]")
    page.reload()
    assert "示例管理办法" not in page.inner_text("h1")
    act(clerk, correction, "submit")
    act(reviewer, correction, "review", mode="proactive", basis="20-1", when="now")
    item.refresh_from_db()
    assert (item.current_revision.number, item.title) == (
        2,
        TITLE.replace("示例办法", "示例管理办法"),
    )
    page.reload()
    assert "示例管理办法" in page.inner_text("h1")

    # Another department's clerk sees none of it.
    stranger = desk_of("stranger")
    stranger.goto("/admin/disclosure/item/")
    assert "示例" not in stranger.inner_text("#changelist")
    assert stranger.goto(f"/admin/disclosure/item/{item.pk}/preview/").status == 404

    # The office withdraws it: the address shows the notice.
    act(office, item, "withdraw", reason="示例：内容需要核实")
    page.reload()
    assert re.search("撤回", page.inner_text("main"))
    assert "内容需要核实" in page.inner_text("main")
    acts = (
        Entry.objects.filter(subject_key=item.index_number)
        .order_by("sequence")
        .values_list("act", flat=True)
    )
    assert list(acts) == ["publish", "amend", "withdraw"]

    is_forced_and_reviewed_afterwards(office, reviewer, page, item, live_server)


def is_forced_and_reviewed_afterwards(office, reviewer, page, item, live_server):
    """The office publishes a draft at once, with a written reason; it stays on the list until
    somebody else has reviewed it.
    """
    urgent = make_draft("示例紧急通知", department=item.department, category=item.category)
    act(office, urgent, "force")
    assert "没有办理" in office.inner_text("#content-main")  # no reason, no publication
    act(office, urgent, "force", reason="示例：险情须立即公布")
    urgent.refresh_from_db()
    page.goto(live_server.url + urgent.get_absolute_url())
    assert "示例紧急通知" in page.inner_text("h1")
    office.goto("/admin/")
    assert "险情须立即公布" in office.inner_text("#queue-forced")
    act(office, urgent, "forced-review", note="示例：自己补审")
    assert "不能自己审核" in office.inner_text("#content-main")
    act(reviewer, urgent, "forced-review", note="示例：补审同意")
    for person in (office, reviewer):
        person.goto("/admin/")
        assert person.locator("#queue-forced").count() == 0
    review = urgent.reviews.get(forced_reason="示例：险情须立即公布")
    assert (review.reviewed_by.username, review.note) == ("reviewer", "示例：补审同意")


def test_a_large_file_says_how_far_it_is_and_the_preview_stands_in_two_frames(
    desk_of, people, organ, tmp_path
):
    clerk, today = desk_of("clerk"), timezone.localdate().isoformat()
    path = tmp_path / "附表.txt"
    path.write_text("示例数据\n" * 60_000, encoding="utf-8")
    clerk.goto("/admin/disclosure/item/add/")
    clerk.fill("#id_title", "示例通知")
    clerk.select_option("#id_category", label="规范性文件")
    clerk.fill("#id_created_on", today)
    clerk.set_input_files("#id_attachments-0-file", path)
    clerk.fill("#id_title", "")
    clerk.click("input[name=_continue]")
    clerk.wait_for_selector(".upload-errors .errorlist")
    assert "选择的文件都还在" in clerk.inner_text(".upload-progress")
    clerk.fill("#id_title", "示例通知")
    clerk.click("input[name=_continue]")
    clerk.wait_for_selector("text=成功")
    item = Item.objects.get(title="示例通知")
    assert item.attachments.get().size == path.stat().st_size
    assert f"/item/{item.pk}/change/" in clerk.url
    clerk.goto(f"/admin/disclosure/item/{item.pk}/preview/")
    for place in (".preview-desktop", ".preview-phone"):
        assert "示例通知" in clerk.frame_locator(f"{place} iframe").locator("h1").inner_text()
