"""The queue keeps a task under its dotted name; rows written before `desk/bulk/jobs.py` had its name
name this module.
"""

from disclosure.desk.bulk.jobs import check_table, take_in_table

__all__ = ["check_table", "take_in_table"]
