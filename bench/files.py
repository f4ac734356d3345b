"""What files cost: each format of a report when it is made and when it is there, lists, and old
pages that are imported.
"""

import statistics
import time
from pathlib import Path

from harness import ask, get, run, serving

FORMATS = ("pdf", "docx", "odt", "html", "md", "txt", "json")
PAGES = 200
# As a rented system printed its pages; a number of its own makes each another file.
OLD_PAGE = (
    "<html><head><title>{title}</title></head><body><h1>{title}</h1>"
    "<p>发布日期：2010-03-0{day} 索引号：示例/{number}</p>{body}</body></html>"
)


def files(databases, options):
    """{"formats": {name: [seconds made, seconds stored]}, "lists": {name: seconds}, "imported":
    pages a second}.
    """
    env = databases.new("sqlite", "files")
    report = ask(
        env, "AnnualReport.objects.published().filter(year=2009).first().get_absolute_url()"
    )
    found = {"formats": {}, "lists": {}}
    with serving(env) as (port, _):
        get(port, "/")
        for name in FORMATS:
            address = f"{report.rstrip('/')}.{name}"
            found["formats"][name] = [
                _seconds(port, address),
                statistics.median(_seconds(port, address) for _ in "abcde"),
            ]
        for name in ("csv", "xlsx", "json"):
            found["lists"][name] = _seconds(port, f"/catalog/songbei-disclosure.{name}")
    found["imported"] = _imported(env, Path(databases.folder) / "old")
    return found


def _seconds(port, address):
    began = time.perf_counter()
    status, _, body = get(port, address)
    assert status == 200, (address, status, body[:200])
    return round(time.perf_counter() - began, 4)


def _imported(env, folder):
    """Pages a second that are read, recognised and taken in as drafts."""
    folder.mkdir()
    texts = ask(env, "[[item.title, item.body] for item in Item.objects.exclude(body='')[:20]]")
    for number in range(PAGES):
        title, body = texts[number % len(texts)]
        page = OLD_PAGE.format(
            title=f"{title}（{number}）", day=number % 9 + 1, number=number, body=body
        )
        (folder / f"{number}.html").write_text(page)
    began = time.perf_counter()
    run(
        "manage.py",
        "import_legacy",
        folder,
        "--by",
        "office",
        "--department",
        "songbei",
        "--category",
        "personnel",
        env=env,
    )
    return round(PAGES / (time.perf_counter() - began), 1)
