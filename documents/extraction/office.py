"""DOCX, PPTX, OpenDocument and OFD: zipped XML, of which only the words are taken."""

import re
from pathlib import Path
from typing import Any

from lxml import etree

from documents.extraction.result import (
    BROKEN,
    COMMENTS,
    ENCRYPTED,
    NOTES,
    REVISIONS,
    Extraction,
    UnreadableError,
)
from documents.extraction.zipped import Zipped

_WORD = re.compile(r"word/(?:document\d*|header\d*|footer\d*|footnotes|endnotes|comments)\.xml\Z")
_SLIDE = re.compile(r"ppt/(?:slides/slide|notesSlides/notesSlide|comments/\w+?)\d*\.xml\Z")
_OFD_PAGE = re.compile(r"(?:\A|/)(?:Pages|Tpls|Annots)/.*\.xml\Z", re.IGNORECASE)
_NUMBERED = re.compile(r"\d+")
_OFD_SAME_LINE = 1.0  # millimetres
_OFD_NEXT_CELL = 3.0


def read_docx(path: Path) -> Extraction:
    """Body, headers, footers, notes, comments and revisions of a DOCX file."""
    package, writer = Zipped(path), _Writer()
    names = [name for name in package.names if _WORD.match(name)]
    if not any(name.startswith("word/document") for name in names):
        raise UnreadableError(BROKEN)
    for name in sorted(names, key=lambda name: not name.startswith("word/document")):
        if writer.write(package.xml(name), _WORD_RULES) and "comments" in name:
            writer.remarks.add(COMMENTS)
    return writer.result()


def read_pptx(path: Path) -> Extraction:
    """Slides, speaker's notes and comments of a PPTX file."""
    package, writer = Zipped(path), _Writer()
    names = [name for name in package.names if _SLIDE.match(name)]
    if not names:
        raise UnreadableError(BROKEN)
    for name in sorted(names, key=_in_order):
        if writer.write(package.xml(name), _WORD_RULES) and "/slides/" not in name:
            writer.remarks.add(NOTES if "notesSlide" in name else COMMENTS)
    return writer.result()


def read_odf(path: Path) -> Extraction:
    """Text, tables, headers and comments of an ODT, ODS or ODP file."""
    package, writer = Zipped(path), _Writer()
    if "content.xml" not in package.names:
        raise UnreadableError(BROKEN)
    if "META-INF/manifest.xml" in package.names and b"encryption-data" in package.read(
        "META-INF/manifest.xml"
    ):
        raise UnreadableError(ENCRYPTED)
    for name in ("content.xml", "styles.xml"):
        if name in package.names:
            writer.write(package.xml(name), _ODF_RULES)
    return writer.result()


def read_ofd(path: Path) -> Extraction:
    """The text objects of an OFD file (GB/T 33190), in the order of the pages; neighbours of one
    line together.
    """
    package = Zipped(path)
    if "OFD.xml" not in package.names:
        raise UnreadableError(BROKEN)
    pages = sorted((name for name in package.names if _OFD_PAGE.search(name)), key=_in_order)
    lines = [_ofd_page(package.xml(name)) for name in pages]
    return Extraction(
        text="\n".join(lines), pages=len(pages), pages_without_text=sum(not line for line in lines)
    )


def _in_order(name: str) -> list[Any]:
    return [(_NUMBERED.sub("", name)), [int(number) for number in _NUMBERED.findall(name)]]


def _ofd_page(root: Any) -> str:
    pieces, previous = [], None
    for node in root.iter("{*}TextObject"):
        text = "".join("".join(code.itertext()) for code in node.iter("{*}TextCode")).strip()
        box = _box(node.get("Boundary", ""))
        pieces.append(_between(previous, box) + text)
        previous = box
    return "".join(pieces).strip()


def _box(boundary: str) -> Any:
    try:
        left, top, width, height = map(float, boundary.split())
    except ValueError:
        return None
    return left, top, width, height


def _between(previous: Any, box: Any) -> Any:
    if previous is None or box is None or abs(previous[1] - box[1]) > _OFD_SAME_LINE:
        return "\n"
    return "\t" if box[0] - previous[0] - previous[2] > _OFD_NEXT_CELL else ""


class _Writer:
    """Collects the words of XML documents, one line a paragraph or row."""

    def __init__(self) -> None:
        self.pieces: list[Any] = []
        self.remarks: set[Any] = set()
        self._cells = 0

    def write(self, root: Any, rules: dict[str, Any]) -> bool:
        """Add a document's words; says whether it had any."""
        before = len(self.pieces)
        walk = etree.iterwalk(root, events=("start", "end"))
        for event, node in walk:
            name = etree.QName(node).localname if isinstance(node.tag, str) else ""
            if name in rules["skipped"]:
                if event == "start":
                    walk.skip_subtree()
                continue
            (self._start if event == "start" else self._end)(node, name, rules)
        self.pieces.append("\n")
        return any(piece.strip() for piece in self.pieces[before:])

    def result(self) -> Extraction:
        """All that was collected."""
        return Extraction(text="".join(self.pieces), remarks=sorted(self.remarks))

    def _start(self, node: Any, name: str, rules: dict[str, Any]) -> None:
        if remark := rules["remarks"].get(name):
            self.remarks.add(remark)
        if name in rules["cells"]:
            self._cells += 1
        if name in rules["text"] or (rules["all_text"] and self._in_paragraph(node, rules)):
            self.pieces.append(node.text or "")
        if name in rules["marks"]:
            self.pieces.append(rules["marks"][name])

    def _end(self, node: Any, name: str, rules: dict[str, Any]) -> None:
        if name in rules["cells"]:
            self._cells -= 1
            self.pieces[-1:] = ["\t"] if self.pieces[-1:] == [" "] else [*self.pieces[-1:], "\t"]
        elif name in rules["rows"]:
            self.pieces.append("\n")
        elif name in rules["paragraphs"]:
            self.pieces.append(" " if self._cells else "\n")
        if (
            rules["all_text"]
            and node.getparent() is not None
            and self._in_paragraph(node.getparent(), rules)
        ):
            self.pieces.append(node.tail or "")

    @staticmethod
    def _in_paragraph(node: Any, rules: dict[str, Any]) -> bool:
        names = (
            etree.QName(one).localname
            for one in (node, *node.iterancestors())
            if isinstance(one.tag, str)
        )
        return any(name in rules["paragraphs"] for name in names)


_WORD_RULES = {
    "text": {"t", "delText", "instrText", "text"},
    "all_text": False,
    "marks": {"tab": "\t", "br": "\n", "cr": "\n", "noBreakHyphen": "-"},
    "paragraphs": {"p"},
    "cells": {"tc"},
    "rows": {"tr"},
    # The fallback of a drawing says the same once more; tabs are where tabulators stand, not
    # tabulators.
    "skipped": {"Fallback", "tabs"},
    "remarks": {"ins": REVISIONS, "del": REVISIONS, "delText": REVISIONS},
}
_ODF_RULES = {
    "text": set(),
    "all_text": True,
    "marks": {"s": " ", "tab": "\t", "line-break": "\n"},
    "paragraphs": {"p", "h"},
    "cells": {"table-cell"},
    "rows": {"table-row"},
    "skipped": {"creator", "date", "font-face-decls"},
    "remarks": {"annotation": COMMENTS, "tracked-changes": REVISIONS},
}
