"""One rich text as what looks into it needs it: its plain text, its elements, the places of its
words.
"""

from functools import cached_property
from typing import Any

from django.core.exceptions import ValidationError
from lxml import etree
from lxml import html as lxml_html

from documents.html.places import Excerpt, Place
from documents.html.richtext import html_to_text, sanitize

BODY = Place("body", "正文")


class HtmlPart:
    """One rich text: the body, or a section of a report. `tree` is None where it is empty; `error`
    where refused.
    """

    def __init__(self, place: Place, source: str) -> None:
        self.place, self.error, self.html = place, "", ""
        try:
            self.html = sanitize(source)
        except ValidationError as error:
            self.error = " ".join(error.messages)
        self.text = html_to_text(self.html)

    @cached_property
    def tree(self) -> Any:
        """The parsed elements under one `div`, or None."""
        if not self.html:
            return None
        return lxml_html.fragment_fromstring(
            self.html, create_parent="div", parser=lxml_html.HTMLParser(huge_tree=False)
        )

    def locate(self, words: str) -> Excerpt | None:
        """The `Excerpt` of an element's words (their beginning), or None where the plain text has
        them otherwise.
        """
        words = words[:60]
        start = self.text.find(words) if words else -1
        return None if start < 0 else Excerpt.of(self.text, start, start + len(words))

    def elements(self, *tags: str) -> list[Any]:
        """Elements of these kinds, in order."""
        return [] if self.tree is None else list(self.tree.iter(*tags))


def text_of(element: Any) -> str:
    """The words of an element in one line."""
    words = "".join(element.itertext()) if etree.iselement(element) else ""
    return " ".join(words.split())
