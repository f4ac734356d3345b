"""The checklist before submission: what is computed about an item before a second person looks at
it.

`run_checks(item)` is the only door. It changes nothing and asks no other machine.
"""

from disclosure.checks.finding import Finding, Level
from disclosure.checks.registry import run_checks

__all__ = ["Finding", "Level", "run_checks"]
