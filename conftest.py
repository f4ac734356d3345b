"""Fixtures every room's tests may use."""

import datetime as dt

import hypothesis
import pytest
from django.contrib.contenttypes.models import ContentType
from django.core.management.commands import flush
from django.db import connection, transaction
from django.db.backends.base.operations import BaseDatabaseOperations

from background.models import Worker
from catalog.tests.builders import make_department
from disclosure import counting
from disclosure.lists.shelves import shelves
from disclosure.tests.builders import make_staff
from ledger import guards
from portal.pagecache.watch import Watch
from portal.templatetags import kept
from search.engines.sqlite import TABLE as INDEX

# How fast the machine is, and what else it does, is no fault of the code: timings belong into
# bench/.
hypothesis.settings.register_profile(
    "anywhere",
    deadline=None,
    suppress_health_check=[hypothesis.HealthCheck.too_slow],
    print_blob=True,
)
hypothesis.settings.load_profile("anywhere")
# What a rule says of many inputs is asked with SQLite in full; behind another database a smaller
# part of it will do.
hypothesis.settings.register_profile(
    "again", parent=hypothesis.settings.get_profile("anywhere"), max_examples=25
)
if connection.vendor != "sqlite":
    hypothesis.settings.load_profile("again")


# Rooms that know no database: what their tests look at is the same behind each.
WITHOUT_DATABASE = {"confidential", "documents", "statutory"}


@pytest.hookimpl(tryfirst=True)  # before `-m` chooses
def pytest_collection_modifyitems(items):
    """A real browser on a busy machine now and then sees an event later than a hand would let it:
    once more, and reported.

    First come the tests that take a minute, so that no process is left alone with one at the end,
    and with them those of the served demonstration, which each process would fill for itself.
    """
    for item in items:
        if item.path.relative_to(item.config.rootpath).parts[0] in WITHOUT_DATABASE:
            item.add_marker(pytest.mark.any_database)
        if item.get_closest_marker("browser"):
            item.add_marker(pytest.mark.flaky(reruns=1))
    items.sort(
        key=lambda item: (
            "demonstration" not in item.fixturenames,
            item.get_closest_marker("long") is None,
        )
    )


# Four people, each with one role. Where they are to work for another organ, a module has a `bureau`
# of its own.
@pytest.fixture
def bureau(db):
    """The organ that clerk and reviewer work for."""
    return make_department("区财政局")


@pytest.fixture
def clerk(bureau):
    """信息员: writes drafts and submits them."""
    return make_staff("信息员", bureau, username="clerk", last_name="录入甲")


@pytest.fixture
def reviewer(bureau):
    """审核员: approves what others wrote."""
    return make_staff("审核员", bureau, username="reviewer", last_name="审核乙")


@pytest.fixture
def office(db):
    """公开办: publishes, and keeps the catalogue."""
    return make_staff(
        "公开办", make_department("政府信息公开办"), username="office", last_name="公开丙"
    )


@pytest.fixture
def auditor(db):
    """审计员: reads register and log, and changes nothing."""
    return make_staff("审计员", username="auditor", last_name="审计丁")


@pytest.fixture
def clerk_desk(client, clerk):
    """The clerk's browser, signed in at the desk."""
    client.force_login(clerk)
    return client


@pytest.fixture
def office_desk(client, office):
    """The office's browser, signed in at the desk."""
    client.force_login(office)
    return client


@pytest.fixture
def other_worker(db):
    """A worker lives on another machine, whatever day a test has: `tick` leaves the queue to it."""
    Worker.objects.create(name="elsewhere", seen_at=dt.datetime(2100, 1, 1, tzinfo=dt.UTC))


@pytest.fixture(autouse=True)
def _media_in_a_temporary_folder(settings, tmp_path):
    """No test leaves a file behind."""
    settings.MEDIA_ROOT = tmp_path / "media"
    settings.EXPORTS_DIR = tmp_path / "exports"


@pytest.fixture(autouse=True)
def _counting_starts_anew(settings, tmp_path):
    """No test sees the page views of another."""
    settings.JOURNAL_DIR = tmp_path / "journal"
    settings.KEPT_COPIES_MARK = tmp_path / "kept-copies-are-old"
    counting.start_anew()


@pytest.fixture(autouse=True)
def _nothing_is_kept_from_another_test():
    """What pages show alike is kept until something public changes; a test that is rolled back takes
    its changes along and leaves the version as it was.
    """
    shelves.forget()
    kept.forget()


@pytest.fixture(autouse=True)
def _signing_key_in_a_temporary_folder(settings, tmp_path):
    """No test signs with, or makes, the installation's key, or writes what the installation
    remembers.
    """
    settings.LEDGER_KEY_FILE = tmp_path / "ledger-key"
    settings.LEDGER_MEMORY_FILE = tmp_path / "ledger-memory.jsonl"


@pytest.fixture(autouse=True)
def _confidential_key_in_a_temporary_folder(settings, tmp_path):
    """No test encrypts with, or makes, the installation's key."""
    settings.CONFIDENTIAL_KEY_FILE = tmp_path / "confidential-key"


@pytest.fixture(autouse=True)
def _no_watch_outlives_its_test():
    """A process that forks while a thread holds a lock of SQLite's has children that wait for it
    for ever.
    """
    yield
    for watch in list(Watch.running):
        watch.end()


@pytest.fixture(autouse=True, scope="session")
def _flush_brings_back_what_migrations_put_in(django_db_setup, django_db_blocker):
    """A test with real transactions empties all tables afterwards: themes, roles and the calendar
    would be gone for all tests after it, and the register's guards refuse to be emptied.

    Here, and nowhere in the product, a flush takes the guards away first; instead of Django's
    `post_migrate`, which would make content types and permissions anew under other numbers, the
    rows of the fresh database are put back as they were.
    """
    with django_db_blocker.unblock():
        fresh = _rows_by_table()
    empty = BaseDatabaseOperations.execute_sql_flush

    def without_guards(self, sql_list):
        guards.remove(self.connection)
        empty(self, sql_list)
        if (
            self.connection.vendor == "sqlite"
        ):  # a virtual table is nobody's model, and Django passes it by
            with self.connection.cursor() as cursor:
                cursor.execute(f"INSERT INTO {INDEX} ({INDEX}) VALUES ('delete-all')")

    def put_back(*args, **kwargs):
        with transaction.atomic():
            for table, (columns, rows) in fresh.items():
                _insert(table, columns, rows)
        guards.install_missing(connection)
        ContentType.objects.clear_cache()

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(BaseDatabaseOperations, "execute_sql_flush", without_guards)
        patch.setattr(flush, "emit_post_migrate_signal", put_back)
        yield


def _rows_by_table():
    """{table: (columns, rows)} of all tables that a flush would empty and that are not empty."""
    found = {}
    with connection.cursor() as cursor:
        for table in connection.introspection.django_table_names(
            only_existing=True, include_views=False
        ):
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")
            if rows := cursor.fetchall():
                found[table] = ([column[0] for column in cursor.description], rows)
    return found


def _insert(table, columns, rows):
    quote = connection.ops.quote_name
    marks = ", ".join(["%s"] * len(columns))
    sql = f"INSERT INTO {quote(table)} ({', '.join(map(quote, columns))}) VALUES ({marks})"
    with connection.cursor() as cursor:
        cursor.executemany(sql, rows)
