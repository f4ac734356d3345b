import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection

from portal.identity import VARIABLES

ROOT = Path(settings.BASE_DIR)
OPERATIONS = ROOT / "docs" / "operations.md"
SECRET_KEY = "only-for-these-tests-0123456789-abcdefghijklmnopqrstuvwxyz"


def start(tmp_path, **variables):
    """Start the portal as `manage.py` does, with these variables and no others of ours."""
    environment = {"PATH": os.environ["PATH"], "DATA_DIR": str(tmp_path), "SECRET_KEY": SECRET_KEY}
    environment["DATABASE_URL"] = f"sqlite:///{tmp_path}/db.sqlite3"
    return subprocess.run(
        [sys.executable, "manage.py", "check", *variables.pop("arguments", ())],
        cwd=ROOT,
        env={**environment, **variables},
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )


@pytest.mark.any_database
@pytest.mark.parametrize(
    ("variables", "sentence"),
    [
        (
            {"DATABASE_URL": "mysql://root@localhost/portal"},
            "DATABASE_URL 只支持 sqlite:/// 和 postgres:// 两种地址",
        ),
        ({"DATABASE_URL": ""}, "DATABASE_URL 只支持 sqlite:/// 和 postgres:// 两种地址"),
        ({"DATABASE_URL": "songbei"}, "DATABASE_URL 只支持 sqlite:/// 和 postgres:// 两种地址"),
        (
            {"DATABASE_URL": "postgres://lantai@127.0.0.1:port/lantai"},
            "环境变量 DATABASE_URL 的值无法识别",
        ),
        ({"TRUSTED_PROXY_COUNT": "abc"}, "环境变量 TRUSTED_PROXY_COUNT 的值无法识别"),
        ({"HTTPS": "ture"}, "环境变量 HTTPS 的值无法识别（ture，只能写 1 或 0）"),
        ({"CACHE_URL": "rediss-cluster://127.0.0.1"}, "环境变量 CACHE_URL 的值无法识别"),
        ({"LOG_LEVEL": "chatty"}, "LOG_LEVEL 只能是 DEBUG、INFO、WARNING、ERROR、CRITICAL 之一"),
        ({"METRICS_TOKEN": "secret"}, "METRICS_TOKEN 太短"),
        ({"LOG_FORMAT": "xml"}, "LOG_FORMAT 只能是 json 或 line"),
        ({"DATA_DIR": "/dev/null/portal"}, "数据目录 /dev/null/portal 无法写入"),
        ({"SECRET_KEY": ""}, "没有密钥。请运行 make install 自动生成"),
    ],
)
def test_a_bad_value_stops_the_start_with_a_sentence_that_names_its_remedy(
    tmp_path, variables, sentence
):
    stopped = start(tmp_path, **variables)
    assert stopped.returncode == 1
    assert sentence in stopped.stderr
    assert "Traceback" not in stopped.stderr


@pytest.mark.any_database
def test_an_empty_secret_key_file_counts_as_no_key(tmp_path):
    (tmp_path / "secret-key").write_text("\n")
    assert "没有密钥" in start(tmp_path, SECRET_KEY="").stderr


@pytest.mark.any_database
def test_the_secret_key_may_come_from_a_file(tmp_path):
    (tmp_path / "key").write_text(SECRET_KEY + "\n")
    assert start(tmp_path, SECRET_KEY="", SECRET_KEY_FILE=str(tmp_path / "key")).returncode == 0


@pytest.mark.any_database
def test_what_is_safe_is_the_default(tmp_path):
    named = {
        "SITE_NAME": "示例区人民政府",
        "SITE_ID_CODE": "0000000000",
        "SITE_ORGANISER": "示例区人民政府办公室",
    }
    named |= {"SITE_DOMAIN": "www.example.gov.cn", "ALLOWED_HOSTS": "www.example.gov.cn"}
    started = start(tmp_path, **named, arguments=["--deploy", "--fail-level", "WARNING"])
    assert started.returncode == 0, started.stderr


@pytest.mark.any_database
def test_check_names_in_chinese_what_only_the_installation_can_say_and_the_remedy(tmp_path):
    checked = start(tmp_path, arguments=["--deploy"])
    assert checked.returncode == 0
    assert "网站信息还没有填写：网站名称、网站标识码、网站域名、主办单位" in checked.stderr
    assert "请运行 manage.py set_up" in checked.stderr
    assert "ALLOWED_HOSTS 只有本机" in checked.stderr
    assert "没有设置 SITE_ORIGIN" in checked.stderr


@pytest.mark.parametrize("name", ["lantai.env.example", "container/portal.env.example"])
def test_the_examples_name_what_the_law_has_printed(name):
    example = (ROOT / "deploy" / name).read_text(encoding="utf-8")
    for variable in VARIABLES.values():
        assert variable == "SITE_PLATFORM" or f"{variable}=" in example


@pytest.mark.django_db
@pytest.mark.skipif(connection.vendor != "sqlite", reason="SQLite only")
@pytest.mark.parametrize(
    ("pragma", "value"),
    [("journal_mode", "wal"), ("synchronous", 2), ("foreign_keys", 1), ("busy_timeout", 20_000)],
)
def test_sqlite_keeps_every_acknowledged_publication(pragma, value):
    with connection.cursor() as cursor:
        cursor.execute(f"PRAGMA {pragma}")
        assert cursor.fetchone() == (value,)


@pytest.mark.skipif(connection.vendor != "sqlite", reason="SQLite only")
def test_sqlite_writers_queue_and_readers_survive_a_full_disk():
    assert connection.settings_dict["OPTIONS"]["transaction_mode"] == "IMMEDIATE"
    assert connection.settings_dict["CONN_MAX_AGE"] is None


@pytest.mark.django_db
@pytest.mark.skipif(connection.vendor != "postgresql", reason="PostgreSQL only")
@pytest.mark.parametrize(
    ("option", "value"),
    [
        ("statement_timeout", "30s"),
        ("lock_timeout", "10s"),
        ("idle_in_transaction_session_timeout", "1min"),
    ],
)
def test_no_statement_on_postgresql_waits_for_ever(option, value):
    with connection.cursor() as cursor:
        cursor.execute(f"SHOW {option}")
        assert cursor.fetchone() == (value,)


@pytest.mark.skipif(connection.vendor != "postgresql", reason="PostgreSQL only")
def test_postgresql_connections_are_kept_and_looked_at_before_use():
    assert connection.settings_dict["CONN_MAX_AGE"] == 300
    assert connection.settings_dict["CONN_HEALTH_CHECKS"] is True
    assert connection.settings_dict["OPTIONS"]["connect_timeout"] == 3


def documented(heading):
    """The variables of the table under a heading of docs/operations.md."""
    section = OPERATIONS.read_text(encoding="utf-8").split(f"\n### {heading}\n")[1].split("\n#")[0]
    return re.findall(r"^\| `?([A-Z_]+)`? \|", section, re.MULTILINE)


@pytest.mark.parametrize(
    ("heading", "source", "pattern"),
    [
        (
            "Variables of the portal",
            "portal/settings.py",
            r'read(?:_not_negative\(|_networks\(|\("\w+", )"([A-Z_]+)"',
        ),
        ("Variables of the server", "deploy/gunicorn.conf.py", r"environ\.get\([\"']([A-Z_]+)"),
    ],
)
def test_the_operations_manual_lists_every_variable_once_and_no_other(heading, source, pattern):
    read = re.findall(pattern, (ROOT / source).read_text(encoding="utf-8"))
    assert read
    assert sorted(documented(heading)) == sorted(set(read))


# What the manual calls the kind of a value that the settings read in this way; a text may be called
# by what it names.
KINDS = {
    "int": {"whole number"},
    "not_negative": {"whole number"},
    "bool": {"yes or no"},
    "list": {"list"},
    "networks": {"list"},
}
KINDS |= {"db_url": {"address"}, "cache_url": {"address"}, "email_url": {"address"}}
OF_TEXT = {"text", "secret text", "path", "address", "one of a few"}
ROW = re.compile(r"^\| `?([A-Z_]+)`? \| ([^|]+) \| [^|]+ \| ([^|]+) \| [^|]+ \|$", re.MULTILINE)
ROWS = {
    name: (kind, example)
    for name, kind, example in ROW.findall(OPERATIONS.read_text(encoding="utf-8"))
}


def test_the_operations_manual_says_the_kind_that_is_read():
    source = (ROOT / "portal/settings.py").read_text(encoding="utf-8")
    read = [
        (name, kind)
        for kind, name in re.findall(r'read_(not_negative|networks)\("([A-Z_]+)"', source)
    ]
    read += [(name, kind) for kind, name in re.findall(r'read\("(\w+)", "([A-Z_]+)"', source)]
    assert len(read) > 50
    wrong = [
        (name, kind, ROWS[name][0])
        for name, kind in read
        if ROWS[name][0] not in KINDS.get(kind, OF_TEXT)
    ]
    assert wrong == []


@pytest.mark.any_database
def test_a_portal_starts_with_every_example_of_the_operations_manual(tmp_path):
    written = {
        name: example.strip("`") for name, (_, example) in ROWS.items() if example.startswith("`")
    }
    assert {name for name in ROWS if name not in written} == {
        "SECRET_KEY",
        "METRICS_TOKEN",
    }  # nobody copies a secret
    started = start(tmp_path, **written | {"DATA_DIR": str(tmp_path)})
    assert started.returncode == 0, started.stderr
