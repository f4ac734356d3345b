"""A question in words that any reader can answer and a program of the usual kind does not:
三加五等于几？

Text, so that screen readers read it (WCAG 1.1.1); nothing to remember or to recognise (WCAG 3.3.8);
made and judged here, by no third party. It is signed and good for one answer:
`inquiries.models.SpentQuestion` has those that were answered.
"""

import secrets
import unicodedata
from dataclasses import dataclass

from django.core import signing

_DIGITS = "零一二三四五六七八九"
_SALT = "inquiries.questions"
GOOD_FOR = 86_400  # seconds


def _in_words(number):
    """A number below twenty as it is spoken."""
    return _DIGITS[number] if number < 10 else "十" + (_DIGITS[number - 10] if number > 10 else "")


_WORDS = {_in_words(number): number for number in range(20)}
_WORDS |= {f"一{words}": number for words, number in _WORDS.items() if number > 9} | {
    "两": 2,
    "〇": 0,
}


def number_said(text):
    """The number in an answer: 8, ８, 八, 十二 or 一十二; None where it is none."""
    text = unicodedata.normalize("NFKC", text).strip(" 。.!！　")
    if text.isascii() and text.isdecimal() and len(text) < 4:
        return int(text)
    return _WORDS.get(text)


@dataclass(frozen=True)
class Question:
    """Two numbers to add. `key` makes it one of a kind."""

    first: int
    second: int
    key: str

    @classmethod
    def make(cls):
        return cls(secrets.randbelow(8) + 1, secrets.randbelow(8) + 1, secrets.token_urlsafe(12))

    @classmethod
    def read(cls, signed):
        """The question of a signed text; None where it is none of ours, or a day old."""
        try:
            return cls(*signing.loads(signed, salt=_SALT, max_age=GOOD_FOR))
        except (signing.BadSignature, TypeError, ValueError):
            return None

    def signed(self):
        """For the form to carry."""
        return signing.dumps([self.first, self.second, self.key], salt=_SALT)

    def __str__(self):
        return f"请写出：{_in_words(self.first)}加{_in_words(self.second)}等于几？"

    def is_answered_by(self, text):
        """Whether somebody has added them up."""
        return number_said(text) == self.first + self.second
