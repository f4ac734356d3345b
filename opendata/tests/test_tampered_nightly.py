"""Whatever somebody without the signing key changes in the nightly package is found by the program
that lies in it, with the standard library alone (`make drill-packages` prints each).
"""

import gzip
import hashlib
import io
import json
import shutil
import tarfile

import pytest

from disclosure import acts
from disclosure.models import Item
from disclosure.tests.builders import make_attachment, make_draft, make_public, make_staff
from ledger.actions import make_checkpoint
from ledger.canonical import sha256
from ledger.tests.tampering import built_once, copy_of, digest, rechained, says_not_found, verified
from opendata import bulk

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]
PROGRAM = "verify_package.py"


@pytest.fixture(scope="module")
def package(django_db_setup, django_db_blocker, tmp_path_factory):
    folder = tmp_path_factory.mktemp("nightly")
    with built_once(django_db_blocker, folder):
        first = make_draft("甲通知")
        make_attachment(first, "附表.txt", b"words")
        make_public(first)
        make_public(make_draft("乙公告"))
        gone = make_public(make_draft("丙名单"))
        acts.withdraw_item(item=gone, by=make_staff("公开办"), reason="核实")
        make_checkpoint()
        bulk.write_package()
        (folder / "package").mkdir()
        for file in bulk.newest()["files"]:
            shutil.copyfile(bulk.folder() / file["stored"], folder / "package" / file["name"])
        shutil.copyfile(bulk.folder() / "MANIFEST.json", folder / "package/MANIFEST.json")
    return folder / "package"


def list_anew(folder):
    """MANIFEST.json as the portal would write it for what lies there now; the seal stays."""
    manifest = json.loads((folder / "MANIFEST.json").read_text())
    listed = {file["name"]: file for file in manifest["files"]}
    paths = sorted(path for path in folder.iterdir() if path.name != "MANIFEST.json")
    manifest["files"] = [
        listed.get(path.name, {"stored": path.name, "type": "text/plain"})
        | {"name": path.name, "size": path.stat().st_size, "sha256": digest(path)}
        for path in paths
    ]
    (folder / "MANIFEST.json").write_text(json.dumps(manifest, ensure_ascii=False, indent=1))


def edit(folder, name, change):
    """Change the lines of a compressed file."""
    lines = gzip.decompress((folder / name).read_bytes()).decode().splitlines(keepends=True)
    with gzip.open(folder / name, "wt", encoding="utf-8", newline="") as out:
        out.writelines(change(lines))


def reword(folder, name, before, after):
    """Change words of a compressed file, which must be there."""

    def change(lines):
        assert before in "".join(lines), (name, before)
        return [line.replace(before, after) for line in lines]

    edit(folder, name, change)


def forge_attachment(folder):
    """Another file in the archive, under its own digest, and in the list of files."""
    content = b"other words"
    name = hashlib.sha256(content).hexdigest()
    with tarfile.open(folder / "attachments.tar", "w") as tar:
        info = tarfile.TarInfo(f"{name}.txt")
        info.size = len(content)
        tar.addfile(info, io.BytesIO(content))
    reword(folder, "attachments.jsonl.gz", hashlib.sha256(b"words").hexdigest(), name)


def invent(lines):
    row = json.loads(lines[0]) | {"index_number": "X/2026-1", "title": "编造的"}
    return [*lines, json.dumps(row, ensure_ascii=False) + "\n"]


def hide(lines):
    row = json.loads(lines[1]) | {"withheld": "hidden", "content": None}
    return [lines[0], json.dumps(row) + "\n", *lines[2:]]


def without_seal(folder):
    path = folder / "MANIFEST.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | {"seal": None}))


def cut(folder):
    edit(folder, "register.jsonl.gz", lambda lines: [rechained(lines[:-1])])
    edit(folder, "revisions.jsonl.gz", lambda lines: [lines[0].replace("4", "3"), *lines[1:]])
    edit(folder, "checkpoints.json.gz", no_checkpoints)


def no_checkpoints(lines):
    return [json.dumps(json.loads("".join(lines)) | {"checkpoints": []})]


TAMPERINGS = {
    "数据里的名称": lambda f: reword(f, "items.jsonl.gz", "甲通知", "甲通告"),
    "数据里的正文": lambda f: reword(f, "items.jsonl.gz", "请遵照执行", "不必执行"),
    "拿掉一条信息": lambda f: edit(f, "items.jsonl.gz", lambda lines: lines[1:]),
    "编造一条信息": lambda f: edit(f, "items.jsonl.gz", invent),
    "目录里的一格": lambda f: reword(f, "catalog.csv.gz", "说明", "别的"),
    "换掉附件": forge_attachment,
    "附件清单里的地址": lambda f: reword(f, "attachments.jsonl.gz", "/attachments/", "/other/"),
    "拿掉撤回的记录": lambda f: edit(f, "withdrawn.jsonl.gz", lambda lines: []),
    "变化记录": lambda f: reword(f, "changes.jsonl.gz", "new", "gone"),
    "把一个公开版本说成不再公开": lambda f: edit(f, "revisions.jsonl.gz", hide),
    "登记簿截短，连同检查点": cut,
    "拿掉登记簿": lambda f: (f / "register.jsonl.gz").unlink(),
    "拿掉印章": without_seal,
}


def test_the_package_as_made_verifies_and_says_what_it_cannot_prove(package):
    code, said = verified(package, PROGRAM)
    assert code == 0, said
    assert "数据 2 条，其中 0 条没有登记过" in said
    assert "没有核对：印章由公钥" in said
    assert "没有安装 cryptography" not in said  # the signatures are checked without it
    key = json.loads((package / "MANIFEST.json").read_text())["seal"]["key_id"]
    assert verified(package, PROGRAM, "--key", key)[0] == 0
    assert verified(package, PROGRAM, "--key", sha256(key)[:32])[0] == 1


def test_every_tampering_with_a_list_written_anew_is_found(package, tmp_path):
    assert len(TAMPERINGS) == 13
    found = {}
    for name, change in TAMPERINGS.items():
        folder = copy_of(package, tmp_path)
        change(folder)
        list_anew(folder)
        code, said = verified(folder, PROGRAM)
        found[name] = code != 0 and "Traceback" not in said
        shutil.rmtree(folder)
    says_not_found(found)


@pytest.mark.parametrize(
    "name",
    ["数据里的名称", "拿掉一条信息", "编造一条信息", "换掉附件", "把一个公开版本说成不再公开"],
)
def test_what_the_register_binds_needs_no_seal(package, tmp_path, name):
    folder = copy_of(package, tmp_path)
    TAMPERINGS[name](folder)
    without_seal(folder)
    list_anew(folder)
    code, said = verified(folder, PROGRAM, "--old")
    # What is called hidden takes the state away that its data say they are of.
    assert code == 1, said


def test_an_older_package_verifies_and_says_what_is_not_proved(package, tmp_path):
    folder = copy_of(package, tmp_path)
    without_seal(folder)
    code, said = verified(folder, PROGRAM, "--old")
    assert code == 0, said
    assert "没有核对：没有印章" in said


def test_an_item_that_becomes_public_while_the_package_is_written_is_no_fault(
    settings, tmp_path, monkeypatch
):
    settings.DATA_DIR = tmp_path
    make_public(make_draft("甲通知"))
    catalog = bulk._write_catalog

    def meanwhile(path):
        catalog(path)
        make_public(make_draft("乙公告"))

    monkeypatch.setattr(bulk, "_write_catalog", meanwhile)
    manifest = bulk.write_package()
    (tmp_path / "out").mkdir()
    for file in manifest["files"]:
        shutil.copyfile(bulk.folder() / file["stored"], tmp_path / "out" / file["name"])
    shutil.copyfile(bulk.folder() / "MANIFEST.json", tmp_path / "out/MANIFEST.json")
    assert Item.objects.published().count() == 2
    code, said = verified(tmp_path / "out", PROGRAM)
    assert code == 0, said
