"""From a backup to a working portal in an empty place, which then proves itself."""

import shutil
import tempfile
from pathlib import Path

from django.conf import settings
from django.core.management.base import CommandError
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.recorder import MigrationRecorder

from ledger.models import Entry
from portal.operations import databases, proofs
from portal.operations.archive import unpack


def restore_backup(path, *, progress):
    """Restore into an empty database and an empty media folder; returns the manifest.

    Raises CommandError, before anything is changed, where the place is not empty, or the backup is damaged or of the other database.
    """
    _require_empty_place()
    Path(settings.DATA_DIR).mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=settings.DATA_DIR, prefix=".restore-") as folder:
        manifest = unpack(path, folder, progress=progress)
        if manifest["vendor"] != connection.vendor:
            raise CommandError(
                f"备份来自 {manifest['vendor']}，这里的数据库是 {connection.vendor}：请改 DATABASE_URL 后再恢复。"
            )
        if unknown := _unknown_migrations(manifest):
            raise CommandError(f"备份由更新的版本制作（{unknown[0]}）。请先安装那个版本，再恢复。")
        databases.restore(Path(folder) / databases.NAMES[connection.vendor])
        _put_media(Path(folder) / "media")
        _put_keys(Path(folder) / "keys")
    return manifest


def _require_empty_place():
    if not databases.is_empty():
        raise CommandError(
            "数据库不是空的。为了不覆盖任何内容，只能恢复到空的数据库：请指定一个新的 DATABASE_URL 或 DATA_DIR。"
        )
    root = Path(settings.MEDIA_ROOT)
    if root.is_dir() and any(root.iterdir()):
        raise CommandError(f"附件目录 {root} 不是空的。请指定一个新的 DATA_DIR，或先把原来的目录改名。")


def _unknown_migrations(manifest):
    known = {f"{app}.{name}" for app, name in MigrationExecutor(connection).loader.disk_migrations}
    return [name for name in manifest["migrations"] if name not in known]


def _put_media(source):
    target = Path(settings.MEDIA_ROOT)
    if source.is_dir():
        shutil.copytree(source, target, dirs_exist_ok=True)
        for path in target.rglob("*"):
            path.chmod(0o750 if path.is_dir() else 0o640)


def _put_keys(source):
    """Keys of the backup, where this installation has none of its own yet."""
    places = {"secret-key": Path(settings.DATA_DIR) / "secret-key", "ledger-key": Path(settings.LEDGER_KEY_FILE)}
    for name, place in places.items():
        if (source / name).is_file() and not place.exists():
            shutil.copyfile(source / name, place)
            place.chmod(0o600)


def faults_against(manifest, *, progress=lambda what: None):
    """What differs from the backup, as sentences; empty where the restored portal is the one that was backed up.

    Tables are compared only before `migrate` has changed them.
    """
    faults = []
    progress("数据表")
    with databases.plain_cursor() as cursor:
        present = databases.tables(cursor)
    if _is_of_the_same_version(manifest):
        faults += [
            f"数据表 {name}：备份中 {expected['rows']} 行，恢复后 {present.get(name, {}).get('rows', 0)} 行，内容不一致。"
            for name, expected in manifest["tables"].items()
            if present.get(name) != expected
        ]
    progress("登记簿末条")
    head = Entry.objects.head()
    if manifest["register"] != ({"sequence": head.sequence, "entry_hash": head.entry_hash} if head else None):
        faults.append("登记簿的最后一条与备份不一致。")
    if manifest["frame"] != proofs.frame():
        progress("公众页面：跳过，这里的站点设置或程序版本与备份时不同")
        return faults
    progress("公众页面")
    return faults + proofs.page_faults(manifest["pages"])


def _is_of_the_same_version(manifest):
    applied = MigrationRecorder(connection).applied_migrations()
    return manifest["migrations"] == sorted(f"{app}.{name}" for app, name in applied)
