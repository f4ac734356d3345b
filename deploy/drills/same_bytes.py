"""`make drill-same BEFORE=<commit>`: does this code answer with the same bytes as an older one?

For changes that readers, clerks and files must not see, as when code moves from room to room. The
older commit's code makes one demonstration; each code then gets a copy of it and answers in
processes of its own at one fixed moment (same_bytes_answers.py): every kind of public address and
file, the desk as each role, and what every reader of documents makes of all files and pages that
came out. Only what is named in VOLATILE may differ. Ends with 1 where anything else does.
"""

import datetime as dt
import difflib
import io
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

from loopback import ROOT, Portal, Sqlite

sys.path.insert(0, str(ROOT / "deploy"))

from release_fixture import code_of, commit_of

HANDS = Path(__file__).with_name("same_bytes_answers.py")
# Made anew for every answer, whatever the code.
VOLATILE = (
    (rb'(name="csrfmiddlewaretoken" value=")[^"]*', rb"\1"),
    (rb'(name="sent_form" value=")[^"]*', rb"\1"),
    (rb'(name="stamp" value=")[^"]*', rb"\1"),
    (rb'(name="_kept_key" value="new-)[^"]*', rb"\1"),
    # Files are kept under a digest of what they show and of the code that makes them, which is
    # their ETag.
    (rb'\A"[0-9a-f]{64}"\Z', b""),
    # Static files are named by what they hold, comments too; `git diff` shows those.
    (rb"(/static/[^\s\"'<>?]+?\.)[0-9a-f]{12}\.", rb"\1"),
)
# Workbooks whose members bear the moment at which their temporary file was written: their members
# are compared.
WITH_MOMENTS = ("admin:disclosure_item_import_template", "admin:set-up-template")
PARTS = ("public", "desk", "readings")
SHOWN = 12  # differences that are printed in full


class Side:
    """One of the two codes, with a copy of the demonstration."""

    def __init__(self, name, code, folder, moment):
        self.name, self.code, self.folder, self.moment = name, code, folder, moment
        self.out = folder.with_name(f"{folder.name}-answers")
        self.out.mkdir()

    def answer(self, part, *words):
        """Run one part of the hands; what it wrote as {key: (file, facts)}."""
        environment = {
            **os.environ,
            "DEMO": "1",
            "DATA_DIR": str(self.folder),
            "DATABASE_URL": f"sqlite:///{self.folder}/db.sqlite3",
            "SECRET_KEY": "for-drills-only-" * 4,
            "PYTHONPATH": str(self.code),
            "PYTHONHASHSEED": "0",
            "DJANGO_SETTINGS_MODULE": "portal.settings",
            "LOG_LEVEL": "CRITICAL",
        }
        command = [sys.executable, str(HANDS), part, str(self.out), self.moment, *map(str, words)]
        done = subprocess.run(
            command, cwd=self.code, env=environment, capture_output=True, text=True, check=False
        )
        if done.returncode:
            raise SystemExit(f"{self.name}, {part}:\n{done.stdout[-2000:]}{done.stderr[-4000:]}")
        lines = (self.out / f"{part}.jsonl").read_text().splitlines()
        return {line["key"]: line for line in map(json.loads, lines)}

    def content(self, line):
        """The bytes of an answer, what is volatile left out."""
        data = (self.out / line["file"]).read_bytes()
        return members(data) if line["kind"].startswith(WITH_MOMENTS) else without_volatile(data)


def members(data):
    """The names and contents of a ZIP file's members, one after the other."""
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        return b"".join(
            name.encode() + b"\n" + package.read(name) + b"\n" for name in package.namelist()
        )


def without_volatile(data):
    """The bytes with what is made anew for every answer left out."""
    for pattern, put in VOLATILE:
        data = re.sub(pattern, put, data)
    return data


def facts_of(line):
    """Status and headers of an answer."""
    return {
        name: without_volatile(str(value).encode()).decode()
        for name, value in line["facts"].items()
    }


def demonstration(code, folder):
    """Made by the older code."""
    folder.mkdir()
    portal = Portal(folder, Sqlite(folder))
    portal.code = code
    portal.prepare()
    portal.manage("bulk_data")


def compare(part, old, new, *words):
    """Let both answer, and print what was compared; the number of differences."""
    before, after = old.answer(part, *words), new.answer(part, *words)
    found = [f"only the old code has {key}" for key in before.keys() - after.keys()]
    found += [f"only the new code has {key}" for key in after.keys() - before.keys()]
    size = 0
    for key in before.keys() & after.keys():
        one, other = old.content(before[key]), new.content(after[key])
        size += len(one)
        facts, others = facts_of(before[key]), facts_of(after[key])
        if facts != others:
            found.append(f"{key}: {_changes(facts, others)}")
        if one != other:
            found.append(f"{key}:\n{_difference(one, other)}")
    kinds = {line["kind"] for line in before.values()}
    refused = kinds - {
        line["kind"] for line in before.values() if line["facts"].get("status", 200) < 400
    }
    print(
        f"{part}: {len(before):,} answers of {len(kinds)} kinds, {size:,} bytes, {len(found)} differences",
        flush=True,
    )
    print(f"  nothing but refusals: {', '.join(sorted(refused)) or 'none'}", flush=True)
    for difference in sorted(found)[:SHOWN]:
        print(f"  {difference}", flush=True)
    return len(found)


def _changes(before, after):
    return {
        name: (before.get(name), after.get(name))
        for name in before | after
        if before.get(name) != after.get(name)
    }


def _difference(one, other):
    """The first lines that differ."""
    texts = [data.decode(errors="replace").splitlines() for data in (one, other)]
    lines = [line[:300] for line in difflib.unified_diff(*texts, lineterm="", n=0)][2:10]
    return "\n".join(f"    {line}" for line in lines)


def main(before):
    """Both sides, part by part."""
    commit = commit_of(before)
    with tempfile.TemporaryDirectory(prefix="lantai-drill-") as name:
        folder = Path(name)
        old_code = code_of(commit, folder / "code")
        demonstration(old_code, folder / "old")
        shutil.copytree(folder / "old", folder / "new")
        moment = (dt.datetime.now(dt.UTC) + dt.timedelta(minutes=10)).isoformat()
        old = Side("old code", old_code, folder / "old", moment)
        new = Side("new code", ROOT, folder / "new", moment)
        found = sum(compare(part, old, new) for part in PARTS[:2])
        found += compare(PARTS[2], old, new, old.out, old_code)
    print(f"{'the same bytes' if not found else f'{found} differences'} (before: {commit[:12]})")
    return bool(found)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1] if len(sys.argv) > 1 else "HEAD"))
