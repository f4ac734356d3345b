"""What an error means for whoever keeps an installation: a sentence in Chinese with what to do."""

import errno
import os
import subprocess
import sys

import pytest
from django.conf import settings
from django.core.management import call_command
from django.core.management.base import SystemCheckError
from django.db import DatabaseError, OperationalError, connection

from portal.remedies import encoding_fault, sentence_for, timeouts_fault
from portal.tests.served import MIGRATED, installation

# What the servers said when it was tried.
SAID = {
    'connection to server at "127.0.0.1", port 6432 failed: FATAL:  unsupported startup parameter: options': "ignore_startup_parameters",
    'cursor "_django_curs_140_sync_1" does not exist': "pool_mode = session",
    'prepared statement "lantai_1" does not exist': "pool_mode = session",
    'prepared statement "lantai_1" already exists': "pool_mode = session",
    'FATAL:  password authentication failed for user "lantai"': "%40",
    'FATAL:  database "lantai" does not exist': "createdb",
    'FATAL:  role "lantai" does not exist': "createuser",
    "permission denied for schema public": "OWNER TO",
    'connection to server at "127.0.0.1", port 5432 failed: Connection refused': "systemctl status postgresql",
    'connection to server on socket "/var/run/postgresql/.s.PGSQL.5432" failed: Is the server running locally': "systemctl status",
    'could not translate host name "db" to address: Name or service not known': "主机名",
    "FATAL:  sorry, too many clients already": "max_connections",
    "attempt to write a readonly database": "lantai-manage",
    "unable to open database file": "lantai-manage",
    "database or disk is full": "磁盘已满",
    "file is not a database": "恢复",
}


@pytest.mark.parametrize("said", SAID)
def test_what_a_database_says_has_a_remedy(said):
    sentence = sentence_for(OperationalError(said))
    assert SAID[said] in sentence
    assert said[:40] in sentence  # for whoever is asked for help


@pytest.mark.parametrize("number", [errno.EACCES, errno.EROFS, errno.ENOSPC, errno.EPERM])
def test_a_folder_that_cannot_be_written_is_named(number):
    sentence = sentence_for(OSError(number, os.strerror(number), "/var/lib/lantai/media"))
    assert "/var/lib/lantai/media" in sentence
    assert "请" in sentence


def test_an_error_of_ours_stays_one():
    assert sentence_for(DatabaseError('syntax error at or near "SELEC"')) == ""
    assert sentence_for(ValueError("x")) == ""
    assert sentence_for(BrokenPipeError(errno.EPIPE, "Broken pipe")) == ""


def manage(*words, **environment):
    return subprocess.run(
        [sys.executable, "manage.py", *words],
        cwd=settings.BASE_DIR,
        env={**os.environ, "SECRET_KEY": "x" * 50, "DEMO": "1", **environment},
        capture_output=True,
        text=True,
        check=False,
    )


def test_a_database_that_is_not_there_is_said_without_a_traceback(tmp_path):
    address = "postgres://lantai:word@127.0.0.1:1/lantai"
    done = manage("migrate", DATABASE_URL=address, DATA_DIR=str(tmp_path))
    assert done.returncode == 1
    assert "systemctl status postgresql" in done.stderr
    assert "Traceback" not in done.stderr
    assert (
        "Traceback"
        in manage("migrate", "--traceback", DATABASE_URL=address, DATA_DIR=str(tmp_path)).stderr
    )


def test_a_folder_for_backups_that_is_a_file_or_closed_is_said(tmp_path_factory):
    """As root nothing is closed, so a folder of the kernel's stands for one that is read-only."""
    with installation(tmp_path_factory.mktemp("closed"), "closed", like=MIGRATED) as portal:
        done = portal.run("backup", BACKUP_DIR="/proc/1/lantai")
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    assert "/proc/1/lantai" in done.stderr


@pytest.mark.django_db(transaction=True)
def test_a_database_that_is_not_utf_8_is_refused_before_anything_is_made():
    if connection.vendor != "postgresql":
        assert encoding_fault(connection) == ""
        return
    assert encoding_fault(connection) == ""
    assert timeouts_fault(connection) == ""
    with connection.cursor() as cursor:
        cursor.execute("DROP DATABASE IF EXISTS plain_ascii")
        cursor.execute(
            "CREATE DATABASE plain_ascii TEMPLATE template0 ENCODING 'SQL_ASCII' LOCALE_PROVIDER libc LOCALE 'C'"
        )
    name = connection.settings_dict["NAME"]
    try:
        connection.close()
        connection.settings_dict["NAME"] = "plain_ascii"
        with pytest.raises(SystemCheckError, match="--encoding UTF8"):
            call_command("migrate", verbosity=0, skip_checks=False)
        assert connection.introspection.table_names() == []
    finally:
        connection.close()
        connection.settings_dict["NAME"] = name
        with connection.cursor() as cursor:
            cursor.execute("DROP DATABASE plain_ascii")


@pytest.mark.parametrize(
    ("data", "code", "said"),
    [
        ("\ufeffSITE_NAME=青山区人民政府\n".encode(), 0, "青山区人民政府"),
        ("SITE_NAME=青山区人民政府\n".encode("gbk"), 1, "不是 UTF-8 编码"),
        ("SITE_NAME=青山区人民政府\n".encode("utf-16"), 1, "不是 UTF-8 编码"),
    ],
    ids=["BOM", "GBK", "UTF-16"],
)
def test_a_file_of_variables_from_windows_is_read_or_refused_with_a_sentence(
    data, code, said, tmp_path
):
    """The code in another folder, so that its `.env` is this one."""
    for name in (
        "portal",
        "manage.py",
        "catalog",
        "disclosure",
        "inquiries",
        "ledger",
        "workdays",
        "static",
        "templates",
    ):
        (tmp_path / name).symlink_to(settings.BASE_DIR / name)
    (tmp_path / "portal").unlink()
    (tmp_path / "portal").mkdir()
    for one in (settings.BASE_DIR / "portal").iterdir():
        target = tmp_path / "portal" / one.name
        target.write_text(one.read_text()) if one.name in (
            "settings.py",
            "__init__.py",
        ) else target.symlink_to(one)
    (tmp_path / ".env").write_bytes(data)
    code_to_run = "from portal import settings; print(settings.SITE['name'])"
    own = ("SITE_NAME", "DJANGO_SETTINGS_MODULE")
    done = subprocess.run(
        [sys.executable, "-c", code_to_run],
        cwd=tmp_path,
        env={
            **{k: v for k, v in os.environ.items() if k not in own},
            "SECRET_KEY": "x" * 50,
            "DATA_DIR": str(tmp_path),
        },
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == code
    assert said in done.stdout + done.stderr
