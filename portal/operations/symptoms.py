"""What a check of the installation finds."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Symptom:
    """Something that is not as it should be, and what to do about it. `is_grave`: the portal does
    not work, or not lawfully.
    """

    what: str
    remedy: str
    is_grave: bool = True
