"""The editor of bodies in a real Chromium, under the real content security policy."""

import json
import re

import pytest
from django.contrib.auth.models import Permission

from catalog.models import Section
from catalog.tests.builders import make_category, make_department, make_user
from disclosure.choices import Status
from disclosure.models import Item
from disclosure.tests.builders import make_attachment, make_item, make_report
from documents.html.richtext import html_to_text
from documents.html.tests.test_paste import CLIPBOARDS, text
from documents.tests.office_files import add_picture, official_document, png, saved

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.any_database,
]

BODY = (
    '<h2>一、总体情况</h2><p>新增<strong>2024110</strong>元，35.6km<sup>2</sup>，<sup>[1]</sup></p><ol start="3"><li>甲</li></ol>'
    '<table><thead><tr><th colspan="2" rowspan="2" scope="colgroup">情况</th><th scope="col">合计</th></tr>'
    '<tr><th scope="col">自然人</th></tr></thead><tbody><tr><td rowspan="2">一</td><td>新收</td><td>3511</td></tr>'
    '<tr><td>结转</td><td>96</td></tr></tbody></table><p>见<a href="https://www.gov.cn/" rel="noopener noreferrer '
    'nofollow">链接</a>，<del>旧</del><ins>新</ins></p><blockquote><p>引文</p></blockquote><hr><p>[1] 注</p>'
)


@pytest.fixture
def department():
    return make_department("松北区人民政府")


@pytest.fixture
def shelf():
    return make_category(
        "政府规章", parent=make_category("松北区政府信息公开", section=Section.CONTENT)
    )


@pytest.fixture
def desk(page, live_server, client, department, shelf):
    """A signed-in clerk's page; `desk.troubles` gathers violations of the policy and errors of
    scripts.
    """
    user = make_user(department=department)
    user.user_permissions.set(Permission.objects.filter(content_type__app_label="disclosure"))
    client.force_login(user)
    cookie = {
        "name": "sessionid",
        "value": client.cookies["sessionid"].value,
        "url": live_server.url,
    }
    page.context.add_cookies([cookie])
    page.set_viewport_size({"width": 1280, "height": 900})
    page.troubles = []
    page.on("pageerror", lambda error: page.troubles.append(str(error)))
    page.on("console", lambda message: note_trouble(page, message))
    yield page
    assert page.troubles == []


def note_trouble(page, message):
    if message.type == "error" and not message.location["url"].endswith("/favicon.ico"):
        page.troubles.append(message.text)


def edit(desk, live_server, item):
    desk.goto(f"{live_server.url}/admin/disclosure/item/{item.pk}/change/")
    desk.wait_for_selector(".rich-text-page")
    return desk.locator(".rich-text-page")


def save(desk):
    with desk.expect_navigation():
        desk.click("input[name=_continue]")
    assert desk.locator(".errorlist").all_inner_texts() == []


def press(desk, *keys):
    """Press keys as slowly as a hand: the editor learns of a moved caret only after the event that
    moved it, up to 50 ms later.
    """
    for key in keys:
        desk.wait_for_timeout(60)
        desk.keyboard.press(key)
    desk.wait_for_timeout(60)


def paste(desk, html):
    """What the browser does on Ctrl+V, with this on the clipboard."""
    with desk.expect_response("**/paste/"):
        desk.evaluate(
            """html => {
                const data = new DataTransfer()
                data.setData("text/html", html)
                data.setData("text/plain", "文字")
                const event = new ClipboardEvent("paste", {clipboardData: data, bubbles: true, cancelable: true})
                document.querySelector(".rich-text-page").dispatchEvent(event)
            }""",
            html,
        )
    desk.wait_for_timeout(100)


@pytest.fixture
def draft(department, shelf):
    def make(body=""):
        return make_item(
            "草稿", status=Status.DRAFT, department=department, category=shelf, body=body
        )

    return make


def test_the_policy_is_in_force_and_would_be_noticed(desk, live_server, draft):
    edit(desk, live_server, draft())
    desk.evaluate("document.body.insertAdjacentHTML('beforeend', '<p style=\\'color:red\\'>x</p>')")
    desk.wait_for_timeout(100)
    assert any("Content Security Policy" in trouble for trouble in desk.troubles)
    desk.troubles.clear()


def test_opening_and_saving_changes_nothing(desk, live_server, draft):
    item = draft(BODY)
    before = Item.objects.get().body
    edit(desk, live_server, item)
    save(desk)
    assert Item.objects.get().body == before


def test_a_change_leaves_everything_else_as_it_was(desk, live_server, draft):
    item = draft(BODY)
    before = Item.objects.get().body
    edit(desk, live_server, item).locator("h2").click()
    desk.keyboard.press("End")
    desk.keyboard.type("与数字123")
    save(desk)
    assert Item.objects.get().body == before.replace("总体情况", "总体情况与数字123")


@pytest.mark.parametrize("name", CLIPBOARDS)
def test_what_is_pasted_from_word_and_wps_keeps_every_digit_and_table(
    desk, live_server, draft, name
):
    page = edit(desk, live_server, draft())
    page.click()
    paste(desk, CLIPBOARDS[name])
    save(desk)
    body = Item.objects.get().body
    visible = re.sub(
        r"<!--.*?-->|<style.*?</style>|<head.*?</head>", "", CLIPBOARDS[name], flags=re.DOTALL
    )
    assert text(body) == re.sub(r"\s|&nbsp;", "", re.sub(r"<[^>]*>", "", visible))
    assert body.count("<table>") == CLIPBOARDS[name].count("<table")
    assert body.count("colspan") == CLIPBOARDS[name].count("colspan")
    assert "style" not in body


def test_pasting_inside_a_sentence_does_not_break_it(desk, live_server, draft):
    page = edit(desk, live_server, draft("<p>前后</p>"))
    page.locator("p").click()
    press(desk, "Home", "ArrowRight")
    paste(desk, "<p class=MsoNormal><span>20<span lang=EN-US>24</span></span></p>")
    save(desk)
    assert Item.objects.get().body == "<p>前2024后</p>"


def test_pictures_that_cannot_be_pasted_are_mentioned(desk, live_server, draft):
    edit(desk, live_server, draft()).click()
    paste(desk, '<p>文<img src="file:///C:/a.png"></p>')
    assert "1 幅图片不能直接粘贴" in desk.locator(".rich-text-status").inner_text()


def test_the_toolbar_makes_headings_lists_notes_and_tables(desk, live_server, draft):
    page = edit(desk, live_server, draft())
    page.click()
    desk.keyboard.type("标题")
    desk.select_option(".rich-text select", "2")
    desk.keyboard.press("End")
    desk.keyboard.press("Enter")
    desk.keyboard.type("正文m")
    desk.click("text=上标")
    desk.keyboard.type("2")
    desk.click("text=脚注")
    desk.keyboard.type("注文")
    desk.click(".rich-text button:text-is('表格')")
    desk.fill(".rich-text-dialog [name=rows]", "2")
    desk.fill(".rich-text-dialog [name=cols]", "2")
    desk.click(".rich-text-dialog .rich-text-primary")
    desk.keyboard.type("年度")
    desk.click("text=右侧加列")
    save(desk)
    body = Item.objects.get().body
    assert body.startswith(
        "<h2>标题</h2><p>正文m<sup>2[1]</sup></p><hr><p>[1] 注文</p><table><thead><tr>"
    )
    assert body.count('<th scope="col">') == 3
    assert body.count("<td>") == 3


def test_cells_are_merged(desk, live_server, draft):
    page = edit(
        desk, live_server, draft("<table><tbody><tr><td>甲</td><td>乙</td></tr></tbody></table>")
    )
    page.locator("td").first.drag_to(page.locator("td").last)
    desk.click("text=合并单元格")
    save(desk)
    assert '<td colspan="2"><p>甲</p><p>乙</p></td>' in Item.objects.get().body


def test_a_picture_among_the_attachments_is_inserted_with_its_text(desk, live_server, draft):
    item = draft("<p>图：</p>")
    file = make_attachment(item, "规划图.png", png())
    page = edit(desk, live_server, item)
    page.locator("p").click()
    desk.keyboard.press("End")
    desk.click(".rich-text button:text-is('图片')")
    desk.fill(".rich-text-dialog [name=alt]", "松北区规划图")
    desk.click(".rich-text-dialog .rich-text-primary")
    save(desk)
    assert f'src="{file.get_absolute_url()}" alt="松北区规划图"' in Item.objects.get().body


def test_links_are_made_and_taken_away(desk, live_server, draft):
    page = edit(desk, live_server, draft("<p>办法</p>"))
    page.click()
    desk.keyboard.press("Control+a")
    desk.click(".rich-text button:text-is('链接')")
    desk.fill(".rich-text-dialog [name=href]", "https://www.gov.cn/")
    desk.click(".rich-text-dialog .rich-text-primary")
    save(desk)
    assert 'href="https://www.gov.cn/"' in Item.objects.get().body
    desk.locator(".rich-text-page a").click()
    desk.click(".rich-text button:text-is('链接')")
    desk.click("text=去掉链接")
    save(desk)
    assert Item.objects.get().body == "<p>办法</p>"


def test_what_the_editor_cannot_keep_is_shown_as_source(desk, live_server, draft):
    body = "<table><caption>表一</caption><tbody><tr><td>1</td></tr></tbody></table>"
    edit_page = f"{live_server.url}/admin/disclosure/item/{draft(body).pk}/change/"
    desk.goto(edit_page)
    desk.wait_for_selector(".rich-text-status:not(:empty)")
    assert desk.locator("#id_body").is_visible()
    save(desk)
    assert Item.objects.get().body == body


def test_the_source_can_be_edited(desk, live_server, draft):
    edit(desk, live_server, draft("<p>甲</p>"))
    desk.click("text=源代码")
    desk.fill("#id_body", "<h2>乙</h2>")
    desk.click("text=源代码")
    assert desk.locator(".rich-text-page h2").inner_text() == "乙"
    save(desk)
    assert Item.objects.get().body == "<h2>乙</h2>"


def test_a_reports_sections_have_it_too(desk, live_server, department, shelf):
    make_category("政府信息公开年报", parent=shelf.parent, section=Section.REPORTS)
    report = make_report(
        2025,
        department=department,
        sections=[("一、总体情况", "<p>甲</p>"), ("二、其他", "<p>乙</p>")],
        status=Status.DRAFT,
    )
    desk.goto(f"{live_server.url}/admin/disclosure/annualreport/{report.pk}/change/")
    desk.wait_for_selector(".rich-text-page >> nth=2")
    desk.locator(".rich-text-page p", has_text="乙").click()
    desk.keyboard.press("End")
    desk.keyboard.type("2")
    save(desk)
    assert [section.body for section in report.sections.all()] == ["<p>甲</p>", "<p>乙2</p>"]


def test_without_javascript_the_text_area_is_plain(browser, live_server, desk, draft):
    context = browser.new_context(java_script_enabled=False)
    context.add_cookies(desk.context.cookies())
    page = context.new_page()
    page.goto(f"{live_server.url}/admin/disclosure/item/{draft().pk}/change/")
    page.fill("#id_body", "第一行\n第二行2024")
    page.click("input[name=_continue]")
    assert Item.objects.get().body == "<p>第一行</p><p>第二行2024</p>"
    context.close()


def test_from_a_word_file_to_the_editor(desk, live_server, department, shelf, tmp_path):
    document = official_document()
    document.add_table(2, 2).cell(0, 0).text = "表头"
    add_picture(document, "规划图")
    path = tmp_path / "通知.docx"
    path.write_bytes(saved(document).getvalue())
    desk.goto(f"{live_server.url}/admin/disclosure/item/")
    desk.click("text=从 Word 文件新建")
    desk.set_input_files("[name=file]", path)
    desk.select_option("[name=category]", str(shelf.pk))
    desk.click("input[type=submit]")
    desk.wait_for_selector(".rich-text-page table")
    assert desk.locator(".rich-text-page img[src]").evaluate(
        "image => image.decode().then(() => image.naturalWidth > 0, () => false)"
    )
    assert desk.input_value("#id_title") == "松北区人民政府关于印发松北区物业管理办法的通知"
    before = Item.objects.get().body
    save(desk)
    assert Item.objects.get().body == before
    assert "2024110" in html_to_text(before)
    assert json.loads(desk.locator("#id_body").get_attribute("data-pictures"))
