"""`make drill-pa11y`: pa11y (HTML_CodeSniffer and axe, WCAG 2 AA) over every kind of public page,
and of the desk's as every role.

The kinds are those of the browser's tests (portal/tests/browser/kinds.py), looked at as a screen of
1,280 px shows them, in one Chromium; and the public forms and the desk's form of an item once more
as they come back when they are sent empty. An error counts; what a machine cannot judge (text over
a picture) is counted apart, for people to look at. A page with faults comes first: one that finds
nothing there proves nothing. Needs Node, `make .node-bench/installed` and Chromium. `--json FILE`
writes what was found. Exits with 1 where there is an error, a page is not the one asked for, or the
faults were not found.
"""

import html
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote, unquote, urlsplit

from loopback import ROOT, Portal, Sqlite

MODULES = ROOT / ".node-bench/node_modules"
NODE = Path(__file__).with_suffix(".cjs")
PUBLIC = """
import json
from disclosure.models import *
from portal.tests.browser.kinds import public_kinds
print(json.dumps(public_kinds(lambda expression: eval(expression))))
"""
# A session for each role, as if it had signed in.
DESK = """
import json
from django.conf import settings
from django.test import Client
from portal.tests.browser.kinds import desk_kinds
from portal.tests.desk_world import World
world, told = World(), {}
for role, addresses in desk_kinds(world).items():
    client = Client()
    client.force_login(world.people[role])
    told[role] = addresses, client.cookies[settings.SESSION_COOKIE_NAME].value
print(json.dumps([settings.SESSION_COOKIE_NAME, told]))
"""
# Public forms and one of the desk: (page, its form).
PUBLIC_FORMS = (
    ("/corrections/new/", "main form[method=post]"),
    ("/corrections/", "main form[method=post]"),
)
ITEM_FORM = ("disclosure/item/add/", "#item_form")
PLANTED = """<!doctype html><html><head><title></title></head><body><h1>x</h1><h3>y</h3>
<img src="data:image/gif;base64,R0lGODlhAQABAAAAACw="><form><input type="text" name="q"><button></button></form>
<p style="color:#bbb;background:#fff">Text that nobody can read.</p><a href="/x"></a><iframe src="about:blank"></iframe></body></html>"""
# Of each runner, what it has to say of that page: language, title, picture, field, button,
# contrast, frame.
MUST_FIND = {
    "htmlcs": {"3_1_1", "2_4_2", "1_1_1", "4_1_2", "1_4_3", "2_4_1"},
    "axe": {
        "html-has-lang",
        "document-title",
        "image-alt",
        "label",
        "button-name",
        "color-contrast",
        "frame-title",
    },
}


def window(who, origin, addresses, cookie=None, forms=()):
    """Pages one person looks at one after the other. `cookie`: name and value of the session."""
    cookies = [{"name": cookie[0], "value": cookie[1], "url": origin}] if cookie else []
    pages = [{"url": origin + quote(address, safe="/?=&%")} for address in addresses]
    return {
        "who": who,
        "cookies": cookies,
        "pages": pages + [{"url": origin + at, "form": form} for at, form in forms],
    }


def looked_at(windows):
    """What pa11y says of each page, as it comes."""
    chromium = (
        os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
    )
    asked = json.dumps({"chromium": chromium, "windows": windows})
    node = subprocess.Popen(
        ["node", NODE],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env=os.environ | {"NODE_PATH": str(MODULES)},
    )
    node.stdin.write(asked)
    node.stdin.close()
    for line in node.stdout:
        yield json.loads(line)
    if node.wait():
        raise SystemExit("pa11y broke off")


def planted(folder):
    """What of the planted faults was not found: {runner: codes}."""
    page = Path(folder, "planted.html")
    page.write_text(PLANTED)
    told = next(
        iter(looked_at([{"who": "planted", "cookies": [], "pages": [{"url": page.as_uri()}]}]))
    )
    found = {
        runner: [error["code"] for error in told["errors"] if error["runner"] == runner]
        for runner in MUST_FIND
    }
    return {
        runner: [code for code in sorted(codes) if not any(code in one for one in found[runner])]
        for runner, codes in MUST_FIND.items()
    }


def faults(told):
    """What is wrong with a page, in words: not the page asked for, or errors, alike ones once."""
    asked, came = (unquote(urlsplit(told[name]).path) for name in ("url", "address"))
    expected = 404 if asked == "/no-such-page/" else 410 if told["status"] == 410 else 200
    words = []
    if came != asked or told["status"] not in ({200, 400, 422} if told["form"] else {expected}):
        words.append(f"{told['status']} at {came}")
    alike = Counter(
        (error["runner"], error["code"], error["message"].partition(" (")[0])
        for error in told["errors"]
    )
    for (runner, code, message), number in alike.items():
        one = next(error for error in told["errors"] if error["code"] == code)
        words.append(
            f"{number} × {runner} {code}: {message}: {html.unescape(one['context'] or '')[:160]}"
        )
    return words


@contextmanager
def installed():
    """Two portals with a database of their own: the demonstration, and one with nothing in it.
    `--prepared FOLDER`: they are there, as `public` and `desk`.
    """
    with tempfile.TemporaryDirectory(prefix="lantai-pa11y-") as made:
        is_ready = "--prepared" in sys.argv
        folder = Path(sys.argv[sys.argv.index("--prepared") + 1] if is_ready else made)
        places = folder / "public", folder / "desk"
        for place in places:
            place.mkdir(exist_ok=True)
        public, desk = (Portal(place, Sqlite(place), WEB_CONCURRENCY="1") for place in places)
        if not is_ready:
            public.prepare()
            for words in ("migrate --noinput -v 0", "collectstatic --noinput -v 0"):
                desk.manage(*words.split())
        yield public, desk, made


def main():
    """The page with faults, the public pages, the desk; the exit code."""
    if not (MODULES / "pa11y").is_dir():
        raise SystemExit("make .node-bench/installed first")
    os.chdir(ROOT)
    with installed() as (public, desk, folder):
        missed = planted(folder)
        print(f"planted faults not found: {missed}", flush=True)
        try:
            name, people = json.loads(
                desk.manage("shell", "-v", "0", "-c", DESK).strip().splitlines()[-1]
            )
            kinds = json.loads(
                public.manage("shell", "-v", "0", "-c", PUBLIC).strip().splitlines()[-1]
            )
            public.start()
            desk.start()
            origins = [f"http://127.0.0.1:{portal.port}" for portal in (public, desk)]
            windows = [window("citizen", origins[0], kinds, forms=PUBLIC_FORMS)]
            windows.append(window("nobody", f"{origins[1]}/admin/", ["login/"]))
            for role, (addresses, key) in people.items():
                forms = [ITEM_FORM] if ITEM_FORM[0] in addresses else []
                windows.append(window(role, f"{origins[1]}/admin/", addresses, (name, key), forms))
            found = []
            for told in looked_at(windows):
                told["faults"] = faults(told)
                found.append(told)
                where = f"{told['who']} {unquote(urlsplit(told['url']).path)}{' sent empty' if told['form'] else ''}"
                print(
                    f"  {'FAIL' if told['faults'] else 'ok  '} {where}: {len(told['review'])} to look at",
                    flush=True,
                )
                for fault in told["faults"]:
                    print(f"       {fault}", flush=True)
        finally:
            public.stop()
            desk.stop()
    bad = [told for told in found if told["faults"]]
    print(
        f"{len(found)} pages, {len(bad)} with faults, {sum(len(told['review']) for told in found)} places to look at by eye"
    )
    if "--json" in sys.argv:
        Path(sys.argv[-1]).write_text(
            json.dumps({"found": found, "missed": missed}, ensure_ascii=False, indent=1)
        )
    return int(bool(bad) or any(missed.values()) or not found)


if __name__ == "__main__":
    sys.exit(main())
