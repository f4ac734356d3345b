"""Backup of a running portal, restore into an empty place, and proof of both."""

import json
import sqlite3
import tarfile
import urllib.request
from pathlib import Path

import pytest
from django.db import connection

from disclosure.tests.builders import make_draft, make_public
from ledger.models import Entry
from portal.machines.nodes import secret_key_digest
from portal.operations import databases, restoring
from portal.operations.archive import key_files, unpack
from portal.tests.served import collect_static, installation


@pytest.fixture(scope="module")
def backup(demonstration, tmp_path_factory):
    """A backup taken from the portal while it serves: views of a page it proves are not rolled up
    yet, and a file was made of it.
    """
    for address in ("/reports/songbei/2025/", "/reports/songbei/2025.docx"):
        request = urllib.request.Request(
            f"{demonstration}{address}", headers={"User-Agent": "Mozilla/5.0"}
        )
        urllib.request.urlopen(request).read()
    file = tmp_path_factory.mktemp("backup") / "lantai.tar"
    demonstration.manage("backup", file)
    return file


@pytest.fixture
def empty_place(tmp_path_factory):
    """Another installation, as `make install` leaves it: static files, no content."""
    folder = tmp_path_factory.mktemp("restored")
    with installation(folder, "restored") as portal:
        collect_static(portal, folder)
        yield portal


ONE_PUBLIC = (
    "[{'item': item.pk, 'created_at': item.created_at.isoformat(), 'index_number': item.index_number}"
    " for item in Item.objects.published().filter(annual_report=None)[:1]][0]"
)


def test_a_restored_portal_proves_itself_equal(demonstration, backup, empty_place):
    removed = demonstration.ask(ONE_PUBLIC)
    beside = backup.with_name(
        "removals.jsonl"
    )  # what has been removed since, as every tick writes it
    beside.write_text(
        json.dumps({"key": "x", "kind": "removed", "at": "2027-01-01", "reason": "判决"} | removed)
    )
    said = empty_place.manage("restore", backup)
    assert "全部核验通过" in said
    assert f"重新办理：{removed['index_number']}" in said
    number = removed["index_number"]
    assert empty_place.ask(
        f"[*Item.objects.filter(index_number='{number}').values_list('is_removed_by_law', 'body')]"
    ) == [[True, ""]]
    assert "跳过" not in said  # the pages were compared too
    numbers = "list(Item.objects.order_by('pk').values_list('index_number', 'view_count'))"
    assert empty_place.ask(numbers) == demonstration.ask(numbers)
    assert "4 处" not in empty_place.manage("verify")
    again = empty_place.run("restore", backup)
    assert again.returncode == 1
    assert "数据库不是空的" in again.stderr


def test_a_damaged_backup_changes_nothing(backup, empty_place, tmp_path):
    damaged = tmp_path / "damaged.tar"
    data = bytearray(backup.read_bytes())
    data[
        data.index(b"SQLite format 3") + 5000
        if b"SQLite format 3" in data
        else data.index(b"PGDMP") + 5000
    ] ^= 1
    damaged.write_bytes(data)
    refused = empty_place.run("restore", damaged)
    assert refused.returncode == 1
    assert "与清单不符" in refused.stderr or "不能使用" in refused.stderr
    assert empty_place.run("verify", "--backup", damaged).returncode == 1
    assert (
        empty_place.ask("__import__('django.db').db.connection.introspection.table_names()") == []
    )


def test_the_manifest_names_every_file_and_no_key(backup, demonstration):
    with tarfile.open(backup) as tar:
        names = set(tar.getnames())
        manifest = json.load(tar.extractfile("MANIFEST.json"))
    assert names == {*manifest["files"], "MANIFEST.json"}
    assert not [name for name in names if "key" in name]
    assert len(manifest["pages"]) >= 15
    assert manifest["tables"]["disclosure_item"]["rows"] == demonstration.ask(
        "Item.objects.count()"
    )


def unpack_with(passphrase, file, folder, settings):
    settings.BACKUP_PASSPHRASE_FILE = str(passphrase)
    folder.mkdir()
    unpack(file, folder, progress=lambda done, total, what: None)


def test_an_encrypted_backup_holds_the_keys_and_opens_only_with_the_passphrase(
    demonstration, tmp_path, settings
):
    passphrase, file = tmp_path / "passphrase", tmp_path / "lantai.tar.sealed"
    passphrase.write_text("松北区备份示例口令-2026")
    demonstration.manage("backup", file, BACKUP_PASSPHRASE_FILE=str(passphrase))
    assert not tarfile.is_tarfile(file)
    assert "备份完整" in demonstration.manage(
        "verify", "--backup", file, BACKUP_PASSPHRASE_FILE=str(passphrase)
    )
    unpack_with(passphrase, file, tmp_path / "unpacked", settings)
    assert (tmp_path / "unpacked/keys/secret-key").read_text().strip() == demonstration.environment[
        "SECRET_KEY"
    ]
    ledger_key = (
        Path(demonstration.environment["DATA_DIR"]) / "ledger-key"
    )  # made with the first checkpoint
    assert (tmp_path / "unpacked/keys/ledger-key").is_file() == ledger_key.is_file()
    refused = demonstration.run("verify", "--backup", file)
    assert refused.returncode == 1
    assert "加密" in refused.stderr


@pytest.fixture
def keys(tmp_path, settings):
    """An installation's key files, and a folder with those of its backup."""
    settings.DATA_DIR, settings.SECRET_KEY_FILE = tmp_path, tmp_path / "secret-key"
    settings.LEDGER_KEY_FILE = tmp_path / "ledger-key"
    (tmp_path / "keys").mkdir()
    (tmp_path / "keys/secret-key").write_text("of the backup\n")
    (tmp_path / "keys/ledger-key").write_text("signs the register")
    return tmp_path


def test_keys_of_the_backup_replace_those_an_empty_place_was_given(keys):
    """Without a key no command starts, so `make install` has made one: it protects nothing yet."""
    (keys / "secret-key").write_text("made by make install")
    restoring._put_keys(keys / "keys")
    assert (keys / "secret-key").read_text() == "of the backup\n"
    assert (keys / "secret-key.before-restore").read_text() == "made by make install"
    assert (keys / "ledger-key").read_text() == "signs the register"
    assert {(keys / name).stat().st_mode & 0o777 for name in ("secret-key", "ledger-key")} == {
        0o600
    }
    assert restoring.secret_key_fault({"secret_key": secret_key_digest("of the backup")}) == ""


def test_keys_that_are_there_already_stay_as_they_are(keys):
    (keys / "secret-key").write_text("of the backup")
    restoring._put_keys(keys / "keys")
    assert not (keys / "secret-key.before-restore").exists()


def test_a_place_for_keys_that_cannot_be_written_is_said(keys, settings):
    settings.SECRET_KEY_FILE = keys / "no-such-folder/secret-key"
    restoring._put_keys(keys / "keys")
    assert (keys / "secret-key.from-backup").read_text() == "of the backup\n"
    fault = restoring.secret_key_fault({"secret_key": secret_key_digest("of the backup")})
    assert "secret-key.from-backup" in fault


def test_a_secret_key_that_is_not_that_of_the_backup_is_said_with_what_it_costs(keys):
    assert (
        restoring.secret_key_fault({"secret_key": secret_key_digest("another")}).count(
            "reset_second_factor"
        )
        == 1
    )
    assert restoring.secret_key_fault({"secret_key": secret_key_digest()}) == ""
    assert restoring.secret_key_fault({}) == ""  # a backup of a version before


def test_a_secret_key_of_the_environment_that_hides_the_right_one_is_said(keys, monkeypatch):
    (keys / "secret-key").write_text("of the backup")
    monkeypatch.setenv("SECRET_KEY", "another")
    assert "请去掉" in restoring.secret_key_fault(
        {"secret_key": secret_key_digest("of the backup")}
    )


def test_a_secret_key_of_the_environment_is_backed_up_too(tmp_path, settings):
    settings.SECRET_KEY, settings.LEDGER_KEY_FILE = "from the environment", tmp_path / "none"
    files = key_files(tmp_path)
    assert {name: path.read_text() for name, path in files.items()} == {
        "keys/secret-key": "from the environment\n"
    }
    assert files["keys/secret-key"].stat().st_mode & 0o777 == 0o600


def test_only_the_newest_are_kept(demonstration, tmp_path):
    for number in range(3):
        (tmp_path / f"lantai-2026010{number}-000000.tar").write_bytes(b"")
    demonstration.manage("backup", "--keep", "2", BACKUP_DIR=str(tmp_path))
    names = sorted(path.name for path in tmp_path.glob("lantai-*"))
    assert len(names) == 2
    assert names[0] == "lantai-20260102-000000.tar"


@pytest.mark.django_db
def test_the_head_of_the_register_is_that_of_the_copy():
    """The portal publishes while a backup is taken: its own head is a later one (found by restoring
    such backups).
    """
    make_public(make_draft())
    copy = sqlite3.connect(":memory:")
    copy.execute("CREATE TABLE ledger_entry (sequence INTEGER, entry_hash TEXT)")
    assert databases.register_head(copy.cursor()) is None
    copy.execute("INSERT INTO ledger_entry VALUES (1, 'a'), (2, 'b')")
    assert databases.register_head(copy.cursor()) == {"sequence": 2, "entry_hash": "b"}
    with connection.cursor() as cursor:
        newest = Entry.objects.head()
        assert databases.register_head(cursor) == {
            "sequence": newest.sequence,
            "entry_hash": newest.entry_hash,
        }
