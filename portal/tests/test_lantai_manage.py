"""deploy/lantai-manage reads an environment file as systemd does, and runs manage.py with it."""

import os
import runpy
import subprocess
from pathlib import Path

import pytest
from django.conf import settings

pytestmark = pytest.mark.any_database

PROGRAM = settings.BASE_DIR / "deploy/lantai-manage"
OURS = runpy.run_path(str(PROGRAM))
GENERATOR = Path("/usr/lib/systemd/user-environment-generators/30-systemd-environment-d-generator")


def read(text):
    return OURS["Reader"]().read(text)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("A=plain", "plain"),
        ("A=青山区 人民政府", "青山区 人民政府"),
        ("  A =  blank   inside  ", "blank   inside"),
        ("A=value # not a comment", "value # not a comment"),
        ("A='single \\ $HOME \"'", 'single \\ $HOME "'),
        ('A="double \\"\\$\\`\\\\ \\n"', 'double "$`\\ \\n'),
        ("A=\"two \"'quotes'", "two quotes"),
        ("A='it'\\''s'", "it''s'"),
        ("A=joined\\\nlines", "joinedlines"),
        ("A='two\nlines'", "two\nlines"),
        ("A=a\\ \\\\b ", "a \\b"),
        ("A=", ""),
        ("A=windows\r\n", "windows"),
        ("A=first\nA=last", "last"),
        ("# A=comment\n; A=comment\n\nA=kept\n", "kept"),
        ("A=postgres://u:p%40ss=@h/db?x=1&y=2", "postgres://u:p%40ss=@h/db?x=1&y=2"),
        ("A=ends with a backslash\\", "ends with a backslash"),
        ("A=$HOME `id` $(id) ~ * ; rm", "$HOME `id` $(id) ~ * ; rm"),
    ],
)
def test_it_reads_what_systemd_reads(text, value):
    assert read(text) == {"A": value}


@pytest.mark.skipif(not GENERATOR.exists(), reason="no systemd here to compare with")
@pytest.mark.parametrize(
    "text",
    [
        "A=a b  ",
        "A='a b' c",
        'A="a\\qb"',
        "A='x'y'z'",
        "A=a\\\nb",
        "A= # c",
        "A=松 \\ 北",
        "A=\"a'b\" ' '",
        "A=a;b # c\\'",
    ],
)
def test_systemd_itself_agrees(text, tmp_path):
    """Its own reader of such files answers without a running systemd; it prints them for a shell."""
    (tmp_path / "environment.d").mkdir()
    (tmp_path / "environment.d/1.conf").write_text(f"{text}\n")
    environment = {"XDG_CONFIG_HOME": str(tmp_path), "HOME": str(tmp_path), "LC_ALL": "C.UTF-8"}
    printed = subprocess.run(
        [GENERATOR], env=environment, capture_output=True, text=True, check=True
    ).stdout
    shell = ["bash", "-c", f'{printed}\nprintf %s "$A"']
    assert (
        subprocess.run(shell, env=environment, capture_output=True, text=True).stdout
        == read(text)["A"]
    )


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"\xef\xbb\xbfA=1\n", "BOM"),
        ("A=松北".encode("gbk"), "UTF-8"),
        ("A=1\n".encode("utf-16"), "UTF-8"),
        (b"A=1\nB='open\n", "第 2 行的引号没有结束"),
        (b"A=1\nno equals sign\n", "第 2 行不是"),
        (b"export A=1\n", "第 1 行不是"),
        (b"# comment\\\nA=1\n", "第 1 行是注释"),
    ],
)
def test_what_systemd_would_leave_out_silently_is_said(data, said, tmp_path):
    (tmp_path / "lantai.env").write_bytes(data)
    done = subprocess.run(
        [PROGRAM, "check"],
        env={**os.environ, "LANTAI_ENV_FILE": tmp_path / "lantai.env"},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 1
    assert said in done.stderr
    assert "Traceback" not in done.stderr


@pytest.fixture
def project(tmp_path):
    """A folder with the program, a unit for whoever runs the tests, and a manage.py that tells what
    it was given.
    """
    for folder in ("deploy/systemd", ".venv/bin"):
        (tmp_path / folder).mkdir(parents=True)
    account = subprocess.run(["id", "-un"], capture_output=True, text=True).stdout.strip()
    unit = (settings.BASE_DIR / "deploy/systemd/lantai@.service").read_text()
    unit = unit.replace("User=lantai", f"User={account}").replace(
        "/etc/lantai/lantai.env", str(tmp_path / "env")
    )
    (tmp_path / "deploy/systemd/lantai@.service").write_text(unit)
    (tmp_path / "deploy/lantai-manage").write_bytes(PROGRAM.read_bytes())
    (tmp_path / "deploy/lantai-manage").chmod(0o755)
    (tmp_path / ".venv/bin/python").symlink_to("/bin/sh")
    (tmp_path / "manage.py").write_text('echo "$*|$SITE_NAME|$DATA_DIR|$LEAKED|$(umask)|$(pwd)"')
    return tmp_path


def test_values_with_blanks_and_words_of_the_command_arrive_as_they_are(project):
    (project / "env").write_text("SITE_NAME=青山区 人民政府 (示例)\nDATA_DIR=/var/lib/lantai\n")
    done = subprocess.run(
        [project / "deploy/lantai-manage", "DATA_DIR=/srv/new place", "shell", "-c", "a b  c"],
        env={**os.environ, "LEAKED": "root's own", "SITE_NAME": "root's own"},
        capture_output=True,
        text=True,
        cwd="/",
    )
    words, name, folder, leaked, umask, place = done.stdout.strip().split("|")
    assert words == "shell -c a b  c"
    assert name == "青山区 人民政府 (示例)"
    assert folder == "/srv/new place"
    assert leaked == ""
    assert int(umask, 8) == int(OURS["unit_words"]()["UMask"], 8)
    assert Path(place) == project.resolve()


def test_an_interpreter_that_cannot_be_run_is_said_with_the_remedy(project):
    (project / "env").write_text("A=1\n")
    (project / ".venv/bin/python").unlink()
    done = subprocess.run(
        [project / "deploy/lantai-manage", "check"], capture_output=True, text=True
    )
    assert done.returncode == 1
    assert "make install" in done.stderr
    assert "Traceback" not in done.stderr


def test_nothing_else_splits_the_environment_file_into_words():
    """`env $(grep … | xargs)` breaks at the first value with a blank."""
    folders = (settings.BASE_DIR / "deploy", settings.BASE_DIR / "docs")
    texts = {
        path: path.read_text(errors="replace")
        for folder in folders
        for path in folder.rglob("*")
        if path.is_file()
    }
    assert [path for path, text in texts.items() if "xargs" in text or "lantai.env)" in text] == []
