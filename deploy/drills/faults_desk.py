"""Many clerks and reviewers at once, each in a process of their own, over the pages they use."""

import http.cookiejar
import multiprocessing
import re
import time
import urllib.error
import urllib.parse
import urllib.request

from load import percentile

PROCESSES, EACH = 8, 25
ATTEMPTS = 5
TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="(\w+)"')


class _StayHere(urllib.request.HTTPRedirectHandler):
    """A redirect is the answer: it says that the form was taken."""

    def redirect_request(self, *args):
        return None


class Person:
    """Somebody signed in at the desk, with a cookie jar of their own."""

    def __init__(self, base, name, password):
        self.base, self.answers = base, []
        cookies = urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar())
        self.opener = urllib.request.build_opener(cookies, _StayHere)
        self.post("/admin/login/", username=name, password=password, next="/admin/")

    def ask(self, path, fields=None):
        """(status, page)."""
        body = urllib.parse.urlencode(fields).encode() if fields else None
        try:
            with self.opener.open(self.base + path, body, timeout=60) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode(errors="replace")

    def post(self, path, **fields):
        """Open the form, fill it in, send it; again where the portal asks for patience. Raises
        RuntimeError where it is refused.
        """
        for _ in range(ATTEMPTS):
            began = time.monotonic()
            status, page = self.ask(path)
            if status == 200:
                status, page = self.ask(
                    path, {"csrfmiddlewaretoken": TOKEN.search(page)[1], **fields}
                )
            self.answers.append((status, time.monotonic() - began))
            if status != 503:
                break
        if status != 302:
            said = re.sub(r"<[^>]+>|\s+", " ", page)[-600:]
            raise RuntimeError(f"{path}: {status} {said}")


def _work(base, password, pair, start, results):
    try:
        clerk, reviewer = (Person(base, pair[role], password) for role in ("clerk", "reviewer"))
        start.wait()
        for key in pair["items"]:
            acts = f"/admin/disclosure/item/{key}/acts"
            clerk.post(f"{acts}/submit/", note="")
            reviewer.post(f"{acts}/review/", mode="proactive", basis="20-1", publish="on")
        results.put((clerk.answers + reviewer.answers, ""))
    except Exception as error:  # whatever it is, the parent must hear of it
        results.put(([], str(error)))


def submissions_at_once(portal, report):
    """200 drafts submitted, reviewed and published by eight pairs of people, a process a pair."""
    world = portal.script("desk_people.py", "prepare", PROCESSES, EACH)
    spawn = multiprocessing.get_context("spawn")
    start, results = spawn.Event(), spawn.Queue()
    base = f"http://127.0.0.1:{portal.port}"
    processes = [
        spawn.Process(target=_work, args=(base, world["password"], pair, start, results))
        for pair in world["pairs"]
    ]
    for process in processes:
        process.start()
    began = time.monotonic()
    start.set()
    told = [results.get(timeout=900) for _ in processes]
    for process in processes:
        process.join(30)
    seconds = time.monotonic() - began
    answers, errors = (
        [answer for part, _ in told for answer in part],
        [error for _, error in told if error],
    )
    found = portal.script("desk_people.py", "outcome")
    wanted, asked_again = PROCESSES * EACH, sum(status == 503 for status, _ in answers)
    is_whole = (
        found["published"] == found["revisions"] == found["entries"] == wanted
        and not found["has_gap"]
    )
    failed = sum(status not in (302, 503) for status, _ in answers)
    slowest = percentile([each for _, each in answers], 0.99) if answers else 0
    report.add(
        "desk",
        portal.database.name,
        f"{wanted} submissions from {PROCESSES} processes over the desk's pages",
        "one unbroken chain, no number twice or left out, nothing refused",
        f"{found['published']} published, {found['entries']} entries, {len(found['faults'])} faults in the register, "
        f"{'a gap in the numbers' if found['has_gap'] else 'numbers without a gap'}, {failed + len(errors)} refused, "
        f"{asked_again} asked again, {seconds:.0f} s, form and act p99 {slowest:.1f} s{' ' + errors[0][:300] if errors else ''}",
        is_whole and not errors and not found["faults"],
    )
