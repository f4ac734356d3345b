"""What an item gives to the index, field by field."""

import hashlib
import json
from dataclasses import dataclass

from django.utils import timezone

from disclosure.richtext import html_to_text
from disclosure.search.folding import runs, squash

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
    def digest(self):
        """Changes with what is indexed, and with how."""
        content = json.dumps([VERSION, *(getattr(self, name) for name in FIELDS)], ensure_ascii=True)
        return hashlib.sha256(content.encode()).hexdigest()


def compose(item):
    """The `Document` of an item. No query where department, report, joint organs and files with their texts were read."""
    report = getattr(item, "annual_report", None)
    organs = [item.department, *item.joint_departments.all()]
    years = {item.created_on.year, timezone.localtime(item.listed_at).year, report.year if report else None} - {None}
    numbers = [item.document_number, item.index_number, *(f"{year}年" for year in sorted(years))]
    # An item keeps the text of its body beside it; a report's sections may have changed since it was saved.
    body = [html_to_text(item.body) if report else item.text]
    for section in report.sections.all() if report else ():
        body += [section.title, html_to_text(section.body)]
    files = []
    for file in item.attachments.all():
        files += [file.name, file.text.replace("\n", " ") if file.extension in WRAPPED else file.text]
    return Document(
        title=_runs(item.title),
        numbers=_runs(*numbers) + _squashed(item.document_number, item.index_number, item.serial_part),
        organ=_runs(*(name for organ in organs for name in (organ.name, organ.short_name)), item.issuer, item.source),
        summary=_runs(item.summary, item.keywords),
        body=_runs(*body),
        files=_runs(*files),
    )


def _runs(*texts):
    return runs("\n".join(texts)[:LONGEST])


def _squashed(*numbers):
    return [squash(number) for number in numbers if number]
