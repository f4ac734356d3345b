"""Bringing the database to the code's schema while readers are served."""

import shutil
import sys
import time
from pathlib import Path

from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import NotSupportedError, OperationalError, connection
from django.db.migrations.executor import MigrationExecutor

from portal.operations import customising
from portal.operations.diagnosis import Symptom

OLDEST_PYTHON = (3, 11)
# A change of a table waits for whoever reads it, and everybody who comes later waits behind the
# change. So it waits shortly, gives up, lets them through and comes again (measured: 4.0 s of
# silence without, docs/decisions/0049-patient-migrations.md).
LOCK_TIMEOUT = "200ms"
TRIES = 60
PAUSE = 1.0  # seconds between two tries
_LOCK_NOT_AVAILABLE = "55P03"


def pending():
    """The migrations still to be applied, as "app.name"."""
    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return [f"{migration.app_label}.{migration.name}" for migration, _ in plan]


def is_new():
    """Whether the database is empty: nothing has ever been migrated."""
    return not MigrationExecutor(connection).loader.applied_migrations


def contracts_since(folder):
    """Applied migrations that the code in `folder` does not have and cannot work with, as
    "app.name".

    Migrations only expand, so that an older version goes on working with what newer ones left
    (docs/decisions/0049-patient-migrations.md); one that takes something away says so in its
    attribute `contract`.
    """
    loader = MigrationExecutor(connection).loader
    known = {
        (path.parents[1].name, path.stem) for path in Path(folder).glob("**/migrations/[0-9]*.py")
    }
    newer = [
        key
        for key in loader.applied_migrations
        if key in loader.disk_migrations and key not in known
    ]
    return sorted(
        f"{app}.{name}"
        for app, name in newer
        if getattr(loader.disk_migrations[app, name], "contract", "")
    )


def preflight():
    """Yields a Symptom for everything that speaks against upgrading now."""
    if sys.version_info < OLDEST_PYTHON:
        yield Symptom(
            "Python 低于 3.11。", "请安装 Python 3.11 或更新的版本，再运行 make install。"
        )
    try:
        connection.check_database_version_supported()
    except NotSupportedError as error:
        yield Symptom(f"数据库版本过低：{error}", "请先备份并升级数据库服务器。")
    needed = _size_of_installation() * 2 + 500_000_000
    for place in {Path(settings.DATA_DIR), Path(settings.BACKUP_DIR)}:
        folder = next(each for each in (place, *place.parents) if each.exists())
        if (free := shutil.disk_usage(folder).free) < needed:
            yield Symptom(
                f"{place} 只剩 {free / 1e9:.1f} GB，备份和升级需要 {needed / 1e9:.1f} GB。",
                "请清理磁盘，或把 BACKUP_DIR 指到别处。",
            )
    executor = MigrationExecutor(connection)
    known = set(executor.loader.disk_migrations)
    if unknown := [
        f"{app}.{name}"
        for app, name in executor.loader.applied_migrations
        if (app, name) not in known
    ]:
        yield Symptom(
            f"数据库来自更新的版本：程序不认识 {'、'.join(sorted(unknown)[:3])}。",
            "请使用与数据库相同或更新版本的程序。",
        )
    yield from customising.against_upgrading()


def _size_of_installation():
    """Bytes of database and media: what a backup has to hold."""
    media = sum(
        path.stat().st_size for path in Path(settings.MEDIA_ROOT).rglob("*") if path.is_file()
    )
    if connection.vendor == "sqlite":
        return media + Path(connection.settings_dict["NAME"]).stat().st_size
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_database_size(current_database())")
        return media + cursor.fetchone()[0]


def migrate(*, on_wait=lambda number: None, pause=PAUSE):
    """Apply what is pending. Each migration is a transaction of its own, so a try goes on where the
    last one stopped.

    Raises CommandError where a table stays in use through all tries; nothing is half done then.
    """
    if connection.vendor != "postgresql":
        call_command("migrate", interactive=False, verbosity=0)
        return
    for number in range(1, TRIES + 1):
        with connection.cursor() as cursor:
            cursor.execute(f"SET lock_timeout = '{LOCK_TIMEOUT}'; SET statement_timeout = 0")
        try:
            call_command("migrate", interactive=False, verbosity=0)
        except OperationalError as error:
            if getattr(error.__cause__, "pgcode", None) != _LOCK_NOT_AVAILABLE:
                raise
            on_wait(number)
            time.sleep(pause)
        else:
            return
        finally:
            connection.close()  # the next connection has the settings' own limits again
    raise CommandError(
        "有数据表一直被占用，数据库没有改完，已完成的步骤都有效。请在访问较少时再运行一次。"
    )
