"""Cells that name their row, as such in the structure of a finished PDF (TH with the scope of a row).

The maker of PDFs marks heads of columns alone; a screen reader would read a figure of table B
without the name of its row. The change is appended to the file, as a PDF is changed without being
written anew.
"""

import io
from collections.abc import Iterator
from typing import Any

from pypdf import PdfWriter
from pypdf.generic import NameObject

Rows = list[list[bool]]  # the body of a table: for each row, whether its cells name it


def rows_of_heads(block: dict[str, Any]) -> Rows:
    """Which cells of a table's body name their row, in the order in which the cells begin."""
    rows: Rows = [[] for _ in range(block["rows"] - block["head"])]
    for cell in sorted(block["cells"], key=lambda cell: (cell["y"], cell["x"])):
        if cell["y"] >= block["head"]:
            rows[cell["y"] - block["head"]].append(bool(cell["head"]))
    return rows


def with_row_heads(pdf: bytes, tables: list[Rows]) -> bytes:
    """The file with the row heads of its tables marked; `tables`: all of them, in the order of the
    document. What does not agree with the structure found is left as it is.
    """
    writer = PdfWriter(io.BytesIO(pdf), incremental=True)
    found = list(_tables(writer.root_object["/StructTreeRoot"]))
    if len(found) != len(tables):
        return pdf
    for element, rows in zip(found, tables, strict=True):
        _mark(list(_body_rows(element)), rows)
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def _kids(element: Any) -> Iterator[Any]:
    kids = element.get("/K")
    kids = kids.get_object() if kids is not None else []
    for kid in kids if isinstance(kids, list) else [kids]:
        kid = kid.get_object()
        if hasattr(kid, "get") and ("/S" in kid or "/K" in kid):
            yield kid


def _tables(element: Any) -> Iterator[Any]:
    for kid in _kids(element):
        if kid.get("/S") == "/Table":
            yield kid
        yield from _tables(kid)


def _body_rows(table: Any) -> Iterator[Any]:
    for kid in _kids(table):
        if kid.get("/S") == "/TR":
            yield [cell for cell in _kids(kid) if cell.get("/S") in {"/TD", "/TH"}]
        elif kid.get("/S") == "/TBody":
            yield from _body_rows(kid)


def _mark(cells: list[Any], rows: Rows) -> None:
    if [len(row) for row in cells] != [len(row) for row in rows]:
        return
    for elements, heads in zip(cells, rows, strict=True):
        for element, is_head in zip(elements, heads, strict=True):
            attributes = next(
                (one.get_object() for one in element.get("/A", []) if _is_of_tables(one)), None
            )
            if attributes is None:
                continue
            # A list of heads would be taken instead of what their scopes say.
            attributes.pop("/Headers", None)
            if is_head:
                element[NameObject("/S")] = NameObject("/TH")
                attributes[NameObject("/Scope")] = NameObject("/Row")


def _is_of_tables(attributes: Any) -> bool:
    return bool(attributes.get_object().get("/O") == "/Table")
