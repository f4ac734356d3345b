"""What strangers try at the door: headers that poison kept pages, and passwords guessed many at
once.
"""

import http.client
import json
import re
import threading
import time
from urllib.parse import quote

from loopback import Form

# Nothing of these may reach the next reader. What cannot go together stands apart.
POISON = (
    {
        "X-Forwarded-Host": "evil.example", "X-Forwarded-Port": "666", "X-Forwarded-Prefix": "/evil", "X-Host": "evil.example",
        "X-Original-Host": "evil.example", "X-Forwarded-Server": "evil.example", "Forwarded": "host=evil.example;proto=https",
        "X-Forwarded-For": "<script>evil.example</script>", "User-Agent": "<script>evil.example</script>",
        "Referer": "https://evil.example/", "Origin": "https://evil.example", "Accept-Language": "evil",
        "X-Request-ID": "evil.example",
    },
    {
        "X-Original-URL": "/admin/", "X-Rewrite-URL": "/admin/", "X-HTTP-Method-Override": "DELETE", "Accept": "application/evil",
        "Accept-Encoding": "evil, gzip;q=0", "X-Forwarded-Proto": "https",
        "Cookie": 'size=xl"><script>evil.example</script>; contrast=high; csrftoken=evil.example',
    },
    {"Range": "bytes=0-10", "If-Modified-Since": "Thu, 01 Jan 2037 00:00:00 GMT", "X-Forwarded-Scheme": "evil"},
)  # fmt: skip
QUERIES = (
    "utm_source=evil.example&callback=evil.example&__proto__[x]=evil.example&next=//evil.example/",
)
OWN_PAGES = """
import json
from disclosure.models import Item
address = Item.objects.published().filter(annual_report=None).first().get_absolute_url()
print(json.dumps([address, address + "counts/", address + "history/"]))
"""
# Something public changes: every kept page is made anew.
FORGET = """
from disclosure.models import Item
from disclosure.acts.registering import public_face_changed
public_face_changed(Item.objects.published().first())
"""
PAGES = (
    *(
        "/",
        "/sitemap/",
        "/about/",
        "/about/counts/",
        "/about/accessibility/",
        "/about/privacy/",
        "/catalog/",
    ),
    *(
        "/catalog/personnel/",
        "/catalog/personnel/table/",
        "/organs/songbei/",
        "/rules/",
        "/search/?q=供热",
        "/guide/",
    ),
    *("/reports/", "/reports/songbei/", "/reports/songbei/2009/", "/reports/songbei/2009/history/"),
    *(
        "/reports/suqian/tables/b/",
        "/reports/tables/b/2023/",
        "/register/",
        "/register/1/",
        "/register/about/",
    ),
    *("/data/", "/data/api/", "/api/v1/items", "/robots.txt", "/sitemap.xml", "/no-such-page/"),
)
CHANGING = re.compile(rb'[0-9a-f]{16}|class="views"[^>]*>[^<]*</a *>|"view_count": *[0-9]+')
NUMBERS = re.compile(rb"[0-9,]+")


def _plain(body):
    """Without what rightly differs from answer to answer: numbers of requests, browse counts."""
    return CHANGING.sub(b"", body)


def _clean(portal, path):
    status, headers, body = portal.ask(path)
    body = _plain(body) if "counts/" not in path else NUMBERS.sub(b"", _plain(body))
    return (
        status,
        {name for name in headers if name.lower() == "set-cookie"},
        headers["Location"],
        body,
    )


def poisoned(portal, report):
    """Every kind of public page: first asked with a poison, when nobody has kept it, then honestly,
    of every worker.
    """
    own = json.loads(portal.manage("shell", "-v", "0", "-c", OWN_PAGES).strip().splitlines()[-1])
    pages = [quote(path, safe="/?=&") for path in (*PAGES, *own)]
    clean = {page: _clean(portal, page) for page in pages}
    faults, cookies, asked = [], set(), 0
    for poison in (*POISON, *QUERIES):
        portal.manage("shell", "-v", "0", "-c", FORGET)
        portal.ask(
            "/preferences/", "POST", ""
        )  # a write: the processes look at once whether something has changed
        time.sleep(1.1)
        headers, query = (poison, "") if isinstance(poison, dict) else ({}, poison)
        for page in pages:
            dirty = f"{page}{'&' if '?' in page else '?'}{query}" if query else page
            portal.ask(dirty, **headers)
            answers = [_clean(portal, page) for _ in range(4)]
            cookies |= {page for answer in answers if answer[1]}
            asked += 1
            if any(answer != clean[page] or b"evil" in answer[3] for answer in answers):
                faults.append(f"{page} after {list(poison)[:2] if headers else poison}")
    refused = {
        portal.ask(page, Host="evil.example")[0]
        for page in ("/", "/reports/", "/search/?q=x", "/admin/")
    }
    result = (
        f"{len(faults)} of {asked} answers after a poison {faults[:2] or ''}; cookies on {len(cookies)} of {len(pages)} addresses "
        f"{sorted(cookies)[:3] or ''}; a foreign Host: {sorted(refused)}"
    )
    met = not faults and not cookies and refused == {400}
    report.add("13", portal.database.name, "poisoned headers, addresses and cookies on every kind of page",
               "0 taken over, no cookies", result, met)  # fmt: skip


def guessed(portal, report):
    """Sixty passwords for one name at once; the right one is the last to be tried, another reader
    signs in meanwhile.
    """
    form, answers, honest = Form(portal), [], []

    def guess(number):
        try:
            answers.append(form.post("office", f"guess-{number}-of-sixty")[0])
        except (OSError, http.client.HTTPException):
            answers.append(0)

    threads = [threading.Thread(target=guess, args=(number,)) for number in range(60)]
    for thread in threads:
        thread.start()
    honest.append(Form(portal).post("clerk", "songbei-demo-2026")[0])
    for thread in threads:
        thread.join()
    after = form.post("office", "songbei-demo-2026")[0]
    checked, refused = answers.count(200), answers.count(429)
    others = len(answers) - checked - refused
    result = (
        f"{checked} checked of 60, {refused} refused (429), {others} otherwise; the right one afterwards: {after}; "
        f"another account meanwhile: {honest[0]}"
    )
    met = checked <= 5 and not others and after == 429 and honest == [302]
    report.add(
        "14a",
        portal.database.name,
        "60 passwords guessed at once",
        "<= 5 checked, others unaffected",
        result,
        met,
    )


def forms_flooded(portal, report):
    """The one form of strangers that stores something: reports of browsers. Each process takes
    thirty, then one in two seconds.
    """
    body = '{"csp-report": {"document-uri": "http://127.0.0.1/flood/%s", "effective-directive": "img-src", "blocked-uri": "https://x%s.example/"}}'
    statuses, workers = [], len(portal.workers())

    def send(number):
        answer = portal.ask(
            "/csp-report/",
            "POST",
            body % (number, number),
            **{"Content-Type": "application/csp-report"},
        )
        statuses.append(answer[0])

    threads = [threading.Thread(target=send, args=(number,)) for number in range(200)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    expression = "from portal.models import PolicyViolation as P; print(P.objects.filter(directive='img-src').count())"
    kept = int(portal.manage("shell", "-v", "0", "-c", expression).strip().splitlines()[-1])
    limit = 40 * workers
    result = f"{kept} of 200 kept by {workers} processes, {sum(status >= 500 for status in statuses)} × 5xx"
    met = kept <= limit and all(0 < status < 500 for status in statuses)
    report.add("14b", portal.database.name, "200 reports sent at once to the one open form", "<= 30 a process (and one every two seconds)",
               result, met)  # fmt: skip


def attempts(portal, report):
    """Both kinds of many at once."""
    guessed(portal, report)
    forms_flooded(portal, report)
