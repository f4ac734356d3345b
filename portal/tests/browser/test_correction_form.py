"""网页纠错 as a reader meets it: without scripts, by keyboard, on a telephone, with an error and
with a question.
"""

import pytest

from portal.tests.browser.test_accessibility import OF_WIDTH, once_is_enough, reader, violations

pytestmark = [pytest.mark.browser, once_is_enough]
TEXT = "第三段的电话号码少了一位数字，请核对（示例）。"
# Thirty accepted of other networks in this hour: everybody is asked.
THIRTY = """
from inquiries.models import FormUse
FormUse.objects.bulk_create(FormUse(form="correction", source=f"{number}", is_accepted=True) for number in range(30))
"""


def test_an_error_comes_first_with_the_focus_and_leads_to_its_field(demonstration, browser):
    page = reader(browser, demonstration, width=320)
    page.goto(f"{demonstration}/catalog/procurement/")
    page.get_by_role("link", name="本页有错？告诉我们").click()
    assert page.get_by_label("网页地址").input_value() == "/catalog/procurement/"
    assert not page.locator("#id_homepage").is_visible()
    page.get_by_label("问题说明").fill(TEXT)
    page.get_by_role("button", name="提交").click()
    page.wait_for_function("document.activeElement.id === 'errors'")
    assert page.get_by_label("问题说明").input_value() == TEXT
    found = violations(page, "errors at 320 px") + violations(page, "errors at 320 px", OF_WIDTH)
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_function("document.activeElement.id === 'id_kind'")
    assert found == []


def test_a_reader_without_scripts_sends_it_answers_a_question_and_reads_the_receipt(
    demonstration, browser
):
    demonstration.manage("shell", "-v", "0", "-c", THIRTY)
    page = reader(browser, demonstration, java_script_enabled=False)
    page.goto(f"{demonstration}/corrections/new/?page=/guide/")
    question = page.locator("label[for=id_answer]").inner_text()
    page.get_by_label("问题类别").select_option("link")
    page.get_by_label("问题说明").fill(TEXT)
    page.get_by_label(question).fill(_sum_of(question))
    page.wait_for_timeout(3100)  # the stamp is younger before
    page.get_by_role("button", name="提交").click()
    assert page.get_by_role("heading", level=1).inner_text() == "谢谢，已经收到您的纠错"
    number, code = (
        page.locator("main dd").nth(0).inner_text(),
        page.locator("main dd").nth(1).inner_text(),
    )
    page.goto(f"{demonstration}/corrections/")
    page.get_by_label("编号").fill(number)
    page.get_by_label("查询码").fill(code)
    page.get_by_role("button", name="查询").click()
    assert page.get_by_role("heading", level=2, name="待处理").is_visible()


def _sum_of(question):
    first, second = question.removeprefix("请写出：").removesuffix("等于几？").split("加")
    return str(sum("零一二三四五六七八九".index(word) for word in (first, second)))
