"""The encodings Chinese offices write texts and tables in: UTF-8, UTF-16 with a mark or without, GB
18030 with Windows' euro sign.
"""

import codecs

EURO_BYTE = 0x80  # Windows' code page 936 has € there; GB 18030 has nothing
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),  # before UTF-16: its mark begins with that one's
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_SAMPLE = 20_000
_AS_EURO = "euro_of_windows"


def _euro(error: UnicodeError) -> tuple[str, int]:
    if isinstance(error, UnicodeDecodeError) and error.object[error.start] == EURO_BYTE:
        return "€", error.start + 1
    raise error


codecs.register_error(_AS_EURO, _euro)


def decode(data: bytes) -> str | None:
    """The text of these bytes, or None where no encoding fits. A character cut off at the end is
    left out.
    """
    for encoding in _candidates(data):
        errors = _AS_EURO if encoding == "gb18030" else "strict"
        try:
            text: str = codecs.getincrementaldecoder(encoding)(errors).decode(data, final=False)
        except UnicodeError:
            continue
        if "\0" not in text and _unprintable(text) * 100 <= min(len(text), _SAMPLE):
            return text
    return None


def _candidates(data: bytes) -> list[str]:
    marked = [encoding for mark, encoding in _MARKS if data.startswith(mark)]
    if marked:
        return marked[:1]
    if b"\0" in data[:_SAMPLE]:  # every blank, comma, figure and end of line has one in UTF-16
        return sorted(("utf-16-le", "utf-16-be"), key=lambda encoding: -_likely(data, encoding))
    return ["utf-8", "gb18030"]


def _likely(data: bytes, encoding: str) -> float:
    """How many characters of a sample are such as documents have: the wrong order of bytes gives
    others.
    """
    sample = data[:_SAMPLE].decode(encoding, "replace")
    return sum(
        (c.isascii() and (c.isprintable() or c in "\r\n\t")) or "\u4e00" <= c <= "\u9fff"
        for c in sample
    )


def _unprintable(text: str) -> int:
    return sum(
        not (character.isprintable() or character in "\t\n\r\f\v\xa0\u3000\u200b\ufeff")
        for character in text[:_SAMPLE]
    )
