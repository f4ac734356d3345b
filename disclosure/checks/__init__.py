"""The checklist before submission: what is computed about an item before a second person looks at
it.

`run_checks(item)` is the only door. It changes nothing and asks no other machine.
"""

# Each module adds its checks to the registry by being imported.
from disclosure.checks import (  # noqa: F401
    attachments,
    dates,
    duplicates,
    links,
    metadata,
    personal,
    report_form,
    slips,
    statutory,
    structure,
)
from disclosure.checks.finding import Finding, Level
from disclosure.checks.registry import run_checks

__all__ = ["Finding", "Level", "run_checks"]
