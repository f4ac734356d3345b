"""How well and how fast search finds: recall against reading every text, and p50/p95 of searches and pages.

    make bench-search                                   on both databases, 100,000 generated items and all sample documents
    .venv/bin/python bench/search.py --items 20000      on a SQLite of its own in a temporary folder
    .ci/with-postgres .venv/bin/python bench/search.py  on a PostgreSQL of its own

Never on a database that holds anything: it fills the one DATABASE_URL names. Prints Markdown.
"""

import argparse
import io
import os
import random
import statistics
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

ROUNDS = 5
PLANTED = [f"{first}{second}试验词" for first in "甲乙丙丁戊" for second in "子丑寅卯"]
COMMON = ["政府采购", "信息公开", "财政预算", "公布", "工作", "示例", "落实", "河长制", "社会救助", "应急预案"]
TWO_WORDS = [
    "政府采购 通知",
    "河长制 公告",
    "社会救助 办法",
    "应急预案 规划",
    "教育资源 土地征收",
    "统计调查 -公布",
    "养老服务 医疗保障",
]


def prepare(items):
    """An empty database, the demonstration, the sample documents, `items` generated ones; then the index."""
    from django.core.management import call_command
    from django.db import connection

    from disclosure.models import Item
    from portal.demonstration import bulk

    call_command("migrate", verbosity=0)
    call_command("collectstatic", interactive=False, verbosity=0)
    if Item.objects.exists():
        sys.exit("数据库里已有内容。这个测试只在空数据库上运行。")
    call_command("seed", stdout=io.StringIO())
    add_samples()
    started = time.perf_counter()
    bulk.add_items(items)
    plant()
    filled = time.perf_counter()
    call_command("reindex", "--missing", stdout=io.StringIO())
    done = time.perf_counter()
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("VACUUM ANALYZE")
    print(f"- filled in {filled - started:.0f} s, indexed in {done - filled:.0f} s, index {index_size() / 1e6:,.0f} MB")


def add_samples():
    """The pages of real reports and documents kept for the importer's benchmark, each as a public item."""
    from django.utils import timezone

    from catalog.models import Category, Department
    from disclosure.choices import Status
    from disclosure.models import Item
    from disclosure.plaintext import recognise

    for number, path in enumerate(sorted((ROOT / "bench/import/samples").glob("*.txt"))):
        document = recognise(path.read_text(encoding="utf-8"))
        body = document.opening_html + "".join(
            f"<h2>{section.title}</h2>{section.html}" for section in document.sections
        )
        Item.objects.create(
            title=path.stem, body=body, created_on=timezone.localdate(), published_at=timezone.now(),
            index_number=f"SAMPLE/2026-{number:05}", status=Status.PUBLISHED,
            department=Department.objects.first(), category=Category.objects.get(slug="annual-reports"),
        )  # fmt: skip


def plant():
    """Rare words: each in the body of three generated items."""
    from disclosure.models import Item

    chance = random.Random(5)
    pks = list(Item.objects.published().values_list("pk", flat=True))
    for word in PLANTED:
        for pk in chance.sample(pks, 3):
            item = Item.objects.get(pk=pk)
            item.body += f"<p>另有{word}一项。</p>"
            item.save()


def index_size():
    """Bytes of the index."""
    from django.db import connection

    sql = {
        "sqlite": "SELECT sum(pgsize) FROM dbstat WHERE name LIKE 'disclosure_search%'",
        "postgresql": "SELECT pg_total_relation_size('disclosure_searchentry')",
    }[connection.vendor]
    with connection.cursor() as cursor:
        try:
            cursor.execute(sql)
        except Exception:  # a SQLite without dbstat
            return 0
        return cursor.fetchone()[0] or 0


def measure_recall(samples):
    """Queries cut out of random titles and bodies: what the index finds against what stands in any folded text."""
    from disclosure.models import Item, SearchEntry
    from disclosure.search.document import FIELDS, compose
    from disclosure.search.engines import SCOPES, engine
    from disclosure.search.query import parse

    chance = random.Random(3)
    entries = dict(SearchEntry.objects.values_list("place", "item_id"))
    texts = {}
    items = Item.objects.filter(search_entry__place__gt=0).select_related("department", "annual_report")
    for item in items.prefetch_related("joint_departments", "attachments__extracted").iterator(chunk_size=1000):
        document = compose(item)
        texts[item.pk] = "\n".join("\n".join(getattr(document, name)) for name in FIELDS)
    pks = sorted(texts)
    wanted, found, false, queries = 0, 0, 0, set()
    while len(queries) < samples:
        runs = [run for run in texts[chance.choice(pks)].split("\n") if len(run) > 1]
        run = chance.choice(runs)
        start = chance.randrange(len(run) - 1)
        queries.add(run[start : start + chance.randint(2, 8)])
    for text in sorted(text for text in queries if len(text) > 1):
        there = {pk for pk, whole in texts.items() if text in whole}
        here = {entries[place] for place in engine().walk(parse(f'"{text}"'), SCOPES["all"]) if place in entries}
        wanted, found, false = wanted + len(there), found + len(there & here), false + len(here - there)
    print(
        f"- recall: {found / wanted:.4%} of {wanted:,} hits of {len(queries)} queries cut from titles, bodies, files; {false} false"
    )


def timed(call):
    """Milliseconds of a call."""
    started = time.perf_counter()
    call()
    return (time.perf_counter() - started) * 1000


def row(label, calls):
    """One line of the table: p50 and p95 over all calls, each made `ROUNDS` times after a first that does not count."""
    took = []
    for call in calls:
        call()
        took += [timed(call) for _ in range(ROUNDS)]
    took.sort()
    print(f"| {label} | {statistics.median(took):.1f} | {took[int(len(took) * 0.95) - 1]:.1f} |")


def measure_speed():
    """Searches alone, then whole pages through all of Django, the page cache left out."""
    from django.conf import settings
    from django.test import Client

    from disclosure.models import Item
    from disclosure.search.finding import search

    settings.ALLOWED_HOSTS = ["testserver"]
    chance = random.Random(9)
    items = Item.objects.published()
    numbered = list(items.exclude(document_number="").values_list("document_number", "index_number")[:20000:400])
    numbers = [chance.choice((number, index, index.rpartition("/")[2])) for number, index in numbered][:30]
    organs = items.filter(department=items.first().department)
    client = Client()
    print("\n| what | p50 ms | p95 ms |\n| --- | --- | --- |")
    row("search, rare word", [lambda word=word: search(word, items) for word in PLANTED])
    row("search, common word", [lambda word=word: search(word, items) for word in COMMON])
    row("search, two words", [lambda word=word: search(word, items) for word in TWO_WORDS])
    row("search, number", [lambda word=word: search(word, items) for word in numbers])
    row(
        "search, nothing found", [lambda word=word: search(word, items) for word in ("没有这种词", "查无此物", "xyzzy")]
    )
    row("search, common word of one organ", [lambda word=word: search(word, organs) for word in COMMON])
    row("search, common word, oldest first", [lambda word=word: search(word, items, sort="oldest") for word in COMMON])
    page = lambda **query: lambda: client.get("/search/", query, headers={"user-agent": "bench"})  # noqa: E731
    row("page with facets, rare word", [page(q=word) for word in PLANTED[:8]])
    row("page with facets, common word", [page(q=word) for word in COMMON])
    row("page 50, common word", [page(q=word, page=50) for word in COMMON[:5]])
    row("page, common word, year and genre chosen", [page(q=word, year="2015", genre="通知") for word in COMMON])
    row("page, common word, as of a day", [page(q=word, on="2012-06-30") for word in COMMON[:5]])
    row(
        "suggestions while typing",
        [lambda word=word: client.get("/search/suggestions/", {"q": word}) for word in COMMON],
    )


def main():
    """Prepare, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--items", type=int, default=100_000)
    parser.add_argument("--samples", type=int, default=200)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="bench-search-") as folder:
        os.environ.update(DATA_DIR=folder, SECRET_KEY="bench" * 12, DEMO="1", HTTPS="0", LOG_LEVEL="ERROR")
        if not os.environ.get("DATABASE_URL", "").startswith("postgres"):
            os.environ["DATABASE_URL"] = f"sqlite:///{folder}/db.sqlite3"
        os.environ["DJANGO_SETTINGS_MODULE"] = "portal.settings"
        import django

        django.setup()
        from django.db import connection

        print(f"\n### {connection.vendor}, {options.items:,} generated items and all sample documents\n")
        prepare(options.items)
        measure_recall(options.samples)
        measure_speed()
        connection.close()


if __name__ == "__main__":
    main()
