"""Colours of the district against each other: whether text stays readable (WCAG 2.2, 1.4.3 and
1.4.11; GB/T 37668).
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import product

RGB = tuple[int, int, int]
TEXT, CONTROL = 4.5, 3.0  # the least contrast of text, and of what is no text

# Foreground, background, least contrast: what stands on what in our stylesheets.
PAIRS = [
    *((ink, ground, TEXT) for ink, ground in product(("ink", "muted", "link"), ("paper", "wash"))),
    ("vermilion", "paper", TEXT),
    ("vermilion", "wash", CONTROL),
    ("ok", "ok-wash", TEXT),
    ("field", "paper", CONTROL),
    ("focus-outline", "focus", CONTROL),
]
TOKENS = {token for foreground, background, _ in PAIRS for token in (foreground, background)}
WORDS = {"white": (255, 255, 255), "black": (0, 0, 0)}
HEX = re.compile(r"#(?:[0-9a-f]{3}f?|[0-9a-f]{6}(?:ff)?)")
FUNCTION = re.compile(r"rgba?\(\s*(\d+)[\s,]+(\d+)[\s,]+(\d+)\s*\)")
SCHEME = re.compile(r"prefers-color-scheme: ?(light|dark)")
ROOT = re.compile(r"(?:^|,)\s*(?::root|html|body|\*)\s*(?:,|$)")


@dataclass
class Sheet:
    """The values of our tokens that a stylesheet sets for the whole page, as they are written: by
    daylight, and in dark mode. One set without a condition holds in both.
    """

    light: dict[str, str] = field(default_factory=dict)
    dark: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Faint:
    """Two colours too near to each other."""

    foreground: str
    background: str
    contrast: float
    least: float
    is_dark: bool


def read(css: str) -> Sheet:
    """Read the declarations `--token: value` of `:root`. Blocks for print and for high contrast are
    left out: ours stand there.
    """
    sheet, around, text = Sheet(), [], ""
    for mark in re.sub(r"/\*.*?\*/", "", css, flags=re.DOTALL):
        if mark not in "{};":
            text += mark
            continue
        if mark == "{":
            around.append(" ".join(text.lower().split()) or "?")
        else:
            _take(sheet, around, text)
            if mark == "}" and around:
                around.pop()
        text = ""
    return sheet


def _take(sheet: Sheet, around: list[str], text: str) -> None:
    name, colon, value = text.strip().partition(":")
    token = name.strip().removeprefix("--")
    conditions = " ".join(part for part in around if part.startswith("@media"))
    if not colon or token not in TOKENS or ("print" in conditions and "screen" not in conditions):
        return
    if "prefers-contrast" in conditions or not any(
        ROOT.search(part) for part in around if part[0] != "@"
    ):
        return
    scheme = SCHEME.search(conditions)
    for name, side in (("light", sheet.light), ("dark", sheet.dark)):
        if not scheme or scheme[1] == name:
            side[token] = value.lower().replace("!important", "").strip()


def colour(value: str) -> RGB | None:
    """Red, green and blue (0–255) of `#rgb`, `#rrggbb`, `rgb(…)`, white or black; None of anything
    else.
    """
    if value in WORDS:
        return WORDS[value]
    if found := FUNCTION.fullmatch(value):
        red, green, blue = (min(int(part), 255) for part in found.groups())
        return red, green, blue
    if not HEX.fullmatch(value):
        return None
    digits = value[1:]
    if len(digits) < 6:
        digits = "".join(digit * 2 for digit in digits)
    return int(digits[:2], 16), int(digits[2:4], 16), int(digits[4:6], 16)


def contrast(one: RGB, other: RGB) -> float:
    """The contrast ratio of WCAG, from 1 (the same) to 21 (black and white)."""
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _luminance(rgb: RGB) -> float:
    parts = [part / 255 for part in rgb]
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def faint(ours: Sheet, theirs: Sheet) -> Iterator[Faint]:
    """Pairs with a colour of theirs that are too near to each other. What theirs set stands above
    all of ours.
    """
    for is_dark in (False, True):
        own = theirs.dark if is_dark else theirs.light
        values = (ours.dark if is_dark else ours.light) | own
        for foreground, background, least in PAIRS:
            one, other = colour(values.get(foreground, "")), colour(values.get(background, ""))
            if not {foreground, background} & set(own) or one is None or other is None:
                continue
            if (ratio := contrast(one, other)) < least:
                yield Faint(foreground, background, ratio, least, is_dark)


def unread(theirs: Sheet) -> list[tuple[str, str]]:
    """(token, value) whose value is written in a way that is not understood here: nobody has
    checked it.
    """
    both = [*theirs.light.items(), *theirs.dark.items()]
    return [(token, value) for token, value in dict.fromkeys(both) if colour(value) is None]
