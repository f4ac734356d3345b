import io

import pytest
from django.core.files.base import ContentFile
from django.core.management import call_command
from django.db import connection, transaction
from django.db.models import F
from django.test.utils import CaptureQueriesContext

from disclosure.acts.registering import public_face_changed
from disclosure.choices import Status
from disclosure.models import Attachment, Item
from disclosure.search.finding import search
from disclosure.search.items import ITEMS, walk_items
from disclosure.tests.builders import make_item
from search import document, indexing
from search.document import SCOPES
from search.engines import engine, sqlite
from search.engines.postgresql import BY_INDEX
from search.lookups import InKeys
from search.models import SearchEntry
from search.query import parse

pytestmark = pytest.mark.django_db


def find(text):
    return {hit.title for hit in search(text, Item.objects.published()).hits}


def reindex(*options):
    out = io.StringIO()
    call_command("reindex", *options, stdout=out)
    return out.getvalue()


def test_an_act_that_fails_leaves_the_index_as_it_was(shelves):
    item = make_item("旧名称")

    @transaction.atomic
    def fail():
        item.title = "新名称"
        item.save()
        public_face_changed(item)
        raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    assert find("旧名称") == {"旧名称"}
    assert find("新名称") == set()


def test_what_has_not_changed_is_not_written_again(shelves):
    item = make_item("名称")
    before = SearchEntry.objects.get().place
    public_face_changed(item)
    assert SearchEntry.objects.get().place == before


def test_an_item_moved_to_another_day_stands_there(shelves):
    item = make_item("名称")
    before = SearchEntry.objects.get().place
    item.originally_published_at = item.published_at.replace(year=2010)
    item.save()
    item.refresh_from_db()
    public_face_changed(item)
    assert SearchEntry.objects.get().place < before
    assert find("名称") == {"名称"}


def test_reindex_finds_everything_again_and_forgets_what_is_gone(shelves):
    items = [make_item(f"公告{number}") for number in range(3)]
    Item.objects.filter(pk=items[0].pk).update(title="改名")  # past the acts
    Item.objects.filter(pk=items[1].pk).update(status=Status.DRAFT)
    make_past_the_acts("公告导入")
    assert "共 3 条" in reindex()
    assert find("公告") == {"公告2", "公告导入"}
    assert find("改名") == {"改名"}
    assert SearchEntry.objects.count() == 3


def test_reindex_completes(shelves):
    make_item("公告")
    make_past_the_acts("公告导入")
    assert find("公告") == {"公告"}
    assert "补上 1 条" in reindex("--missing")
    assert find("公告") == {"公告", "公告导入"}


def test_what_is_published_while_the_index_is_built_is_in_it(shelves, monkeypatch):
    make_item("公告一")
    make_item("公告二")
    monkeypatch.setattr(indexing, "BATCH", 1)

    def while_it_runs(batches):
        for number, batch in enumerate(batches):
            assert find("公告一") == {"公告一"}
            yield batch
            make_item(f"公告其间{number}")

    indexing.rebuild(while_it_runs)
    assert find("公告") == {"公告一", "公告二", "公告其间0", "公告其间1"}


def test_what_is_changed_or_taken_away_while_the_index_is_built_is_found_as_it_is_then(shelves):
    changed, gone = make_item("公告一"), make_item("公告二")

    def while_it_runs(batches):
        yield from batches
        changed.title = "改名"
        changed.save()
        public_face_changed(changed)
        gone.status = Status.DRAFT
        gone.save()
        public_face_changed(gone)

    indexing.rebuild(while_it_runs)
    assert find("改名") == {"改名"}
    assert find("公告") == set()
    assert list(SearchEntry.objects.values_list("key", flat=True)) == [changed.pk]


def test_a_new_index_has_the_keys_and_indexes_of_the_old_one(shelves):
    make_item("公告")
    before = constraints()
    reindex()
    reindex()
    assert constraints() == before


def test_where_most_is_missing_the_index_is_made_anew(shelves, monkeypatch):
    make_past_the_acts("公告导入")
    monkeypatch.setattr(indexing, "MANY", 0)
    assert "补上 1 条" in reindex("--missing")
    assert find("公告") == {"公告导入"}


def test_a_day_with_more_items_than_places_goes_on_in_the_next(shelves, monkeypatch):
    if connection.vendor != "sqlite":
        pytest.skip("PostgreSQL has a place for every item of a day")
    monkeypatch.setattr(sqlite, "A_DAYS_PLACES", 2)
    items = [make_past_the_acts(f"公告{number}") for number in range(5)]
    assert "补上 5 条" in reindex("--missing")
    assert find("公告") == {item.title for item in items}


def constraints():
    with connection.cursor() as cursor:
        return connection.introspection.get_constraints(cursor, "disclosure_searchentry")


def test_nothing_dead_is_left_in_a_new_index(shelves):
    if connection.vendor != "sqlite":
        pytest.skip("PostgreSQL writes an entry in its place")
    item = make_item("公告")
    for number in range(3):
        item.title = f"公告{number}"
        item.save()
        public_face_changed(item)
    assert rows() == 4
    reindex()
    assert rows() == 1


def test_a_longer_text_than_is_indexed_is_cut(shelves, monkeypatch):
    monkeypatch.setattr(document, "LONGEST", 10)
    make_item("公告", body="<p>前面的文字在十个字之内后面的不在</p>")
    assert find("前面的文字") == {"公告"}
    assert find("“后面的不在”") == set()


def test_a_file_added_to_a_public_item_is_found_once_it_is_read(
    shelves, django_capture_on_commit_callbacks
):
    item = make_item("公告")
    with django_capture_on_commit_callbacks(execute=True), transaction.atomic():
        Attachment.objects.create(item=item, file=ContentFile("附件里的话".encode(), name="a.txt"))
        public_face_changed(item)
    assert find("附件里的话") == {"公告"}


def make_past_the_acts(title):
    like = make_item(title)
    indexing.unindex(ITEMS, [like.pk])
    return like


def rows():
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM disclosure_search_index_docsize")
        return cursor.fetchone()[0]


def test_no_step_of_a_search_scans_a_table(shelves):
    """On PostgreSQL sequential scans are switched off: of tables this small the planner would
    rather read all.
    """
    item = make_item("公告")
    place = SearchEntry.objects.of(ITEMS, [item.pk]).get().place
    with CaptureQueriesContext(connection) as asked:
        list(engine().rows(Item.objects.published().order_by(), ITEMS, [place], ["title"]))
    for sql, params in [*statements(asked), *index_queries()]:
        with transaction.atomic(), connection.cursor() as cursor:
            if connection.vendor == "postgresql":
                cursor.execute("SET LOCAL enable_seqscan = off")
            cursor.execute(
                f"EXPLAIN {'QUERY PLAN ' if connection.vendor == 'sqlite' else ''}{sql}", params
            )
            plan = "\n".join(str(row[-1]) for row in cursor.fetchall())
        for table in ("disclosure_item", "disclosure_searchentry"):
            assert f"SCAN {table}" not in plan, plan
            assert f"Seq Scan on {table}" not in plan, plan
        assert "TEMP B-TREE FOR ORDER BY" not in plan, plan


@pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL keeps statistics of its own")
def test_places_are_the_way_to_the_items_whatever_else_is_asked(shelves):
    """SQLite without statistics takes "published" for rarer than eleven hundred places."""
    walk = walk_items(
        Item.objects.published().filter(department=make_item("公告").department, genre="通知"), 10
    )
    keys = InKeys(F("pk"), range(1_100))
    sql, params = walk.by_place.filter(keys).query.sql_with_params()
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN QUERY PLAN {sql}", params)
        plan = "\n".join(row[-1] for row in cursor.fetchall())
    assert "disclosure_item USING INTEGER PRIMARY KEY" in plan, plan


def index_queries():
    """What the engine asks the index for a word, as it asks it."""
    with CaptureQueriesContext(connection) as asked:
        engine().walk(parse("公告"), SCOPES["all"], below=1 << 60, limit=10)
    return statements(asked)


def statements(asked):
    """What was read, as `execute` takes it."""
    asked = [query["sql"].removeprefix(BY_INDEX).replace("%", "%%") for query in asked]
    return [(sql, ()) for sql in asked if sql.startswith("SELECT")]
