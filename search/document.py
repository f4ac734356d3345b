"""What a thing gives to the index, field by field."""

import hashlib
import json
from dataclasses import dataclass

from documents.folding import runs, squash

# Another number has `reindex` do everything anew: raise it whenever a field or the folding changes.
VERSION = 1
# Characters of a field that are indexed. A whole book of budgets has a tenth of it.
LONGEST = 400_000
FIELDS = ("title", "numbers", "organ", "summary", "body", "files")
# Fields a run may stand in, from where it says most about a thing to where it says least.
SCOPES = {
    "numbers": ("numbers",),
    "title": ("title",),
    "head": ("title", "numbers", "organ"),
    "summary": ("title", "numbers", "organ", "summary"),
    "all": (),
}


@dataclass(frozen=True)
class Document:
    """Runs of folded characters by field."""

    title: list[str]
    numbers: list[str]  # 发文字号, 索引号, and the years of an item
    organ: list[str]
    summary: list[str]  # 内容概述, 关键词
    body: list[str]  # the body, and a report's sections
    files: list[str]  # names and texts of attachments

    @property
    def size(self) -> int:
        """Characters."""
        return sum(len(run) for name in FIELDS for run in getattr(self, name))

    @property
    def digest(self) -> str:
        """Changes with what is indexed, and with how."""
        content = json.dumps(
            [VERSION, *(getattr(self, name) for name in FIELDS)], ensure_ascii=True
        )
        return hashlib.sha256(content.encode()).hexdigest()


def field_runs(*texts: str) -> list[str]:
    """Texts as a field of a `Document`; what is longer than `LONGEST` is cut."""
    return runs("\n".join(texts)[:LONGEST])


def squashed(*numbers: str) -> list[str]:
    """Numbers as they are compared, each in one run; empty ones are left out."""
    return [squash(number) for number in numbers if number]
