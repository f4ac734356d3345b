"""Tables of the demonstration's bodies. Those of annual reports are no text: see
`disclosure.reports.tables`.
"""

from django.utils.html import escape


def render_table(record):
    """The HTML of a table written as data: `{"caption": …, "head": […], "rows": […]}`."""
    return _plain(record.get("caption", ""), record["head"], record["rows"])


def _cell(tag, text, **spans):
    attributes = "".join(
        f' {name}="{value}"' for name, value in spans.items() if value not in (1, "")
    )
    return f"<{tag}{attributes}>{escape(str(text))}</{tag}>"


def _row(*cells):
    return f"<tr>{''.join(cells)}</tr>"


def _head(text, colspan=1, rowspan=1):
    return _cell(
        "th", text, colspan=colspan, rowspan=rowspan, scope="colgroup" if colspan > 1 else "col"
    )


def _side(text, colspan=1, rowspan=1):
    return _cell(
        "th", text, colspan=colspan, rowspan=rowspan, scope="rowgroup" if rowspan > 1 else "row"
    )


def _numbers(numbers):
    return "".join(_cell("td", number) for number in numbers)


def _table(caption, head, body):
    caption = f"<caption>{escape(caption)}</caption>" if caption else ""
    return f"<table>{caption}<thead>{head}</thead><tbody>{body}</tbody></table>"


def _plain(caption, head, rows):
    body = "".join(_row(_side(row[0]), _numbers(row[1:])) for row in rows)
    return _table(caption, _row(*map(_head, head)), body)
