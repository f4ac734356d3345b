"""How much two texts share."""

import re

COMPARED = 20_000  # characters of a text
SHINGLE = 5
# What does not count: blanks and punctuation.
NOISE = re.compile(r"[\s\u3000，。、；：！？“”‘’（）《》〔〕【】,.;:!?()\[\]\"'—\-·]+")


def comparable_text(text: str) -> str:
    """The characters that count in a comparison, no blanks and no punctuation."""
    return NOISE.sub("", text[:COMPARED])


def similarity(first: str, second: str, size: int) -> float:
    """How much two texts share, 0 to 1: Dice's coefficient over their overlapping pieces of `size`
    characters.
    """
    pieces, others = _shingles(first, size), _shingles(second, size)
    if not pieces or not others:
        return float(first == second and bool(first))
    return 2 * len(pieces & others) / (len(pieces) + len(others))


def _shingles(text: str, size: int) -> set[str]:
    return {text[at : at + size] for at in range(len(text) - size + 1)}
