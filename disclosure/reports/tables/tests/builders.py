"""Reports with tables."""

from disclosure.acts.tables import store_tables
from disclosure.tests.builders import make_report
from statutory.tests.builders import whole_tables


def make_tables_report(
    year=2024, *, tables=None, results=None, carried_in=None, carried_out=None, **fields
):
    """A report with its tables (adding up where none are given; `results` and the rest as in
    `table_b`).
    """
    report = make_report(year, **fields)
    rows = {"results": results, "carried_in": carried_in, "carried_out": carried_out}
    store_tables(
        report=report, tables=whole_tables(report.regime, **rows) if tables is None else tables
    )
    return report
