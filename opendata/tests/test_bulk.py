"""The nightly package holds everything public and nothing else, and says what changed."""

import gzip
import hashlib
import io
import json
import subprocess
import sys
import tarfile
from pathlib import Path

import pytest
from django.core.management import call_command

from disclosure.choices import Status
from disclosure.tests.builders import make_attachment, make_draft, make_item, make_public
from opendata import bulk
from opendata.standalone import verify_package

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _folder(settings, tmp_path):
    settings.DATA_DIR = tmp_path


def lines(client, name):
    response = client.get(f"/data/files/{name}")
    assert response.status_code == 200
    data = b"".join(response.streaming_content)
    described = {file["name"]: file for file in bulk.newest()["files"]}[name]
    assert (len(data), hashlib.sha256(data).hexdigest()) == (described["size"], described["sha256"])
    return [json.loads(line) for line in gzip.decompress(data).splitlines()]


def test_it_holds_everything_public_and_nothing_else(client, shelves):
    public = make_item("公开的", category=shelves["personnel"])
    make_attachment(public, "说明.txt", b"words")
    draft = make_item(
        "草稿秘密", category=shelves["personnel"], status=Status.DRAFT, index_number="D/2026-1"
    )
    make_attachment(draft, "草稿.txt", b"secret")
    gone = make_item("撤回的", category=shelves["personnel"], status=Status.WITHDRAWN)
    call_command("bulk_data")
    assert [row["title"] for row in lines(client, "items.jsonl.gz")] == ["公开的"]
    assert [row["name"] for row in lines(client, "attachments.jsonl.gz")] == ["说明.txt"]
    assert [row["index_number"] for row in lines(client, "withdrawn.jsonl.gz")] == [
        gone.index_number
    ]
    archive = io.BytesIO(b"".join(client.get("/data/files/attachments.tar").streaming_content))
    with tarfile.open(fileobj=archive) as tar:
        assert [tar.extractfile(member).read() for member in tar] == [b"words"]
    catalog = gzip.decompress(
        b"".join(client.get("/data/files/catalog.csv.gz").streaming_content)
    ).decode("utf-8-sig")
    assert catalog.startswith("索引,名称,内容概述,生成日期")
    assert "公开的" in catalog
    assert "秘密" not in catalog
    assert "一次下载全部内容" in client.get("/data/").content.decode()


def test_it_says_what_is_new_changed_and_gone(client, shelves):
    stays = make_item("不变", category=shelves["personnel"])
    changes = make_item("改前", category=shelves["personnel"])
    goes = make_item("撤回", category=shelves["personnel"])
    call_command("bulk_data")
    assert {row["change"] for row in lines(client, "changes.jsonl.gz")} == {"new"}
    type(changes).objects.filter(pk=changes.pk).update(title="改后")
    type(goes).objects.filter(pk=goes.pk).update(
        status=Status.WITHDRAWN, withdrawal_reason="依法", withdrawn_at="2026-01-01T00:00Z"
    )
    new = make_item("新的", category=shelves["personnel"])
    call_command("bulk_data")
    found = {row["index_number"]: row["change"] for row in lines(client, "changes.jsonl.gz")}
    assert found == {
        changes.index_number: "changed",
        goes.index_number: "gone",
        new.index_number: "new",
    }
    assert stays.index_number not in found


def test_the_same_content_is_the_same_file(client, shelves):
    make_item("不变", category=shelves["personnel"])
    call_command("bulk_data")
    first = {file["name"]: file["sha256"] for file in bulk.newest()["files"]}
    call_command("bulk_data")
    second = {file["name"]: file["sha256"] for file in bulk.newest()["files"]}
    first.pop("changes.jsonl.gz"), second.pop("changes.jsonl.gz")
    assert first == second


@pytest.mark.parametrize("name", ["none", "..%2fsecret-key", "hashes", "%00", ".package-x"])
def test_no_other_file_is_given(client, name):
    call_command("bulk_data")
    assert client.get(f"/data/files/{name}").status_code == 404


def saved(client, folder):
    """The package as a reader has it on disk."""
    folder.mkdir()
    for name in ["MANIFEST.json", *(file["name"] for file in bulk.newest()["files"])]:
        (folder / name).write_bytes(b"".join(client.get(f"/data/files/{name}").streaming_content))
    return folder


def verified(folder):
    """What the program says that came with the package, without Django or any other package."""
    command = [sys.executable, "-E", "-S", "verify_package.py"]
    environment = {"PYTHONIOENCODING": "utf-8", "PYTHONUTF8": "1"}
    done = subprocess.run(
        command, cwd=folder, capture_output=True, text=True, env=environment, check=False
    )
    return done.returncode, done.stdout + done.stderr


def test_the_package_brings_what_proves_it(client, shelves, tmp_path):
    draft = make_draft("公开的", category=shelves["personnel"])
    make_attachment(draft, "说明.txt", b"words")
    make_public(draft)
    call_command("bulk_data")
    folder = saved(client, tmp_path / "saved")
    code, said = verified(folder)
    assert code == 0, said
    for words in ("登记簿 1 条", "公开版本应有 1 个", "0 个附件没有登记过", "发现 0 个问题"):
        assert words in said

    (folder / "attachments.tar").write_bytes(
        (folder / "attachments.tar").read_bytes().replace(b"words", b"wards")
    )
    (folder / "items.jsonl.gz").unlink()
    code, said = verified(folder)
    assert code == 1
    assert "文件与清单不符（下载中断，或者被改动）：attachments.tar" in said
    assert "附件与它的校验码不符" in said
    assert "没有下载，不核对：items.jsonl.gz" in said

    (folder / "register.jsonl.gz").unlink()
    assert verified(folder) == (2, "缺少文件：register.jsonl.gz。请从 /data/ 下载到同一个目录。\n")


def test_the_program_is_under_150_lines_and_knows_no_django():
    source = Path(verify_package.__file__).read_text()
    assert source.count("\n") < 150
    assert "django" not in source
