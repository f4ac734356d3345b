"""`manage.py upgrade` looks before it leaps, lets readers through, and new migrations let the old
version go on serving.
"""

import threading
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, connections, migrations, models
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder

from disclosure.models import Theme
from portal.operations import upgrading
from portal.tests.releases import releases
from portal.tests.served import installation

RELEASED = releases()[-1]["migrations"]
CONTRACTING = (
    migrations.RemoveField,
    migrations.RenameField,
    migrations.RenameModel,
    migrations.DeleteModel,
)
UNKNOWN = (migrations.RunSQL,)
# Of a changed field the database sees these; help texts, labels, choices and validators it does
# not.
LENGTHS = ("max_length", "max_digits", "decimal_places")


def is_unsafe(operation, before=None):
    """Whether the version before cannot work on with the schema that this leaves. `before`: the
    field that AlterField changes.
    """
    if isinstance(operation, (*CONTRACTING, *UNKNOWN)):
        return True
    if isinstance(operation, migrations.AddField):
        # The old version's INSERT does not name the column, and Django takes its default from the
        # database again as soon as the old rows have it: only NULL or a default of the database's
        # own (db_default) fills it.
        field = operation.field
        return not (
            field.null or field.has_db_default() or isinstance(field, models.ManyToManyField)
        )
    if isinstance(operation, migrations.AlterField):
        return before is None or _narrows(before, operation.field)
    # The old version may go on writing what a new constraint forbids.
    return isinstance(operation, (migrations.AddConstraint, migrations.AlterUniqueTogether))


def _narrows(before, field):
    """Whether a changed field takes less than before, or is another kind of column."""
    if (
        type(before) is not type(field)
        or (before.null and not field.null)
        or (field.unique and not before.unique)
    ):
        return True
    if before.has_db_default() and not field.has_db_default():
        return True
    if getattr(before.remote_field, "model", None) != getattr(field.remote_field, "model", None):
        return True
    return any(
        _shorter(getattr(before, name, None), getattr(field, name, None)) for name in LENGTHS
    )


def _shorter(before, now):
    return now is not None and (before is None or now < before)


def in_the_database(operations):
    """Without what only the code's idea of the tables learns."""
    for operation in operations:
        is_apart = isinstance(operation, migrations.SeparateDatabaseAndState)
        yield from in_the_database(operation.database_operations) if is_apart else [operation]


def operations(loader):
    """(app, migration, operation, the field it changes or None) of all migrations newer than the
    release.
    """
    for (app, name), migration in sorted(loader.disk_migrations.items()):
        if app not in RELEASED or name <= RELEASED[app] or getattr(migration, "contract", ""):
            continue
        made = set()  # tables that this migration makes are nobody's yet
        for operation in in_the_database(migration.operations):
            made |= (
                {operation.name.lower()} if isinstance(operation, migrations.CreateModel) else set()
            )
            if getattr(operation, "model_name", "").lower() in made:
                continue
            if isinstance(operation, migrations.AddConstraint) and getattr(
                migration, "expands", ""
            ):
                continue  # what the version before writes meets it; the migration says why
            before = None
            if isinstance(operation, migrations.AlterField):
                state = loader.project_state((app, name), at_end=False)
                before = state.models[app, operation.model_name.lower()].fields.get(operation.name)
            yield app, name, operation, before


def test_new_migrations_only_expand_or_say_why_they_contract():
    unsafe = [
        f"{app}.{name}: {operation.describe()}"
        for app, name, operation, before in operations(MigrationLoader(None))
        if is_unsafe(operation, before)
    ]
    assert unsafe == [], (
        "first a version that no longer uses it; then remove it, with `contract = '<why it is safe>'`"
    )


@pytest.mark.parametrize(
    ("operation", "expected"),
    [
        (migrations.RemoveField("Item", "title"), True),
        (migrations.RenameField("Item", "title", "name"), True),
        (migrations.AddField("Item", "number", models.IntegerField()), True),
        (migrations.AddField("Item", "number", models.IntegerField(null=True)), False),
        (migrations.AddField("Item", "number", models.IntegerField(db_default=0)), False),
        (migrations.AddField("Item", "number", models.IntegerField(default=0)), True),
        (migrations.AddField("Item", "word", models.CharField(max_length=9, blank=True)), True),
        (migrations.DeleteModel("Item"), True),
        (migrations.RunSQL("SELECT 1"), True),
        (migrations.AddIndex("Item", models.Index(fields=["title"], name="x")), False),
        (
            migrations.AddConstraint("Item", models.UniqueConstraint(fields=["title"], name="x")),
            True,
        ),
    ],
)
def test_it_tells_expanding_from_contracting(operation, expected):
    assert is_unsafe(operation) is expected


WORD = models.CharField(max_length=20)


@pytest.mark.parametrize(
    ("before", "field", "expected"),
    [
        (WORD, models.CharField("名称", max_length=20, help_text="说明"), False),
        (WORD, models.CharField(max_length=30), False),
        (WORD, models.CharField(max_length=10), True),
        (WORD, models.CharField(max_length=20, unique=True), True),
        (WORD, models.CharField(max_length=20, null=True), False),
        (models.CharField(max_length=20, null=True), WORD, True),
        (models.CharField(max_length=20, db_default=""), WORD, True),
        (models.TextField(), WORD, True),
        (models.ForeignKey("x.A", models.CASCADE), models.ForeignKey("x.B", models.CASCADE), True),
    ],
)
def test_it_tells_what_a_changed_field_takes(before, field, expected):
    assert is_unsafe(migrations.AlterField("Item", "word", field), before) is expected


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


def code_with(folder, *names):
    """A folder of code that has these migrations only."""
    (folder / "manage.py").write_text("")
    for app, name in names:
        (folder / app / "migrations").mkdir(parents=True, exist_ok=True)
        (folder / app / "migrations" / f"{name}.py").write_text("")
    return folder


@pytest.mark.django_db
def test_the_way_back_is_open_while_migrations_only_expanded(tmp_path, monkeypatch):
    known = [
        key
        for key in MigrationLoader(None).disk_migrations
        if key != ("portal", "0010_what_machines_share")
    ]
    old = code_with(tmp_path, *known)
    said = StringIO()
    call_command("upgrade", "--way-back", str(old), stdout=said)
    assert "可以直接换回" in said.getvalue()
    migration = MigrationLoader(None).disk_migrations["portal", "0010_what_machines_share"]
    monkeypatch.setattr(type(migration), "contract", "nobody used it", raising=False)
    with pytest.raises(CommandError, match="恢复升级前的备份"):
        call_command("upgrade", "--way-back", str(old), stdout=StringIO())


@pytest.mark.django_db
def test_a_folder_without_code_is_no_way_back(tmp_path):
    with pytest.raises(CommandError, match="没有旧版程序"):
        call_command("upgrade", "--way-back", str(tmp_path), stdout=StringIO())


def test_a_container_makes_an_empty_database_and_does_nothing_when_it_starts_again(
    tmp_path_factory,
):
    folder = tmp_path_factory.mktemp("fresh")
    with installation(folder, "fresh") as portal:
        assert "新的数据库" in portal.manage("upgrade", "--if-needed")
        assert portal.ask("Item.objects.count()") == 0
        assert portal.manage("upgrade", "--if-needed") == ""
        assert not (folder / "backups").exists()
