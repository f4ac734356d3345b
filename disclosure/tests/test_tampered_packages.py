"""Whatever somebody without the signing key changes in a package of reports is found by the program
that lies in it, with the standard library alone (`make drill-packages` prints each).
"""

import hashlib
import json
import shutil
import zipfile

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from catalog.models import Section
from catalog.tests.builders import make_category, make_department
from disclosure.acts import record_first_revision
from disclosure.files.editions import chosen_reports
from disclosure.files.package import Order, stream_package
from disclosure.reports.tables.tests.builders import make_tables_report
from disclosure.tests.builders import make_attachment
from ledger import export, keys
from ledger.actions import make_checkpoint
from ledger.canonical import canonical
from ledger.tests.tampering import (
    built_once,
    copy_of,
    digest,
    rechained,
    says_not_found,
    verified,
)

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]
PROGRAM = "verify_export.py"
FORMATS = ("pdf", "json", "csv", "html", "txt")
PARTS = frozenset({"attachments", "figures", "findings", "register"})
ONE, OTHER = "reports/gov/2023/gov-2023", "reports/gov/2024/gov-2024"


@pytest.fixture(scope="module")
def package(django_db_setup, django_db_blocker, tmp_path_factory):
    folder = tmp_path_factory.mktemp("package")
    with built_once(django_db_blocker, folder):
        organ = make_department("示例区人民政府", slug="gov")
        column = make_category("年度报告", section=Section.REPORTS)
        for year in (2023, 2024):
            words = [("一、总体情况", f"<p>{year} 年受理5件，其中网上3件、信函1件。</p>")]
            report = make_tables_report(year, department=organ, category=column, sections=words)
            make_attachment(report.item, "附表.txt", f"{year}".encode())
            record_first_revision(item=report.item)
        make_checkpoint()
        (folder / "p.zip").write_bytes(
            b"".join(stream_package(Order(chosen_reports(), FORMATS, PARTS)))
        )
        (folder / "head").write_text(export.head_of_register()["entry_hash"])
    with zipfile.ZipFile(folder / "p.zip") as opened:
        opened.extractall(folder / "package")
    return folder / "package"


def replace(path, before, after):
    """Change words of a file, which must be there."""
    text = path.read_text("utf-8")
    assert before in text, (path, before)
    path.write_text(text.replace(before, after, 1), "utf-8")


def list_anew(folder):
    """MANIFEST as the portal would write it for what lies there now."""
    names = (path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())
    listed = sorted(name for name in names if name not in {"MANIFEST", "SEAL.json"})
    (folder / "MANIFEST").write_text("".join(f"{digest(folder / n)}  {n}\n" for n in listed))


def edit_json(path, change):
    """Change the facts of a JSON file, and the hash of them it carries."""
    facts = json.loads(path.read_text())
    change(facts)
    facts.pop("content_sha256")
    text = json.dumps(facts, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    facts["content_sha256"] = hashlib.sha256(text.encode()).hexdigest()
    path.write_text(json.dumps(facts, ensure_ascii=False, indent=1) + "\n")


def edit_revisions(folder, change):
    """Change the second revision's line."""
    path = folder / "register/revisions.jsonl"
    lines = [json.loads(line) for line in path.read_text().splitlines()]
    lines[2:] = [line for line in (change(one) for one in lines[2:]) if line]
    path.write_text("".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines))


def edit_register(folder, change):
    """Change the register's lines and hash all anew."""
    path = folder / "register/register.jsonl"
    lines = path.read_text().splitlines()
    path.write_text(rechained(change(lines)))


def a_figure(facts):
    key = next(iter(facts["tables"]))
    row = next(row for row in facts["tables"][key] if any(isinstance(one, int) for one in row))
    at = next(at for at, value in enumerate(row) if isinstance(value, int))
    row[at] += 1


def a_verdict(facts):
    facts["findings"][0]["verdict"] = "相符"


def leave_out(folder):
    shutil.rmtree(folder / "reports/gov/2024")
    for name in ("figures.csv", "findings.csv"):
        lines = (folder / name).read_text("utf-8").splitlines(keepends=True)
        (folder / name).write_text("".join(line for line in lines if ",2024," not in line), "utf-8")


def invent(folder):
    shutil.copytree(folder / "reports/gov/2024", folder / "reports/gov/2022")
    for path in (folder / "reports/gov/2022").glob("gov-*"):
        path.rename(path.with_name(path.name.replace("2024", "2022")))
    edit_json(
        folder / "reports/gov/2022/gov-2022.json",
        lambda facts: facts.update(year=2022, index_number="X/2022-1"),
    )


def drop_last(lines):
    return lines[:-1]


def change_word(lines):
    return [line.replace("附表", "附图") for line in lines]


def without_checkpoints(folder):
    path = folder / "register/checkpoints.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | {"checkpoints": []}))


TAMPERINGS = {
    "JSON 里统计表的一个数": lambda f: edit_json(f / f"{ONE}.json", a_figure),
    "JSON 里的名称": lambda f: edit_json(f / f"{ONE}.json", lambda x: x.update(title="别的")),
    "JSON 里的正文": lambda f: edit_json(
        f / f"{ONE}.json", lambda x: x["sections"][0].update(html="<p>改</p>")
    ),
    "JSON 里的核对结论": lambda f: edit_json(f / f"{ONE}.json", a_verdict),
    "一份报告的 CSV 里的一个数": lambda f: replace(f / f"{ONE}.csv", ",0\n", ",7\n"),
    "figures.csv 里的一个数": lambda f: replace(f / "figures.csv", ",0\n", ",7\n"),
    "findings.csv 里的结论": lambda f: replace(f / "findings.csv", "无法核对", "相符"),
    "PDF 换成另一年的": lambda f: shutil.copyfile(f / f"{OTHER}.pdf", f / f"{ONE}.pdf"),
    "PDF 里的一个字节": lambda f: (f / f"{ONE}.pdf").write_bytes(
        (f / f"{ONE}.pdf").read_bytes() + b"\n"
    ),
    "网页里的一个字": lambda f: replace(f / f"{ONE}.html", "受理5件", "受理6件"),
    "纯文本里的一个字": lambda f: replace(f / f"{ONE}.txt", "受理5件", "受理6件"),
    "拿掉一份报告": leave_out,
    "编造一份报告": invent,
    "登记簿截短": lambda f: edit_register(f, drop_last),
    "登记簿里的文字，整条链重算": lambda f: edit_register(f, change_word),
    "拿掉登记簿": lambda f: shutil.rmtree(f / "register"),
    "拿掉检查点": without_checkpoints,
    "换掉一个附件": lambda f: next((f / "reports/gov/2023/attachments").iterdir()).write_text("x"),
    "编造一个附件": lambda f: (f / "reports/gov/2023/attachments/02-新.txt").write_text("x"),
    "拿掉一个附件": lambda f: shutil.rmtree(f / "reports/gov/2023/attachments"),
    "把一个公开版本说成不再公开": lambda f: edit_revisions(
        f, lambda row: row | {"withheld": "hidden", "content": None}
    ),
    "公开版本的正文": lambda f: edit_revisions(
        f, lambda row: row | {"content": row["content"].replace("示例区", "别的区")}
    ),
    "拿掉公开版本": lambda f: edit_revisions(f, lambda row: None),
    "拿掉印章": lambda f: (f / "SEAL.json").unlink(),
}


@pytest.fixture
def harmed(package, tmp_path):
    """A function of what is done: the harmed copy, listed anew."""

    def harm(change):
        folder = copy_of(package, tmp_path)
        change(folder)
        list_anew(folder)
        return folder

    return harm


def test_the_package_as_made_verifies_and_says_what_it_cannot_prove(package):
    code, said = verified(package, PROGRAM)
    assert code == 0, said
    assert "0 个附件或版本没有登记" in said
    assert "没有核对：印章由公钥" in said
    key = json.loads((package / "SEAL.json").read_text())["key_id"]
    head = f"2:{(package.parent / 'head').read_text()}"
    kept = package.parent / "kept.json"
    kept.write_text((package / "register/checkpoints.json").read_text())
    for trusted in (("--key", key), ("--checkpoint", head), ("--checkpoint", str(kept))):
        code, said = verified(package, PROGRAM, *trusted)
        assert (code, "没有核对" in said) == (0, False), said
    for wrong in (("--key", "0" * 32), ("--checkpoint", "2:" + "0" * 64)):
        assert verified(package, PROGRAM, *wrong)[0] == 1
    # So does the ZIP, and without the option nothing is accepted that has no seal.
    assert verified(package, PROGRAM, str(package.parent / "p.zip"))[0] == 0


def test_every_tampering_with_a_list_written_anew_is_found(package, tmp_path):
    assert len(TAMPERINGS) == 24
    found = {}
    for name, change in TAMPERINGS.items():
        folder = copy_of(package, tmp_path)
        change(folder)
        list_anew(folder)
        code, said = verified(folder, PROGRAM)
        found[name] = code == 1 and "问题：" in said and "Traceback" not in said
        shutil.rmtree(folder)
    says_not_found(found)


def test_most_are_found_by_the_register_alone_too(harmed):
    """A seal says that the portal made it so; what the register itself binds needs none."""
    for name in ("JSON 里统计表的一个数", "JSON 里的名称", "编造一个附件", "公开版本的正文"):
        folder = harmed(TAMPERINGS[name])
        (folder / "SEAL.json").unlink()
        code, said = verified(folder, PROGRAM, "--old")
        assert code == 1, (name, said)
        shutil.rmtree(folder)


def test_a_package_without_a_seal_verifies_as_an_old_one_and_says_what_is_not_proved(harmed):
    folder = harmed(TAMPERINGS["拿掉印章"])
    assert "没有印章" in verified(folder, PROGRAM)[1]
    code, said = verified(folder, PROGRAM, "--old")
    assert code == 0, said
    assert "没有核对：没有印章" in said


def test_a_package_forged_whole_with_another_key_is_found_by_whoever_holds_the_right_one(harmed):
    trusted = {}

    def forge(folder):
        TAMPERINGS["纯文本里的一个字"](folder)
        seal = json.loads((folder / "SEAL.json").read_text())
        trusted.update(key=seal["key_id"], public=seal["keys"][0]["public_key"])
        list_anew(folder)
        own = Ed25519PrivateKey.generate()
        public = keys.public_hex(own)
        key = seal["keys"][0] | {"public_key": public, "endorsed_by": keys.key_id(public)}
        endorsed = {k: v for k, v in key.items() if k not in {"key_id", "endorsement"}}
        key |= {"key_id": keys.key_id(public), "endorsement": keys.sign(own, endorsed)}
        manifest = hashlib.sha256((folder / "MANIFEST").read_bytes()).hexdigest()
        signed = {k: v for k, v in seal.items() if k not in {"keys", "signature"}}
        signed |= {"manifest_sha256": manifest, "key_id": key["key_id"]}
        seal = signed | {"signature": keys.sign(own, signed), "keys": [key]}
        (folder / "SEAL.json").write_bytes(canonical(seal))

    folder = harmed(forge)
    code, said = verified(folder, PROGRAM)
    assert (code, "没有核对：印章由公钥" in said) == (0, True)
    for key in (trusted["key"], trusted["public"]):
        assert verified(folder, PROGRAM, "--key", key)[0] == 1
