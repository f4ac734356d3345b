"""Marks in a sanitised text: pieces given by their place in its plain text, wrapped without
touching anything else.

Blanks are the only thing in which HTML and its plain text differ, so a place is counted in
characters that are not blank.
"""

import re
from dataclasses import dataclass
from html import unescape
from itertools import accumulate
from typing import Any

_PIECE = re.compile(r"<[^>]*>|&#?\w+;|.", re.DOTALL)


@dataclass(frozen=True)
class Mark:
    """`text[start:end]` of the plain text; `ident` is the anchor to it, `kind` a word of its class."""

    start: int
    end: int
    ident: str
    kind: str = ""


def mark_html(clean: str, text: str, marks: list[Mark]) -> str:
    """The clean HTML with `<mark>` around the pieces. Where two overlap, the first gives the look
    and both are anchored.
    """
    spans = _spans(text, marks)
    if not spans:
        return clean
    return _Marker(spans).run(clean)


def _spans(text: str, marks: list[Mark]) -> list[tuple[Any, ...]]:
    """[(first, last + 1, mark)] counted in solid characters; what is empty or out of the text is
    left out.
    """
    solid = [0, *accumulate(not sign.isspace() for sign in text)]
    inside = [
        mark
        for mark in marks
        if 0 <= mark.start < mark.end <= len(text) and solid[mark.start] < solid[mark.end]
    ]
    return sorted(
        ((solid[mark.start], solid[mark.end], mark) for mark in inside),
        key=lambda span: (span[0], -span[1]),
    )


class _Marker:
    """Walks the HTML once, opening and closing marks between its tags."""

    def __init__(self, spans: list[tuple[Any, ...]]) -> None:
        self.spans, self.at, self.next, self.until, self.kind = spans, 0, 0, 0, ""
        self.out: list[Any] = []
        self.is_open = False

    def run(self, clean: str) -> str:
        for match in _PIECE.finditer(clean):
            piece = match[0]
            if piece[0] == "<" and len(piece) > 1:
                self._close()
            elif not unescape(piece).isspace():
                self._before_sign()
                self.at += 1
            self.out.append(piece)
            if self.is_open and self.at >= self.until:
                self._close()
        self._close()
        return "".join(self.out)

    def _before_sign(self) -> None:
        anchors = []
        while self.next < len(self.spans) and self.spans[self.next][0] <= self.at:
            _, end, mark = self.spans[self.next]
            if self.at >= self.until:
                self.kind = mark.kind
            self.until = max(self.until, end)
            anchors.append(f'<span id="{mark.ident}"></span>')
            self.next += 1
        if anchors:
            self._close()
        if self.at < self.until and not self.is_open:
            self.out.append(
                f'<mark class="found found--{self.kind}">' if self.kind else '<mark class="found">'
            )
            self.is_open = True
        self.out += anchors

    def _close(self) -> None:
        if self.is_open:
            self.out.append("</mark>")
            self.is_open = False
