"""Change every number of the demonstration's reports, one at a time, and see which list it is in then.

A number that was 相符 and is changed has to be 不符 or 无法核对: one that stays 相符 is silent, and the
drill ends with 1. FILES: a folder of saved reports of others (the year in the name) instead.
"""

import argparse
import os
import sys
import time
from collections import Counter
from pathlib import Path

from loopback import ROOT

sys.path.insert(0, str(ROOT))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")

import django

django.setup()

from statutory.four_lists import judged  # noqa: E402  after Django is set up
from statutory.prose.examine import examine  # noqa: E402
from statutory.prose.numbers import Standing  # noqa: E402
from statutory.tests import reports as samples  # noqa: E402
from statutory.tests.truth_table import KNOWN, ROWS  # noqa: E402

COLUMNS = ("found", "not checkable", "not a figure", "wrong already", "silent")


def main():
    """One line a report, the reasons, and the table of what is promised."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--files", type=Path, help="a folder of other reports")
    parser.add_argument("--verbose", action="store_true", help="print each silent number")
    options = parser.parse_args()
    reports = samples.reports()
    if options.files:
        reports = {path.name: samples.of_file(path) for path in sorted(options.files.glob("*.txt"))}
    total, reasons, sums, silent = Counter(), Counter(), Counter(), []
    print(f"{'report':44} {'numbers':>8} " + " ".join(f"{name:>14}" for name in COLUMNS))
    start = time.monotonic()
    for name, report in reports.items():
        counts = Counter()
        for kind, one, result, reason in changed(report):
            counts[result] += 1
            total[kind, result] += 1
            if kind == "text" and one.code == "sum" and one.standing == Standing.HOLDS:
                sums[result] += 1
            reasons[reason] += result == "not checkable"
            if result == "silent":
                silent.append(f"{name}: {describe(one)}")
        _line(name, counts)
    for kind in ("text", "a", "b", "c", "statistics"):
        _line(f"all: {kind}", Counter({name: total[kind, name] for name in COLUMNS}))
    _line("all", sum((Counter({r: n}) for (_, r), n in total.items()), Counter()))
    print(f"{len(reports)} reports, {time.monotonic() - start:.0f} s. Not checkable, by reason:")
    for reason, number in (+reasons).most_common():
        print(f"  {number:6} {reason}")
    for one in silent if options.verbose else silent[:20]:
        print(f"SILENT {one}")
    held = promises(sums, {name: total["a", name] for name in COLUMNS})
    if silent or not held:
        raise SystemExit(f"{len(silent)} changed numbers stay 相符; every promise is kept: {held}")


def promises(sums, table_a):
    """Print the table of what is promised of figures in prose; whether all of it holds."""
    print("\nPromised, and measured here:")
    print(
        f"  sums that were 相符, one number changed: found {sums['found']}, 无法核对 "
        f"{sums['not checkable']}, silent {sums['silent']}"
    )
    wrong, alarms = inconsistencies()
    known = sum(map(len, KNOWN.values()))
    print(
        f"  inconsistencies in the saved reports of real organs: {wrong} of {known} found, "
        f"{alarms} false alarms"
    )
    print(
        f"  table A, a cell +1: found {table_a['found']}, listed as not checkable "
        f"{table_a['not checkable']}, silent {table_a['silent']}"
    )
    held = wrong == known and not alarms
    for name, cases in ROWS.items():
        kept = sum(case.holds for case in cases)
        print(f"  {name}: {kept} of {len(cases)} sentences come out as they must")
        held = held and kept == len(cases)
    return held


def inconsistencies():
    """(known ones found, others called wrong) in the saved reports."""
    wrong = alarms = 0
    for name, report in samples.reports().items():
        earlier = report.earlier.tables if report.earlier else {}
        more = {"organ": report.organ, "tables": report.tables, "earlier_tables": earlier}
        found = {
            one.arithmetic
            for one in examine(list(report.sections), year=report.year, **more)
            if one.verdict == "broken"
        }
        wrong += len(found & KNOWN.get(name, set()))
        alarms += len(found - KNOWN.get(name, set()))
    return wrong, alarms


def changed(report):
    """(where, number, what became of it, reason) of every number of a report, changed alone."""
    lists = judged(report)
    for number in lists.numbers:
        other = samples.with_number(report, number, samples.one_more(number.written))
        after = {(one.place, one.start): one for one in judged(other).numbers}
        yield "text", number, *_result(number, after.get((number.place, number.start)))
    for cell in lists.cells:
        after = {
            (one.table, one.row, one.column): one
            for one in judged(samples.with_cell(report, cell)).cells
        }
        yield cell.table, cell, *_result(cell, after.get((cell.table, cell.row, cell.column)))


def _result(before, after):
    if before.standing == Standing.BROKEN:
        return "wrong already", ""
    if after is None:
        return "silent", ""
    names = {
        Standing.BROKEN: "found",
        Standing.UNKNOWN: "not checkable",
        Standing.NO_FIGURE: "not a figure",
        Standing.HOLDS: "silent",
    }
    return names[after.standing], after.code


def describe(one):
    """A number with the words around it."""
    return (
        f"{one.before}【{one.written}】{one.after}"
        if hasattr(one, "before")
        else f"{one.name} {one.written}"
    )


def _line(name, counts):
    numbers = " ".join(f"{counts[column]:14}" for column in COLUMNS)
    print(f"{name:44} {sum(counts.values()):8} {numbers}", flush=True)


if __name__ == "__main__":
    main()
