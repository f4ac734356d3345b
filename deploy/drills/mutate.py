"""Faults put in by a machine, a seeded sample of them: how many make a test fail?

    .venv-mutants/bin/python deploy/drills/mutate.py .venv/bin/python [--number 300] [--seed 1]
    [--only ledger] [--all]

The operators are cosmic-ray's (a comparison, number, operator, decorator, exception, loop …
exchanged); of each place in the code one is drawn. First the tests of the rooms run once, to see
which of them walk over which line; then each fault is looked for by those tests alone, quickest
first, until one fails. Works on a copy of what git knows, on a SQLite database that is made once.
Prints every survivor with its place; ends with 1 where fewer than 90 % were killed.
"""

import argparse
import ast
import hashlib
import random
import shutil
import subprocess
import tempfile
import time
import xml.etree.ElementTree as ElementTree
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

from cosmic_ray.ast import ast_nodes, get_ast
from cosmic_ray.mutating import mutate_code
from cosmic_ray.plugins import get_operator, operator_names
from coverage import CoverageData
from mutants import ROOT, copied

GOAL = 0.9
LONGEST = 180  # seconds for one fault; one that makes the tests hang is killed
MOST_TESTS = 40
# Where a wrong rule costs most: {name: (modules, tests)}. What is not there (yet) is passed over.
DESK = (
    *(
        "workflow",
        "actions",
        "revisions",
        "tampering",
        "standing",
        "on_record",
        "publication",
        "admin_acts",
        "history",
    ),
    *("catalogue_acts", "desk_queue", "merging_organs", "report", "legacy_import", "intake"),
)
ROOMS = {
    "ledger": (("ledger/**/*.py",), ("ledger/tests",)),
    "workdays": (("workdays/**/*.py",), ("workdays/tests",)),
    "confidential": (
        ("confidential/*.py", "portal/confidential_key.py"),
        ("confidential/tests", "portal/tests/test_confidential_key.py"),
    ),
    "acts": (
        ("disclosure/acts/*.py", "disclosure/acts/*.py"),
        (*(f"disclosure/tests/test_{name}.py" for name in DESK), "portal/tests/test_removal.py"),
    ),
    "statutory": (
        ("disclosure/reports/tables/*.py", "disclosure/reports/findings/*.py", "statutory/**/*.py"),
        ("disclosure/reports/tables/tests", "disclosure/reports/findings/tests", "statutory"),
    ),
    "personal": (
        ("disclosure/checks/personal*.py", "documents/personal/*.py"),
        (
            "disclosure/tests/test_checks.py",
            "documents/personal/tests",
            "documents/html/tests/test_marking.py",
        ),
    ),
}
LEFT_OUT = {
    "tests",
    "migrations",
    "management",
    "admin",
    "admin.py",
    "apps.py",
    "urls.py",
    "__init__.py",
}
SETTINGS = """from portal.settings import *  # noqa: F403
DATABASES["default"]["TEST"] = {"NAME": BASE_DIR / "mutants.sqlite3"}  # noqa: F405
"""
# Whatever they change is no fault: a type, or nothing.
NO_FAULTS = {"core/NoOp"}
# Nor is a bound that nobody can tell from one beside it, a word of a form, or that lengths are
# equal where they always are, or that nobody may write into a value.
NO_FAULTS_IN = {
    "max_length",
    "verbose_name",
    "verbose_name_plural",
    "help_text",
    "strict",
    "frozen",
}


@dataclass(frozen=True)
class Fault:
    """One operator at one place."""

    file: str
    operator: str
    occurrence: int
    place: tuple  # line from 1, column from 0

    def __str__(self):
        return f"{self.file}:{self.place[0]} {self.operator.removeprefix('core/')}"


def modules_of(folder, room):
    """The modules of a room into which faults are put."""
    found = {
        path.relative_to(folder) for pattern in ROOMS[room][0] for path in folder.glob(pattern)
    }
    return sorted(str(path) for path in found if not LEFT_OUT.intersection(path.parts))


def spans_of_no_faults(source):
    """(first, last) places where a change is no fault: annotations, arguments of NO_FAULTS_IN, how
    many characters of a text a message quotes, and what is done behind PostgreSQL alone (the tests
    here run on SQLite).
    """
    notes = []
    for node in ast.walk(ast.parse(source)):
        notes += [getattr(node, "annotation", None), getattr(node, "returns", None)]
        if isinstance(node, ast.keyword) and node.arg in NO_FAULTS_IN:
            notes.append(node.value)
        if isinstance(node, ast.FormattedValue):
            notes += [one.slice for one in ast.walk(node.value) if isinstance(one, ast.Subscript)]
        if isinstance(node, ast.FunctionDef) and node.name.startswith("_postgresql"):
            notes.append(node)
    return [
        ((note.lineno, note.col_offset), (note.end_lineno, note.end_col_offset))
        for note in notes
        if note
    ]


def faults_of(folder, name):
    """All faults that can be put into a module."""
    source = (folder / name).read_text()
    tree, spans = get_ast(source), spans_of_no_faults(source)
    for word in sorted(set(operator_names()) - NO_FAULTS):
        kind = get_operator(word)
        if kind.arguments():
            continue
        places = [place for node in ast_nodes(tree) for place, _ in kind().mutation_positions(node)]
        for occurrence, place in enumerate(places):
            if not any(first <= place < last for first, last in spans):
                yield Fault(name, word, occurrence, place)


def drawn(faults, number, seed):
    """A sample in which every place in the code has the same chance, whatever can be done to it."""
    chance, by_place = random.Random(seed), defaultdict(list)
    for fault in faults:
        by_place[fault.file, fault.place].append(fault)
    places = chance.sample(sorted(by_place), min(number, len(by_place)))
    return [chance.choice(by_place[place]) for place in places]


class Tests:
    """The tests of a room in the copy, and which of them walk over which line."""

    def __init__(self, folder, python, room):
        self.folder, self.python, self.room = folder, python, room
        (folder / "mutant_settings.py").write_text(SETTINGS)
        self.present = [name for name in ROOMS[room][1] if (folder / name).exists()]

    def run(self, *words, limit):
        """pytest's exit code; None where it was stopped."""
        command = [
            self.python,
            "-m",
            "pytest",
            "-q",
            "-p",
            "no:cacheprovider",
            "--ds=mutant_settings",
            "--reuse-db",
            *words,
        ]
        try:
            done = subprocess.run(
                command,
                cwd=self.folder,
                capture_output=True,
                text=True,
                check=False,
                timeout=limit,
                env=environment(),
            )
        except subprocess.TimeoutExpired:
            return None
        self.said = done.stdout
        return done.returncode

    def look(self):
        """Run all once. Raises SystemExit where one fails in sound code."""
        (self.folder / "mutants.sqlite3").unlink(missing_ok=True)
        rooms = sorted({name.split("/")[0] for name in modules_of(self.folder, self.room)})
        words = [
            *(f"--cov={room}" for room in rooms),
            "--cov-context=test",
            "--cov-report=",
            "--junitxml=times.xml",
        ]
        code = self.run(*self.present, "-m", "not browser and not long", *words, limit=None)
        if code:
            raise SystemExit(f"The tests fail already:\n{self.said[-3000:]}")

    def read(self):
        """Take in what `look()` found."""
        self.data = CoverageData(self.folder / ".coverage")
        self.data.read()
        self.times = {}
        for case in ElementTree.parse(self.folder / "times.xml").iter("testcase"):
            name = case.get("name").partition("[")[0]
            self.times[name] = min(self.times.get(name, 9e9), float(case.get("time")))

    def walking_over(self, fault):
        """The quickest tests that execute the line; of a line that is executed on import, those of
        the module. Where none does, as in a program that tests start by itself, the files of tests
        that name the module.
        """
        lines = self.data.contexts_by_lineno(str(self.folder / fault.file))
        contexts = set(lines.get(fault.place[0], ()))
        if "" in contexts:
            contexts = {context for found in lines.values() for context in found}
        names = {context.partition("|")[0].partition("[")[0] for context in contexts} - {""}
        if not names:
            return self.naming(Path(fault.file).stem)
        return sorted(names, key=lambda name: self.times.get(name.rpartition("::")[2], 9))[
            :MOST_TESTS
        ]

    def naming(self, stem):
        """The files of the room's tests that name a module."""
        files = {
            path
            for name in self.present
            for path in [self.folder / name, *(self.folder / name).rglob("test_*.py")]
            if path.is_file() and stem in path.read_text()
        }
        return sorted(str(path.relative_to(self.folder)) for path in files)


def environment():
    """Nothing of ours but what the tests need."""
    return {
        "PATH": "/usr/local/bin:/usr/bin:/bin:/usr/sbin",
        "DATABASE_URL": "sqlite:///test",
        "LC_ALL": "C.UTF-8",
        "HOME": "/tmp",
    }


def is_killed(fault, tests):
    """Whether a test fails with the fault in the code; False also where none walks over it."""
    chosen = tests.walking_over(fault)
    if not chosen:
        return False
    place = tests.folder / fault.file
    sound = place.read_text()
    changed = mutate_code(sound, get_operator(fault.operator)(), fault.occurrence)
    if changed is None:
        return True
    place.write_text(changed)
    try:
        return tests.run("-x", *chosen, limit=LONGEST) != 0
    finally:
        place.write_text(sound)


def shown(fault, folder):
    """The line before and after."""
    source = (folder / fault.file).read_text()
    changed = mutate_code(source, get_operator(fault.operator)(), fault.occurrence) or source
    line = fault.place[0] - 1
    return f"NO {fault}\n   - {source.splitlines()[line].strip()}\n   + {changed.splitlines()[line].strip()}"


def looked(tests):
    """Run the tests of the room, or take what was found for the same code before; it is kept beside
    other data of this installation.
    """
    digest = hashlib.sha256(tests.room.encode())
    listed = subprocess.run(
        ["git", "ls-files", "*.py"], cwd=ROOT, capture_output=True, check=True, text=True
    )
    for name in sorted(listed.stdout.split()):
        digest.update((ROOT / name).read_bytes() if (ROOT / name).is_file() else b"")
    place = ROOT / "var" / "mutants" / digest.hexdigest()[:20]
    files = (".coverage", "times.xml", "mutants.sqlite3")
    if all((place / name).is_file() for name in files):
        for name in files:
            shutil.copyfile(place / name, tests.folder / name)
    else:
        print(f"{tests.room}: looking which tests walk over which line …", flush=True)
        tests.look()
        place.mkdir(parents=True, exist_ok=True)
        for name in files:
            shutil.copyfile(tests.folder / name, place / name)
    tests.read()
    return tests


def tried(sample, tests):
    """How many of the faults survive; each is printed."""
    survivors, began = 0, time.monotonic()
    for number, fault in enumerate(sample, 1):
        if not is_killed(fault, tests):
            survivors += 1
            print(shown(fault, tests.folder), flush=True)
        if number % 25 == 0 or number == len(sample):
            print(
                f"   {tests.room}: {number} tried, {survivors} survived, {time.monotonic() - began:.0f} s",
                flush=True,
            )
    return survivors


def main():
    """Draw, put in, look."""
    words = argparse.ArgumentParser()
    words.add_argument("python")
    words.add_argument("--number", type=int, default=300)
    words.add_argument("--seed", type=int, default=1)
    words.add_argument("--only", nargs="*", default=[], choices=list(ROOMS))
    words.add_argument("--all", action="store_true")
    chosen = words.parse_args()
    folder = (
        Path(tempfile.gettempdir()) / "lantai-mutate"
    )  # always the same: coverage knows files by their whole path
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    copied(folder)
    rooms = {room: modules_of(folder, room) for room in chosen.only or ROOMS}
    faults = {
        room: [fault for name in names for fault in faults_of(folder, name)]
        for room, names in rooms.items()
    }
    every = [fault for some in faults.values() for fault in some]
    sample = set(every if chosen.all else drawn(every, chosen.number, chosen.seed))
    survivors = 0
    for room, possible in faults.items():
        if mine := [fault for fault in possible if fault in sample]:
            survivors += tried(
                mine, looked(Tests(folder, str(Path(chosen.python).absolute()), room))
            )
    killed = len(sample) - survivors
    print(
        f"{killed} of {len(sample)} killed ({killed / max(len(sample), 1):.0%}); {len(every)} faults are possible"
    )
    shutil.rmtree(folder)
    raise SystemExit(killed < GOAL * len(sample))


if __name__ == "__main__":
    main()
