"""From bytes to text, whatever encoding Chinese offices and crawlers have written."""

import codecs
import re
from dataclasses import dataclass, field

from documents.old_pages.result import RefusedError

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (b"\x84\x31\x95\x33", "gb18030"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_DECLARED = re.compile(rb"charset\s*=\s*[\"']?\s*([a-zA-Z0-9_-]{3,20})", re.IGNORECASE)
_NAMES = {
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "gb18030": "gb18030",
    "big5": "big5hkscs",
    "big5-hkscs": "big5hkscs",
}
# Characters no Chinese text goes without: the encoding whose text has most of them is the right
# one.
_COMMON = frozenset(
    "的一是在不了有和人这中大为上个国我以要他时来用们生到作地于出分对成会可主发年动同工也能下过民得经十三之进等部度家力化高自二理小"
    "政府信息公开行四日月第条区市县局关通知机构办法本情况数第規報開資務發會對處關與時國為個這來們過進縣區辦業機條"
)
_CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
NO_TEXT = "文件不是文本，也不是可以读取的网页或文档。"
EMPTY = "文件是空的，或者没有一个可以读的字。"
MIN_LIKENESS = 0.08  # of a text in any encoding but UTF-8, which proves itself
MAX_BAD = 0.05  # share of characters that may be unreadable


@dataclass
class Decoded:
    """Text, the encoding it was read in, and what was odd about it."""

    text: str
    encoding: str
    doubts: list[str] = field(default_factory=list)


def decode(data: bytes) -> Decoded:
    """The `Decoded` text of a file. Raises RefusedError for what is no text."""
    if not data.strip(b"\x00 \t\r\n\xef\xbb\xbf"):
        raise RefusedError(EMPTY)
    text, encoding = _decode(data)
    doubts = []
    text = text.replace("\f", "\n").replace("\v", "\n")
    bad = text.count("\ufffd")
    controls = len(_CONTROLS.findall(text))
    if encoding != "utf-8" and _likeness(text) < MIN_LIKENESS:
        raise RefusedError(NO_TEXT)
    if bad + controls > max(len(text) * MAX_BAD, 3):
        raise RefusedError(NO_TEXT)
    if bad:
        doubts.append(
            f"有 {bad} 处字节无法按 {encoding.upper()} 编码识读，已用“\ufffd”标出，请对照原件。"
        )
    if controls:
        doubts.append(f"去掉了 {controls} 个控制字符。")
    return Decoded(_CONTROLS.sub("", text).lstrip("\ufeff"), encoding, doubts)


def _decode(data: bytes) -> tuple[str, str]:
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return data[len(mark) :].decode(encoding, "replace"), encoding
    try:
        return data.decode("utf-8"), "utf-8"
    except UnicodeDecodeError:
        pass
    return max(
        (_attempt(data, encoding) for encoding in _candidates(data)),
        key=lambda found: _likeness(found[0]),
    )


def _candidates(data: bytes) -> dict[str, None]:
    declared = [_NAMES.get(name.decode().lower()) for name in _DECLARED.findall(data[:4096])]
    return dict.fromkeys(
        [*filter(None, declared), "utf-8", "gb18030", "big5hkscs", "utf-16-le", "utf-16-be"]
    )


def _attempt(data: bytes, encoding: str) -> tuple[str, str]:
    return data.decode(encoding, "replace"), encoding


def _likeness(text: str) -> float:
    """How much a text looks like Chinese: common characters for, unreadable ones against, per
    character.
    """
    sample = text[:200_000]
    common = sum(character in _COMMON for character in sample)
    bad = sample.count("\ufffd") + len(_CONTROLS.findall(sample))
    return (common - 5 * bad + sum(character.isascii() for character in sample) * 0.2) / max(
        len(sample), 1
    )
