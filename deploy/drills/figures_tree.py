"""The category tree while several clerks change it: through the desk, at the same moment, and for
long.
"""

import http.client
import random
import re
import threading
import urllib.parse

from lxml import html

CLERKS = ("drill-office-1", "drill-office-2", "drill-office-3", "drill-office-4")
PASSWORD = "songbei-drill-2026"
ACCOUNTS = f"""
from django.contrib.auth.models import Group, User
for name in {CLERKS!r}:
    if not User.objects.filter(username=name).exists():
        User.objects.create_user(name, password={PASSWORD!r}, is_staff=True).groups.add(Group.objects.get(name="公开办"))
"""


class Desk:
    """Somebody signed in at the desk, over one connection."""

    def __init__(self, portal, username, password=PASSWORD):
        self.portal, self.cookies, self.statuses = portal, {}, []
        self.fill("/admin/login/", username=username, password=password)
        if "sessionid" not in self.cookies:
            raise SystemExit(f"{username} could not sign in")

    def ask(self, path, method="GET", fields=None):
        """(status, text); cookies are kept."""
        body = urllib.parse.urlencode(fields, doseq=True) if fields is not None else None
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}
        if body is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        try:
            status, answer, content = self.portal.ask(path, method, body, **headers)
        except (OSError, http.client.HTTPException) as error:
            self.statuses.append(0)
            return 0, repr(error)
        for cookie in answer.get_all("Set-Cookie") or []:
            name, _, value = cookie.partition(";")[0].partition("=")
            self.cookies[name] = value
        self.statuses.append(status)
        return status, content.decode()

    def fill(self, path, **changes):
        """Open a page, change some fields of its form and send it, as a browser does. None where
        there is no form.
        """
        status, text = self.ask(path)
        if status != 200:
            return None
        forms = [
            form for form in html.fromstring(text).forms if form.get("method", "").lower() == "post"
        ]
        forms = [form for form in forms if form.get("id") not in ("logout-form", "changelist-form")]
        if not forms:
            return None
        fields = {}
        for name, value in forms[0].form_values():
            fields.setdefault(name, []).append(value)
        return self.ask(path, "POST", fields | changes)


def _act(desk, chance, number, own):
    """One structural change of one clerk."""
    act = chance.random()
    if act < 0.5 or len(own) < 3:
        name = f"drill-{number}"
        words = {
            "name": name,
            "slug": name,
            "description": "示例",
            "keywords": "示例",
            "section": "",
            "position": "5",
        }
        desk.fill("/admin/catalog/category/add/", parent=chance.choice(own), **words)
    elif act < 0.8:
        desk.fill(
            f"/admin/catalog/category/{chance.choice(own)}/change/",
            parent=chance.choice(own),
            section="",
        )
    elif act < 0.9:
        token = re.search(
            r'name="csrfmiddlewaretoken" value="([^"]+)"', desk.ask("/admin/catalog/category/")[1]
        )[1]
        address = f"/admin/catalog/category/{chance.choice(own)}/shift/up/"
        desk.ask(address, "POST", {"csrfmiddlewaretoken": token})
    else:
        desk.fill(f"/admin/catalog/category/{chance.choice(own)}/delete/")


def clerks_at_once(portal, report, rounds=20):
    """Four clerks press 保存 at the same moment, twice a round; then the tree is looked at."""
    portal.manage("shell", "-v", "0", "-c", ACCOUNTS)
    desks = [Desk(portal, name) for name in CLERKS]
    root = re.search(
        r"/admin/catalog/category/(\d+)/change/", desks[0].ask("/admin/catalog/category/")[1]
    )[1]
    corrupt, barrier = 0, threading.Barrier(len(desks))
    for turn in range(rounds):
        text = desks[0].ask("/admin/catalog/category/?q=drill-")[1]
        own = [root, *sorted(set(re.findall(r"/admin/catalog/category/(\d+)/change/", text)))]

        def work(place, turn=turn, own=own):
            chance = random.Random(f"{turn} {place}")
            for step in range(2):
                barrier.wait(60)
                _act(desks[place], chance, f"{turn}-{place}-{step}", own)

        threads = [threading.Thread(target=work, args=(place,)) for place in range(len(desks))]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        corrupt += portal.ask("/healthz/ready")[0] != 200  # which looks at the tree
    statuses = [status for desk in desks for status in desk.statuses]
    bad = sum(status >= 500 or status == 0 for status in statuses)
    done = statuses.count(302) - len(desks)
    result = f"{corrupt} of {rounds} rounds corrupt, {bad} × 5xx of {len(statuses)} answers ({done} changes done)"
    report.add("1", portal.database.name, "4 clerks change the tree at the desk at once", "0/20, 0 × 5xx", result,
               not corrupt and not bad and done > rounds)  # fmt: skip


def collisions(portal, report, rounds=300):
    """Two clerks, let go together."""
    told = portal.script("trees.py", "collide", rounds)
    bad = len(told["failures"])
    result = f"{told['corrupt']} of {rounds} corrupt, {bad} errors {told['failures'][:1] or ''}"
    report.add("2", portal.database.name, "two clerks change the tree at the same moment", "0/300", result,
               not told["corrupt"] and not bad)  # fmt: skip


def soak(portal, report, seconds=30):
    """Four clerks without a pause."""
    told = portal.script("trees.py", "soak", 2_500, seconds)
    result = (
        f"{told['corrupt']} violations after {told['steps']:,} steps, p99 {told['p99'] * 1000:.0f} ms, "
        f"{len(told['failures'])} errors {told['failures'][:1] or ''}, {told['busy']} told to wait"
    )
    name = f"tree soak, 4 clerks, 2,500 steps each or {seconds} s"
    report.add("3", portal.database.name, name, "0 violations, p99 < 150 ms, 0 deadlocks", result,
               not told["corrupt"] and not told["failures"] and told["p99"] < 0.15)  # fmt: skip
