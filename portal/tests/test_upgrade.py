"""`manage.py upgrade` looks before it leaps, lets readers through, and new migrations let the old version go on serving."""

import json
import threading
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, connections, migrations, models
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder

from disclosure.models import Theme
from portal.operations import upgrading

RELEASED = json.loads((Path(__file__).parent / "released_migrations.json").read_text())
CONTRACTING = (migrations.RemoveField, migrations.RenameField, migrations.RenameModel, migrations.DeleteModel)


def is_unsafe(operation):
    """Whether the version before cannot work on with the schema that this leaves."""
    if isinstance(operation, CONTRACTING):
        return True
    if isinstance(operation, migrations.AddField):
        field = operation.field
        is_filled = field.null or field.has_db_default() or isinstance(field, models.ManyToManyField)
        return not is_filled and not field.has_default() and not field.empty_strings_allowed
    return False


def test_new_migrations_only_expand_or_say_why_they_contract():
    unsafe = [
        f"{app}.{name}: {operation.describe()}"
        for (app, name), migration in MigrationLoader(None).disk_migrations.items()
        if app in RELEASED and name > RELEASED[app] and not getattr(migration, "contract", "")
        for operation in migration.operations
        if is_unsafe(operation)
    ]
    assert unsafe == [], "first a version that no longer uses it; then remove it, with `contract = '<why it is safe>'`"


@pytest.mark.parametrize(
    ("operation", "expected"),
    [
        (migrations.RemoveField("Item", "title"), True),
        (migrations.RenameField("Item", "title", "name"), True),
        (migrations.AddField("Item", "number", models.IntegerField()), True),
        (migrations.AddField("Item", "number", models.IntegerField(null=True)), False),
        (migrations.AddField("Item", "number", models.IntegerField(db_default=0)), False),
        (migrations.DeleteModel("Item"), True),
    ],
)
def test_it_tells_expanding_from_contracting(operation, expected):
    assert is_unsafe(operation) is expected


@pytest.mark.django_db
def test_the_check_changes_nothing_and_names_what_is_pending(settings, tmp_path):
    settings.BACKUP_DIR = tmp_path
    said = StringIO()
    call_command("upgrade", "--check", stdout=said)
    assert "数据库要改 0 步" in said.getvalue()
    assert list(tmp_path.iterdir()) == []


@pytest.mark.django_db
def test_it_refuses_a_database_of_a_newer_version():
    MigrationRecorder(connection).record_applied("disclosure", "9999_from_the_future")
    with pytest.raises(CommandError, match="没有升级"):
        call_command("upgrade", stdout=StringIO())


@pytest.mark.django_db(transaction=True)
def test_a_table_in_use_is_left_and_tried_again(monkeypatch):
    if connection.vendor != "postgresql":
        pytest.skip("SQLite has one writer and no locks of tables")
    held, release, waits = threading.Event(), threading.Event(), []

    def read_on():
        with connections["default"].cursor() as cursor:
            cursor.execute(f"BEGIN; SELECT count(*) FROM {Theme._meta.db_table}")
            held.set()
            release.wait(20)
            cursor.execute("COMMIT")
        connections["default"].close()

    def alter(*_, **__):
        with connection.cursor() as cursor:
            cursor.execute(f"ALTER TABLE {Theme._meta.db_table} ADD COLUMN drilled text")
            cursor.execute(f"ALTER TABLE {Theme._meta.db_table} DROP COLUMN drilled")

    monkeypatch.setattr(upgrading, "call_command", alter)
    reader = threading.Thread(target=read_on)
    reader.start()
    held.wait(20)

    def on_wait(number):
        waits.append(number)
        release.set()

    upgrading.migrate(on_wait=on_wait, pause=0.05)
    reader.join()
    assert waits
