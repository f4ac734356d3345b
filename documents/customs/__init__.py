"""The customs of official documents (GB/T 9704-2012): how dates, organs, genres and numbers are
written.
"""

import datetime as dt
import re
import unicodedata

from documents.customs.document_numbers import normalise_document_number
from documents.customs.genres import Genre

_CHINESE_DIGITS = {"〇": 0, "○": 0, "零": 0, "Ο": 0, "О": 0, "O": 0, "◯": 0} | {
    digit: value for value, digit in enumerate("一二三四五六七八九", 1)
}
_NUMERAL = r"(?:\d{1,2}|[元正一二三四五六七八九十]{1,3})"
_YEAR = rf"(?:\d{{4}}|[{''.join(_CHINESE_DIGITS)}]{{4}})"
_DATE = re.compile(rf"(?P<year>{_YEAR})年(?P<month>{_NUMERAL})月(?P<day>{_NUMERAL})日")
_ORGAN = re.compile(
    r"[\u4e00-\u9fff（）()]{2,40}(?:政府|委员会|办公室|办公厅|办事处|局|厅|部|院|中心|处|站|所|队|会|委|办|组|指挥部|公司|银行|学校)"
)
_NUMBER_LINE = re.compile(r"[^〔〕\d]{1,30}〔\d{4}〕\d+号")
_ORDER_NUMBER = re.compile(r"第(?:\d+|[一二三四五六七八九十百]+)号")

_GENRES = (  # ends of titles; a longer one stands before the one it ends with
    ("通知", Genre.NOTICE), ("通告", Genre.PUBLIC_NOTICE), ("公告", Genre.ANNOUNCEMENT), ("通报", Genre.CIRCULAR),
    ("公报", Genre.COMMUNIQUE), ("决议", Genre.RESOLUTION), ("决定", Genre.DECISION), ("意见", Genre.OPINION),
    ("报告", Genre.REPORT), ("请示", Genre.REQUEST), ("批复", Genre.REPLY), ("议案", Genre.MOTION),
    ("纪要", Genre.MINUTES), ("命令", Genre.ORDER), ("令", Genre.ORDER), ("函", Genre.LETTER),
    ("办法", Genre.MEASURES), ("规定", Genre.MEASURES), ("细则", Genre.MEASURES), ("规则", Genre.MEASURES),
    ("制度", Genre.MEASURES), ("预案", Genre.CONTINGENCY_PLAN), ("方案", Genre.SCHEME), ("规划", Genre.PLAN),
    ("计划", Genre.PLAN), ("纲要", Genre.PLAN), ("解读", Genre.INTERPRETATION), ("公示", Genre.OTHER),
)  # fmt: skip
_AFTERTHOUGHT = re.compile(r"[（(《〈][^（）()]{0,20}[）)》〉]\Z|[》〉]\Z")


def _number(text: str) -> int:
    if text.isdigit():
        return int(text)
    if text in {"元", "正"}:
        return 1
    tens, has_ten, ones = text.partition("十")
    if not has_ten:
        return _CHINESE_DIGITS.get(text, 0)
    return _CHINESE_DIGITS.get(tens, 1) * 10 + _CHINESE_DIGITS.get(ones, 0)


def _year(text: str) -> int:
    return (
        int(text) if text.isdigit() else int("".join(str(_CHINESE_DIGITS[digit]) for digit in text))
    )


def squeeze(text: str) -> str:
    """Text in its standard width and without blanks."""
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", text))


def find_dates(text: str) -> list[tuple[dt.date | None, int, int]]:
    """Every calendar day written in a text, in digits or Chinese numerals, as (day or None,
    position, end).

    None: written like a date, but no such day exists (2月30日).
    """
    found = []
    for match in _DATE.finditer(text):
        try:
            day = dt.date(_year(match["year"]), _number(match["month"]), _number(match["day"]))
        except ValueError:
            day = None
        found.append((day, match.start(), match.end()))
    return found


def signature_date(line: str) -> tuple[bool, dt.date | None, str]:
    """(is a line of signature with a date, day or None, what stands before the date)."""
    text = re.sub(r"[（(](?:印章?|盖章|公章|章)[)）]\Z", "", squeeze(line))
    dates = find_dates(text)
    if len(dates) != 1 or dates[0][2] != len(text):
        return False, None, ""
    before = text[: dates[0][1]]
    if before and not is_organ(before):
        return False, None, ""
    return True, dates[0][0], before


def is_organ(line: str) -> bool:
    """Whether a line is nothing but the name of an organ (or several)."""
    return all(_ORGAN.fullmatch(name) for name in organs_in(line)) and bool(organs_in(line))


def organs_in(line: str) -> list[str]:
    """Names in a line of signature; joint ones stand apart by blanks."""
    line = re.sub(r"[（(](?:印章?|盖章|公章|章)[)）]", "", line.strip())
    names = [name for name in re.split(r"[\s\u3000、]+", line) if name.strip()]
    names = [squeeze(name) for name in names]
    # 「松 北 区 财 政 局」: letters spaced out are one name, not many.
    return names if all(len(name) > 3 for name in names) else [squeeze(line)]


def genre_of(title: str) -> str:
    """The genre a title names with its last word, or ""."""
    text = squeeze(title)
    while (shorter := _AFTERTHOUGHT.sub("", text)) != text and shorter:
        text = shorter
    return next((str(genre.value) for ending, genre in _GENRES if text.endswith(ending)), "")


def is_document_number(line: str) -> bool:
    """Whether a line is nothing but a document number, in whatever brackets."""
    return len(line) < 60 and bool(_NUMBER_LINE.fullmatch(normalise_document_number(line)))


def number_within(line: str) -> str:
    """A document number that shares its line with something else (签发人), or ""."""
    match = re.search(
        r"[\u4e00-\u9fff]{2,12}\s*[〔\[［（(【]\s*\d{4}\s*[〕\]］）)】]\s*第?\s*\d+\s*号", line
    )
    return normalise_document_number(match[0]) if match else ""


def is_order_number(line: str) -> bool:
    """「第12号」 under the head of an order or announcement."""
    return bool(_ORDER_NUMBER.fullmatch(squeeze(line)))
