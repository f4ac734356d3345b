"""Which characters the fonts of PDF files can draw: the maker refuses a file with a character that
no font has.

Read from the character maps of the fonts themselves (OpenType `cmap`, formats 4 and 12). The maker
brings fonts of its own for signs and Latin letters inside its program, where their maps cannot be
read: `BUILT_IN` was measured with the pinned version.
"""

import struct
import unicodedata
from functools import lru_cache
from pathlib import Path
from typing import Any

import pylopdf_fonts_zh_cn
from django.conf import settings

FONT_KINDS = {".otf", ".ttf"}
# Measured with typst 0.15.2: Latin, Greek, Cyrillic, Armenian, combining accents, signs, arrows,
# mathematics, tick boxes. A test sets them all, so that another version shows itself.
BUILT_IN = (
    (0xA0, 0x2FF), (0x300, 0x304), (0x306, 0x308), (0x30A, 0x30C), (0x38E, 0x3A1), (0x3A3, 0x482), (0x48A, 0x4FF),
    (0x531, 0x556), (0x559, 0x58A), (0x1E00, 0x1F15), (0x2010, 0x2027), (0x2030, 0x2040), (0x2074, 0x208E), (0x20A0, 0x20C0),
    (0x2100, 0x211E), (0x2126, 0x2151), (0x2153, 0x2184), (0x2190, 0x23FF), (0x2460, 0x2606), (0x2609, 0x262F),
    (0x2638, 0x268B), (0x2717, 0x2726), (0x272A, 0x274B), (0x2761, 0x2794), (0x2798, 0x27AF), (0x27B1, 0x2B73),
    (0x2B76, 0x2B95), (0x2B97, 0x2BFF),
)  # fmt: skip
# Drawn by nothing and seen by nobody: joiners, marks of direction, choices of a variant.
_UNSEEN_CATEGORIES = {"Cc", "Cf", "Cs", "Cn"}


def font_folders() -> list[Path]:
    """Where fonts are read from: the wheel's, then the operator's own."""
    folders = [Path(pylopdf_fonts_zh_cn.__file__).parent]
    return [*folders, settings.PDF_FONT_DIR] if settings.PDF_FONT_DIR else folders


def font_files() -> list[Path]:
    """All fonts, in a fixed order."""
    return [
        path
        for folder in font_folders()
        for path in sorted(folder.glob("*"))
        if path.suffix.lower() in FONT_KINDS and path.is_file()
    ]


@lru_cache(maxsize=1)
def drawable() -> frozenset[Any]:
    """Code points that some font can draw."""
    found = {code for first, last in BUILT_IN for code in range(first, last + 1)}
    for path in font_files():
        found |= characters_of(path.read_bytes())
    return frozenset(found)


def characters_of(font: bytes) -> set[int]:
    """The code points of an OpenType font; none where the file is not one that can be read."""
    try:
        return _character_map(font)
    except (struct.error, ValueError, IndexError):
        return set()


def _character_map(font: bytes) -> set[int]:
    for place in range(12, 12 + 16 * struct.unpack_from(">H", font, 4)[0], 16):
        tag, _, offset, _ = struct.unpack_from(">4sIII", font, place)
        if tag == b"cmap":
            break
    else:
        raise ValueError("no character map")
    found = set()
    for number in range(struct.unpack_from(">H", font, offset + 2)[0]):
        start = offset + struct.unpack_from(">I", font, offset + 8 + 8 * number)[0]
        kind = struct.unpack_from(">H", font, start)[0]
        if kind == 12:
            found |= _segments(font, start)
        elif kind == 4:
            found |= _short_segments(font, start)
    return found


def _segments(font: bytes, start: int) -> set[int]:
    found: set[Any] = set()
    for group in range(struct.unpack_from(">I", font, start + 12)[0]):
        first, last, _ = struct.unpack_from(">III", font, start + 16 + 12 * group)
        if last > 0x10FFFF:
            raise ValueError("no Unicode")
        found.update(range(first, last + 1))
    return found


def _short_segments(font: bytes, start: int) -> set[int]:
    double = struct.unpack_from(">H", font, start + 6)[0]
    found: set[Any] = set()
    for place in range(0, double, 2):
        last = struct.unpack_from(">H", font, start + 14 + place)[0]
        first = struct.unpack_from(">H", font, start + 16 + double + place)[0]
        found.update(range(first, last + 1))
    found.discard(0xFFFF)
    return found


def pieces(text: str) -> list[tuple[str, bool]]:
    """The text cut into (piece, is_drawable); what nobody sees is dropped."""
    known = drawable()
    found: list[Any] = []
    for character in text:
        if (
            unicodedata.category(character) in _UNSEEN_CATEGORIES
            or 0xFE00 <= ord(character) <= 0xFE0F
        ):
            continue
        fits = ord(character) in known or character.isspace()
        if fits and found and found[-1][1]:
            found[-1] = (found[-1][0] + character, True)
        else:
            found.append((character, fits))
    return found


def drawable_text(text: str) -> str:
    """The text with each character that no font has written out as its code: 〔U+20BB7〕."""
    return "".join(piece if fits else code_of(piece) for piece, fits in pieces(text))


def code_of(character: str) -> str:
    """How a character without a glyph is written."""
    return f"〔U+{ord(character):04X}〕"
