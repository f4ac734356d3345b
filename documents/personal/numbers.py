"""Numbers that belong to a person: identity numbers, mobile numbers, bank cards.

Precision counts as much as recall: a clerk who is stopped for an index number ten times overrides
the eleventh, true, finding unread. So every kind is asked for all its structure (check digits,
dates, prefixes), and for what stands around it.
"""

import datetime as dt
import re
from collections.abc import Iterable, Iterator, Set
from dataclasses import dataclass
from itertools import pairwise

# One character each, so that places in the text stay what they are.
_PLAIN = str.maketrans("０１２３４５６７８９Ｘｘ＋－‐‑–—＠．", "0123456789Xx+-----@.")
_INVISIBLE = "\u00ad\u200b-\u200d\u2060\ufeff"
_GAP = rf"[ \u00a0\u2000-\u200a\u202f\u3000{_INVISIBLE}-]"
PROVINCES = (
    {11, 12, 13, 14, 15, 21, 22, 23, 31, 32, 33, 34, 35, 36, 37, 41, 42, 43, 44, 45, 46}
    | {50, 51, 52, 53, 54, 61, 62, 63, 64, 65, 71, 81, 82, 83}
)  # fmt: skip
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)  # GB 11643-1999
_CHECK_CHARACTERS = "10X98765432"

_IDENTITY = re.compile(rf"(?=(\d(?:(?:{_GAP}|\n){{0,2}}\d){{16}}(?:{_GAP}|\n){{0,2}}[\dXx]))")
_OLD_IDENTITY = re.compile(r"(?<![\dA-Za-z.\-/])\d{15}(?![\dA-Za-z]|\.\d|-\d)")
_RUN = re.compile(rf"\d(?:{_GAP}{{0,2}}\d)*")
_DIGITS = re.compile(r"\d+")
_MOBILE = re.compile(r"1(?:3\d|4[014-9]|5[0-35-9]|6[2567]|7[0-8]|8\d|9[0-35-9])\d{8}")
_COUNTRY = re.compile(r"(?:0086|86)(?=1\d{10}\Z)")
_UNIT = re.compile(
    r"\s*(?:[万亿]?(?:元|吨|人次|股|美元|平方|立方|公里|千瓦|度|字节)|[万亿]|㎡|%|％)"
)
_CODE_BEFORE = re.compile(
    r"(?:编号|编码|代码|文号|单号|条码|标识码?|流水号|序列号|索引号|档号|档案号|许可证号?|注册号|登记号|统计证号|税号|备案号"
    r"|批号|凭证号|合同号|票号|(?<!身份)证书?号|项目号|案号|宗地号|图斑号|№|No\.?)(?:为|是)?\s*[:：]?\s*\Z",
    re.IGNORECASE,
)
_IDENTITY_BEFORE = re.compile(r"身份|公民|证件号")
_CARD_BEFORE = re.compile(r"卡号|银行卡|[账帐][号户]|开户|工资卡|一卡通|存折|收款|银行")
_ACCOUNT_BEFORE = re.compile(r"(?:银行|开户)[^。；;\n]{0,30}[账帐][号户]\s*[:：]?\s*\Z")
_WEB_BEFORE = re.compile(r"(?:://|www\.)[!-~]*\Z|[A-Za-z_][!-~]*/[!-~]*\Z")
_PHONE_WORD_BEFORE = re.compile(r"(?:tel|phone|mobile|mob)\Z", re.IGNORECASE)
# Issuers whose cards are met in China; the others need a word of banking before them.
_SURE_CARDS = re.compile(r"62\d{14,17}|9558\d{15}|436742\d{13}|601382\d{13}")
_OTHER_CARDS = re.compile(r"(?:4\d|5[1-5]|35|60|68|69|94)\d{14,17}")
_LOOK_BACK = 40


@dataclass(frozen=True)
class Hit:
    """One piece of personal data in a text. `kind`: identity, old_identity, mobile, bank_card,
    email or address.
    """

    kind: str
    start: int
    end: int


def plain(text: str) -> str:
    """The text with full-width digits and the like in their ASCII form, every character in its
    place.
    """
    return text.translate(_PLAIN)


def find_numbers(text: str, *, official_numbers: Set[str] = frozenset()) -> list[Hit]:
    """`Hit`s of identity numbers, bank cards and mobile numbers. `official_numbers`: digits of an
    office's own lines.
    """
    text = plain(text)
    taken = bytearray(len(text))
    hits: list[Hit] = []
    for find in (_identities, _old_identities, _cards, _mobiles):
        hits += free_of(find(text), taken)
    return sorted(
        (hit for hit in hits if _compact(text[hit.start : hit.end]) not in official_numbers),
        key=lambda hit: hit.start,
    )


def free_of(hits: Iterable[Hit], taken: bytearray) -> Iterator[Hit]:
    """The hits that share no character with one before; `taken` has a byte for each character of
    the text.
    """
    for hit in hits:
        if not any(taken[hit.start : hit.end]):
            taken[hit.start : hit.end] = b"\1" * (hit.end - hit.start)
            yield hit


def is_identity_number(number: str, today: dt.date | None = None) -> bool:
    """Whether 18 characters are a valid identity number: region, day of birth and check character
    (GB 11643-1999).

    Residence permits of Hong Kong, Macao and Taiwan (81–83) and those of foreigners (9 and a
    region) follow the same rule.
    """
    number = number.upper()
    if not re.fullmatch(r"\d{17}[\dX]", number, re.ASCII):
        return False
    region = int(number[1:3]) if number[0] == "9" else int(number[:2])
    if region not in PROVINCES or not _is_birthday(number[6:14], today or dt.date.today()):
        return False
    return identity_check_character(number[:17]) == number[17]


def identity_check_character(first_seventeen: str) -> str:
    """The last character of an identity number."""
    total = sum(
        int(digit) * weight for digit, weight in zip(first_seventeen, _WEIGHTS, strict=True)
    )
    return _CHECK_CHARACTERS[total % 11]


def passes_luhn(number: str) -> bool:
    """Whether the last digit of a card number agrees with the others (ISO/IEC 7812)."""
    digits = [int(digit) for digit in reversed(number)]
    return sum(digits[::2] + [sum(divmod(2 * digit, 10)) for digit in digits[1::2]]) % 10 == 0


def _is_birthday(digits: str, today: dt.date) -> bool:
    try:
        day = dt.date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
    except ValueError:
        return False
    return dt.date(1900, 1, 1) <= day <= today


def _compact(piece: str) -> str:
    return re.sub(r"[^\dXx]", "", piece)


def _before(text: str, start: int) -> str:
    """What stands before on the same line, where labels are looked for."""
    return text[max(0, start - _LOOK_BACK) : start].rpartition("\n")[2]


def _identities(text: str) -> Iterator[Hit]:
    end_of_last = 0
    for match in _IDENTITY.finditer(text):
        start, end = match.span(1)
        if start < end_of_last or not _stands_free(text, start, end):
            continue
        if is_identity_number(_compact(match[1])) and not _is_labelled_code(text, start):
            yield Hit("identity", start, end)
            end_of_last = end


def _stands_free(text: str, start: int, end: int) -> bool:
    """At one end at least no digit, so that of a long number only its two ends are tried; no letter
    at either.
    """
    before, after = text[start - 1 : start], text[end : end + 1]
    if re.match(r"[A-Za-z]", after) or (
        re.match(r"[A-Za-z]", before)
        and not re.search(r"(?i)(?:id|no)\Z", text[max(0, start - 2) : start])
    ):
        return False
    return not (before.isdigit() and after.isdigit())


def _is_labelled_code(text: str, start: int) -> bool:
    before = _before(text, start)
    return bool(
        re.search(r"(?:信用代码|索引号|机构代码)[^\d]{0,6}\Z", before)
    ) and not _IDENTITY_BEFORE.search(before)


def _old_identities(text: str) -> Iterator[Hit]:
    """Fifteen digits have no check digit: region and day of birth must be right, and no label of
    another number.
    """
    for match in _OLD_IDENTITY.finditer(text):
        number, before = match.group(), _before(text, match.start())
        is_known = int(number[:2]) in PROVINCES and _is_birthday(
            "19" + number[6:12], dt.date.today()
        )
        is_other = (
            _CODE_BEFORE.search(before)
            or _CARD_BEFORE.search(before)
            or _UNIT.match(text, match.end())
        )
        if is_known and (_IDENTITY_BEFORE.search(before) or not is_other):
            yield Hit("old_identity", *match.span())


def _cards(text: str) -> Iterator[Hit]:
    for run in _RUN.finditer(text):
        for start, end in _card_spans(text, run):
            if _is_card(_compact(text[start:end]), _before(text, start)) and not _touches_letters(
                text, start, end
            ):
                yield Hit("bank_card", start, end)


def _card_spans(text: str, run: re.Match[str]) -> Iterator[tuple[int, int]]:
    """A group of digits alone, or groups of four with a shorter last one, as cards are written."""
    groups = [
        (run.start() + one.start(), run.start() + one.end())
        for one in _DIGITS.finditer(run.group())
    ]
    yield from (group for group in groups if 16 <= group[1] - group[0] <= 19)
    lengths = [end - start for start, end in groups]
    in_fours = len(groups) in (4, 5) and lengths[:4] == [4] * 4 and lengths[-1] <= 4
    if in_fours or lengths == [6, 13]:
        yield run.span()


def _is_card(number: str, before: str) -> bool:
    if not passes_luhn(number) or _CODE_BEFORE.search(before):
        return False
    has_word = bool(_CARD_BEFORE.search(before))
    if _SURE_CARDS.fullmatch(number):
        # Eighteen digits with a day of birth inside are a mistyped identity number sooner than a
        # card.
        return has_word or len(number) != 18 or not _is_birthday(number[6:14], dt.date.today())
    return has_word and bool(_OTHER_CARDS.fullmatch(number))


def _mobiles(text: str) -> Iterator[Hit]:
    for run in _RUN.finditer(text):
        for start, end in _mobile_spans(text, run):
            if not _is_no_phone(text, start, end):
                yield Hit("mobile", start, end)


def _mobile_spans(text: str, run: re.Match[str]) -> Iterator[tuple[int, int]]:
    """Groups of eleven digits; or the whole run, where its digits make up mobile numbers and
    nothing else.
    """
    groups = [
        (run.start() + one.start(), run.start() + one.end())
        for one in _DIGITS.finditer(run.group())
    ]
    whole = [
        (start + length, end)
        for start, end in groups
        if (length := _country_code(text[start:end])) is not None
    ]
    alone = [(start, end) for start, end in whole if not _is_hyphenated(text, start, end)]
    if alone:
        yield from alone
        return
    positions = [position for start, end in groups for position in range(start, end)]
    skipped = _country_code("".join(text[position] for position in positions))
    positions = positions[skipped or 0 :]
    chunks = [positions[at : at + 11] for at in range(0, len(positions), 11)]
    are_mobiles = all(
        _MOBILE.fullmatch("".join(text[position] for position in chunk)) for chunk in chunks
    )
    if (
        len(groups) > 1
        and are_mobiles
        and all(after[0] - chunk[-1] > 1 for chunk, after in pairwise(chunks))
    ):
        yield from ((chunk[0], chunk[-1] + 1) for chunk in chunks)


def _country_code(digits: str) -> int | None:
    """How many digits of a country code stand before a mobile number; None where the digits are no
    mobile number.
    """
    match = _COUNTRY.match(digits)
    length = match.end() if match else 0
    return length if _MOBILE.fullmatch(digits[length:]) else None


def _is_hyphenated(text: str, start: int, end: int) -> bool:
    """Part of a longer code: 2023-13800138000, 13800138000-01."""
    return bool(
        re.search(r"\d-\Z", text[max(0, start - 2) : start])
        or re.match(r"-\d", text[end : end + 2])
    )


def _is_no_phone(text: str, start: int, end: int) -> bool:
    before = _before(text, start)
    is_decimal = re.search(r"\d[.,]\Z", before) or re.match(r"[.]\d|,\d{3}", text[end : end + 4])
    is_code = (
        _CODE_BEFORE.search(before) or _ACCOUNT_BEFORE.search(before) or _WEB_BEFORE.search(before)
    )
    return bool(
        is_decimal or is_code or _UNIT.match(text, end) or _touches_letters(text, start, end)
    )


def _touches_letters(text: str, start: int, end: int) -> bool:
    before = text[max(0, start - 6) : start]
    is_glued = re.search(r"[A-Za-z_]\Z", before) and not _PHONE_WORD_BEFORE.search(before)
    return bool(is_glued or re.match(r"[A-Za-z_]", text[end : end + 1]))
