"""Walks the first day of a district (docs/first-day.md) in a browser, on an empty installation, and
takes its pictures.

    .venv/bin/python bench/first_day_pictures.py http://127.0.0.1:8000 admin 'PASSWORD'

The installation is migrated, has a superuser, nothing else, and no DEMO. From the empty portal to
the first published item of an invented district; the minutes are those of the browser alone. The
files go to docs/images/first-day/, at most 150 kB each; the narrow ones beside them only where
`--narrow FOLDER` is given.
"""

import argparse
import io
import shutil
import sys
import time
from datetime import date
from pathlib import Path

import docx
from PIL import Image
from playwright.sync_api import sync_playwright

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))
FOLDER = ROOT / "docs" / "images" / "first-day"
OWN = {"zhang": "Kx7m-tulip-harbor-42", "li": "Vq3r-copper-meadow-58"}
TITLE = "关于印发示例区惠民补贴办法的通知"


class Walk:
    """One window, and the pictures taken of it."""

    def __init__(self, browser, base, narrow):
        self.browser, self.base, self.narrow, self.began = browser, base, narrow, time.monotonic()
        self.page = self.window()

    def window(self):
        """A window of nobody's."""
        size = {"width": 1180, "height": 760}
        return self.browser.new_context(
            viewport=size, base_url=self.base, locale="zh-CN"
        ).new_page()

    def picture(self, name, height=760):
        """The top of the page, wide; and narrow where that is wished."""
        FOLDER.mkdir(parents=True, exist_ok=True)
        self.page.set_viewport_size({"width": 1180, "height": height})
        path = FOLDER / f"{name}.png"
        with Image.open(io.BytesIO(self.page.screenshot())) as shot:
            shot.convert("RGB").quantize(64).save(path, optimize=True)
        size = path.stat().st_size
        print(f"{time.monotonic() - self.began:6.1f} s  {path.name}  {size // 1000} kB", flush=True)
        if size > 150_000:
            sys.exit(f"{path.name} is larger than 150 kB")
        if self.narrow:
            self.page.set_viewport_size({"width": 390, "height": 844})
            self.page.screenshot(path=self.narrow / f"{name}-390.png")
            self.page.set_viewport_size({"width": 1180, "height": height})

    def sign_in(self, name, password):
        """Name and password, in a window of one's own."""
        self.page = self.window()
        self.page.goto("/admin/")
        self.page.fill("#id_username", name)
        self.page.fill("#id_password", password)
        self.page.click("input[type=submit]")

    def own_password(self, name, password):
        """The log-in with the password of the first day, and the change that follows it."""
        self.sign_in(name, password)
        self.page.fill("#id_old_password", password)
        self.page.fill("#id_new_password1", OWN[name])
        self.page.fill("#id_new_password2", OWN[name])
        self.page.click("#content-main input[type=submit]")


def filled_in(template):
    """The downloaded workbook as a district fills it in."""
    from portal.setting_up.tests.books import ORGANS, SITE, STAFF, Book

    return Book(template).site(**SITE).put("发布机构", ORGANS).put("工作人员", STAFF)


def file_of(data, name="门户设置.xlsx"):
    """A file as a browser sends it."""
    return {"name": name, "mimeType": "application/octet-stream", "buffer": data}


def document():
    """A Word file in the form of an official document."""
    file = docx.Document()
    lines = (
        "示例市示例区财政局文件",
        f"示财〔{date.today().year}〕1号",
        "示例市示例区财政局",
        TITLE,
    )
    for line in lines:
        file.add_paragraph(line).alignment = 1
    for line in (
        "各街道：",
        "现将惠民补贴办法印发给你们，请遵照执行。",
        "一、补贴对象",
        "本区户籍的示例家庭。",
    ):
        file.add_paragraph(line)
    file.add_paragraph("示例市示例区财政局")
    file.add_paragraph(f"{date.today().year}年{date.today().month}月{date.today().day}日")
    buffer = io.BytesIO()
    file.save(buffer)
    return file_of(buffer.getvalue(), "示例通知.docx")


def set_up(walk, name, password):
    """Download, fill in, upload with a fault, upload again, confirm. Returns {log-in: password}."""
    walk.sign_in(name, password)
    walk.picture("front")
    walk.page.goto("/admin/set-up/")
    walk.picture("upload")
    with walk.page.expect_download() as download:
        walk.page.click("a[href$='template/']")
    template = Path(download.value.path()).read_bytes()
    wrong = filled_in(template)
    wrong["发布机构"]["C3"] = "12345"
    walk.page.set_input_files("#id_file", file_of(wrong.data))
    walk.page.click("#content-main input[type=submit]")
    walk.picture("faults")
    walk.page.goto("/admin/set-up/")
    walk.page.set_input_files("#id_file", file_of(filled_in(template).data))
    walk.page.click("#content-main input[type=submit]")
    walk.picture("preview")
    walk.page.click("#content-main input[type=submit]")
    walk.picture("done")
    rows = walk.page.locator(".set-up-passwords tbody tr").all()
    return {row.locator("th").inner_text(): row.locator("td").nth(1).inner_text() for row in rows}


def publish(walk, passwords):
    """The clerk writes, the reviewer publishes."""
    walk.own_password("zhang", passwords["zhang"])
    walk.page.goto("/admin/disclosure/item/intake/")
    walk.page.set_input_files("#id_file", document())
    shelf = walk.page.locator("#id_category option", has_text="部门规范性文件").first.get_attribute(
        "value"
    )
    walk.page.select_option("#id_category", shelf)
    walk.page.click("#content-main input[type=submit]")
    key = walk.page.url.rstrip("/").split("/")[-2]
    walk.page.fill("#id_summary", "规定惠民补贴的对象和标准。")
    walk.page.select_option(
        "#id_theme", walk.page.locator("#id_theme option").nth(3).get_attribute("value")
    )
    walk.page.click("input[name=_checks]")
    walk.picture("checks")
    walk.page.goto(f"/admin/disclosure/item/{key}/acts/submit/")
    walk.page.click("#content-main input[type=submit]")
    walk.own_password("li", passwords["li"])
    walk.page.goto(f"/admin/disclosure/item/{key}/acts/review/")
    walk.page.check("[name=mode][value=proactive]")
    walk.page.check("[name=when][value=now]")
    walk.page.locator("[name=basis]").first.select_option("20-1")
    walk.picture("review")
    walk.page.click("#content-main input[type=submit]")


def main():
    """Walk and take the pictures."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("address")
    parser.add_argument("name")
    parser.add_argument("password")
    parser.add_argument("--narrow", type=Path, help="a folder for narrow pictures")
    parser.add_argument("--chromium", default=shutil.which("chromium"), help="the browser")
    given = parser.parse_args()
    import os

    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
    django.setup()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=given.chromium, args=["--no-sandbox"])
        walk = Walk(browser, given.address, given.narrow)
        publish(walk, set_up(walk, given.name, given.password))
        walk.page = walk.window()
        walk.page.goto("/")
        walk.picture("home", height=900)
        walk.page.click(f"text={TITLE}")
        walk.picture("item", height=900)


if __name__ == "__main__":
    main()
