"""The form of the statutory tables in a real Chromium: it adds up while one types, moves, takes a
paste, and is accessible.
"""

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.contrib.auth.models import Permission

from catalog.tests.builders import make_department, make_user
from disclosure.choices import Status
from disclosure.reports.tables.access import tables_of
from disclosure.reports.tables.tests.builders import make_tables_report
from disclosure.tests.builders import make_report
from statutory.tests.builders import table_b

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.any_database,
]
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}


@pytest.fixture
def desk(browser, live_server, client):
    """A clerk at the tables of a draft for 2024, whose 2023 carried four applications over."""
    department = make_department("区财政局")
    user = make_user(department=department)
    user.user_permissions.set(Permission.objects.filter(content_type__app_label="disclosure"))
    client.force_login(user)
    make_tables_report(2023, department=department, carried_out=[3, 1, 0, 0, 0, 0])
    report = make_report(2024, department=department, status=Status.DRAFT)
    context = browser.new_context(viewport={"width": 1280, "height": 900}, bypass_csp=True)
    value = client.cookies["sessionid"].value
    context.add_cookies([{"name": "sessionid", "value": value, "url": live_server.url}])
    page = context.new_page()
    page.report, page.troubles = report, []
    page.on("pageerror", lambda error: page.troubles.append(str(error)))
    page.goto(f"{live_server.url}/admin/disclosure/annualreport/{report.pk}/tables/")
    yield page
    assert page.troubles == []
    context.close()


def cell(page, name):
    return page.locator(f'[data-cell="{name}"]')


def paste(page, name, text):
    with page.expect_response("**/paste/"):
        cell(page, name).evaluate(
            """(input, text) => {
              const data = new DataTransfer()
              data.setData("text/plain", text)
              input.dispatchEvent(new ClipboardEvent("paste", {clipboardData: data, bubbles: true, cancelable: true}))
            }""",
            text,
        )


def verdict(page, code):
    return page.locator(f'[data-rule="{code}"] [data-verdict]').inner_text()


def test_a_clerk_fills_in_the_tables(desk):
    assert cell(desk, "b-1-0").input_value() == "3"  # carried over from the year before

    rows = table_b(results={"granted": [5, 1, 0, 0, 0, 0]}, carried_in=[3, 1, 0, 0, 0, 0])
    paste(desk, "b-0-0", "\n".join("\t".join(map(str, row)) for row in rows))
    desk.wait_for_function("document.querySelector('[data-cell=\"b-24-6\"]').value === '0'")
    assert [verdict(desk, code) for code in ("I1", "I2", "I3", "I5")] == ["相符"] * 4

    cell(desk, "b-2-0").fill("6")
    assert [verdict(desk, code) for code in ("I1", "I2", "I3")] == ["相符", "不符", "不符"]
    assert desk.locator("#b-2-6-hint").inner_text() == "计算值 7"
    assert desk.locator('[data-rule="I3"] textarea').is_visible()
    assert cell(desk, "b-2-6").input_value() == "6"  # compared, not corrected
    violations = Axe().run(desk, context="#content-main", options=RULES).response["violations"]
    assert [(one["id"], one["nodes"][0]["html"][:120]) for one in violations] == []

    cell(desk, "b-2-0").press("ArrowDown")
    desk.keyboard.press("ArrowRight")
    desk.keyboard.press("Enter")
    assert desk.evaluate("document.activeElement.dataset.cell") == "b-4-1"

    cell(desk, "b-2-0").fill("5")
    desk.click('[data-table="c"] [data-zero]')
    with desk.expect_navigation():
        desk.click("input[name=_save]")
    stored = tables_of(desk.report)
    assert (stored["b"], stored["c"], set(stored)) == (rows, [[0] * 15], {"b", "c"})
