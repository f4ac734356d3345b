"""A sanitised body as typed blocks: what every file format is written from.

No writer of a format ever sees HTML: it gets texts, marks and addresses as data, so nothing in a
body can be taken for code of that format. All text of the body is in the blocks, in order.

An inline run is a dictionary: `{"s": text, "m": [marks], "href": address}`, `{"br": True}` or
`{"img": {...}}`. A block has its kind under `"t"`: `p`, `h`, `list`, `quote`, `table`, `hr`
(with `page`, a new page on paper).
"""

import re
from collections.abc import Callable
from typing import Any

import lxml.html

from documents.blocks.tables import table_block

DEEPEST = 6  # blocks inside blocks; what lies deeper is raised to this level, with all its text
MARKS = {
    "b": "b",
    "strong": "b",
    "i": "i",
    "em": "i",
    "u": "u",
    "ins": "u",
    "del": "del",
    "sub": "sub",
    "sup": "sup",
}
_CONTAINERS = {"figure", "dl", "div", "tbody", "thead", "tfoot", "tr", "colgroup", "col"}
_PARAGRAPHS = {"p", "figcaption", "dt", "dd", "caption", "td", "th"}
_BLANKS = re.compile(r"[ \t\n\r\f]+")


def blocks_of(html: str, *, pictures: Any = None, resolve: Any = str) -> list[Any]:
    """The blocks of clean HTML. `pictures`: picture by its address in the body; `resolve`: makes an
    address absolute, or empty where it leads nowhere outside its page.
    """
    if not html.strip():
        return []
    root = lxml.html.fragment_fromstring(html, create_parent="div")
    return _Reader(pictures or {}, resolve).children(root)


class _Reader:
    """Walks through the elements in order. Text waits in `runs` until a block begins or ends."""

    def __init__(
        self, pictures: dict[str, dict[str, Any]], resolve: Callable[..., Any], depth: int = 0
    ) -> None:
        self.pictures, self.resolve, self.depth = pictures, resolve, depth
        self.blocks: list[Any] = []
        self.runs: list[Any] = []
        self.marks: list[Any] = []
        self.href = ""

    def children(self, element: lxml.html.HtmlElement) -> list[dict[str, Any]]:
        """The blocks inside an element."""
        self._inside(element)
        self._end_paragraph()
        return self.blocks

    def _inside(self, element: lxml.html.HtmlElement) -> None:
        self._text(element.text)
        for child in element:
            self._element(child)
            self._text(child.tail)

    def _element(self, element: lxml.html.HtmlElement) -> None:
        name = element.tag
        if not isinstance(name, str):  # a comment or the like; the sanitiser leaves none
            return
        if name in MARKS or name == "a":
            self._marked(element)
        elif name == "br":
            self.runs.append({"br": True})
        elif name == "img":
            self._picture(element)
        else:
            self._block(element)

    def _marked(self, element: lxml.html.HtmlElement) -> None:
        marks, href = self.marks, self.href
        if mark := MARKS.get(element.tag):
            self.marks = [*marks, mark] if mark not in marks else marks
        else:
            self.href = self.resolve(element.get("href", "")) or href
        self._inside(element)
        self.marks, self.href = marks, href

    def _picture(self, element: lxml.html.HtmlElement) -> None:
        alt = _BLANKS.sub(" ", element.get("alt", "")).strip()
        if picture := self.pictures.get(element.get("src", "")):
            self.runs.append({"img": {**picture, "alt": alt or "图片"}})
        elif alt:
            self._text(f"〔图片：{alt}〕")

    def _block(self, element: lxml.html.HtmlElement) -> None:
        self._end_paragraph()
        name = element.tag
        if name == "hr":
            self.blocks.append({"t": "hr"})
        elif re.fullmatch("h[1-6]", name):
            self._inside(element)
            self._end_paragraph({"t": "h", "level": int(name[1])})
        elif name in _PARAGRAPHS:
            self._inside(element)
            self._end_paragraph(
                {"t": "p", "kind": name} if name in {"dt", "dd", "figcaption"} else None
            )
        elif name in _CONTAINERS or self.depth >= DEEPEST:
            self._inside(element)
            self._end_paragraph()
        else:
            self._nested(element)

    def _nested(self, element: lxml.html.HtmlElement) -> None:
        inner = self._below
        if element.tag in {"ul", "ol"}:
            self._list(element)
        elif element.tag == "table":
            self.blocks.append(table_block(element, inner))
        else:
            self.blocks.append({"t": "quote", "c": inner(element)})

    def _below(self, element: lxml.html.HtmlElement) -> list[dict[str, Any]]:
        """The blocks of an element that stands inside a block of this level."""
        reader = _Reader(self.pictures, self.resolve, self.depth + 1)
        reader.marks, reader.href = self.marks, self.href
        return reader.children(element)

    def _list(self, element: lxml.html.HtmlElement) -> None:
        """Entries; what stands in a list outside any entry becomes an entry of its own."""
        items, stray = [], _Reader(self.pictures, self.resolve, self.depth + 1)
        stray._text(element.text)
        for child in element:
            if child.tag == "li":
                if loose := stray._taken():
                    items.append(loose)
                items.append(self._below(child))
            else:
                stray._element(child)
            stray._text(child.tail)
        if loose := stray._taken():
            items.append(loose)
        start = element.get("start", "1")
        self.blocks.append(
            {
                "t": "list",
                "ordered": element.tag == "ol",
                "start": int(start) if start.isdigit() else 1,
                "items": items,
            }
        )

    def _taken(self) -> list[Any]:
        self._end_paragraph()
        taken, self.blocks = self.blocks, []
        return taken

    def _text(self, text: str | None) -> None:
        """A text with the marks in force; white space collapses as in a browser."""
        if not text:
            return
        text = _BLANKS.sub(" ", text)
        last: dict[str, Any] = self.runs[-1] if self.runs else {"br": True}
        if text[0] == " " and (last.get("br") or last.get("s", "").endswith(" ")):
            text = text[1:]
        if not text:
            return
        if last.get("m") == self.marks and last.get("href", "") == self.href and "s" in last:
            last["s"] += text
        else:
            run = {"s": text, "m": self.marks}
            self.runs.append({**run, "href": self.href} if self.href else run)

    def _end_paragraph(self, block: dict[str, Any] | None = None) -> None:
        runs, self.runs = self.runs, []
        while runs and (runs[-1].get("br") or not runs[-1].get("s", "x").strip(" ")):
            runs.pop()
        if runs and "s" in runs[-1]:
            runs[-1]["s"] = runs[-1]["s"].rstrip(" ")
        if runs:
            self.blocks.append({**(block or {"t": "p"}), "c": runs})


def text_of(runs: list[dict[str, Any]]) -> str:
    """The plain text of inline runs."""
    return "".join(
        "\n" if run.get("br") else run.get("s") or f"〔图片：{run['img']['alt']}〕" for run in runs
    )
