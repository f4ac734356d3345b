"""The words of an item: gathered before they are erased, so that what quotes them elsewhere is
found.
"""

import json
from dataclasses import dataclass, field

from django.apps import apps

from disclosure.choices import SUBJECT
from disclosure.models import Attachment, Item, RevisionContent
from documents.html.richtext import html_to_text
from ledger.models import Entry

SHORTEST_NAME = 4  # characters; what is shorter (通知) is anybody's word
QUOTED = 24  # characters in a row that nobody writes by chance; formulas of the trade are shorter
MOST_TEXT = 2_000_000  # characters looked through
TEXT_FIELDS = ("title", "document_number", "summary", "keywords", "issuer", "source", "change_note")
REPORT_TEXTS = ("ReportSection", "IdentityExplanation")


@dataclass
class Words:
    """`items`: the public item and its correction. `names`: titles, numbers and file names; `text`:
    everything it ever said.
    """

    item: Item
    items: list
    names: set = field(default_factory=set)
    text: str = ""
    reason: str = ""  # why, as the register's redaction has it
    files: set = field(
        default_factory=set
    )  # names in the storage; the act deletes them when it is done

    @classmethod
    def of(cls, item, *, reason=""):
        """Of an item with its correction, present and past."""
        items = [one for one in (item, item.pending_correction) if one]
        found = cls(item, items, reason=reason)
        parts = [*found._own(), *found._past()]
        found.text = "\n".join(parts)[:MOST_TEXT]
        found.names = {name.strip() for name in found.names if len(name.strip()) >= SHORTEST_NAME}
        return found

    def _own(self):
        for item in self.items:
            self.names |= {item.title, item.document_number}
            yield from (getattr(item, name) for name in TEXT_FIELDS)
            yield html_to_text(item.body)
            yield item.text
            for file in Attachment.everything.filter(item=item).select_related("extracted"):
                self.names.add(file.name)
                yield file.text
            if report := item.report:
                for row in report.explanations.all():
                    yield row.text
                for row in report.commitments.all():
                    yield row.text

    def _past(self):
        """What earlier revisions and the register say."""
        for stored in RevisionContent.objects.filter(revision__item=self.item).iterator(20):
            state = json.loads(stored.content)
            self.names |= {state["item"]["title"], state["item"]["document_number"]}
            self.names |= {file["name"] for file in state["attachments"]}
            yield from strings_in(state)
        if self.item.index_number:
            entries = Entry.objects.about(SUBJECT, self.item.index_number)
            for title, note in entries.values_list("subject_title", "note"):
                self.names.add(title)
                yield note

    def quoted_in(self, text):
        """Whether a text names the item or repeats a piece of it."""
        if not text:
            return False
        return any(name in text for name in self.names) or any(
            text[start : start + QUOTED] in self.text
            for start in range(max(0, len(text) - QUOTED + 1))
        )

    @property
    def keys(self):
        """Primary keys of the items, as text and as numbers."""
        return {item.pk for item in self.items}

    def objects_of_the_desk(self):
        """{(app label, model name): keys as text} of the records the desk knows the item by."""
        found = {("disclosure", "item"): {str(key) for key in self.keys}}
        for model in ("AnnualReport", "LegacyOriginal", "Attachment", "Revision", "Review"):
            rows = apps.get_model("disclosure", model)._base_manager.filter(item__in=self.keys)
            found["disclosure", model.lower()] = {
                str(key) for key in rows.values_list("pk", flat=True)
            }
        return found


def strings_in(value):
    """Every text in a value of JSON."""
    if isinstance(value, str):
        yield html_to_text(value) if "<" in value else value
    elif isinstance(value, dict):
        for part in value.values():
            yield from strings_in(part)
    elif isinstance(value, list):
        for part in value:
            yield from strings_in(part)
