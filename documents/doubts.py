"""What a reader of files is not sure of: a sentence for the person who checks, a code for programs."""

from __future__ import annotations

from typing import Any


class Doubt(str):
    """A sentence in Chinese that says what is unsure and what to do, with its `code`.

    It is a text, so it is shown, stored and compared as one. Whoever treats some doubts otherwise asks
    for their codes, never for words of the sentence.
    """

    __slots__ = ("code",)
    code: str

    def __new__(cls, code: str, sentence: str) -> Doubt:
        """`code`: in lower case, with hyphens; it never changes."""
        made = super().__new__(cls, sentence)
        made.code = code
        return made

    def __getnewargs__(self) -> tuple[Any, ...]:
        return self.code, str(self)
