"""What somebody without the signing key can do to a package on disk, for tests of its verifiers."""

import hashlib
import json
import os
import shutil
import subprocess
import sys
from contextlib import contextmanager

import pytest
from django.db import transaction
from django.test import override_settings

from ledger.canonical import canonical, sha256

WITHOUT_PACKAGES = (sys.executable, "-I", "-S")  # the standard library alone


@contextmanager
def built_once(blocker, folder):
    """Records and files of a module's package: rolled back and left behind."""
    places = {
        "MEDIA_ROOT": folder / "media",
        "EXPORTS_DIR": folder / "exports",
        "JOURNAL_DIR": folder / "journal",
        "LEDGER_KEY_FILE": folder / "ledger-key",
        "DATA_DIR": folder,
    }
    with blocker.unblock(), override_settings(**places), transaction.atomic():
        yield
        transaction.set_rollback(True)


def digest(path):
    """SHA-256 of a file."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def verified(folder, program, *options):
    """(exit code, words) of a package's own program, without any installed package."""
    command = [*WITHOUT_PACKAGES, str(folder / program), *options]
    environment = {"PYTHONIOENCODING": "utf-8", "PYTHONUTF8": "1", "PATH": os.environ["PATH"]}
    done = subprocess.run(command, capture_output=True, text=True, env=environment, check=False)
    return done.returncode, done.stdout + done.stderr


def copy_of(package, tmp_path):
    """The package, to be harmed."""
    return shutil.copytree(package, tmp_path / "harmed")


def rechained(lines):
    """The register's lines with hashes that fit again: what was changed is hashed anew to the end."""
    head, *entries = (json.loads(line) for line in lines)
    previous = "0" * 64
    hidden = {"entry_hash"}
    for word in ("subject_title", "note", "payload"):
        hidden |= {word, f"{word}_salt"}
    for number, entry in enumerate(entries, start=1):
        entry |= {"previous_hash": previous, "sequence": number}
        for word in ("subject_title", "note", "payload"):
            if entry[f"{word}_salt"]:
                value = {"salt": entry[f"{word}_salt"], "value": entry[word]}
                entry[f"{word}_digest"] = sha256(value)
        previous = entry["entry_hash"] = sha256({k: v for k, v in entry.items() if k not in hidden})
    head |= {"entries": len(entries), "head_hash": previous}
    return "".join(canonical(value).decode() + "\n" for value in (head, *entries))


def says_not_found(found):
    """Print each tampering with found or not, and fail where one was not."""
    for name, is_found in found.items():
        print(f"    {'找到' if is_found else '没有找到'}  {name}")  # noqa: T201 – the drill's table
    print(f"    {sum(found.values())} / {len(found)}")  # noqa: T201
    missed = [name for name, is_found in found.items() if not is_found]
    if missed:
        pytest.fail(f"not found: {missed}")
