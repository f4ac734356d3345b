"""Text and CSV, in the encodings Chinese offices write: UTF-8, UTF-16 with a mark, GB 18030."""

import codecs
import csv
import io

from disclosure.extraction.result import MAX_CHARACTERS, Extraction, UnreadableError

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
UNKNOWN = "文件不是文本，或者编码无法识别。请另存为 UTF-8 编码后重新上传。"


def read(path):
    """The text of a text file."""
    return Extraction(text=_decode(path.read_bytes()).replace("\r\n", "\n").replace("\r", "\n"))


def read_csv(path):
    """One line a row, cells apart by tabs."""
    text = read(path).text
    first = text.partition("\n")[0]
    delimiter = max(",;\t", key=first.count)
    try:
        rows = csv.reader(io.StringIO(text), delimiter=delimiter)
        return Extraction(text="\n".join("\t".join(cell.replace("\n", " ") for cell in row) for row in rows))
    except csv.Error:
        return Extraction(text=text)


def _decode(data):
    data = data[: MAX_CHARACTERS * 4 + 4]
    encodings = [encoding for mark, encoding in _MARKS if data.startswith(mark)] or ["utf-8", "gb18030"]
    for encoding in encodings:
        try:
            # A cut at the bound may fall inside a character; the decoder keeps what is incomplete back.
            text = codecs.getincrementaldecoder(encoding)().decode(data, final=False)
        except UnicodeDecodeError:
            continue
        if "\0" not in text and _unprintable(text) * 100 <= len(text):
            return text
    raise UnreadableError(UNKNOWN)


def _unprintable(text):
    return sum(
        not (character.isprintable() or character in "\t\n\r\f\v\xa0\u3000\u200b\ufeff") for character in text[:20_000]
    )
