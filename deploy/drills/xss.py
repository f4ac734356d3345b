"""`make drill-xss`: a corpus of attacks by markup, stored by every way into the database and shown
by the real pages, in Chromium.

The corpus is not part of the project: XSS_CORPUS names its folder (default: `../shared/cases/xss`
beside the checkout), with `corpus.jsonl` and `live.jsonl`, one `{"payload": …}` a line; the second
holds those that execute in Chromium when nothing stops them. LIMIT=200 takes only so many of each.
Prints the figures (`--json FILE`: writes them too); exits with 1 where one is not as it must be.

1. Every payload by six ways of the ORM: nothing in the stored text, nor in the report page that
  shows it, is outside the policy.
   Live payloads as items, through whatever else shows them: revisions, 沿革, preview, lists, search
   with its passages, API, feeds, files.
2. Every live payload as a section of a report, a hundred a page, and as body, title and summary of
  an item of its own: the reports, the
   lists of all these items and some of their pages are opened with the Content-Security-Policy
   switched off, every event is fired
   at every element, and none calls alert, confirm, prompt or print. (A page for each takes an hour
   and shows no other markup.)
3. The same payloads in a page that cleans nothing do call them, or 2 would prove nothing.
4. What would take a parser minutes is refused in under 100 ms.
"""

import json
import os
import shutil
import subprocess
import sys
import time
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(Path(__file__).parent)]

from api import free_place, installed, wait_for  # noqa: E402

FOLDER = Path(os.environ.get("XSS_CORPUS") or ROOT.parent / "shared" / "cases" / "xss")
LIMIT = int(os.environ.get("LIMIT", "0")) or None
SECTIONS_A_PAGE = 300
OPENED_AT_ONCE = 100
OPENED_ALONE = 60
CANARIES = 100
MOST_MS = 100
TITLE = 200

# Elements the portal itself writes around a body: frames of tables, findings and their marks,
# passages of a search.
OWN = {
    "div",
    "mark",
    "q",
    "nav",
    "section",
    "details",
    "summary",
    "span",
    "time",
    "small",
    "code",
    "button",
    "svg",
    "path",
}
SAMPLED = 60  # items that are shown in every other way as well
FILES = 12  # of these in every format

HOOKS = """for (const name of ['alert', 'confirm', 'prompt', 'print']) window[name] = () => { top.postMessage('ran', '*'); called('x') };"""
EVENTS = """() => { for (const e of document.querySelectorAll('*'))
  for (const name of ['mouseover', 'mouseenter', 'mousemove', 'focus', 'blur', 'click', 'dblclick', 'keydown', 'load', 'error', 'toggle',
    'wheel', 'copy', 'paste', 'drag', 'animationstart', 'animationend', 'transitionend', 'scroll', 'pointerover'])
    if (!(name === 'click' && e.closest('a[href], button, form')) || (e.getAttribute('href') || '').trim().toLowerCase().startsWith('j'))
      try { e.dispatchEvent(new Event(name, {bubbles: false})) } catch (error) {} }"""


def payloads(name):
    """Of one file of the corpus."""
    lines = (FOLDER / name).read_text(encoding="utf-8").split("\n")
    return [json.loads(line)["payload"] for line in lines if line][:LIMIT]


class Figures:
    """What came out, and whether it is what it must be; `figure` is the number on the scoreboard."""

    def __init__(self):
        self.bad, self.figure, self.lines = False, 0, []

    def say(self, what, value, is_good):
        """Print one figure."""
        self.bad |= not is_good
        self.lines.append({"figure": self.figure, "what": what, "value": value, "is_good": is_good})
        print(f"{'ok ' if is_good else 'BAD'}  {what}: {value}", flush=True)


def ways():  # noqa: C901  six small ones
    """{name: function(report, payloads) that stores sections}: every way of the ORM into the
    database.
    """
    from django.core import serializers

    from disclosure.models import ReportSection

    def blank(report, texts):
        ReportSection.objects.bulk_create(
            ReportSection(report=report, position=n, title=str(n)) for n in range(1, len(texts) + 1)
        )
        return list(report.sections.order_by("position"))

    def save(report, texts):
        for section, text in zip(blank(report, texts), texts, strict=True):
            section.body = text
            section.save()

    def create(report, texts):
        for number, text in enumerate(texts, start=1):
            ReportSection.objects.create(
                report=report, position=number, title=str(number), body=text
            )

    def bulk_create(report, texts):
        ReportSection.objects.bulk_create(
            ReportSection(report=report, position=n, title=str(n), body=text)
            for n, text in enumerate(texts, start=1)
        )

    def update(report, texts):
        for section, text in zip(blank(report, texts), texts, strict=True):
            ReportSection.objects.filter(pk=section.pk).update(body=text)

    def bulk_update(report, texts):
        sections = blank(report, texts)
        for section, text in zip(sections, texts, strict=True):
            section.body = text
        ReportSection.objects.bulk_update(sections, ["body"], batch_size=200)

    def load(report, texts):
        rows = json.loads(serializers.serialize("json", blank(report, texts)))
        for row, text in zip(rows, texts, strict=True):
            row["fields"]["body"] = text
        for loaded in serializers.deserialize("json", json.dumps(rows)):
            loaded.save()

    return {
        "save": save,
        "create": create,
        "bulk_create": bulk_create,
        "update": update,
        "bulk_update": bulk_update,
        "raw load": load,
    }


def outside_of_the_policy(page, allowed):
    """Elements and attributes of the main part of a page that the portal's own templates do not
    write.
    """
    from lxml import html

    for element in html.fromstring(page).xpath("//main//*"):
        if element.tag not in allowed:
            yield element.tag
        for name, value in element.attrib.items():
            if (
                name.startswith("on")
                or name == "style"
                or value.strip().lower().startswith(("javascript:", "data:", "vbscript:"))
            ):
                yield f"{element.tag} {name}={value[:60]}"


def structural(figures, everything):
    """Part 1."""
    figures.figure = 5
    from django.db import transaction
    from django.test import Client
    from lxml import html

    from disclosure.tests.builders import make_report
    from disclosure.tests.test_richtext import Structure
    from documents.html.richtext import TAGS, sanitize

    client = Client(HTTP_HOST="127.0.0.1")
    empty = make_report(2008, sections=[("一", "<p>文</p>")])
    own = {
        element.tag
        for element in html.fromstring(client.get(empty.get_absolute_url()).content).xpath(
            "//main//*"
        )
    }

    @cache
    def looked_at(body):
        """(faults of structure, whether a second cleaning would change it): the same for the same
        text, whichever way it came.
        """
        return Structure(body).faults, sanitize(body) != body

    for name, store in ways().items():
        faults, changed, began = [], 0, time.monotonic()
        for start in range(0, len(everything), SECTIONS_A_PAGE):
            report = make_report(2009)
            with transaction.atomic():
                store(report, everything[start : start + SECTIONS_A_PAGE])
            for body in report.sections.values_list("body", flat=True):
                own_faults, is_changed = looked_at(body)
                faults += own_faults
                changed += is_changed
            answer = client.get(report.get_absolute_url())
            assert answer.status_code == 200, report.get_absolute_url()
            faults += outside_of_the_policy(answer.content, TAGS | own | OWN)
        figures.say(
            f"{name}: faults of structure in {len(everything)} payloads ({time.monotonic() - began:.0f} s)",
            len(faults),
            not faults,
        )
        figures.say(f"{name}: payloads that a second cleaning would change", changed, not changed)
        for fault in faults[:5]:
            print("     ", fault)


def attacked_pages(live):
    """Part 2, what it needs: an item for each live payload, and reports of many; the addresses to
    open.
    """
    from django.db import transaction

    from catalog.tests.builders import make_department
    from disclosure.tests.builders import make_item, make_report

    organ, addresses, reports = make_department("受攻击的机构"), [], []
    with transaction.atomic():
        for number, payload in enumerate(live, start=1):
            clean = payload.replace("\0", "")
            item = make_item(
                clean[:TITLE] or "x",
                department=organ,
                index_number=f"X/{number}",
                body=payload,
                summary=clean,
            )
            addresses.append(item.get_absolute_url())
    for start in range(0, len(live), OPENED_AT_ONCE):
        sections = [("示例", payload) for payload in live[start : start + OPENED_AT_ONCE]]
        reports.append(make_report(2009, sections=sections).get_absolute_url())
    lists = [f"/organs/{organ.slug}/?page={page}" for page in range(1, len(live) // 20 + 2)]
    return reports + lists + addresses[:: max(1, len(addresses) // OPENED_ALONE)]


def elsewhere(figures):  # noqa: C901  one look after the other
    """Part 1, what shows a body, a title or a summary besides the page of a report."""
    from django.contrib.auth.models import User
    from django.test import Client
    from lxml import etree, html

    from disclosure.acts import record_first_revision
    from disclosure.models import Item
    from disclosure.tests.builders import make_item
    from disclosure.tests.test_richtext import Structure
    from documents.html.richtext import TAGS

    reader, clerk, faults, seen = (
        Client(HTTP_HOST="127.0.0.1"),
        Client(HTTP_HOST="127.0.0.1"),
        [],
        0,
    )
    clerk.force_login(User.objects.create_superuser("root"))

    def said(client, address):
        answer = client.get(address)
        assert answer.status_code == 200, (address, answer.status_code)
        return answer.getvalue() if answer.streaming else answer.content

    def tags(client, address):
        """Elements of a page about something harmless: the portal's own."""
        return {
            element.tag for element in html.fromstring(said(client, address)).xpath("//main//*")
        }

    def look(client, address, own):
        nonlocal seen
        seen += 1
        faults.extend(
            (address, fault)
            for fault in outside_of_the_policy(said(client, address), TAGS | OWN | own)
        )

    harmless = make_item("示例通知", index_number="Y/1", body="<p>示例正文</p>", summary="示例")
    record_first_revision(item=harmless)
    previews = "/admin/disclosure/item/{}/preview/page/"
    pages = {
        page: tags(reader, f"{harmless.get_absolute_url()}{page}")
        for page in ("history/", "revisions/1/", "counts/")
    }
    own_of_previews = tags(clerk, previews.format(harmless.pk))
    own_of_lists = tags(reader, f"/organs/{harmless.department.slug}/")
    own_of_search = tags(reader, "/search/?q=示例")
    items = list(Item.objects.filter(index_number__startswith="X/").order_by("pk"))
    sample = items[:: max(1, len(items) // SAMPLED)]
    for item in sample:
        record_first_revision(item=item)
        address = item.get_absolute_url()
        for page, own in pages.items():
            look(reader, address + page, own)
        look(clerk, previews.format(item.pk), own_of_previews)
        body = json.loads(said(reader, f"/api/v1/items/{item.index_number}"))["body"]
        faults += [
            (address, fault)
            for fault in Structure(body["html"] if isinstance(body, dict) else body).faults
        ]
        alone = html.fromstring(said(reader, address.rstrip("/") + ".html"))
        found = {element.tag for element in alone.xpath("//body//*")} & {
            "script",
            "iframe",
            "object",
            "embed",
            "form",
            "input",
            "svg",
        }
        faults += [(address, "html file", found)] if found else []
        seen += 2
    for item in sample[:FILES]:
        for extension in ("pdf", "docx", "odt", "md", "txt"):
            said(reader, item.get_absolute_url().rstrip("/") + f".{extension}")
            seen += 1
    for page in range(1, max(2, len(items) // 20)):
        look(reader, f"/organs/{items[0].department.slug}/?page={page}", own_of_lists)
    for word in ("alert", "script", "onerror", "javascript", "img"):
        look(reader, f"/search/?q={word}", own_of_search)
    for feed in ("/items.atom", f"/organs/{items[0].department.slug}.atom", "/search.atom?q=alert"):
        for element in etree.fromstring(said(reader, feed)).iter():
            if element.get("type") == "html":
                faults += [(feed, fault) for fault in Structure(element.text or "").faults]
        seen += 1
    figures.say(
        f"faults in {seen} other pages, answers and files that show live payloads",
        len(faults),
        not faults,
    )
    for fault in faults[:10]:
        print("     ", fault)


def execution(figures, place, addresses, live):
    """Parts 2 and 3."""
    figures.figure = 6
    from playwright.sync_api import sync_playwright

    chromium = (
        os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
    )
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=chromium, args=["--no-sandbox", "--disable-gpu"]
        )
        context = browser.new_context(bypass_csp=True)
        now, called = [None], set()
        context.expose_binding("called", lambda source, _: called.add(now[0]))
        context.add_init_script(HOOKS)
        context.route(
            "**/*", lambda route: route.continue_() if place in route.request.url else route.abort()
        )
        page = context.new_page()
        page.on("dialog", lambda dialog: dialog.dismiss())
        began = time.monotonic()
        for address in addresses:
            now[0] = address
            page.goto(f"http://{place}{address}", wait_until="load")
            page.evaluate(EVENTS)
            page.wait_for_timeout(20)  # what an event starts
        page.wait_for_timeout(500)
        seconds = time.monotonic() - began
        figures.say(
            f"pages in which one of {len(live)} live payloads executes, of {len(addresses)} real ones, policy off ({seconds:.0f} s)",
            len(called),
            not called,
        )
        for address in sorted(called)[:5]:
            print("     ", address)
        called.clear()
        tried = live[:: max(1, len(live) // CANARIES)]
        context.route(
            "**/canary",
            lambda route: route.fulfill(
                content_type="text/html; charset=utf-8", body=_raw(tried[now[0]])
            ),
        )
        for number in range(len(tried)):
            now[0] = number
            try:
                page.goto(f"http://{place}/canary", wait_until="domcontentloaded", timeout=5000)
                page.evaluate(EVENTS)
                page.wait_for_timeout(20)
            except (
                Exception
            ):  # the payload has led the page elsewhere, or stopped it: no call, no count
                page.close()
                page = context.new_page()
        share = len(called) / len(tried)
        figures.say(
            f"executed of {len(tried)} of them in a page that cleans nothing (the canary)",
            len(called),
            share > 0.5,
        )
        browser.close()


def _raw(payload):
    return f"<!doctype html><meta charset=utf-8><article>{payload}</article>"


def bombs(figures):
    """Part 4."""
    figures.figure = 7
    from django.core.exceptions import ValidationError

    from disclosure.tests.test_richtext import BOMBS
    from documents.html.richtext import sanitize

    worst, refused = 0, 0
    for html, _ in BOMBS:
        began = time.process_time()
        try:
            sanitize(html)
        except ValidationError:
            refused += 1
        worst = max(worst, (time.process_time() - began) * 1000)
    figures.say(f"bombs refused of {len(BOMBS)}", refused, refused == len(BOMBS))
    figures.say("worst of them", f"{worst:.0f} ms", worst < MOST_MS)


def main():
    """All parts; the exit code."""
    if not (FOLDER / "corpus.jsonl").is_file():
        print(f"There is no corpus in {FOLDER}: name its folder with XSS_CORPUS.")
        return 1
    everything, live, figures = payloads("corpus.jsonl"), payloads("live.jsonl"), Figures()
    place = free_place()
    with installed(is_seeded=False, BIND=place, WEB_CONCURRENCY="1", LOG_LEVEL="ERROR") as (_, env):
        os.environ.update(env)
        os.environ["DJANGO_SETTINGS_MODULE"] = "portal.settings"
        os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"  # Playwright's loop runs in this thread
        import django

        django.setup()
        bombs(figures)
        structural(figures, everything)
        addresses = attacked_pages(live)
        elsewhere(figures)
        command = [
            sys.executable,
            "-m",
            "gunicorn",
            "--config",
            "deploy/gunicorn.conf.py",
            "portal.wsgi",
        ]
        server = subprocess.Popen(command, cwd=ROOT, env=env)
        try:
            wait_for(f"http://{place}/healthz/live", server)
            execution(figures, place, addresses, live)
        finally:
            server.terminate()
            server.wait(30)
    if "--json" in sys.argv:
        Path(sys.argv[-1]).write_text(json.dumps(figures.lines, ensure_ascii=False))
    return int(figures.bad)


if __name__ == "__main__":
    sys.exit(main())
