"""People of `make drill-bare`, in the network of its machine: clerk and reviewer on their first
day, as docs/first-day.md has it.

They use Chromium without JavaScript, through nginx and TLS, under the site's own name. Prints JSON:
where the item and its attachment are to be read, and the seconds each part took.

    bare_desk.py www.qingshan.example '{"zhang": "PASSWORD", "li": "PASSWORD"}'
"""

import io
import json
import shutil
import sys
import time
from datetime import date

import docx
from playwright.sync_api import sync_playwright

OWN = {"zhang": "Qing-Shan.zhang.2026", "li": "Qing-Shan.li.2026"}
TITLE = "关于印发青山区惠民补贴办法的通知"
ATTACHMENT = "青山区惠民补贴标准表.txt"
CONTENT = "青山区惠民补贴标准（示例）\n".encode() * 4000  # longer than what a proxy holds in memory
COLUMN = "部门规范性文件"


def document():
    """A Word file in the form of an official document."""
    file, today = docx.Document(), date.today()
    for line in ("示例市青山区财政局文件", f"青财〔{today.year}〕1号", "示例市青山区财政局", TITLE):
        file.add_paragraph(line).alignment = 1
    for line in (
        "各街道：",
        "现将惠民补贴办法印发给你们，请遵照执行。",
        "一、补贴对象",
        "本区户籍的示例家庭。",
    ):
        file.add_paragraph(line)
    file.add_paragraph("示例市青山区财政局")
    file.add_paragraph(f"{today.year}年{today.month}月{today.day}日")
    buffer = io.BytesIO()
    file.save(buffer)
    return file_of("示例通知.docx", buffer.getvalue())


def file_of(name, data):
    """A file as a browser sends it."""
    return {"name": name, "mimeType": "application/octet-stream", "buffer": data}


class People:
    """One browser, a window for everybody."""

    def __init__(self, browser, host):
        self.browser, self.base, self.seconds, self.began = (
            browser,
            f"https://{host}",
            {},
            time.monotonic(),
        )

    def window(self):
        """A window of nobody's."""
        context = self.browser.new_context(
            base_url=self.base, java_script_enabled=False, ignore_https_errors=True, locale="zh-CN"
        )
        context.set_default_timeout(120_000)
        return context.new_page()

    def sign_in(self, name, password):
        """The log-in with the password that was handed over, and the change to one's own that it
        asks for.
        """
        page = self.window()
        page.goto("/admin/")
        page.fill("#id_username", name)
        page.fill("#id_password", password)
        page.click("input[type=submit]")
        if page.locator("#id_old_password").count():
            page.fill("#id_old_password", password)
            page.fill("#id_new_password1", OWN[name])
            page.fill("#id_new_password2", OWN[name])
            page.click("#content-main input[type=submit]")
        page.goto("/admin/")
        if page.locator("#id_password").count():
            raise SystemExit(f"{name} could not sign in: {page.inner_text('body')[:800]}")
        return page

    def part(self, name):
        """Note how long the part took."""
        self.seconds[name], self.began = round(time.monotonic() - self.began, 1), time.monotonic()


def write(page):
    """A draft from the Word file, with an attachment, sent to the reviewer; its key."""
    page.goto("/admin/disclosure/item/intake/")
    page.set_input_files("#id_file", document())
    column = page.locator("#id_category option", has_text=COLUMN).first.get_attribute("value")
    page.select_option("#id_category", column)
    page.click("#content-main input[type=submit]")
    key = page.url.rstrip("/").split("/")[-2]
    page.fill("#id_summary", "规定惠民补贴的对象和标准。")
    page.select_option("#id_theme", page.locator("#id_theme option").nth(3).get_attribute("value"))
    page.set_input_files("#id_attachments-0-file", file_of(ATTACHMENT, CONTENT))
    page.click("input[name=_checks]")
    page.goto(f"/admin/disclosure/item/{key}/acts/submit/")
    page.click("#content-main input[type=submit]")
    return key


def review(page, key):
    """Approved, and published at once."""
    page.goto(f"/admin/disclosure/item/{key}/acts/review/")
    page.check("[name=mode][value=proactive]")
    page.check("[name=when][value=now]")
    page.locator("[name=basis]").first.select_option("20-1")
    page.click("#content-main input[type=submit]")


def read(page):
    """From the first page to the item and its attachment, by the links; their addresses."""
    page.goto("/")
    page.click(f"text={TITLE}")
    item = page.url
    attachment = page.locator("a", has_text=ATTACHMENT.partition(".")[0]).first.get_attribute(
        "href"
    )
    return item, attachment


def first_day(host, passwords):
    """Clerk, reviewer, reader."""
    with sync_playwright() as playwright:
        rules = f"--host-resolver-rules=MAP {host} 127.0.0.1"
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox", "--disable-gpu", rules]
        )
        people = People(browser, host)
        key = write(people.sign_in("zhang", passwords["zhang"]))
        people.part("the clerk signs in and writes")
        review(people.sign_in("li", passwords["li"]), key)
        people.part("the reviewer signs in and publishes")
        item, attachment = read(people.window())
        people.part("a reader finds it")
    base = f"https://{host}"
    return {
        "item": item.removeprefix(base),
        "attachment": attachment.removeprefix(base),
        "seconds": people.seconds,
    }


if __name__ == "__main__":
    print(json.dumps(first_day(sys.argv[1], json.loads(sys.argv[2]))))
