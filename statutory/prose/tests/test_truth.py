"""The table of what is promised of figures in prose, sentence by sentence, and no false alarm in the
saved reports of real organs.
"""

import pytest

from statutory.prose.examine import examine
from statutory.tests.reports import reports
from statutory.tests.truth_table import KNOWN, ROWS

CASES = [
    pytest.param(case, id=f"{row}: {case.text[:40]} {case.code}")
    for row, cases in ROWS.items()
    for case in cases
]


@pytest.mark.parametrize("case", CASES)
def test_a_sentence_comes_out_as_it_must(case):
    assert case.holds, [
        (one.code, one.verdict.value, one.explanation, one.arithmetic) for one in case.findings()
    ]


@pytest.mark.parametrize("name", ["songbei-2009", "shidao-2008", "suqian-2023", *KNOWN])
def test_only_what_is_wrong_is_called_wrong(name):
    report = reports()[name]
    earlier = report.earlier.tables if report.earlier else {}
    more = {"organ": report.organ, "tables": report.tables, "earlier_tables": earlier}
    findings = examine(list(report.sections), year=report.year, **more)
    broken = {one.arithmetic for one in findings if one.verdict == "broken"}
    assert broken == KNOWN.get(name, set())
