"""The register outside: its export, the stand-alone verifier, and what neither may tell."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from ledger import actions, export
from ledger.models import Entry
from ledger.standalone import verify_register
from ledger.tests.builders import download, make_entry, make_person, sha256

pytestmark = pytest.mark.django_db
SCRIPT = Path(verify_register.__file__)


@pytest.fixture
def downloads(tmp_path):
    """The two files a reader keeps, in a folder of theirs."""

    def save():
        (tmp_path / "export.jsonl").write_text("".join(export.register_lines()), "utf-8")
        (tmp_path / "checkpoints.json").write_text(
            json.dumps(export.checkpoints(), ensure_ascii=False), "utf-8"
        )
        return tmp_path

    return save


def run(folder, *arguments, alone=False):
    """Run the script as a reader would; `alone` without any installed package."""
    isolation = ["-I", "-S"] if alone else ["-I"]
    command = [sys.executable, *isolation, str(SCRIPT), "export.jsonl", *arguments]
    done = subprocess.run(
        command,
        cwd=folder,
        capture_output=True,
        text=True,
        env={"PYTHONIOENCODING": "utf-8", "PYTHONUTF8": "1"},
    )
    return done.returncode, done.stdout + done.stderr


def test_the_script_is_under_150_lines_and_knows_no_django():
    source = SCRIPT.read_text()
    assert source.count("\n") < 150
    assert "django" not in source
    assert "import ledger" not in source


def test_a_downloaded_register_verifies_without_any_package(downloads):
    make_entry(note="说明", payload={"count": 3})
    make_entry()
    actions.make_checkpoint()
    code, output = run(downloads(), "--checkpoints", "checkpoints.json", alone=True)
    assert code == 0
    assert "登记簿共 2 条" in output
    assert "发现 0 个问题" in output
    assert "签名没有核对" in output


def test_with_cryptography_the_signatures_are_checked(downloads):
    make_entry()
    actions.make_checkpoint()
    folder = downloads()
    code, output = run(folder, "--checkpoints", "checkpoints.json")
    assert (code, "签名没有核对" in output) == (0, False)
    data = json.loads((folder / "checkpoints.json").read_text())
    data["checkpoints"][0]["day"] = "2009-01-01"
    (folder / "checkpoints.json").write_text(json.dumps(data))
    code, output = run(folder, "--checkpoints", "checkpoints.json")
    assert (code, "签名不成立" in output) == (1, True)


def test_an_empty_register_verifies(downloads):
    assert run(downloads())[0] == 0


def test_a_download_that_was_cut_off_is_noticed(downloads):
    make_entry()
    make_entry()
    folder = downloads()
    lines = (folder / "export.jsonl").read_text().splitlines(keepends=True)
    (folder / "export.jsonl").write_text("".join(lines[:-1]))
    assert run(folder)[0] == 1


def test_it_tells_whether_a_file_is_registered_and_current(downloads):
    make_entry(subject_key="甲", content_sha256=sha256("第一版"))
    make_entry(subject_key="甲", act="amend", content_sha256=sha256("第二版"))
    make_entry(
        subject_key="乙", payload={"files": [{"name": "附件.txt", "sha256": sha256("附件")}]}
    )
    make_entry(subject_key="丙", content_sha256=sha256("撤回的"))
    make_entry(subject_key="丙", act="withdraw", content_sha256="")
    folder = downloads()
    (folder / "附件.txt").write_text("附件")
    expected = {
        sha256("第一版"): (0, "已被后来的版本取代"),
        sha256("第二版").upper(): (0, "现行版本"),
        "附件.txt": (0, "现行版本"),
        sha256("撤回的"): (0, "已撤回或删除"),
        sha256("没有的"): (1, "登记簿中没有"),
    }
    for asked, (code, words) in expected.items():
        assert run(folder, "--find", asked)[0] == code
        assert words in run(folder, "--find", asked)[1]


def test_the_export_tells_nothing_private():
    person = make_person("欧阳震华")
    entry = make_entry(by=person, role="审核员")
    text = "".join(export.register_lines())
    assert "欧阳震华" not in text
    assert person.username not in text
    assert entry.secret not in text
    assert set(json.loads(text.splitlines()[1])) == {
        *entry.hashed(),
        "entry_hash",
        *("subject_title", "note", "payload", "subject_title_salt", "note_salt", "payload_salt"),
    }


def test_hidden_words_are_left_out_and_the_chain_still_verifies():
    person = make_person()
    make_entry(
        subject_key="甲", subject_title="某人的处罚决定", note="涉及某人", payload={"name": "某人"}
    )
    make_entry(subject_key="乙")
    actions.redact(subject_kind="document", subject_key="甲", by=person, reason="判决")
    make_entry(subject_key="甲", act="remove", subject_title="某人的处罚决定", note="某人申请")
    text = download().getvalue()
    assert "某人" not in text
    entries, faults = verify_register.read_register(download())
    assert faults == []
    assert [entry["subject_title_salt"] is None for entry in entries] == [True, False, True]


def test_words_put_into_a_hidden_entry_are_found():
    make_entry(subject_key="甲")
    actions.redact(subject_kind="document", subject_key="甲", by=make_person(), reason="判决")
    lines = download().readlines()
    forged = json.loads(lines[1]) | {"subject_title": "别的名称"}
    _, faults = verify_register.read_register(iter([lines[0], json.dumps(forged)]))
    assert faults


def test_what_is_appended_during_a_download_waits_for_the_next():
    make_entry()
    lines = export.register_lines()
    head = next(lines)
    make_entry()
    entries, faults = verify_register.read_register(iter([head, *lines]))
    assert (len(entries), faults) == (1, [])
    assert Entry.objects.count() == 2


def test_the_export_costs_two_queries_a_thousand_entries(django_assert_num_queries):
    for _ in range(5):
        make_entry()
    with django_assert_num_queries(4):  # the head, two for the step, one that finds no more
        assert len(list(export.register_lines())) == 6
