"""Corrections for tests, and forms as a browser sends them."""

import time
from itertools import count

from lxml import html

from inquiries import guard
from inquiries.actions import receive_error_report

_serial = count(1)
TEXT = "第三段的电话号码少了一位数字，请核对。"
WORDS = {"page": "/guide/", "kind": "content", "text": TEXT, "name": "", "contact": ""}


def make_error_report(*, token=None, department=None, **fields):
    """A report that waits."""
    words = {**WORDS, "page_title": "", **fields}
    return receive_error_report(
        token=token or f"token-{next(_serial)}", department=department, **words
    )


def stamp(age=60, form="correction"):
    """A signed stamp given out so many seconds ago."""
    return guard.Stamp(f"token-{next(_serial)}", time.time() - age).signed(form)


def sent(response):
    """What the form of a page holds, as a browser would send it."""
    page = html.fromstring(response.content.decode())
    # A browser drops the line end Django writes behind <textarea>; lxml does not.
    return {
        name: (value or "").removeprefix("\n")
        for name, value in page.xpath("//main//form")[0].fields.items()
    }


def receipt(response):
    """(number, code) of a receipt."""
    said = [
        cell.text_content()
        for cell in html.fromstring(response.content.decode()).xpath("//main//dd")
    ]
    return said[0], said[1]
