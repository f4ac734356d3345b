"""How well and how fast search finds: recall against reading every text, and p50/p95 of searches
and pages.

    make bench-search                                    on both databases, several sizes, into docs/benchmarks.md
    DATABASE_URL=… .venv/bin/python bench/search.py 100000      on an empty, migrated and seeded database

Makes items with texts of their own, puts the sample documents beside them, builds the index, asks.
Prints JSON: {"index": …, "recall": …, "searches": {kind: {"p50": ms, "p95": ms}}, "pages": {kind:
…, "queries": n}}.
"""

import argparse
import io
import itertools
import json
import random
import re
import statistics
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "bench")]

ROUNDS = 3
CLAUSES = 12  # of the sample documents, in every item
SAMPLES = 200  # queries of the recall
CAPPED = 1_000  # what a search ranks and lists
PLANTED = [f"{first}{second}试验词" for first in "甲乙丙丁戊" for second in "子丑寅卯"]
COMMON = [
    "政府采购",
    "信息公开",
    "财政预算",
    "公布",
    "工作",
    "示例",
    "落实",
    "河长制",
    "社会救助",
    "应急预案",
    "通知",
    "政府",
]
TWO_WORDS = [
    "政府采购 通知",
    "河长制 公告",
    "社会救助 办法",
    "应急预案 规划",
    "教育资源 土地征收",
    "统计调查 -公布",
    "养老服务 医疗保障",
    "投标人 资格审查",
    "信用 收费",
]
NOTHING = ["没有这种词", "查无此物", "xyzzy", "政府采沟", "鑫淼焱垚"]


def prepare(clock, number):
    """Items with texts of their own, samples, index. {"seconds", "bytes", "items"} of the index."""
    import generate
    from django.core.management import call_command
    from django.db import connection

    generate.fill(number, more=Clauses(number, sample_clauses()))
    add_samples()
    began = clock.now()
    call_command("reindex", "--missing", stdout=io.StringIO())
    seconds = (clock.now() - began) / 1000
    vacuum(connection)
    return {"seconds": round(seconds), **size(connection)}


def vacuum(connection):
    """As the database does by itself in a quiet hour."""
    with connection.cursor() as cursor:
        cursor.execute(
            "VACUUM ANALYZE"
            if connection.vendor == "postgresql"
            else "PRAGMA wal_checkpoint(TRUNCATE)"
        )


def samples():
    """(name, HTML) of the real reports and documents kept for the importer's benchmark."""
    from documents.html.plaintext import recognise

    for path in sorted((ROOT / "bench/import/samples").glob("*.txt")):
        document = recognise(path.read_text(encoding="utf-8"))
        yield (
            path.stem,
            document.opening_html
            + "".join(f"<h2>{p.title}</h2>{p.html}" for p in document.sections),
        )


def add_samples():
    """Each sample as a public item."""
    from django.utils import timezone

    from catalog.models import Category, Department
    from disclosure.choices import Status
    from disclosure.models import Item

    for number, (name, body) in enumerate(samples()):
        Item.objects.create(
            title=name, body=body, created_on=timezone.localdate(), published_at=timezone.now(),
            index_number=f"SAMPLE/2026-{number:05}", status=Status.PUBLISHED,
            department=Department.objects.first(), category=Category.objects.get(slug="annual-reports"),
        )  # fmt: skip


def sample_clauses():
    """What stands between two marks in the samples, each once."""
    from documents.html.richtext import html_to_text

    text = "\n".join(html_to_text(body) for _, body in samples())
    return sorted(set(re.findall(r"[\u4e00-\u9fff\d]{5,30}", text)))


class Clauses:
    """What is added to the text of each generated item: clauses of the samples, few of them often,
    most seldom. Some items get a planted word, three or four each.
    """

    def __init__(self, number, clauses):
        self.chance, self.clauses = random.Random(5), clauses
        self.chance.shuffle(clauses)
        self.weights = list(itertools.accumulate(1 / rank for rank in range(1, len(clauses) + 1)))
        self.planted = {}
        for word in PLANTED:
            for place in self.chance.sample(range(number), 4):
                self.planted.setdefault(place, []).append(f"另有{word}一项")
        self.made = itertools.count()

    def __call__(self, pk):
        """Of the next item."""
        own = self.chance.choices(self.clauses, cum_weights=self.weights, k=CLAUSES)
        return "\n" + "，".join([*own, *self.planted.get(next(self.made), ())]) + "。"


def size(connection):
    """{"items", "bytes"} of the index."""
    from search.models import SearchEntry

    sql = {
        "sqlite": "SELECT sum(pgsize) FROM dbstat WHERE name LIKE 'disclosure_search%'",
        "postgresql": "SELECT pg_total_relation_size('disclosure_searchentry')",
    }[connection.vendor]
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return {"items": SearchEntry.objects.count(), "bytes": cursor.fetchone()[0]}


def written(item):
    """Everything a reader may look for in an item, as it is written."""
    files = (f"{file.name}\n{file.text}" for file in item.attachments.all())
    return "\n".join(
        (item.title, item.document_number, item.index_number, item.summary, item.text, *files)
    )


def measure_recall():
    """Queries cut out of what is written in random items: what search finds against reading every
    item.
    """
    from disclosure.models import Item
    from disclosure.search.finding import search
    from search.document import SCOPES
    from search.engines import engine
    from search.models import SearchEntry
    from search.query import parse

    chance, public = random.Random(3), Item.objects.published().filter(annual_report=None)
    whole = public.only("title", "document_number", "index_number", "summary", "text")
    whole = whole.prefetch_related("attachments__extracted")
    pks = list(public.values_list("pk", flat=True))
    sources = [
        *whole.filter(index_number__startswith="SAMPLE"),
        *whole.filter(pk__in=chance.sample(pks, SAMPLES)),
    ]
    queries = set()
    while len(queries) < SAMPLES:
        run = chance.choice(re.findall(r"[^\W_]{2,}", written(chance.choice(sources))))
        start = chance.randrange(len(run) - 1)
        queries.add(run[start : start + chance.randint(2, 8)])
    queries = sorted(queries)
    there = {query: set() for query in queries}
    for item in whole.iterator(chunk_size=2_000):
        text = written(item)
        for query in queries:
            if query in text:
                there[query].add(item.pk)
    among, entries = set(pks), dict(SearchEntry.objects.values_list("place", "key"))
    wanted = found = complete = 0
    for query in queries:
        walked = engine().walk(parse(f'"{query}"'), SCOPES["all"])
        here = {entries[place] for place in walked if entries.get(place) in among}
        wanted, found = wanted + len(there[query]), found + len(there[query] & here)
        shown = search(query, public)
        listed = {hit.pk for hit in shown.hits}
        complete += (
            shown.is_more if len(there[query]) > CAPPED else there[query] <= listed or shown.is_more
        )
    return {"queries": len(queries), "wanted": wanted, "found": found, "complete": complete}


class Clock:
    """Milliseconds of processor time, of this process and of the database's that serves it:
    whatever else runs on the machine does not count. Where the system does not tell, the time that
    passes.
    """

    def __init__(self, rounds):
        from django.db import connection

        self.rounds = rounds
        self._database = Path("/dev/null")
        if connection.vendor == "postgresql":
            connection.settings_dict["CONN_MAX_AGE"] = None  # one process of the database's for all
            with connection.cursor() as cursor:
                cursor.execute("SET max_parallel_workers_per_gather = 0")
                cursor.execute("SELECT pg_backend_pid()")
                self._database = Path(f"/proc/{cursor.fetchone()[0]}/schedstat")
        self.is_processor_time = connection.vendor == "sqlite" or self._database.exists()

    def now(self):
        """Milliseconds since some moment."""
        if not self.is_processor_time:
            return time.perf_counter() * 1000
        spent = self._database.read_text().split() or ["0"]
        return time.process_time() * 1000 + int(spent[0]) / 1e6

    def spread(self, calls):
        """p50 and p95 over all calls, each made `rounds` times after a first that does not count."""
        took = []
        for call in calls:
            call()
            for _ in range(self.rounds):
                began = self.now()
                call()
                took.append(self.now() - began)
        took.sort()
        print(f"{statistics.median(took):8.1f} {took[-1]:8.1f} ms", file=sys.stderr)
        return {
            "p50": round(statistics.median(took), 2),
            "p95": round(took[max(0, int(len(took) * 0.95) - 1)], 2),
        }


def numbers_of_items():
    """Document numbers as people type them, index numbers whole and their back parts."""
    from disclosure.models import Item

    chance = random.Random(9)
    rows = (
        Item.objects.published()
        .filter(document_number__startswith="松政发")
        .values_list("pk", flat=True)
    )
    chosen = Item.objects.filter(pk__in=chance.sample(list(rows), 30))
    found = []
    for place, (number, index) in enumerate(chosen.values_list("document_number", "index_number")):
        ways = (
            number,
            number.replace("〔", "[").replace("〕", "]"),
            index,
            index.rpartition("/")[2],
        )
        found.append(ways[place % len(ways)])
    return found


def measure_searches(clock, numbers):
    """Searches alone: matching, ranking, the gate."""
    from disclosure.models import Item
    from disclosure.search.finding import search

    items = Item.objects.published()
    organs = items.filter(department=items.order_by("-pk").first().department)

    def each(words, among=items, **how):
        return clock.spread([lambda word=word: search(word, among, **how) for word in words])

    return {
        "rare word": each(PLANTED),
        "common word": each(COMMON),
        "two words": each(TWO_WORDS),
        "number": each(numbers),
        "nothing found": each(NOTHING),
        "common word of one organ": each(COMMON, organs),
        "common word, oldest first": each(COMMON, sort="oldest"),
    }


def measure_pages(clock, numbers):
    """Whole pages with facets through all of Django, none kept."""
    from urllib.parse import urlencode

    from django.db import connection
    from django.test.utils import CaptureQueriesContext
    from lists import Asker

    asker = Asker()

    def pages(words, **more):
        return [f"/search/?{urlencode({'q': word, **more})}" for word in words]

    dated = list(zip(COMMON, range(2011, 2026), strict=False))
    kinds = {
        "first page, rare word": pages(PLANTED),
        "first page, common word": pages(COMMON),
        "first page, two words": pages(TWO_WORDS),
        "first page, number": pages(numbers),
        "nothing found, with what was meant": pages(NOTHING),
        "page 50, common word": pages(COMMON[:-3], page=50),
        "common word of a year and genre": [
            pages([word], year=year, genre="通知")[0] for word, year in dated
        ],
        "common word as of a day": [pages([word], on=f"{year}-06-30")[0] for word, year in dated],
        "common word, oldest first": pages(COMMON, sort="oldest"),
        "titles while typing": [
            f"/search/suggestions/?{urlencode({'q': word})}" for word in COMMON
        ],
        "feed of a search": [f"/search.atom?{urlencode({'q': word})}" for word in COMMON],
    }
    found = {}
    for kind, addresses in kinds.items():
        queries = []
        for address in addresses:
            with CaptureQueriesContext(connection) as seen:
                status, _, _ = asker.get(address)
            if status != 200:
                sys.exit(f"{address}: {status}")
            queries.append(len(seen))
        found[kind] = clock.spread([lambda a=address: asker.get(a) for address in addresses])
        found[kind]["queries"] = max(queries)
    return found


def main():
    """Prepare, measure, print."""
    global SAMPLES
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("items", type=int, nargs="?", default=0)
    parser.add_argument(
        "--samples", type=int, default=SAMPLES, help="queries of the recall; 0: none"
    )
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    parser.add_argument(
        "--prepared", action="store_true", help="the index is there from a run before"
    )
    options = parser.parse_args()
    SAMPLES = options.samples
    import django

    django.setup()
    from django.db import connection

    clock = Clock(options.rounds)
    found = {"index": size(connection) if options.prepared else prepare(clock, options.items)}
    numbers = numbers_of_items()
    found["clock"] = "processor" if clock.is_processor_time else "wall"
    found["searches"] = measure_searches(clock, numbers)
    found["pages"] = measure_pages(clock, numbers)
    if SAMPLES:
        found["recall"] = measure_recall()
    print(json.dumps(found, ensure_ascii=False))


if __name__ == "__main__":
    main()
