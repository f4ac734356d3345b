"""Tables as they come from a clipboard or an editor, put in the order assistive technology reads."""

from lxml import etree
from lxml.html import HtmlElement

_ROWS = {"thead", "tbody", "tfoot"}


def tidy_table(table: HtmlElement) -> None:
    """Leading rows of nothing but header cells become the head, header cells say what they head,
    and a cell with a single paragraph holds its text itself.
    """
    rows = [row for row in table.iter("tr") if _table_of(row) is table]
    for cell in [cell for row in rows for cell in row if cell.tag in {"td", "th"}]:
        if any(up.tag == "thead" for up in cell.iterancestors() if _is_within(up, table)):
            cell.tag = "th"
        unwrap_single(cell)
    _gather_head(table, rows)
    for row in rows:
        is_head = row.getparent().tag == "thead"
        for cell in row:
            if cell.tag == "th" and not cell.get("scope"):
                cell.set("scope", _scope(cell, is_head=is_head))
            _order_attributes(cell)


def _order_attributes(cell: HtmlElement) -> None:
    """Always the same order, so that two versions of a body differ only where their words do."""
    attributes = sorted(cell.attrib.items())
    cell.attrib.clear()
    cell.attrib.update(attributes)


def _table_of(node: HtmlElement) -> HtmlElement:
    return next(node.iterancestors("table"), None)


def _is_within(node: HtmlElement, table: HtmlElement) -> bool:
    return node is not table and table in node.iterancestors()


def _scope(cell: HtmlElement, *, is_head: bool) -> str:
    span = cell.get("colspan" if is_head else "rowspan", "1")
    kind = "col" if is_head else "row"
    return f"{kind}group" if span.isdigit() and int(span) > 1 else kind


def unwrap_single(cell: HtmlElement) -> None:
    """A cell or list item with a single paragraph holds its text itself (a list inside the item may
    follow).
    """
    children = list(cell)
    if not children or children[0].tag not in {"p", "div"} or (cell.text or "").strip():
        return
    followed_by = {"ul", "ol"} if cell.tag == "li" else set()
    if all(child.tag in followed_by for child in children[1:]) and not any(
        (c.tail or "").strip() for c in children
    ):
        children[0].drop_tag()


def _gather_head(table: HtmlElement, rows: list[HtmlElement]) -> None:
    """An editor keeps all rows in one tbody; Word marks the rows it repeats on every page."""
    leading = []
    for row in rows:
        cells = [cell for cell in row if cell.tag in {"td", "th"}]
        if not cells or any(cell.tag == "td" for cell in cells) or row.getparent().tag == "thead":
            break
        leading.append(row)
    if not leading or len(leading) == len(rows):
        return
    head = etree.Element("thead")
    first = leading[0].getparent()
    (first if first.tag in _ROWS else leading[0]).addprevious(head)
    for row in leading:
        row.tail = None
        head.append(row)
