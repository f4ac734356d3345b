"""The numbers of a report's tables. Apart from writing them, which tells the public, so that
whatever is derived from the public face of a report may read them.
"""

from statutory.values import keys_for, to_python


def tables_of(report):
    """The tables of a report as numbers, in the order of its form: `{"a": [[…]…], "b": …, "c": …}`.

    int, `Decimal` for money, None for blanks; a statistics list under `statistics` as [indicator,
    unit, number]. Tables nobody has filled in are missing; the empty dictionary where there are
    none. Prefetch `tables` to ask for many.
    """
    return {key: to_python(report.regime, key, rows) for key, rows in stored_tables(report).items()}


def stored_tables(report):
    """The same as JSON holds it: money as decimal strings."""
    stored = {table.key: table.rows for table in report.tables.all()}
    return {key: stored[key] for key in keys_for(report.regime) if key in stored}
