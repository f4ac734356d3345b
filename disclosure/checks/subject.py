"""What is checked: an item with its texts and attachments, each read once."""

from functools import cached_property

from django.utils import timezone

from documents.html.parts import BODY, HtmlPart
from documents.html.places import Place

FIELD_LABELS = {
    "title": "标题",
    "summary": "内容概述",
    "keywords": "关键词",
    "issuer": "制作机关",
    "source": "来源",
    "document_number": "发文字号",
    "body": "正文",
}


def field_place(name):
    """The place a field of the item is."""
    return Place(name, FIELD_LABELS.get(name, name))


class Subject:
    """An item as the checks see it. Unsaved changes of its fields count; attachments are those
    stored.
    """

    def __init__(self, item):
        self.item = item
        self.today = timezone.localdate()

    @cached_property
    def report(self):
        """The annual report whose item this is, or None."""
        return self.item.report if self.item.pk else None

    @cached_property
    def parts(self):
        """The rich texts: the body, then a report's sections."""
        sections = self.report.sections.all() if self.report else ()
        places = [Place(f"section-{section.position}", section.title) for section in sections]
        return [
            HtmlPart(BODY, self.item.body),
            *(
                HtmlPart(place, section.body)
                for place, section in zip(places, sections, strict=True)
            ),
        ]

    @cached_property
    def text(self):
        """The plain text of all rich texts."""
        return "\n".join(part.text for part in self.parts if part.text)

    @cached_property
    def attachments(self):
        """The stored attachments, in order."""
        return list(self.item.attachments.all()) if self.item.pk else []

    @cached_property
    def extractions(self):
        """(attachment, place, `Extraction`) of every attachment."""
        places = [Place(one.name, f"附件“{one.name}”", one.pk) for one in self.attachments]
        return [
            (one, place, one.extraction())
            for one, place in zip(self.attachments, places, strict=True)
        ]

    @property
    def field_passages(self):
        """(place, text) of the short fields that the public reads."""
        names = ("title", "summary", "keywords", "issuer", "source")
        return [(field_place(name), getattr(self.item, name) or "") for name in names]

    @property
    def own_passages(self):
        """(place, text) of all the item says itself: short fields, titles and texts."""
        passages = [*self.field_passages, *((part.place, part.text) for part in self.parts)]
        return [(place, text) for place, text in passages if text]

    @property
    def passages(self):
        """(place, text) of the item and, last, of its attachments with their names."""
        inside = [
            (place, extraction.text) for _, place, extraction in self.extractions if extraction.text
        ]
        names = [(place, attachment.name) for attachment, place, _ in self.extractions]
        return [*self.own_passages, *names, *inside]
