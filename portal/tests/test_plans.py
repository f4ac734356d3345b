"""No query of a public page reads a large table from end to end: the plans of every address, at
100,000 items.
"""

import re

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from catalog.tests.builders import make_category, make_department
from disclosure.models import Attachment, Item, Revision
from disclosure.search.items import ITEMS
from disclosure.tests.builders import make_attachment, make_draft, make_public, make_report
from ledger import guards
from ledger.models import Entry
from portal.tests.public_routes import filled, patterns
from search.engines.postgresql import BY_INDEX
from search.models import SearchEntry
from search.walking import SMALL

# PostgreSQL plans by a sample taken at random: another one before it is called a fault.
pytestmark = [pytest.mark.django_db, pytest.mark.flaky(reruns=1)]
NUMBER = 100_000
# Read from end to end on purpose.
ALLOWED = re.compile(
    r"GROUP BY"  # how many items each category holds: once per change of what is public (`shelves`)
    # whether few are asked about: given up there
    rf'|^SELECT "disclosure_item"."id" AS "indexed_as" FROM "disclosure_item" .* LIMIT {SMALL + 1}$'
    # given up counting at a thousand: long where much is found
    r"|^SELECT COUNT\(\*\) FROM \(.* LIMIT 1001\) subquery$"
    # SQLite calls its own order a scan
    r'|FROM "ledger_entry" ORDER BY "ledger_entry"."sequence" DESC LIMIT \d+$',
    re.DOTALL,
)
LARGE = (
    "disclosure_item",
    "disclosure_attachment",
    "disclosure_revision",
    "disclosure_searchentry",
    "ledger_entry",
)
# Files and pictures that hold the whole archive, or a year of it, by design: read in a row, kept or
# limited.
WHOLE = re.compile(
    r"^/(data|register/export|register/checkpoints|reports/export|sitemap-|metrics)|\.(csv|xlsx|json)$"
)
NARROWED = (
    *(
        "organ=songbei",
        "year=2015",
        "genre=notice",
        "validity=in_force",
        "file=xlsx",
        "on=2015-06-30",
    ),
    *(
        "sort=views",
        "sort=oldest",
        "sort=created",
        "page=2",
        "page=1000",
        "organ=songbei&year=2015&genre=notice",
    ),
)
SEARCHES = (
    "公告",
    "罕见词语",
    "公告 通知",
    "松政发〔2026〕5号",
    "没有这样的词语",
    "公告 -通知",
    "公",
)


def copy(model, key, columns, number=NUMBER):
    """Copy a row of a table many times; `columns`: {name: SQL over n, the copy's number}."""
    others = [field.column for field in model._meta.local_concrete_fields if not field.generated]
    table = model._meta.db_table
    taken = ", ".join(columns.get(column, f'one."{column}"') for column in others)
    names = ", ".join(f'"{column}"' for column in others)
    pk = model._meta.pk
    with connection.cursor() as cursor:
        cursor.execute(
            f"WITH RECURSIVE series(n) AS (SELECT 1000001 UNION ALL SELECT n + 1 FROM series WHERE n < {1_000_000 + number})"
            f" INSERT INTO {table} ({names}) SELECT {taken} FROM {table} AS one, series WHERE one.{pk.column} = %s",
            [pk.get_db_prep_value(key, connection)],
        )


def words(**by_vendor):
    """The SQL of the database in use."""
    return by_vendor[connection.vendor]


def one_of(some):
    """SQL that gives each of these records in turn."""
    cases = "".join(f"WHEN {place} THEN {record.pk} " for place, record in enumerate(some))
    return f"CASE n %% {len(some)} {cases}END"


@pytest.fixture
def many(shelves, government):
    """A hundred thousand items, some with a file, each with an entry of the register and a
    revision, and in the search index.
    """
    item = make_public(
        make_draft(
            "公告", department=government, category=shelves["personnel"], body="<p>公告的正文</p>"
        )
    )
    make_report(2011, department=government, category=shelves["annual-reports"])
    file = make_attachment(item, "附件.txt", b"x")
    entry = Entry.objects.get(subject_key=item.index_number)
    guards.remove(connection)  # they look at the whole register at every row
    organs = [government, *(make_department() for _ in range(30))]
    columns = [
        shelves["personnel"],
        shelves["procurement"],
        *(make_category(f"栏目{number}") for number in range(20)),
    ]
    moment = words(
        sqlite="datetime('2009-01-01', '+' || (n % 6000) || ' days')",
        postgresql="timestamptz '2009-01-01' + (n % 6000) * interval '1 day'",
    )
    digits = words(sqlite="printf('%%0{}x', n)", postgresql="lpad(to_hex(n), {}, '0')")
    number = "'G/N' || n"
    own = {
        "id": "n",
        "index_number": number,
        "published_at": moment.replace("%", "%%"),
        "view_count": "n %% 977",
    }
    own["genre"] = "CASE n %% 50 WHEN 1 THEN 'notice' ELSE 'report' END"

    copy(Item, item.pk, own | {"department_id": one_of(organs), "category_id": one_of(columns)})
    digest = digits.format(64)
    hashes = dict.fromkeys(("entry_hash", "previous_hash", "content_sha256"), digest)
    copy(Entry, entry.pk, {"sequence": "n", "subject_key": number, **hashes})
    copy(Revision, entry.pk, {"entry_id": "n", "item_id": "n", "content_sha256": digest})
    key = digits.format(32) + words(sqlite="", postgresql="::uuid")
    copy(Attachment, file.pk, {"id": key, "item_id": "n"}, NUMBER // 5)
    copy(
        SearchEntry,
        item.pk,
        {"item_id": "n", "place": f"{SearchEntry.objects.of(ITEMS, [item.pk]).get().place} + n"},
    )
    with connection.cursor() as cursor:
        cursor.execute(
            words(
                sqlite="INSERT INTO disclosure_search_index (rowid, characters, title, body)"
                " SELECT place, '公 告', '公告', '公告 告的 的正 正文' FROM disclosure_searchentry WHERE item_id > 1000000",
                postgresql="UPDATE disclosure_searchentry SET title = '公告', text = '公告',"
                " terms = array_to_tsvector(ARRAY['公告', 't:公告', 'c:公', 'c:告']) WHERE item_id > 1000000",
            )
        )
        cursor.execute("ANALYZE")
    return {
        "index_number": item.index_number,
        "slug": "songbei",
        "organ": "songbei",
        "year": "2011",
        "number": "1",
        "extension": "json",
        "key": "a",
        "pk": str(file.pk),
        "name": "附件.txt",
        "sha256": entry.content_sha256,
        "section": "2015",
        "sequence": str(entry.pk),
        "path": "x.html",
    }


def addresses(real):
    """Every public address that is no file of the whole; lists also narrowed and sorted, search
    also asked.
    """
    yield from (
        address for _, route in patterns() if not WHOLE.search(address := filled(route, real))
    )
    for page in ("/catalog/personnel/", "/organs/songbei/", "/search/", "/api/v1/items"):
        yield from (f"{page}?{choice}" for choice in NARROWED)
    yield from (
        f"/search/?q={text}{more}"
        for text in SEARCHES
        for more in ("", "&organ=songbei&year=2015", "&sort=oldest")
    )


def shape(sql):
    """A statement without its numbers and texts: of each shape one plan is read."""
    return re.sub(r"\d+|'[^']*'", "?", sql)


def scans(sql):
    """Steps of the plan that read a large table from end to end."""
    with transaction.atomic(), connection.cursor() as cursor:
        if sql.startswith(BY_INDEX):
            cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute(
            f"EXPLAIN {words(sqlite='QUERY PLAN ', postgresql='')}{sql.removeprefix(BY_INDEX)}"
        )
        plan = [str(row[-1]) for row in cursor.fetchall()]
        if connection.vendor == "postgresql":
            cursor.execute("SET LOCAL enable_seqscan = DEFAULT")
    named = {alias: table for table, alias in re.findall(r'"(\w+)" (\w\d+)\b', sql)}
    found = [
        (
            step,
            re.search(
                words(sqlite=r"^SCAN (\S+)(?! USING| VIRTUAL)\b", postgresql=r"Seq Scan on (\w+)"),
                step,
            ),
        )
        for step in plan
    ]
    return [
        step
        for step, match in found
        if match and " USING " not in step and named.get(match[1], match[1]) in LARGE
    ]


def test_no_query_of_a_public_page_scans_a_large_table(many, client):
    client.raise_request_exception = True
    seen, wrong = set(), []
    for address in addresses(many):
        with CaptureQueriesContext(connection) as asked:
            answer = client.get(address)
            if answer.streaming:
                b"".join(answer.streaming_content)
        assert answer.status_code < 500 or address == "/healthz/ready", address
        for query in asked:
            sql = query["sql"]
            if (
                sql.removeprefix(BY_INDEX).strip().startswith(("SELECT", "WITH", "("))
                and shape(sql) not in seen
            ):
                seen.add(shape(sql))
                if ALLOWED.search(sql):
                    continue
                wrong += [f"{address}: {step.strip()}: {sql[:900]}" for step in scans(sql)]
    assert len(seen) > 100
    assert wrong == [], "\n\n".join(wrong)
    with connection.cursor() as cursor:
        cursor.execute("DROP INDEX ledger_entry_department")
    assert scans("SELECT person FROM ledger_entry WHERE department_name = 'x' ORDER BY person"), (
        "nothing would be noticed"
    )
