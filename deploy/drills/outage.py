"""No web process answers: what nginx shows of what it kept, for the drill of the server. What was
withdrawn is never shown.
"""

import re
import shlex
import signal
import subprocess
import time

from front import ROOT

WEBS = ("8001", "8002")
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
ITEMS = (
    "from disclosure.models import Item; rows = Item.objects.published().filter(annual_report=None).order_by('-listed_at')[:2];"
    "[print(one.index_number, one.get_absolute_url(), one.title, sep='\\t') for one in rows]"
)
WITHDRAW = (
    "from disclosure.acts import pull_item; from disclosure.models import Item;"
    "pull_item(item=Item.objects.get(index_number='{}'), by=None)"
)


def read(drill, pages):
    """Twice, so that nginx has kept them."""
    for page in pages * 2:
        drill.ask(page)
    time.sleep(1)


def purge(drill):
    """What lantai-purge.path starts, by the line of its unit."""
    unit = (ROOT / "deploy/systemd/lantai-purge.service").read_text()
    _, mark, folder = shlex.split(re.search(r"^ExecStart=(.+)$", unit, re.MULTILINE)[1])
    mark = mark.replace("/var/lib/lantai", str(drill.nginx.data))
    folder = folder.replace("/var/cache/nginx", str(drill.nginx.folder / "cache"))
    subprocess.run([ROOT / "deploy/purge-kept", mark, folder], check=True)


def without_any_web_process(drill, pages):
    """What was read before is shown and says so, forms are answered honestly; a withdrawal before
    and one meanwhile are not shown.
    """
    print("all web processes gone")
    lines = drill.manage("shell", "-v", "0", "-c", ITEMS).splitlines()
    (first, first_page, first_title), (second, second_page, second_title) = (
        line.split("\t") for line in lines[-2:]
    )
    read(drill, (*pages, first_page))
    drill.manage("shell", "-v", "0", "-c", WITHDRAW.format(first))
    time.sleep(3)
    purge(drill)
    read(drill, (*pages, second_page, "/corrections/new/"))
    for port in WEBS:
        drill.stop(port, signal.SIGKILL)
    for page in (*pages, second_page):
        status, headers, body = drill.ask(page)
        is_kept = status == 200 and "Warning" in headers and b"</html>" in body
        drill.expect(
            f"{page} is shown from the kept copy", is_kept and first_title not in body.decode()
        )
    drill.expect(
        "what was withdrawn before is not", first_title not in drill.ask(first_page)[2].decode()
    )
    status, headers, body = drill.ask("/preferences/", "POST", b"size=l", **FORM)
    is_polite = status == 503 and headers["Retry-After"] and "暂时不能访问" in body.decode()
    drill.expect("a form gets 503, Retry-After and a sentence", is_polite)
    drill.expect(
        "so does the open form, of which no copy is kept", drill.ask("/corrections/new/")[0] == 503
    )
    drill.expect("so does a page nobody has read", drill.ask("/about/privacy/?x=1")[0] == 503)
    drill.manage("shell", "-v", "0", "-c", WITHDRAW.format(second))
    drill.expect("what is withdrawn meanwhile is 503 at once", drill.ask(second_page)[0] == 503)
    purge(drill)
    shown = [page for page in (*pages, second_page) if second_title in drill.ask(page)[2].decode()]
    drill.expect("and is nowhere shown when the copies are deleted", not shown)
    come_back(drill)


def come_back(drill):
    """Both start again; the pages are live before long."""
    for port in WEBS:
        drill.start_web(port)
        drill.wait_until_ready(port)
    began = time.monotonic()
    while not _is_live(drill) and time.monotonic() - began < 30:
        time.sleep(0.1)
    drill.expect(f"live pages again after {time.monotonic() - began:.1f} s", _is_live(drill))


def _is_live(drill):
    status, headers, _ = drill.ask("/reports/")
    return status == 200 and "Warning" not in headers
