"""Reading the demonstration's data files."""

import json

from django.conf import settings

FIXTURES = settings.BASE_DIR / "fixtures"
CONTENT = FIXTURES / "demonstration"


def read(name):
    """One data file of the demonstration, by its name without the ending."""
    return json.loads((CONTENT / f"{name}.json").read_text(encoding="utf-8"))


def document_text(name):
    """A document as its organ published it, as plain text or as a page's HTML."""
    return (CONTENT / "documents" / name).read_text(encoding="utf-8")


def attachment_path(name):
    """A file that items of the demonstration carry."""
    return FIXTURES / "attachments" / name
