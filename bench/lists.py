"""How long each kind of public page takes to make, whatever the number of items: whole requests
through Django, no page kept.

    DATABASE_URL=… .venv/bin/python bench/lists.py [--explain MS] [--only WORD]    on a database of bench/generate.py

Prints JSON: {kind: {"p50": ms, "p95": ms, "queries": n}}, in milliseconds of processor time, the
database's with it. `--explain MS` prints the plans of statements slower than that instead.
"""

import argparse
import json
import random
import statistics
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "bench")]

VARIANTS = 12
ROUNDS = 4
WARM_SECONDS = 20.0  # a kind slower than this altogether is measured with fewer requests


def kinds():
    """{kind: addresses} of the pages, chosen the same way at every size."""
    from catalog.models import Category, Department, Section
    from disclosure.models import AnnualReport, Item
    from ledger.models import Entry

    chance = random.Random(7)
    organs = list(
        Department.objects.exclude(kind=Department.Kind.OUTSIDE)
        .order_by("pk")
        .values_list("slug", flat=True)
    )
    content = Category.objects.get(section=Section.CONTENT)
    below = content.get_descendants().filter(section=None).order_by("pk")
    leaves = [
        slug for slug, left, right in below.values_list("slug", "lft", "rght") if right == left + 1
    ]
    middles = [
        slug for slug, left, right in below.values_list("slug", "lft", "rght") if right > left + 1
    ]
    top = Item.objects.order_by("-pk").values_list("pk", flat=True).first()
    pks = [chance.randrange(top // 2, top) for _ in range(VARIANTS * 3)]
    numbers = list(
        Item.objects.published()
        .filter(pk__in=pks, annual_report=None)
        .values_list("index_number", flat=True)[:VARIANTS]
    )
    reports = AnnualReport.objects.published().select_related("department")[:VARIANTS]
    entries = list(Entry.objects.order_by("-pk").values_list("pk", flat=True)[:VARIANTS])
    some = lambda values: chance.sample(values, min(VARIANTS, len(values)))  # noqa: E731
    years = [str(year) for year in range(2009, 2027)]
    root = f"/catalog/{content.slug}/"
    some_organs, some_years, leaf = some(organs), some(years), some(leaves)
    genres = ("通知", "公告", "意见", "决定")
    return {
        "home": ["/"],
        "catalogue": ["/catalog/"],
        "category, all": [root],
        "category with columns": [f"/catalog/{slug}/" for slug in some(middles)],
        "category, one column": [f"/catalog/{slug}/" for slug in leaf],
        "by organ": [f"{root}?organ={organ}" for organ in some_organs],
        "by year": [f"{root}?year={year}" for year in some_years],
        "by organ and year": [f"{root}?organ={o}&year={y}" for o, y in zip(some_organs, some_years, strict=False)],
        "column by organ and year": [f"/catalog/{c}/?organ={o}&year={y}" for c, o, y in zip(leaf, some_organs, some_years, strict=False)],
        "by genre": [f"{root}?genre={genre}" for genre in genres],
        "by theme and file": [f"{root}?theme={theme}&file=xlsx" for theme in _themes()],
        "by validity": [f"{root}?validity={state}" for state in _states()],
        "as of a day": [f"{root}?on={year}-06-30" for year in some_years],
        "most read first": [f"/catalog/{slug}/?sort=views" for slug in (*some(middles), content.slug)],
        "oldest first": [f"/catalog/{slug}/?sort=oldest" for slug in (*some(middles), content.slug)],
        "page 2 to 50": [f"{root}?page={page}" for page in (2, 3, 5, 10, 20, 50)],
        "page 1,000": [f"{root}?page={page}" for page in (990, 995, 999, 1000)],
        "page 1,000 of a filter": [f"{root}?genre={genre}&page=1000" for genre in genres],
        "organ": [f"/organs/{organ}/" for organ in some_organs],
        "organ by year": [f"/organs/{o}/?year={y}" for o, y in zip(some_organs, some_years, strict=False)],
        "rules": ["/rules/"],
        "guide": ["/guide/"],
        "list by search page": [f"/search/?organ={o}&genre={g}" for o, g in zip(some_organs, genres * 3, strict=False)],
        "feed": ["/items.atom", *(f"/catalog/{slug}.atom" for slug in leaf), *(f"/organs/{organ}.atom" for organ in some_organs)],
        "site map": ["/sitemap/"],
        "sitemap.xml": ["/sitemap.xml"],
        "sitemap, a section": [*(f"/sitemap-{year}.xml" for year in years[-4:])],
        "report matrix": ["/reports/"],
        "organ's reports": sorted({f"/reports/{report.department.slug}/" for report in reports}),
        "report": [report.get_absolute_url() for report in reports],
        "item": [f"/items/{number}/" for number in numbers],
        "item's history": [f"/items/{number}/history/" for number in numbers],
        "item's counts": [f"/items/{number}/counts/" for number in numbers],
        "register": ["/register/"],
        "register, an entry": [f"/register/{pk}/" for pk in entries],
        "API, items": ["/api/v1/items", *(f"/api/v1/items?organ={organ}" for organ in some_organs[:4]), *(f"/api/v1/items?year={year}" for year in some_years[:4])],  # noqa: E501
        "API, an item": [f"/api/v1/items/{number}" for number in numbers],
    }  # fmt: skip


def _themes():
    from disclosure.models import Theme

    return Theme.objects.filter(parent=None).order_by("pk").values_list("pk", flat=True)[:6]


def _states():
    from disclosure.models import Validity

    return Validity.State.values


class Asker:
    """Asks Django for pages as the page cache does."""

    def __init__(self):
        from django.core.wsgi import get_wsgi_application

        from portal.pagecache.version import read_version
        from portal.serving import set_aside_what_stays

        self.application = get_wsgi_application()
        set_aside_what_stays()
        self.version = read_version()

    def get(self, target):
        """(status, length, milliseconds) of one request."""
        path, _, query = target.partition("?")
        import io
        from urllib.parse import quote

        from disclosure.lists.rendering import KEY, Rendering

        environ = {
            "REQUEST_METHOD": "GET",
            "SCRIPT_NAME": "",
            "PATH_INFO": path.encode().decode("latin-1"),
            "QUERY_STRING": quote(query, safe="=&%"),
            "SERVER_NAME": "localhost",
            "SERVER_PORT": "80",
            "SERVER_PROTOCOL": "HTTP/1.1",
            "HTTP_HOST": "localhost",
            "REMOTE_ADDR": "",
            "wsgi.url_scheme": "http",
            "wsgi.input": io.BytesIO(),
            "wsgi.errors": sys.stderr,
            "wsgi.multithread": True,
            "wsgi.multiprocess": True,
            "wsgi.run_once": False,
            KEY: Rendering(version=self.version, for_everybody=True),
        }
        told = []
        began = time.perf_counter()
        parts = self.application(
            environ, lambda status, headers, exc_info=None: told.append(status)
        )
        body = b"".join(parts)
        took = (time.perf_counter() - began) * 1000
        if hasattr(parts, "close"):
            parts.close()
        return int(told[0][:3]), len(body), took


def measure(asker, clock, addresses):
    """p50 and p95 over all addresses, each asked `ROUNDS` times after a first that does not count."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    def asked(address):
        began = clock.now()
        answer = asker.get(address)
        return answer, clock.now() - began

    queries, status, first, length = [], set(), 0.0, []
    for address in addresses:
        with CaptureQueriesContext(connection) as seen:
            answer, spent = asked(address)
        first += spent
        queries.append(len(seen))
        length.append(answer[1])
        status.add(answer[0])
        if answer[0] >= 500:
            sys.exit(f"{address}: {answer[0]}")  # how quickly a page fails is no figure
    rounds = ROUNDS if first < WARM_SECONDS * 1000 / ROUNDS else 1
    rounds = max(rounds, 24 // len(addresses)) if first < 2_000 else rounds
    took = sorted(asked(address)[1] for _ in range(rounds) for address in addresses)
    return {
        "p50": round(statistics.median(took), 2),
        "p95": round(took[max(0, int(len(took) * 0.95) - 1)], 2),
        "queries": round(statistics.mean(queries), 1),
        "status": sorted(status),
        "bytes": round(statistics.mean(length)),
        "first": round(first / len(addresses), 2),
    }


def explain(asker, addresses, slow):
    """Print statements slower than `slow` milliseconds with their plans."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    for address in addresses[:6]:
        asker.get(address)
        with CaptureQueriesContext(connection) as seen:
            _, _, took = asker.get(address)
        print(f"\n=== {address}  {took:.1f} ms, {len(seen)} queries")
        for query in seen:
            if float(query["time"]) * 1000 < slow:
                continue
            print(f"--- {float(query['time']) * 1000:.0f} ms  {query['sql'][:1500]}")
            with connection.cursor() as cursor:
                word = (
                    "EXPLAIN (ANALYZE, BUFFERS)"
                    if connection.vendor == "postgresql"
                    else "EXPLAIN QUERY PLAN"
                )
                try:
                    cursor.execute(f"{word} {query['sql']}")
                    for row in cursor.fetchall():
                        print("     ", row[-1])
                except Exception as error:
                    print("      no plan:", error)


def main():
    """Measure the database that DATABASE_URL names."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--explain", type=float)
    parser.add_argument("--only", default="")
    options = parser.parse_args()
    import django

    django.setup()
    from search import Clock

    asker, clock, found = Asker(), Clock(ROUNDS), {}
    for kind, addresses in kinds().items():
        if options.only not in kind or not addresses:
            continue
        if options.explain is not None:
            explain(asker, addresses, options.explain)
        else:
            found[kind] = measure(asker, clock, addresses)
            print(f"{kind:28} {found[kind]}", file=sys.stderr)
    print(json.dumps(found, ensure_ascii=False))


if __name__ == "__main__":
    main()
