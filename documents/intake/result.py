"""What reading a document yields."""

import datetime as dt
import uuid
from dataclasses import dataclass, field

from django.core.exceptions import ValidationError

from documents.doubts import Doubt


class IntakeError(ValidationError):
    """The file cannot be read; the message tells the clerk what to do instead."""


@dataclass(frozen=True)
class Picture:
    """A picture of the document. Its id is that of the attachment it becomes: the body already
    refers to it.
    """

    name: str
    content: bytes
    content_type: str
    alt: str = ""
    id: uuid.UUID = field(default_factory=uuid.uuid4)


@dataclass
class IntakeResult:
    """A document, recognised. Every character of the source stands in `body_html` or in a field,
    white space aside.

    `created_on` and `organ_names` are copied from the signature, which stays in the body; `title`,
    `document_number` and `letterhead` (发文机关标志) are taken out of it. `doubts` are sentences
    for the clerk who checks the draft.
    """

    title: str = ""
    document_number: str = ""
    created_on: dt.date | None = None
    organ_names: list[str] = field(default_factory=list)
    genre: str = ""
    letterhead: str = ""
    body_html: str = ""
    pictures: list[Picture] = field(default_factory=list)
    footnotes: list[str] = field(default_factory=list)
    doubts: list[Doubt] = field(default_factory=list)
