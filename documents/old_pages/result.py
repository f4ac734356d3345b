"""What recognising a file yields."""

import datetime as dt
from dataclasses import dataclass, field
from typing import Any

REPORT, ITEM = "report", "item"


class RefusedError(Exception):
    """The file cannot be used; the message is the reason, for the clerk."""


@dataclass(frozen=True)
class Passage:
    """A titled part of a document: its text as lines, and the same as clean HTML."""

    title: str
    text: str = ""
    html: str = ""


@dataclass
class Recognition:
    """All that was recognised in a file. What is not sure is None, with a sentence in `doubts`.

    `error` is set where the file is refused; then nothing else is claimed.
    """

    file: str = ""
    sha256: str = ""
    kind: str | None = None
    regime: str | None = None
    cms: str | None = None
    address: str | None = None  # where the page stood, as the file tells
    trail: list[str] = field(default_factory=list)
    title: str | None = None
    organ: str | None = None
    year: int | None = None
    created_on: dt.date | None = None
    published_on: dt.date | None = None
    document_number: str | None = None
    index_number: str | None = None
    validity: str | None = None
    genre: str | None = None
    theme: str | None = None
    source: str | None = None
    opening: Passage = Passage("")
    sections: list[Passage] = field(default_factory=list)
    tables: dict[Any, Any] = field(default_factory=lambda: {"a": None, "b": None, "c": None})
    statistics: list[Any] | None = (
        None  # the list of the reports on 2014–2018: [label, unit, value] a row
    )
    characters: int = 0
    doubts: list[str] = field(default_factory=list)
    error: str | None = None

    def doubt(self, sentence: str) -> None:
        """Note what the clerk must look at, once."""
        if sentence and sentence not in self.doubts:
            self.doubts.append(sentence)

    def as_stored(self) -> dict[str, Any]:
        """What is kept of it beside the original: the line of `--json`, and the passages as clean
        HTML.
        """
        html = [
            {"title": part.title, "text": part.text, "html": part.html} for part in self.sections
        ]
        return {
            **self.as_json(),
            "opening_html": self.opening.html,
            "source": self.source,
            "sections": html,
        }

    def as_json(self) -> dict[str, Any]:
        """The line of `--dry-run --json`."""
        tables = {**self.tables, **({"list": self.statistics} if self.statistics else {})}
        return {
            "file": self.file,
            "kind": self.kind,
            "regime": self.regime,
            "cms": self.cms,
            "trail": self.trail,
            "title": self.title,
            "organ": self.organ,
            "year": self.year,
            "created_on": self.created_on and self.created_on.isoformat(),
            "published_on": self.published_on and self.published_on.isoformat(),
            "document_number": self.document_number,
            "index_number": self.index_number,
            "validity": self.validity,
            "genre": self.genre,
            "theme": self.theme,
            "sections": [{"title": part.title, "text": part.text} for part in self.sections],
            "tables": tables,
            "characters": self.characters,
            "address": self.address,
            "sha256": self.sha256,
            "doubts": self.doubts,
            "error": self.error,
        }
