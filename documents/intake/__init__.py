"""From a word processor's file to a draft: what a clerk would otherwise retype is read and offered
for checking.

`read_document()` is the only door. It stores nothing, fetches nothing and runs nothing that stands
in the file.
"""

from documents.intake.kinds import accepted_extensions
from documents.intake.reading import MAX_BYTES, read_document
from documents.intake.result import IntakeError, IntakeResult, Picture

__all__ = [
    "MAX_BYTES",
    "IntakeError",
    "IntakeResult",
    "Picture",
    "accepted_extensions",
    "read_document",
]
