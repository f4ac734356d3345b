"""A portal of any size for benchmarks: items, files, register and revisions in bulk, the same at
every run.

    DATABASE_URL=… .venv/bin/python bench/generate.py 1000000

Needs an empty, migrated and seeded database (`prepare()` makes one). Rows go in by COPY, on SQLite
by `executemany`, with the secondary indexes away meanwhile. The register it writes is not chained:
nobody may take it for one.
"""

import csv
import datetime as dt
import hashlib
import io
import itertools
import random
import sys
import uuid
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

BATCH = 20_000
BODIES = 200
FIRST_DAY = dt.date(2008, 5, 1)
LAST_DAY = dt.date(2026, 10, 31)
# A few organs and columns publish most; some publish nothing for years. Shares fall as 1/rank.
FILES = ("pdf", "pdf", "pdf", "docx", "xlsx", "doc")
SHARE_WITH_FILES = 0.15
SHARE_LIMITED = 0.02  # their term is over, or not yet
SHARE_AT_THE_DESK = 0.01
SHARE_WITHDRAWN = 0.002


class Facts:
    """What the rows are made of: the seeded catalogue and a fixed stock of words."""

    def __init__(self, more):
        from catalog.models import Category, Department, Section
        from disclosure.choices import Genre
        from disclosure.models import Theme
        from documents.html.richtext import html_to_text
        from portal.demonstration import bulk

        self.chance = random.Random(711)
        self.bulk = bulk
        organs = Department.objects.exclude(kind=Department.Kind.OUTSIDE).order_by("pk")
        self.organs = list(organs.values_list("pk", "code", "name"))
        content = Category.objects.get(section=Section.CONTENT)
        below = content.get_descendants().filter(section=None).order_by("pk")
        self.categories = [
            pk for pk, left, right in below.values_list("pk", "lft", "rght") if right == left + 1
        ]
        self.chance.shuffle(self.categories)
        self.rare, self.categories = self.categories[0], self.categories[1:]
        self.themes = list(
            Theme.objects.exclude(parent=None).order_by("pk").values_list("pk", flat=True)
        )
        self.genres = list(Genre.values)
        self.bodies = [(body := self._body(), html_to_text(body)) for _ in range(BODIES)]
        self.organ_weights = list(
            itertools.accumulate(1 / rank for rank in range(1, len(self.organs) + 1))
        )
        self.weights = list(
            itertools.accumulate(1 / rank for rank in range(1, len(self.categories) + 1))
        )
        self.days = (LAST_DAY - FIRST_DAY).days
        self.more = more

    def _body(self):
        words, phrases, chance = self.bulk.WORDS, self.bulk.PHRASES, self.chance
        texts = [
            "".join(f"{chance.choice(phrases)}{chance.choice(words)}，" for _ in range(5))
            for _ in range(4)
        ]
        return "<p>本条为演示内容（示例）。</p>" + "".join(
            f"<p>{text[:-1]}。</p>" for text in texts
        )


def rows(facts, first, number):
    """(items, attachments, entries, revisions) of `number` items from the key `first` on, as
    dictionaries of columns.
    """
    items, files, entries, revisions = [], [], [], []
    chance = facts.chance
    for pk in range(first, first + number):
        organ, code, name = chance.choices(facts.organs, cum_weights=facts.organ_weights)[0]
        category = (
            facts.rare
            if pk % 50_000 == 7
            else chance.choices(facts.categories, cum_weights=facts.weights)[0]
        )
        day = FIRST_DAY + dt.timedelta(int(facts.days * chance.random() ** 0.7))  # more of late
        moment = f"{day} {chance.randrange(1, 9):02}:{chance.randrange(60):02}:{chance.randrange(60):02}+00:00"
        body, text = chance.choice(facts.bodies)
        text += facts.more(pk)
        status, lot = "published", chance.random()
        if lot < SHARE_AT_THE_DESK:
            status = "draft"
        elif lot < SHARE_AT_THE_DESK + SHARE_WITHDRAWN:
            status = "withdrawn"
        limited = status == "published" and lot > 1 - SHARE_LIMITED
        until = day + dt.timedelta(365 * chance.randrange(1, 20)) if limited else None
        genre = chance.choice(facts.genres)
        number_ = f"{code}/{day.year}-B{pk:07}"
        title = f"关于{chance.choice(facts.bulk.PHRASES)}{chance.choice(facts.bulk.WORDS)}工作的{genre}（示例{pk}）"
        items.append(
            (
                pk, number_ if status != "draft" else None, title, f"松政发〔{day.year}〕{pk}号", "", day, moment if status != "draft" else None,  # noqa: E501
                organ, "", category, chance.choice(facts.themes), genre, "", "proactive", "limited" if limited else "permanent",
                until, "society", "", body, text, status, "", moment if status == "withdrawn" else None,
                "示例" if status == "withdrawn" else "", False, chance.randrange(5_000), moment, moment,
            )
        )  # fmt: skip
        if chance.random() < SHARE_WITH_FILES:
            for place in range(chance.randrange(1, 4)):
                key, ending = uuid.UUID(int=pk * 8 + place), chance.choice(FILES)
                size = chance.randrange(20_000, 900_000)
                files.append(
                    (
                        key,
                        pk,
                        f"attachments/{key}.{ending}",
                        f"附件{place + 1}.{ending}",
                        place,
                        size,
                        "0" * 64,
                        moment,
                    )
                )
        if status != "draft":
            digest = hashlib.sha256(b"%d" % pk).hexdigest()
            before = hashlib.sha256(b"%d" % (pk - 1)).hexdigest()
            entries.append(
                (
                    pk,
                    "publish",
                    moment,
                    "",
                    "",
                    name,
                    "item",
                    number_,
                    title,
                    digest,
                    "",
                    "{}",
                    digest,
                    before,
                    digest,
                )
            )
            revisions.append((pk, pk, 1, moment, digest))
    return items, files, entries, revisions


ITEM = [
    "id",
    "index_number",
    "title",
    "document_number",
    "summary",
    "created_on",
    "published_at",
    "department_id",
    "issuer",
    "category_id",
    "theme_id",
    "genre",
    "keywords",
    "disclosure_mode",
    "term",
    "disclosed_until",
    "scope",
    "source",
    "body",
    "text",
    "status",
    "change_note",
    "withdrawn_at",
    "withdrawal_reason",
    "is_removed_by_law",
    "view_count",
    "created_at",
    "updated_at",
]
FILE = ["id", "item_id", "file", "name", "position", "size", "sha256", "uploaded_at"]
ENTRY = [
    "sequence",
    "act",
    "made_at",
    "person",
    "role",
    "department_name",
    "subject_kind",
    "subject_key",
    "subject_title",
    "content_sha256",
    "note",
    "payload",
    "secret",
    "previous_hash",
    "entry_hash",
]
REVISION = ["entry_id", "item_id", "number", "published_at", "content_sha256"]


def fill(number, on_batch=lambda made: None, more=lambda pk: ""):
    """Add `number` items with all that hangs on them to the seeded database. `more`: what is added
    to the text of each.
    """
    from django.db import connection, transaction
    from django.db.models import Max

    from disclosure.models import Attachment, Item, Revision
    from ledger import guards
    from ledger.models import Entry

    models = (Item, Attachment, Entry, Revision)
    columns = dict(zip(models, (ITEM, FILE, ENTRY, REVISION), strict=True))
    first = (
        max(
            Item.objects.aggregate(top=Max("pk"))["top"] or 0,
            Entry.objects.aggregate(top=Max("pk"))["top"] or 0,
        )
        + 1
    )
    facts = Facts(more)
    away = [(model, index) for model in models for index in model._meta.indexes]
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            for pragma in ("synchronous=OFF", "cache_size=-400000", "temp_store=MEMORY"):
                cursor.execute(f"PRAGMA {pragma}")
    guards.remove(connection)  # they look at the whole register at every row
    with connection.schema_editor() as editor:
        for model, index in away:
            editor.remove_index(model, index)
    for start in range(0, number, BATCH):
        size = min(BATCH, number - start)
        made = rows(facts, first + start, size)
        with transaction.atomic(), connection.cursor() as cursor:
            for model, some in zip(models, made, strict=True):
                _insert(cursor, model._meta.db_table, columns[model], some)
        on_batch(size)
    with connection.schema_editor() as editor:
        for model, index in away:
            editor.add_index(model, index)
    guards.install_missing(connection)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                "SELECT setval(pg_get_serial_sequence('disclosure_item', 'id'), %s)",
                [first + number],
            )
            connection.commit() if not connection.get_autocommit() else None
            cursor.execute("VACUUM ANALYZE")
        else:
            cursor.execute("PRAGMA analysis_limit=1000")  # as `tick` does every day
            cursor.execute("ANALYZE")
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def _insert(cursor, table, columns, some):
    names = ", ".join(f'"{name}"' for name in columns)
    if cursor.db.vendor == "postgresql":
        text = io.StringIO()
        csv.writer(text).writerows(
            [
                ["" if value is None else value if value != "" else _EMPTY for value in row]
                for row in some
            ]
        )
        text.seek(0)
        cursor.copy_expert(
            f"COPY {table} ({names}) FROM STDIN WITH (FORMAT csv, NULL '')", _Quoted(text)
        )
        return
    marks = ", ".join("?" * len(columns))
    plain = [[_for_sqlite(value) for value in row] for row in some]
    cursor.connection.executemany(f"INSERT INTO {table} ({names}) VALUES ({marks})", plain)


def _for_sqlite(value):
    """As Django stores it there: moments in UTC without saying so, keys without dashes."""
    if isinstance(value, uuid.UUID):
        return value.hex
    if isinstance(value, dt.date):
        return str(value)
    return value.removesuffix("+00:00") if isinstance(value, str) else value


_EMPTY = "\x01"


class _Quoted:
    """CSV in which an empty text stands quoted, and NULL is nothing."""

    def __init__(self, text):
        self.text = io.StringIO(text.getvalue().replace(_EMPTY, '""'))

    def read(self, size=-1):
        return self.text.read(size)


def main():
    """Fill the database that DATABASE_URL names."""
    import django

    django.setup()
    from tqdm import tqdm

    from portal.demonstration.guard import refuse_where_real

    refuse_where_real()
    number = int(sys.argv[1])
    with tqdm(total=number, unit="条", desc="generating") as bar:
        fill(number, bar.update)


if __name__ == "__main__":
    main()
