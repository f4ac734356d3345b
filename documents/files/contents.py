"""What the writers of files are handed: a document laid out in blocks, and the facts it was made of."""

import datetime as dt
from typing import Any, Protocol


class FileContents(Protocol):
    """What a file shows, in order. `imprint` and `metadata` are (label, value) pairs of text."""

    title: str
    organ: str
    platform: str
    line: list[str]
    imprint: list[tuple[str, str]]
    metadata: list[tuple[str, str]]
    blocks: list[dict[str, Any]]


class FileFacts(Protocol):
    """The published state that a file shows (docs/exports.md), and when it was made public."""

    @property
    def facts(self) -> dict[str, Any]:
        """The facts by their names in JSON."""

    @property
    def code(self) -> str:
        """校验码: the hash by which the register knows that state."""

    @property
    def made_at(self) -> dt.datetime:
        """When the state was made public."""
