"""Personal data in a text: identity numbers, telephones, bank cards, electronic mail, homes. `find_personal_data()` is the door."""

from documents.personal.contacts import find_emails, find_homes
from documents.personal.numbers import find_numbers

__all__ = ["find_personal_data"]


def find_personal_data(text, *, official_emails=frozenset(), official_numbers=frozenset()):
    """All `Hit`s of personal data in a text, in order."""
    hits = [
        *find_numbers(text, official_numbers=official_numbers),
        *find_emails(text, official_emails=official_emails),
        *find_homes(text),
    ]
    return sorted(hits, key=lambda hit: (hit.start, hit.end))
