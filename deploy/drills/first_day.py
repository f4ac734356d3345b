"""`make drill-first-day`: the fifteen minutes of docs/first-day.md, from an empty database to the
first published item with an attachment.

    .venv/bin/python deploy/drills/first_day.py [sqlite|postgresql] [--quick]

The tables are made, then a browser with scripts goes the manual's steps at a person's pace: 150 ms
a key (a Chinese character is four: pinyin and a choice), three seconds to read a page, eight for
each decision. The workbook is filled in by a program at the same pace, a decision a row. `--quick`
does not wait: it adds the pauses up. Prints the minutes of each step; ends with 1 where all
together are more than fifteen.
"""

import io
import re
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import openpyxl
from bare_desk import ATTACHMENT, COLUMN, CONTENT, TITLE, document, file_of
from first_day_book import SHEETS
from loopback import ROOT, Portal, Postgres, Sqlite
from playwright.sync_api import sync_playwright

LIMIT = 15 * 60  # seconds: issue and manual
KEY, KEYS_OF_A_CHARACTER, READ, DECIDE = 0.15, 4, 3.0, 8.0  # seconds; keys
PREVIEW, HAND_OVER = (
    30.0,
    20.0,
)  # seconds: looking through all that will change; writing the passwords down
ADMIN = ("admin", "Qing-Shan.admin.2026")
OWN = {"zhang": "Qing-Shan.zhang.2026", "li": "Qing-Shan.li.2026"}


class Person:
    """Somebody at a screen, and how long each step took them: `steps` is {name: [seconds of the
    person, of the machine]}.
    """

    def __init__(self, is_quick):
        self.is_quick, self.steps, self.now = is_quick, {}, None

    def step(self, name):
        """From here on everything belongs to this step."""
        self._stop()
        self.now = name
        self.steps.setdefault(name, [0.0, 0.0])

    def _stop(self):
        if self.now:
            self.steps[self.now][1] += time.monotonic() - self.began
        self.began = time.monotonic()

    def wait(self, seconds):
        """The person reads, thinks, types."""
        self._stop()
        if not self.is_quick:
            time.sleep(seconds)
        self.steps[self.now][0] += seconds
        self.began = time.monotonic()

    def type(self, text):
        """As long as the text takes to be typed."""
        han = len(re.findall(r"[\u4e00-\u9fff]", text))
        self.wait(KEY * (len(text) - han + han * KEYS_OF_A_CHARACTER))

    def end(self):
        """The last step is over."""
        self._stop()
        self.now = None


class Window:
    """A browser window of one person."""

    def __init__(self, browser, portal, person):
        context = browser.new_context(
            base_url=f"http://127.0.0.1:{portal.port}", locale="zh-CN", accept_downloads=True
        )
        context.set_default_timeout(60_000)
        self.page, self.person = context.new_page(), person

    def read(self):
        """Once a page is there."""
        self.page.wait_for_load_state()
        self.person.wait(READ)

    def open(self, path):
        """By an address or a bookmark."""
        self.page.goto(path)
        self.read()

    def press(self, selector):
        """A link or button, and the page after it."""
        self.page.click(selector)
        self.read()

    def fill(self, selector, text):
        """A field that needs no thought: a name, a password."""
        self.person.type(text)
        self.page.fill(selector, text)

    def decide(self, selector, text):
        """A field that does."""
        self.person.wait(DECIDE)
        self.fill(selector, text)

    def choose(self, selector, label):
        """One of a list."""
        self.person.wait(DECIDE)
        options = self.page.locator(f"{selector} option")
        value = (
            options.filter(has_text=label).first if isinstance(label, str) else options.nth(label)
        ).get_attribute("value")
        self.page.select_option(selector, value)

    def give(self, selector, file):
        """A file from the disk."""
        self.person.wait(DECIDE)
        self.page.set_input_files(selector, file)

    def sign_in(self, name, password):
        """And change a password that was handed over."""
        self.open("/admin/")
        self.fill("#id_username", name)
        self.fill("#id_password", password)
        self.press("input[type=submit]")
        if self.page.locator("#id_old_password").count():
            self.fill("#id_old_password", password)
            self.person.wait(DECIDE)
            self.fill("#id_new_password1", OWN[name])
            self.fill("#id_new_password2", OWN[name])
            self.press("#content-main input[type=submit]")
        self.open("/admin/")


def filled_in(template, person):
    """The workbook with a district of its own in it."""
    book = openpyxl.load_workbook(io.BytesIO(Path(template).read_bytes()))
    for name, records in SHEETS.items():
        sheet = book[name]
        person.wait(READ)
        if name == "网站":
            places = {row[0].value: row[1] for row in sheet.iter_rows(min_row=2)}
            for label, value in records.items():
                person.type(value)
                places[label].value = value
            continue
        columns = {str(cell.value).rstrip("*"): cell.column for cell in sheet[1] if cell.value}
        first = next(number for number in range(2, 10_000) if sheet.cell(number, 1).value is None)
        for number, record in enumerate(records, first):
            person.wait(DECIDE)
            for heading, value in record.items():
                person.type(value)
                sheet.cell(number, columns[heading], value)
    data = io.BytesIO()
    book.save(data)
    return file_of("门户设置.xlsx", data.getvalue())


def set_up(window, person):
    """Steps 2 to 4 of the manual; {login name: first password}."""
    person.step("二、下载工作簿")
    window.sign_in(*ADMIN)
    window.press("text=门户设置 >> nth=0")
    with window.page.expect_download() as download:
        window.page.click("a[href$='template/']")
    person.step("三、填写")
    book = filled_in(download.value.path(), person)
    person.step("四、上传、核对、确认")
    window.give("#id_file", book)
    window.press("#content-main input[type=submit]")
    if "检查通过" not in window.page.inner_text("#content-main"):
        raise SystemExit(window.page.inner_text("#content-main")[:2000])
    person.wait(PREVIEW)
    window.press("#content-main input[type=submit]")
    rows = window.page.locator(".set-up-passwords tbody tr")
    cells = [rows.nth(number).locator("th, td").all_inner_texts() for number in range(rows.count())]
    person.wait(HAND_OVER)
    window.open("/")
    return {
        name: next(word for word in reversed(row)) for row in cells for name in OWN if name in row
    }


def write(window, password, person):
    """The clerk's half of step 5; the item's key."""
    person.step("五、信息员：登录、录入、加附件、提交审核")
    window.sign_in("zhang", password)
    window.press("text=从 Word 文件新建 >> nth=0")
    window.give("#id_file", document())
    window.choose("#id_category", COLUMN)
    window.press("#content-main input[type=submit]")
    key = window.page.url.rstrip("/").split("/")[-2]
    person.wait(DECIDE)  # title, number and day, as they were read out of the file
    window.decide("#id_summary", "规定惠民补贴的对象和标准。")
    window.choose("#id_theme", 3)
    window.give("#id_attachments-0-file", file_of(ATTACHMENT, CONTENT))
    window.press("input[name=_checks]")
    window.open(f"/admin/disclosure/item/{key}/acts/submit/")
    window.press("#content-main input[type=submit]")
    return key


def publish(window, password, person, key):
    """The reviewer's half."""
    person.step("五、审核员：登录、审核、公开")
    window.sign_in("li", password)
    window.press(f"text={TITLE} >> nth=0")
    window.open(f"/admin/disclosure/item/{key}/acts/review/")
    person.wait(DECIDE)
    window.page.check("[name=mode][value=proactive]")
    window.page.check("[name=when][value=now]")
    person.wait(DECIDE)
    window.page.locator("[name=basis]").first.select_option("20-1")
    person.wait(DECIDE)
    window.press("#content-main input[type=submit]")


def look(window, person):
    """As the public: the item on the first page, its attachment."""
    person.step("五、在首页打开这一条和附件")
    window.open("/")
    window.press(f"text={TITLE} >> nth=0")
    link = window.page.locator("a", has_text=ATTACHMENT.partition(".")[0]).first.get_attribute(
        "href"
    )
    if window.page.request.get(link).body() != CONTENT:
        raise SystemExit("The attachment is not what was handed in.")


def walk(portal, person):
    """All of it."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path="/usr/bin/chromium", args=["--no-sandbox", "--disable-gpu"]
        )
        passwords = set_up(Window(browser, portal, person), person)
        key = write(Window(browser, portal, person), passwords["zhang"], person)
        publish(Window(browser, portal, person), passwords["li"], person, key)
        look(Window(browser, portal, person), person)
        person.end()
        browser.close()


def drill(database, is_quick):
    """One database; seconds of all steps."""
    with tempfile.TemporaryDirectory(prefix="lantai-drill-") as name:
        database = database(Path(name))
        portal = Portal(
            name, database, DEMO="0", HTTPS="0", ALLOWED_HOSTS="127.0.0.1", PYTHONPATH=str(ROOT)
        )
        person = Person(is_quick)
        person.step("一、数据表、第一个管理员")
        for words in ("migrate --noinput -v 0", "collectstatic --noinput -v 0"):
            portal.manage(*words.split())
        person.type("".join(ADMIN) + ADMIN[1])
        own = {"DJANGO_SUPERUSER_PASSWORD": ADMIN[1], "DJANGO_SUPERUSER_EMAIL": "admin@example.org"}
        portal.manage("createsuperuser", "--noinput", "--username", ADMIN[0], **own)
        portal.start()
        worker = subprocess.Popen(
            [sys.executable, "manage.py", "work", "-v", "0"], cwd=ROOT, env=portal.environment
        )
        try:
            walk(portal, person)
        finally:
            worker.terminate()
            worker.wait(120)
            portal.stop()
            database.close()
    return person.steps


def main():
    """Go, and say how long it took."""
    kind = Postgres if "postgresql" in sys.argv else Sqlite
    steps = drill(kind, "--quick" in sys.argv)
    for name, (person, machine) in steps.items():
        print(
            f"{(person + machine) / 60:5.1f} minutes  {name} (the person {person:.0f} s, waiting for the portal {machine:.0f} s)"
        )
    total = sum(map(sum, steps.values()))
    print(f"{total / 60:5.1f} minutes  together, on {kind.name}; at most 15")
    if total > LIMIT:
        raise SystemExit(1)


if __name__ == "__main__":
    main()
