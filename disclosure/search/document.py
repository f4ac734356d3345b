"""What an item gives to the index, field by field."""

import hashlib
import json
from dataclasses import dataclass

from disclosure.search.places import local_day
from documents.folding import runs, squash
from documents.html.richtext import html_to_text

# Another number has `reindex` do everything anew: raise it whenever a field or the folding changes.
VERSION = 1
# Characters of a field that are indexed. A whole book of budgets has a tenth of it.
LONGEST = 400_000
WRAPPED = ("pdf", "ofd")  # whose lines end anywhere
FIELDS = ("title", "numbers", "organ", "summary", "body", "files")


@dataclass(frozen=True)
class Document:
    """Runs of folded characters by field."""

    title: list
    numbers: list  # 发文字号, 索引号, and the years of the item
    organ: list
    summary: list  # 内容概述, 关键词
    body: list  # the body, and a report's sections
    files: list  # names and texts of attachments

    @property
    def size(self):
        """Characters."""
        return sum(len(run) for name in FIELDS for run in getattr(self, name))

    @property
    def digest(self):
        """Changes with what is indexed, and with how."""
        content = json.dumps(
            [VERSION, *(getattr(self, name) for name in FIELDS)], ensure_ascii=True
        )
        return hashlib.sha256(content.encode()).hexdigest()


def compose(source):
    """The `Document` of what was read of an item (`reading.Source`)."""
    years = {source.created_on.year, local_day(source.listed_at).year, source.year} - {None}
    numbers = [source.document_number, source.index_number]
    # An item keeps the text of its body beside it; a report's sections may have changed since it
    # was saved.
    body = [source.text] if source.body is None else [html_to_text(source.body)]
    for title, html in source.sections:
        body += [title, html_to_text(html)]
    files = []
    for name, extension, text in source.files:
        files += [name, text.replace("\n", " ") if extension in WRAPPED else text]
    return Document(
        title=_runs(source.title),
        numbers=_runs(*numbers, *(f"{year}年" for year in sorted(years)))
        + _squashed(*numbers, source.index_number.rpartition("/")[2]),
        organ=_runs(*source.organs),
        summary=_runs(source.summary, source.keywords),
        body=_runs(*body),
        files=_runs(*files),
    )


def _runs(*texts):
    return runs("\n".join(texts)[:LONGEST])


def _squashed(*numbers):
    return [squash(number) for number in numbers if number]
