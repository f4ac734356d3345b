"""The package for the archive and the library (条例 Art. 25)."""

import csv
import datetime as dt
import io
import json
import subprocess
import sys
import zipfile

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction
from django.utils import timezone

from disclosure.acts import record_first_revision
from disclosure.acts.registering import record_revision
from disclosure.choices import Status
from disclosure.tests.builders import make_attachment, make_item, make_report
from ledger.models import Act

pytestmark = pytest.mark.django_db
MARCH = timezone.make_aware(dt.datetime(2025, 3, 3))


@pytest.fixture
def items(shelves, government):
    one = make_item(
        "甲", department=government, body="<p>正文</p>", summary="概述", published_at=MARCH
    )
    make_attachment(one, "附表.txt", b"table")
    record_first_revision(item=one)
    report = make_report(2024, department=government, published_at=MARCH, index_number="旧/../号")
    make_item("早先的", department=government, published_at=MARCH.replace(year=2024))
    make_item("未公开的", department=government, published_at=MARCH, status=Status.DRAFT)
    gone = make_item(
        "撤回的",
        status=Status.WITHDRAWN,
        withdrawn_at=MARCH.replace(month=5),
        withdrawal_reason="有误",
    )
    return one, report.item, gone


def write(tmp_path, *options, name="包.zip"):
    call_command(
        "deposit_package", tmp_path / name, "--format", "html", "json", *options, verbosity=0
    )
    return zipfile.ZipFile(tmp_path / name)


def rows(package, name):
    return list(csv.reader(io.StringIO(package.read(name).decode("utf-8-sig"), newline="")))


def test_it_holds_the_years_items_and_nothing_else(items, tmp_path):
    one, report, gone = items
    package = write(tmp_path, "--year", "2025")
    folder = one.index_number.replace("/", "_")
    names = package.namelist()
    assert json.loads(package.read(f"items/{folder}/{folder}.json"))["title"] == "甲"
    assert package.read(f"items/{folder}/attachments/01-附表.txt") == b"table"
    assert (
        len([name for name in names if name.endswith(".json") and name.startswith("items/")]) == 2
    )
    assert not [name for name in names if ".." in name.split("/")]
    everything = b"".join(
        package.read(name) for name in names if name.startswith(("items/", "catalogue.csv"))
    ).decode()
    assert "未公开的" not in everything
    assert "早先的" not in everything
    assert rows(package, "catalogue.csv")[0][:4] == ["索引", "名称", "内容概述", "生成日期"]
    assert {row[0] for row in rows(package, "catalogue.csv")[1:]} == {
        one.index_number,
        report.index_number,
    }
    assert rows(package, "withdrawn.csv")[1][0::2] == [gone.index_number, "有误"]
    assert "2 条" in package.read("README.txt").decode("utf-8-sig")


def test_it_proves_itself_without_us_and_is_the_same_again(items, tmp_path):
    package = write(tmp_path, "--year", "2025")
    package.extractall(tmp_path / "out")
    done = subprocess.run(
        [sys.executable, "verify_export.py"], cwd=tmp_path / "out", capture_output=True, check=False
    )
    assert done.returncode == 0, done.stdout.decode()
    assert "发现 0 个问题" in done.stdout.decode()
    write(tmp_path, "--year", "2025", name="again.zip")
    assert (tmp_path / "again.zip").read_bytes() == (tmp_path / "包.zip").read_bytes()


def test_since_a_day_takes_what_was_published_or_corrected_then(items, tmp_path):
    with transaction.atomic():
        record_revision(Act.AMEND, items[0], None)
    package = write(tmp_path, "--since", timezone.localdate().isoformat())
    assert [row[1] for row in rows(package, "catalogue.csv")[1:]] == ["甲"]
    assert len(rows(write(tmp_path, "--since", "2025-01-01"), "catalogue.csv")) == 3
    assert len(rows(write(tmp_path, "--since", "2025-04-01"), "withdrawn.csv")) == 2


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ([], "--year"),
        (["--year", "1"], "无法识别"),
        (["--since", "昨天"], "无法识别"),
        (["--year", "1999"], "没有公开"),
    ],
)
def test_a_bad_choice_says_what_to_do(db, tmp_path, options, words):
    with pytest.raises(CommandError, match=words):
        write(tmp_path, *options)
    assert list(tmp_path.iterdir()) == []
