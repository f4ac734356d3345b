"""From a backup to a working portal in an empty place, which then proves itself."""

import os
import shutil
import tempfile
from pathlib import Path

from django.conf import settings
from django.core.management.base import CommandError
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.recorder import MigrationRecorder

from ledger.models import Entry
from portal.machines import modes
from portal.machines.nodes import secret_key_digest
from portal.operations import databases, proofs
from portal.operations.archive import unpack
from portal.remedies import encoding_fault


def restore_backup(path, *, progress):
    """Restore into an empty database and an empty media folder; returns the manifest.

    Raises CommandError, before anything is changed, where the place is not empty, or the backup is
    damaged or of the other database.
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
        _forget_later_checkpoints()
    return manifest


def _require_empty_place():
    if not databases.is_empty():
        raise CommandError(
            "数据库不是空的。为了不覆盖任何内容，只能恢复到空的数据库：请指定一个新的 DATABASE_URL 或 DATA_DIR。"
        )
    if fault := encoding_fault(connection):
        raise CommandError(fault)
    root = Path(settings.MEDIA_ROOT)
    if root.is_dir() and any(root.iterdir()):
        raise CommandError(
            f"附件目录 {root} 不是空的。请指定一个新的 DATA_DIR，或先把原来的目录改名。"
        )


def _unknown_migrations(manifest):
    known = {f"{app}.{name}" for app, name in MigrationExecutor(connection).loader.disk_migrations}
    return [name for name in manifest["migrations"] if name not in known]


def _put_media(source):
    target = Path(settings.MEDIA_ROOT)
    if source.is_dir():
        shutil.copytree(source, target, dirs_exist_ok=True)
        modes.mend(modes.wanted_of_media(target))


def _forget_later_checkpoints():
    """What this machine saw of the register after the backup was made is put aside, not lost: the
    witnesses outside have the same.
    """
    place = Path(settings.LEDGER_MEMORY_FILE)
    if place.exists():
        place.replace(place.with_name(f"{place.name}.before-restore"))


def _put_keys(source):
    """The keys of the backup, in the place of whatever keys this empty place was given; those stay
    beside them.
    """
    places = {
        "secret-key": Path(settings.SECRET_KEY_FILE),
        "ledger-key": Path(settings.LEDGER_KEY_FILE),
        "confidential-key": Path(settings.CONFIDENTIAL_KEY_FILE),
    }
    for name, place in places.items():
        if (source / name).is_file():
            _put_key(source / name, place)


def _put_key(key, place):
    if place.exists() and place.read_bytes().strip() == key.read_bytes().strip():
        return
    try:
        if place.exists():
            place.replace(place.with_name(f"{place.name}.before-restore"))
        _copy_key(key, place)
    except OSError:  # a container's secret, which nobody can write: `key_faults` says where it lies
        _copy_key(key, Path(settings.DATA_DIR) / f"{key.name}.from-backup")


def _copy_key(key, place):
    place.touch(mode=0o600)
    shutil.copyfile(key, place)
    place.chmod(0o600)


def secret_key_fault(manifest):
    """What to do where this installation signs with another secret key than the one that was backed
    up; empty where it is the same.
    """
    if manifest.get("secret_key") in (None, secret_key_digest()):  # older backups do not say
        return ""
    place, aside = (
        Path(settings.SECRET_KEY_FILE),
        Path(settings.DATA_DIR) / "secret-key.from-backup",
    )
    if place.is_file() and secret_key_digest(place.read_text().strip()) == manifest["secret_key"]:
        instead = "环境变量 SECRET_KEY 不是备份时的密钥：请去掉它，备份中的密钥已放在"
        return f"{instead} {place}。" if os.environ.get("SECRET_KEY") else ""
    if aside.is_file():
        return f"备份中的密钥放不进 {place}，已放在 {aside}：请把它复制过去，再删去它。"
    return (
        f"这里的密钥不是备份时的那个。请把另外保存的 secret-key 放到 {place}（属主为运行服务的账号，权限 600）。"
        "已经找不到的，平台可以启用，但所有人的备用码和旧版保存的动态口令都作废："
        "请对每个设置过的人运行 manage.py reset_second_factor 账号。"
    )


def faults_against(manifest, *, progress=lambda what: None):
    """What differs from the backup, as sentences; empty where the restored portal is the one that
    was backed up.

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
    if manifest["register"] != (
        {"sequence": head.sequence, "entry_hash": head.entry_hash} if head else None
    ):
        faults.append("登记簿的最后一条与备份不一致。")
    if manifest["frame"] != proofs.frame():
        progress("公众页面：跳过，这里的站点设置或程序版本与备份时不同")
        return faults
    progress("公众页面")
    return faults + proofs.page_faults(manifest["pages"])


def _is_of_the_same_version(manifest):
    applied = MigrationRecorder(connection).applied_migrations()
    return manifest["migrations"] == sorted(f"{app}.{name}" for app, name in applied)
