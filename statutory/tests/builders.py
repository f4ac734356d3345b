"""Tables that hold every identity, and small ways to break them."""

from statutory.layouts import GROUPS, LAYOUTS
from statutory.lookup import Figures


def table_b(regime="format_2021", *, new=None, carried_in=None, results=None, carried_out=None):
    """A table B that adds up: `results` are rows of six (without 总计) for the lines of results,
    zeros where none.
    """
    layout = LAYOUTS[regime]["b"]
    figures = Figures(regime, {})
    keys = [key for group in GROUPS for key in figures.result_lines(group)]
    results = {key: [0] * 6 for key in keys} | dict(results or {})
    done = [sum(column) for column in zip(*results.values(), strict=True)]
    carried_in, carried_out = carried_in or [0] * 6, carried_out or [0] * 6
    new = new or [
        total + after - before
        for total, after, before in zip(done, carried_out, carried_in, strict=True)
    ]
    rows = {
        "new": new,
        "carried_in": carried_in,
        **results,
        "results_total": done,
        "carried_out": carried_out,
    }
    return [[*rows[line.key], sum(rows[line.key])] for line in layout.lines]


def whole_tables(regime="format_2021", **rows):
    """All three tables, adding up."""
    layout_a = LAYOUTS[regime]["a"]
    return {
        "a": [[0] * number for number in layout_a.shape],
        "b": table_b(regime, **rows),
        "c": [[0] * 15],
    }
