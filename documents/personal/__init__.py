"""Personal data in a text: identity numbers, telephones, bank cards, electronic mail, homes.
`find_personal_data()` is the door.
"""

from collections.abc import Set

from documents.personal.contacts import find_emails, find_homes
from documents.personal.numbers import Hit, find_numbers

__all__ = ["find_personal_data"]


def find_personal_data(
    text: str, *, official_emails: Set[str] = frozenset(), official_numbers: Set[str] = frozenset()
) -> list[Hit]:
    """All `Hit`s of personal data in a text, in order."""
    hits = [
        *find_numbers(text, official_numbers=official_numbers),
        *find_emails(text, official_emails=official_emails),
        *find_homes(text),
    ]
    return sorted(hits, key=lambda hit: (hit.start, hit.end))
