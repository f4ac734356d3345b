"""The styles of a Word file, as far as recognition needs them: names, alignment, size, numbering."""

import re
from collections.abc import Iterator

from lxml.etree import _Element

from documents.intake.package import W

_HEADING = re.compile(r"(?:heading|标题)\s*\d\Z")
# Paragraphs in these styles would leave the text for the document's metadata when it is converted.
METADATA = {"title", "subtitle", "author", "date", "abstract"}
_DEPTH = 12  # of basedOn; a circle ends there


def _value(node: _Element, path: str) -> str | None:
    found = node.find(path)
    return None if found is None else found.get(f"{W}val")


class Styles:
    """The paragraph styles by id (ids are localised, `a3`; names are not)."""

    def __init__(self, root: _Element) -> None:
        nodes = root.iter(f"{W}style") if root is not None else ()
        self._nodes = {node.get(f"{W}styleId"): node for node in nodes}

    def _chain(self, paragraph: _Element) -> Iterator[_Element]:
        """The paragraph's style and what it is based on."""
        style = _value(paragraph, f"{W}pPr/{W}pStyle")
        for _ in range(_DEPTH):
            node = self._nodes.get(style)
            if node is None:
                return
            yield node
            style = _value(node, f"{W}basedOn")

    def name(self, paragraph: _Element) -> str:
        """The style's name in lower case, or ""."""
        for node in self._chain(paragraph):
            return (_value(node, f"{W}name") or "").lower()
        return ""

    def is_heading(self, paragraph: _Element) -> bool:
        """Whether Word prints it as a heading of the outline."""
        names = ((_value(node, f"{W}name") or "").lower() for node in self._chain(paragraph))
        return any(_HEADING.match(name) for name in names)

    def numbering(self, paragraph: _Element) -> _Element | None:
        """The `w:numPr` the style brings, or None."""
        for node in self._chain(paragraph):
            found = node.find(f"{W}pPr/{W}numPr")
            if found is not None:
                return found
        return None

    def is_centred(self, paragraph: _Element) -> bool:
        """Whether the paragraph stands in the middle of the line."""
        nodes = [paragraph, *self._chain(paragraph)]
        found = next((value for node in nodes if (value := _value(node, f"{W}pPr/{W}jc"))), "")
        return found == "center"

    def size(self, paragraph: _Element) -> float:
        """The size of its largest letters in points, or 0 where nothing is said."""
        own = [run.get(f"{W}val", "") for run in paragraph.findall(f"{W}r/{W}rPr/{W}sz")]
        inherited = [_value(node, f"{W}rPr/{W}sz") or "" for node in self._chain(paragraph)]
        found = [size for size in own if size.isdigit()] or [
            size for size in inherited if size.isdigit()
        ][:1]
        return max((int(size) for size in found), default=0) / 2
