"""`make` says what it does and how far it is (deploy/show-progress, deploy/install-packages)."""

import os
import subprocess
import time

import pytest
from django.conf import settings

pytestmark = pytest.mark.any_database

DEPLOY = settings.BASE_DIR / "deploy"


def show(*command, **environment):
    words = [DEPLOY / "show-progress", "正在做", "9", "echo 4", *command]
    return subprocess.run(
        words,
        env={**os.environ, "PROGRESS_SECONDS": "0.2", **environment},
        capture_output=True,
        text=True,
        check=False,
    )


def test_what_is_silent_is_reported_with_how_far_and_what_was_said_last():
    done = show("sh", "-c", "echo first; echo 'second\r'; sleep 1; echo end")
    lines = done.stdout.splitlines()
    assert done.returncode == 0
    assert len(lines) >= 3
    assert all(line.startswith("正在做 …") for line in lines)
    assert any("4/9" in line and "second" in line for line in lines)
    assert "end" not in done.stdout


@pytest.mark.parametrize("shift", [0, 1, 2])
def test_chinese_that_is_cut_in_the_middle_of_a_character_is_still_said(shift):
    done = show(
        "sh",
        "-c",
        f"printf '{'x' * shift}%s\r 最后一句' '{'信息和年报' * 40}'; sleep 1",
        LC_ALL="C.UTF-8",
    )
    assert "最后一句" in done.stdout
    assert "binary" not in done.stdout + done.stderr


def test_what_fails_shows_what_it_said_and_passes_its_code_on():
    done = show("sh", "-c", "echo cause >&2; exit 7")
    assert done.returncode == 7
    assert "cause" in done.stderr


def test_output_that_is_wanted_comes_at_the_end():
    done = show("sh", "-c", "echo account; echo bar >&2", SHOW_OUTPUT="1")
    assert done.stdout.splitlines()[-1] == "account"
    assert "bar" not in done.stdout


def test_nothing_of_it_outlives_the_command_and_holds_a_pipe_open():
    began = time.monotonic()
    show("true", PROGRESS_SECONDS="30")
    assert time.monotonic() - began < 10


@pytest.fixture
def project(tmp_path):
    """A folder with the scripts, a lock, and programs that write down how they were called."""
    (tmp_path / "deploy").mkdir()
    for name in ("show-progress", "install-packages"):
        (tmp_path / "deploy" / name).symlink_to(DEPLOY / name)
    (tmp_path / "some.lock").write_text("a==1 \\\n    --hash=sha256:1\nb==2\n")
    program(tmp_path / ".venv/bin/python", 'case "$*" in *config*) echo "global.index-url=\'https://mirror/simple\'";; '
            '*) echo "pip $*" >> calls; exit ${PIP_CODE:-0};; esac')  # fmt: skip
    program(tmp_path / "programs/uv", 'echo "uv $* $UV_DEFAULT_INDEX" >> calls; exit ${UV_CODE:-0}')
    return tmp_path


def program(path, text):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(0o755)


def install(project, hashes="required", **environment):
    path = (
        f"{project / 'programs'}:/usr/bin:/bin"
        if (project / "programs/uv").exists()
        else "/usr/bin:/bin"
    )
    command = ["deploy/install-packages", ".venv", "some.lock", "some.txt", hashes]
    environment = {"PATH": path, "PROGRESS_SECONDS": "1", **environment}
    done = subprocess.run(
        command, cwd=project, env=environment, capture_output=True, text=True, check=False
    )
    return done, (project / "calls").read_text().splitlines()


def test_uv_installs_where_it_is_there_from_the_index_that_pip_uses(project):
    done, calls = install(project)
    assert done.returncode == 0, done.stderr
    assert calls == [
        "uv pip install --compile-bytecode --python .venv/bin/python --index-strategy unsafe-best-match --require-hashes -r some.lock https://mirror/simple"
    ]


def test_pip_installs_where_uv_does_not_succeed(project):
    done, calls = install(project, UV_CODE="2")
    assert done.returncode == 0
    assert [call.split()[0] for call in calls] == ["uv", "pip"]
    assert "--require-hashes -r some.lock" in calls[1]


def test_pip_installs_where_there_is_no_uv(project):
    (project / "programs/uv").unlink()
    done, calls = install(project)
    assert done.returncode == 0
    assert len(calls) == 1


def test_other_files_are_refused_with_what_to_do(project):
    done, calls = install(project, UV_CODE="2", PIP_CODE="1")
    assert done.returncode == 1
    assert "HASHES=preferred" in done.stderr
    assert all("--require-hashes" in call for call in calls)


def test_versions_alone_decide_only_where_that_was_said(project):
    _, calls = install(project, "preferred", UV_CODE="2", PIP_CODE="1")
    assert "--require-hashes" not in calls[-1]
    assert "some.txt" in calls[-1]
