"""The checks, one function each, and running them."""

from collections import Counter

from disclosure.checks.finding import Finding, Level
from disclosure.checks.subject import Subject

MAX_OF_A_KIND = 30  # findings of one code; the last of them says how many more there are
_CHECKS = []


def check(function):
    """Add a check: a function from a `Subject` to findings. In the order of registration they are
    listed.
    """
    _CHECKS.append(function)
    return function


def run_checks(item, checks=None):
    """All `Finding`s about an item, the blocking ones first, each kind in the order of the text.
    `checks`: these alone, instead of all that are registered.
    """
    subject = Subject(item)
    findings = [finding for function in checks or _CHECKS for finding in function(subject) or ()]
    findings.sort(key=lambda finding: finding.level != Level.BLOCKING)
    return _capped(findings)


def _capped(findings):
    number = Counter(finding.code for finding in findings)
    shown = Counter()
    kept = []
    for finding in findings:
        shown[finding.code] += 1
        if shown[finding.code] < MAX_OF_A_KIND or number[finding.code] == MAX_OF_A_KIND:
            kept.append(finding)
        elif shown[finding.code] == MAX_OF_A_KIND:
            more = number[finding.code] - MAX_OF_A_KIND + 1
            message = f"同类问题还有 {more} 处，没有一一列出；请处理以上各处后重新检查。"
            kept.append(
                Finding(
                    finding.code,
                    finding.level,
                    message,
                    finding.place,
                    settled=finding.settled,
                )
            )
    return kept
