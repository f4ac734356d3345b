"""Takes the pictures of the clerk's manual from a running demonstration, with demonstration data
alone.

    make run                                             # in another window, freshly seeded
    .venv/bin/python bench/manual_pictures.py http://127.0.0.1:8000

Walks one document through the desk as clerk and reviewer of the demonstration, and leaves it
withdrawn; a second is published by force and reviewed afterwards, a third is planned. The security
administrator sets up a second factor, so seed anew before the next walk. The files go to
docs/images/manual/, at most 150 kB each.
"""

import argparse
import base64
import io
import shutil
import sys
from datetime import date, timedelta
from pathlib import Path

import docx
from django_otp.oath import totp
from PIL import Image
from playwright.sync_api import sync_playwright

FOLDER = Path(__file__).resolve().parents[1] / "docs" / "images" / "manual"
PASSWORD = "songbei-demo-2026"  # that of the demonstration's accounts
TODAY = date.today()
TITLE = "关于做好示例工作的通知"


class Walk:
    """Browser windows of the people, and the pictures taken of them."""

    def __init__(self, browser, base):
        self.browser, self.base, self.pages = browser, base, {}

    def window(self):
        """A window of nobody's."""
        size = {"width": 1180, "height": 760}
        context = self.browser.new_context(
            viewport=size, base_url=self.base, timezone_id="Asia/Shanghai", locale="zh-CN"
        )
        return context.new_page()

    def desk(self, name):
        """The window of one person, signed in."""
        if name not in self.pages:
            page = self.pages[name] = self.window()
            sign_in(page, name)
        return self.pages[name]

    def picture(self, page, name, *, height=760):
        """One picture, of the top of the page."""
        FOLDER.mkdir(parents=True, exist_ok=True)
        path = FOLDER / f"{name}.png"
        page.set_viewport_size({"width": 1180, "height": height})
        page.evaluate(
            "document.activeElement.blur(); document.querySelector('.main, #main, body').scrollTo(0, 0); scrollTo(0, 0)"
        )
        with Image.open(io.BytesIO(page.screenshot())) as shot:
            shot.convert("RGB").quantize(128).save(path, optimize=True)
        size = path.stat().st_size
        print(f"{path.name}  {size // 1000} kB")
        if size > 150_000:
            sys.exit(f"{path.name} is larger than 150 kB")

    def act(self, page, key, name, picture="", **values):
        """One act of the workflow on its page, pictured before it is confirmed."""
        page.goto(f"/admin/disclosure/item/{key}/acts/{name}/")
        self.fill(page, values)
        if picture:
            self.picture(page, picture)
        page.click("#content-main input[type=submit]")

    @staticmethod
    def fill(page, values):
        """Fill in a form."""
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


def sign_in(page, name):
    """Name and password."""
    page.goto("/admin/")
    page.fill("#id_username", name)
    page.fill("#id_password", PASSWORD)
    page.click("input[type=submit]")


def document(title=TITLE, number=9):
    """A Word file in the form of an official document."""
    file = docx.Document()
    for line in ("松北区财政局文件", f"松财发〔{TODAY.year}〕{number}号", "松北区财政局", title):
        file.add_paragraph(line).alignment = 1
    for line in (
        "各科室：",
        "现将示例工作有关事项通知如下，请遵照执行。",
        "一、总体要求",
        "按时完成示例工作。",
    ):
        file.add_paragraph(line)
    file.add_paragraph("松北区财政局")
    file.add_paragraph(f"{TODAY.year}年{TODAY.month}月{TODAY.day}日")
    buffer = io.BytesIO()
    file.save(buffer)
    return {
        "name": "示例通知.docx",
        "mimeType": "application/octet-stream",
        "buffer": buffer.getvalue(),
    }


def writing(walk, clerk):
    """From the login to a submitted draft; returns its key."""
    clerk.goto("/admin/disclosure/item/intake/")
    clerk.set_input_files("#id_file", document())
    shelf = clerk.locator("#id_category option").nth(3).get_attribute("value")
    clerk.select_option("#id_category", shelf)
    walk.picture(clerk, "intake")
    clerk.click("#content-main input[type=submit]")
    key = clerk.url.rstrip("/").split("/")[-2]
    clerk.fill("#id_summary", "示例工作的安排。")
    clerk.select_option(
        "#id_theme", clerk.locator("#id_theme option").nth(3).get_attribute("value")
    )
    walk.picture(clerk, "form", height=900)
    clerk.click("input[name=_checks]")
    walk.picture(clerk, "checks")
    clerk.goto(f"/admin/disclosure/item/{key}/preview/")
    clerk.wait_for_timeout(1500)
    walk.picture(clerk, "preview", height=900)
    walk.act(clerk, key, "submit", "submit")
    return key


def reviewing(walk, clerk, reviewer, key):
    """Returned once, then approved and published; corrected, so that there are two revisions;
    withdrawn by the office.
    """
    reviewer.goto("/admin/")
    walk.picture(reviewer, "queue")
    walk.act(reviewer, key, "return", "return", note="示例：请核对第一段的日期。")
    clerk.goto("/admin/")
    walk.picture(clerk, "returned")
    walk.act(clerk, key, "submit")
    walk.act(reviewer, key, "review", "review", mode="proactive", basis="20-1", publish=True)
    reviewer.goto(f"/admin/disclosure/item/{key}/change/")
    walk.picture(reviewer, "published")
    number = reviewer.locator(".field-index_number .readonly").inner_text()
    walk.act(clerk, key, "correct", "correct")
    correction = clerk.url.rstrip("/").split("/")[-2]
    clerk.fill("#id_change_note", "示例：更正内容概述中的笔误。")
    clerk.fill("#id_summary", "示例工作的安排和要求。")
    clerk.click("input[name=_checks]")
    walk.act(clerk, correction, "submit")
    walk.act(reviewer, correction, "review", mode="proactive", basis="20-1", publish=True)
    verifying(walk, number)
    office = walk.desk("office")
    walk.act(office, key, "withdraw", "withdraw", reason="示例：内容需要核实")


def draft(clerk, title, number):
    """A draft from a Word file, unpictured; returns its key."""
    clerk.goto("/admin/disclosure/item/intake/")
    clerk.set_input_files("#id_file", document(title, number))
    clerk.select_option(
        "#id_category", clerk.locator("#id_category option").nth(3).get_attribute("value")
    )
    clerk.click("#content-main input[type=submit]")
    key = clerk.url.rstrip("/").split("/")[-2]
    clerk.fill("#id_summary", f"{title}。")
    clerk.select_option(
        "#id_theme", clerk.locator("#id_theme option").nth(3).get_attribute("value")
    )
    clerk.click("input[name=_checks]")
    return key


def forced(walk, clerk, reviewer, office):
    """Published by the office at once, on the list of what nobody has reviewed, and reviewed by
    somebody else.
    """
    key = draft(clerk, "关于发布示例预警的紧急通告", 10)
    walk.act(office, key, "force", "force", reason="示例：险情须立即向公众发布，来不及审核")
    reviewer.goto("/admin/")
    walk.picture(reviewer, "forced")
    walk.act(
        reviewer, key, "forced-review", "forced-review", note="示例：内容属实，可以公开，同意补审"
    )


def planned(walk, clerk, reviewer):
    """Approved and published at a moment to come; and two people with one draft open."""
    key = draft(clerk, "关于公布示例收费标准的通知", 11)
    clerk.goto(f"/admin/disclosure/item/{key}/change/")
    reviewer.goto(f"/admin/disclosure/item/{key}/change/")
    reviewer.wait_for_timeout(1500)
    walk.picture(reviewer, "presence")
    walk.act(clerk, key, "submit")
    walk.act(reviewer, key, "review", mode="proactive", basis="20-8", publish=False)
    moment = {"at_0": (TODAY + timedelta(3)).isoformat(), "at_1": "09:00"}
    walk.act(reviewer, key, "publish", "schedule", **moment)
    walk.picture(reviewer, "scheduled")


def verifying(walk, number):
    """What the public is told of a copy it holds."""
    reader = walk.window()
    reader.goto(f"/items/{number}/revisions/2/changes/")
    walk.picture(reader, "changes")
    reader.goto(f"/items/{number}/history/")
    walk.picture(reader, "history", height=900)
    digest = reader.locator(".citation .hash").first.inner_text()
    reader.goto("/register/verify/")
    reader.fill("#id_hash", digest)
    reader.locator("form.ask button").first.click()
    walk.picture(reader, "verify", height=900)


def signing_in(walk):
    """The log-in, a second factor set up, its backup codes, and the log-in that asks for it."""
    page = walk.window()
    page.goto("/admin/")
    walk.picture(page, "login", height=480)
    sign_in(page, "security")
    page.goto("/admin/second-factor/")
    walk.picture(page, "second-factor", height=860)
    secret = page.locator(".factor-secret").inner_text().replace(" ", "")
    page.fill("[name=code]", f"{totp(base64.b32decode(secret)):06d}")
    page.click("#content-main input[type=submit]")
    walk.picture(page, "backup-codes", height=620)
    again = walk.window()
    sign_in(again, "security")
    walk.picture(again, "login-code", height=560)


def bulk(walk, clerk):
    """The import of a table with a fault in it."""
    clerk.goto("/admin/disclosure/item/import/")
    walk.picture(clerk, "import")
    shelf = "没有这个栏目"
    table = f"标题,发布机构,所属栏目,成文日期\n示例一,松北区财政局,{shelf},2026-03-02\n示例二,松北区教育局,{shelf},三月\n"
    clerk.set_input_files(
        "#id_file", {"name": "示例.csv", "mimeType": "text/csv", "buffer": table.encode()}
    )
    clerk.click("#content-main input[type=submit]")
    clerk.wait_for_selector(
        ".bulk-outcome", timeout=120_000
    )  # the queue does it, and the page asks for itself again
    walk.picture(clerk, "import-errors", height=620)


def main():
    """Walk and take the pictures."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("address", help="where the demonstration runs")
    parser.add_argument("--chromium", default=shutil.which("chromium"), help="the browser")
    given = parser.parse_args()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=given.chromium, args=["--no-sandbox"])
        walk = Walk(browser, given.address)
        signing_in(walk)
        clerk, reviewer = walk.desk("clerk"), walk.desk("reviewer")
        bulk(walk, clerk)
        reviewing(walk, clerk, reviewer, writing(walk, clerk))
        forced(walk, clerk, reviewer, walk.desk("office"))
        planned(walk, clerk, reviewer)
        auditor = walk.desk("auditor")
        auditor.goto("/admin/ledger/auditentry/")
        walk.picture(auditor, "audit")


if __name__ == "__main__":
    main()
