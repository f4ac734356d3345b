"""A backup: one tar file with a manifest, the database as of one moment, and every file of the
media folder.

MANIFEST.json   what the backup holds: hash of every file, rows and hash of every table, head of the register, 20 pages
database.…      SQLite's own copy, or pg_dump's custom format
media/…         attachments
keys/…          secret key, the register's signing key, keys of personal data; only in an encrypted backup
"""

import json
import os
import shutil
import tarfile
import tempfile
from contextlib import contextmanager
from pathlib import Path, PurePosixPath

from django.conf import settings
from django.core.management.base import CommandError
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.recorder import MigrationRecorder
from django.utils import timezone

from confidential import keyring
from confidential.errors import KeyFileError
from portal.machines.nodes import secret_key_digest
from portal.operations import databases, proofs
from portal.operations.sealing import OpeningReader, SealError, SealingWriter, is_sealed

FORMAT = "lantai-backup-1"
MANIFEST = "MANIFEST.json"


def passphrase():
    """The passphrase of backups, or None where they are not encrypted."""
    if not settings.BACKUP_PASSPHRASE_FILE:
        return None
    path = Path(settings.BACKUP_PASSPHRASE_FILE)
    try:
        words = path.read_text().strip()
    except OSError as error:
        raise CommandError(
            f"备份口令文件 {path} 读不出来（{error.strerror}）。请检查 BACKUP_PASSPHRASE_FILE。"
        ) from None
    if len(words) < 12:
        raise CommandError(f"备份口令文件 {path} 中的口令太短，请使用 12 位以上的口令。")
    return words


def key_files(folder):
    """{name in the archive: path} of the keys. The secret key is written into `folder`: it may have
    come by the environment.
    """
    secret = Path(folder) / "secret-key"
    secret.touch(mode=0o600)
    secret.write_text(f"{settings.SECRET_KEY}\n")
    ledger = Path(settings.LEDGER_KEY_FILE)
    return {"keys/secret-key": secret, **({"keys/ledger-key": ledger} if ledger.is_file() else {})}


def confidential_keys():
    """The keys of personal data on this machine; none where there is no file that can be read
    (`doctor` says so).
    """
    try:
        return keyring.read().keys
    except KeyFileError:
        return ()


def confidential_key_file(folder, before):
    """The same as `key_files()` for the keys of personal data: those of now, and those of `before`
    the database was taken, for a rotation that ended meanwhile has put keys away that the copy of
    the database still needs.
    """
    keys = tuple(dict.fromkeys((*confidential_keys(), *before)))
    if not keys:
        return {}
    place = Path(folder) / "confidential-key"
    place.touch(mode=0o600)
    place.write_text(keyring.KeyRing(keys).text())
    return {"keys/confidential-key": place}


def media_files():
    """{name in the archive: path} of every file in the media folder."""
    root = Path(settings.MEDIA_ROOT)
    return {
        f"media/{path.relative_to(root).as_posix()}": path
        for path in sorted(root.rglob("*"))
        if path.is_file()
    }


def write_backup(target, *, progress):
    """Write a backup to `target`, which appears only when it is whole. Returns the manifest.

    `progress(done, total, what)` is told of bytes written. The database is taken first: files are
    never changed once written, so what the database names is still there when its turn comes.
    """
    secret = passphrase()
    pages = _pages()
    target.parent.mkdir(parents=True, exist_ok=True, mode=0o750)
    partial = target.with_suffix(target.suffix + ".partial")
    try:
        with tempfile.TemporaryDirectory(dir=target.parent, prefix=".backup-") as folder:
            keys_before = confidential_keys()
            with databases.snapshot(folder) as (copy, cursor):
                tables, register = databases.tables(cursor), databases.register_head(cursor)
            again = _pages()  # what changed while the copy was taken proves nothing
            pages = {
                address: digest for address, digest in pages.items() if again.get(address) == digest
            }
            files = {copy.name: copy, **media_files()}
            if secret:
                files |= key_files(folder) | confidential_key_file(folder, keys_before)
            manifest = _manifest(tables, pages, register)
            with _writing(partial, secret) as tar:
                manifest["files"] = _add_files(tar, files, progress)
                _add_text(
                    tar,
                    MANIFEST,
                    json.dumps(manifest, ensure_ascii=False, indent=1, sort_keys=True),
                )
        partial.replace(target)
    finally:
        partial.unlink(missing_ok=True)
    return manifest


def _pages():
    """Digests of public pages; none before an upgrade, when the code asks for columns that the
    tables have not yet.
    """
    executor = MigrationExecutor(connection)
    return (
        {} if executor.migration_plan(executor.loader.graph.leaf_nodes()) else proofs.page_digests()
    )


def _manifest(tables, pages, register):
    return {
        "format": FORMAT,
        "made_at": timezone.localtime().isoformat(timespec="seconds"),
        "vendor": connection.vendor,
        "migrations": sorted(
            f"{app}.{name}" for app, name in MigrationRecorder(connection).applied_migrations()
        ),
        "tables": tables,
        "pages": pages,
        "frame": proofs.frame(),
        "register": register,
        "secret_key": secret_key_digest(),
    }


@contextmanager
def _writing(path, secret):
    with path.open("wb") as raw:
        path.chmod(0o600)
        output = SealingWriter(raw, secret) if secret else raw
        with tarfile.open(fileobj=output, mode="w|", format=tarfile.PAX_FORMAT) as tar:
            yield tar
        if secret:
            output.close()
        raw.flush()


def _add_files(tar, files, progress):
    """Add the files and return {name: {"size", "sha256"}}. A file that went meanwhile (a deleted
    draft's) is left out.
    """
    total, done, found = (
        sum(path.stat().st_size for path in files.values() if path.is_file()),
        0,
        {},
    )
    for name, path in files.items():
        try:
            digest, info = proofs.sha256_of(path), tar.gettarinfo(path, arcname=name)
        except FileNotFoundError:
            continue
        with path.open("rb") as file:
            tar.addfile(info, file)
        found[name] = {"size": info.size, "sha256": digest}
        done += info.size
        progress(done, total, name)
    return found


def _add_text(tar, name, text):
    with tempfile.TemporaryFile() as file:
        file.write(text.encode())
        info = tarfile.TarInfo(name)
        info.size, info.mode = file.tell(), 0o600
        file.seek(0)
        tar.addfile(info, file)


@contextmanager
def _reading(path):
    secret = None
    if is_sealed(path):
        secret = passphrase()
        if secret is None:
            raise CommandError("这份备份是加密的。请用 BACKUP_PASSPHRASE_FILE 指明口令文件后再试。")
    with path.open("rb") as raw:
        source = OpeningReader(raw, secret) if secret else raw
        with tarfile.open(fileobj=source, mode="r|") as tar:
            yield tar


def unpack(path, folder, *, progress):
    """Unpack a backup into `folder` and return its manifest, after every file has been compared
    with it.

    Raises CommandError where the backup is damaged, incomplete or not one of ours.
    """
    total, done, found = path.stat().st_size, 0, {}
    try:
        with _reading(path) as tar:
            for member in tar:
                _write_member(tar, member, _place_of(member, folder))
                done += member.size
                found[member.name] = {
                    "size": member.size,
                    "sha256": proofs.sha256_of(Path(folder) / member.name),
                }
                progress(min(done, total), total, member.name)
    except (tarfile.TarError, SealError, OSError, EOFError) as error:
        raise CommandError(f"备份文件 {path.name} 不能使用：{error}") from None
    return _checked_manifest(folder, found)


def _place_of(member, folder):
    """Where a member goes: a plain file below the folder. Raises CommandError for links, devices,
    folders and ways out.

    Our own check, not `tarfile`'s `filter=`: Python has that only from 3.11.4, and Debian 12 has
    3.11.2.
    """
    parts = PurePosixPath(member.name).parts
    is_inside = (
        parts and not member.name.startswith("/") and ".." not in parts and "\0" not in member.name
    )
    if not member.isreg() or not is_inside:
        raise CommandError(f"备份中有不应出现的内容：{member.name!r}")
    return Path(folder).joinpath(*parts)


def _write_member(tar, member, place):
    """Write the content alone, readable by this account only; owner, mode and times of the archive
    are not taken over.

    A name that comes twice is refused: nothing here is ever written over.
    """
    place.parent.mkdir(parents=True, exist_ok=True)
    with os.fdopen(os.open(place, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        shutil.copyfileobj(tar.extractfile(member), file, 1 << 20)


def _checked_manifest(folder, found):
    found.pop(MANIFEST, None)
    try:
        manifest = json.loads((Path(folder) / MANIFEST).read_text())
    except (OSError, ValueError):
        raise CommandError("备份不完整：没有清单。") from None
    if manifest.get("format") != FORMAT:
        raise CommandError("这不是本平台的备份，或由更新的版本制作。")
    differing = [
        name
        for name in {*found, *manifest["files"]}
        if found.get(name) != manifest["files"].get(name)
    ]
    if differing:
        raise CommandError(
            f"备份中 {len(differing)} 个文件与清单不符：{'、'.join(sorted(differing)[:5])}"
        )
    return manifest
