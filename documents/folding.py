"""Which characters are the same to search, and where a run of them ends.

Full and half width, upper and lower case, Traditional and Simplified, é and e are one: character by
character, so that a piece of a text folds to a piece of the folded text. Letters, digits and
characters make runs; punctuation and line ends break them; a blank breaks a run only between
letters or digits, since a blank beside a Chinese character is layout (通　知, 2015 年, a line
wrapped in a PDF). Documents and queries go through here alike.
"""

import re
import unicodedata
from operator import add
from pathlib import Path

_BLANKS = (
    " \u00a0\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000"
)
_CHINESE = "\u2e80-\u2fff\u3005-\u3007\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_LAYOUT_BLANK = re.compile(rf"(?<=[{_CHINESE}]) +| +(?=[{_CHINESE}])")


def _traditional() -> dict[str, str]:
    """{Traditional or variant form: Simplified}."""
    table: dict[str, str] = {}
    for line in (
        (Path(__file__).parent / "traditional.txt").read_text(encoding="utf-8").splitlines()
    ):
        if not line.startswith("#"):
            for group in line.split():
                table.update(dict.fromkeys(group[1:], group[0]))
    return {form: table.get(simple, simple) for form, simple in table.items()}


_SIMPLIFIED = _traditional()


def _keep(character: str) -> str:
    category = unicodedata.category(character)
    if category[0] in "LN":
        return _SIMPLIFIED.get(character, character)
    if category[0] == "M" or category == "Cf":  # an accent, a mark nobody sees
        return ""
    return " " if character in _BLANKS else "\n"


class _Table(dict[int, str]):
    """For `str.translate`: code point → what it is compared as, worked out when first met."""

    def __missing__(self, code: int) -> str:
        folded = "".join(map(_keep, unicodedata.normalize("NFKD", chr(code)).casefold()))
        self[code] = folded
        return folded


class _EvenTable(_Table):
    """The same, one character for one, so that a place in the folded text is the same place in the
    text itself.
    """

    def __missing__(self, code: int) -> str:
        folded = _TABLE[code]
        self[code] = even = folded[:1] or "\u200b"
        return even


_TABLE, _EVEN_TABLE = _Table(), _EvenTable()


def runs(text: str) -> list[str]:
    """The runs of a text, folded."""
    return _LAYOUT_BLANK.sub("", text.translate(_TABLE)).split()


def squash(text: str) -> str:
    """All runs in one: how numbers are compared, whatever brackets, dashes and blanks they were
    typed with.
    """
    return "".join(runs(text))


def fold_evenly(text: str) -> str:
    """The text folded character by character, as long as the text."""
    return text.translate(_EVEN_TABLE)


def bigrams(run: str) -> list[str]:
    """The overlapping pairs of a run, in order: 政府采购 → 政府 府采 采购. Of a single character,
    none.
    """
    return list(map(add, run, run[1:]))
