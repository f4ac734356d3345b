"""Figures that programs apart show: the files of the suite, the corpus of markup, schemathesis, the
scanners.
"""

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from pathlib import Path
from xml.etree import ElementTree

from loopback import ROOT

UPLOADS = tuple(
    f"disclosure/tests/test_{name}.py" for name in ("uploads", "hostile_uploads", "file_contents")
)
HOSTILE_UPLOADS = (
    *UPLOADS,
    "documents/intake/tests/test_intake_hostile.py",
    "portal/tests/test_gate.py",
    "portal/tests/test_scanning.py",
)
# Figure → (files of the suite, what they show, target). Those that go together share a test
# database.
SUITE = {
    4: (
        ("disclosure/tests/test_desk_model.py",),
        "stateful model of tree, workflow, departments, 500 examples of 30 steps",
        "0 failures",
    ),
    8: (HOSTILE_UPLOADS, "hostile files, names and bodies", "each refused or tamed, 0 × 500"),
    9: (
        (
            "portal/tests/browser/test_policy.py",
            "portal/tests/test_headers.py",
            "portal/tests/test_csp_reports.py",
        ),
        "CSP violations, public pages and desk",
        "0, no unsafe-*",
    ),
    10: (
        (
            "portal/tests/test_desk_matrix.py",
            "portal/tests/test_public_matrix.py",
            "disclosure/tests/test_matrix.py",
        ),
        "authorisation matrix, desk and public",
        "0 surprises, every URL pattern",
    ),
    15: (
        ("portal/tests/test_formulas.py", "documents/files/tests/test_cells.py"),
        "formula cells in every file with a table, public and desk",
        "0, 0",
    ),
    25: (
        (
            "portal/tests/browser/test_accessibility.py",
            "portal/tests/browser/test_desk_accessibility.py",
        ),
        "axe, keyboard, reflow, public pages and desk (Lighthouse: make bench)",
        "0 violations",
    ),
}
# The same, run on each database.
ON_BOTH = {
    27: (
        ("portal/tests/test_removal.py", "portal/tests/test_promptness.py"),
        "words planted in every field and file, after removal, withdrawal, a correction and an emergency; parts of the three seconds",
        "no word anywhere",
    ),
    30: (
        ("portal/tests/test_hard_times.py",),
        "ticks at once and killed, reindex while publishing, 31 December, 29 February, no calendar, clock set back",
        "nothing twice, nothing lost, chain whole",
    ),
}
TOGETHER = ({8, 10, 15}, {9, 25}, {4})
MODEL = {"MODEL_EXAMPLES": "500", "MODEL_STEPS": "30"}
PEOPLE = "disclosure/tests/test_two_people.py"
# The command `make drill-saves` goes through 500 × 30; a scoreboard as far as its time allows.
PEOPLE_TRIED = {"MODEL_EXAMPLES": "25", "MODEL_STEPS": "30"}
MARKUP = {
    5: ("markup attacks by six ways of the ORM", "0 / 7,079 × 6"),
    6: ("attacks executed in Chromium, policy off", "0"),
    7: ("bombs of markup", "< 100 ms each, refused politely"),
}
EXAMPLES = {
    "EXAMPLES": "180"
}  # an operation: with what every limit asks for, some 1,500 answers a database
API = "API fuzzed by schemathesis; hostile addresses are in the suite", "0 × 5xx"
PA11Y = (
    "pa11y (HTML_CodeSniffer, axe), every kind of page, public and desk, and forms sent empty",
    "0 errors, planted found",
)
SCANNERS = "searched by wapiti and sqlmap, which find what was planted", "0, canary found"


def _ran(*words, **environment):
    return subprocess.run(
        [sys.executable, *words],
        cwd=ROOT,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=False,
    )


def suite(pattern, figures, report):
    """Run the files of some figures and tell of each by itself."""
    files = [file for figure in sorted(figures) for file in SUITE[figure][0]]
    with tempfile.TemporaryDirectory() as data:  # the test database lies there: two run at a time
        said = Path(data, "said.xml")
        shutil.copy(pattern.empty() / "db.sqlite3", Path(data, "test.sqlite3"))
        own = {
            "DATABASE_URL": f"sqlite:///{data}/db.sqlite3",
            "DATA_DIR": data,
            "PYTHONDONTWRITEBYTECODE": "1",
        }
        words = ("-q", "-n", "0", "-p", "no:cacheprovider", "--no-header", "--reuse-db")
        words += (f"--basetemp={data}/tmp", f"--junitxml={said}", *files)
        done = _ran("-m", "pytest", *words, **own, **MODEL)
        if not said.exists():
            raise SystemExit((done.stdout + done.stderr)[-1500:])
        cases = ElementTree.parse(said).iter("testcase")
        outcomes = {}
        for case in cases:
            kinds = {child.tag for child in case} & {"failure", "error", "skipped"}
            place = case.get("classname", "")
            for file in files:
                if place.startswith(file.removesuffix(".py").replace("/", ".")):
                    outcomes.setdefault(file, Counter())[kinds.pop() if kinds else "passed"] += 1
                    break
    for figure in sorted(figures):
        names, what, target = SUITE[figure]
        counts = sum((outcomes.get(name, Counter()) for name in names), Counter())
        silent = [name for name in names if not outcomes.get(name)]
        result = (
            ", ".join(f"{number} {kind}" for kind, number in counts.items()) + f" {silent or ''}"
        )
        is_good = (
            counts["passed"] > 0 and not counts["failure"] and not counts["error"] and not silent
        )
        report.add(str(figure), "SQLite", what, target, f"tests: {result}".strip(), is_good)
        if not is_good:
            print(done.stdout[-3000:], flush=True)


def suite_on(pattern, figure, report):
    """Run the files of one figure on the database of an installation."""
    files, what, target = ON_BOTH[figure]
    with tempfile.TemporaryDirectory() as place:
        address = pattern.put(Path(place), f"figure_{figure}", is_empty=True)
        said = Path(place, "said.xml")
        words = (
            "-q",
            "-n",
            "0",
            "-p",
            "no:cacheprovider",
            "--no-header",
            f"--basetemp={place}/tmp",
        )
        done = _ran(
            "-m",
            "pytest",
            *words,
            f"--junitxml={said}",
            *files,
            DATABASE_URL=address,
            DATA_DIR=place,
        )
        if not said.exists():
            raise SystemExit((done.stdout + done.stderr)[-1500:])
        kinds = ("failure", "error", "skipped")
        counts = Counter(
            next((kind for kind in kinds if case.find(kind) is not None), "passed")
            for case in ElementTree.parse(said).iter("testcase")
        )
    result = ", ".join(f"{number} {kind}" for kind, number in counts.items())
    is_good = counts["passed"] > 0 and not counts["failure"] and not counts["error"]
    report.add(str(figure), pattern.database.name, what, target, f"tests: {result}", is_good)
    if not is_good:
        print(done.stdout[-3000:], flush=True)


def two_people(pattern, report):
    """26: two people and all acts at once, with slow forms, against a model of the states."""
    with tempfile.TemporaryDirectory() as data:
        address = pattern.put(Path(data), "two_people", is_empty=True)
        own = {"DATABASE_URL": address, "DATA_DIR": data, "PYTHONDONTWRITEBYTECODE": "1"}
        words = (
            "-q",
            "-n",
            "0",
            "-p",
            "no:cacheprovider",
            "--no-header",
            f"--basetemp={data}/tmp",
            PEOPLE,
        )
        done = _ran("-m", "pytest", *words, **own, **PEOPLE_TRIED)
    examples, steps = PEOPLE_TRIED.values()
    what = "two people, all acts and slow forms at once: item, revisions, register, search, stamp"
    met = done.returncode == 0
    result = f"{examples} × {steps} steps at once, {'0 differences' if met else done.stdout.strip()[-150:]}"
    report.add(
        "26", pattern.database.name, what, "0 differences (500 × 30: make drill-saves)", result, met
    )
    if not met:
        print(done.stdout[-6000:], flush=True)


def of_markup(pattern, figures, report):
    """5 to 7, by the corpus where it is there."""
    with (
        tempfile.TemporaryDirectory() as place,
        tempfile.NamedTemporaryFile(suffix=".json") as file,
    ):
        address = pattern.put(Path(place), "markup", is_empty=True)
        done = _ran(
            "deploy/drills/xss.py", "--prepared", place, "--json", file.name, DATABASE_URL=address
        )
        told = json.loads(Path(file.name).read_text() or "[]")
    for figure in sorted(figures):
        what, target = MARKUP[figure]
        lines = [one for one in told if one["figure"] == figure]
        if lines:
            bad = [one for one in lines if not one["is_good"]]
            result = "; ".join(f"{one['what']}: {one['value']}" for one in bad or _in_short(lines))
            report.add(str(figure), "SQLite", what, target, result, not bad)
        elif "no corpus" in done.stdout:
            report.skip(
                str(figure),
                "SQLite",
                what,
                target,
                "the corpus is not part of the project: XSS_CORPUS names its folder",
            )
        else:
            raise SystemExit((done.stdout + done.stderr)[-1500:])


def _in_short(lines):
    return (
        lines
        if len(lines) < 4
        else [{"what": f"{len(lines)} counts of faults", "value": "all as they must be"}]
    )


def of_the_api(pattern, report):
    """11: every parameter the API knows and does not."""
    (what, target), database = API, pattern.database.name
    if not (ROOT / ".venv-drills/bin/st").exists():
        report.skip("11", database, what, target, "make .venv-drills/installed first")
        return
    with tempfile.TemporaryDirectory() as place:
        address = pattern.put(Path(place), "api")
        own = {**EXAMPLES, "DATABASE_URL": address, "LOG_LEVEL": "ERROR"}
        done = _ran("deploy/drills/api.py", "--prepared", place, **own)
    counts = re.search(r"([\d,]+) generated, ([\d,]+) passed", done.stdout)
    result = (
        f"{counts[2]} of {counts[1]} answers as they must be"
        if counts
        else "no number of answers was told"
    )
    met = done.returncode == 0 and counts is not None and counts[1] == counts[2]
    report.add("11", database, what, target, result, met)
    if not met:
        print(done.stdout[-3000:], done.stderr[-1500:], flush=True)


def of_pa11y(pattern, report):
    """25b: one Chromium over every kind of page."""
    what, target = PA11Y
    if not (ROOT / ".node-bench/node_modules/pa11y").is_dir():
        report.skip("25b", "SQLite", what, target, "needs Node: make .node-bench/installed")
        return
    with (
        tempfile.TemporaryDirectory() as place,
        tempfile.NamedTemporaryFile(suffix=".json") as file,
    ):
        pattern.put(Path(place, "public"), "public")
        pattern.put(Path(place, "desk"), "desk", is_empty=True)
        done = _ran(
            "deploy/drills/pa11y.py", "--prepared", place, "--json", file.name, DATABASE_URL=""
        )
        if not (said := Path(file.name).read_text()):
            raise SystemExit((done.stdout + done.stderr)[-1500:])
    found, missed = json.loads(said)["found"], json.loads(said)["missed"]
    bad = [one for one in found if one["faults"]]
    first = f" ({bad[0]['url']}: {bad[0]['faults'][0][:80]})" if bad else ""
    result = f"{len(bad)} of {len(found)} pages with an error{first}"
    planted = f"planted: {sum(map(len, missed.values()))} of 13 not found"
    report.add("25b", "SQLite", what, target, f"{result}; {planted}", done.returncode == 0)
    if bad:
        print(done.stdout, flush=True)


def of_scanners_in_brief(pattern, report):
    """12b: three pages and the usual questions, with all other figures."""
    of_scanners(pattern, report, "12b", is_brief=True)


def of_scanners(pattern, report, key="12", *, is_brief=False):
    """12: both scanners over a page with holes and over the portal."""
    (what, target), database = SCANNERS, pattern.database.name
    if is_brief:
        what = "the same in brief, three pages"
    if not (ROOT / ".venv-scan/bin/wapiti").exists():
        report.skip(key, database, what, target, "make drill-scan")
        return
    with (
        tempfile.TemporaryDirectory() as place,
        tempfile.NamedTemporaryFile(suffix=".json") as file,
    ):
        address = pattern.put(Path(place), "scanned")
        done = _ran(
            "deploy/drills/scan.py",
            *(["--brief"] * is_brief),
            "--prepared",
            place,
            "--json",
            file.name,
            DATABASE_URL=address,
        )
        print(done.stdout, flush=True)
        if not (said := Path(file.name).read_text()):
            raise SystemExit((done.stdout + done.stderr)[-1500:])
    told, portal = json.loads(said), json.loads(said)["portal"]
    found = (
        f"wapiti {portal['weaknesses'] or 'nothing'}, sqlmap {portal['injections'] or 'nothing'}"
    )
    late = f" (not to the end: {', '.join(portal['unfinished'])})" if portal["unfinished"] else ""
    planted = f"planted: wapiti {len(told['planted']['weaknesses'])} kinds, sqlmap {len(told['planted']['injections'])}"
    report.add(
        key, database, what, target, f"{found}{late}; {planted}", done.returncode == 0 and not late
    )
