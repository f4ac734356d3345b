"""E-mail addresses and homes."""

import re
from collections.abc import Iterator, Set

from documents.personal.numbers import Hit, free_of, plain

_EMAIL = re.compile(
    r"(?<![A-Za-z0-9._%+-])[A-Za-z0-9][A-Za-z0-9._%+-]{0,63} ?@ ?(?:[A-Za-z0-9-]{1,63}\.){1,5}[A-Za-z]{2,18}(?![A-Za-z0-9-])"
)
_OFFICIAL_DOMAIN = re.compile(r"(?:.+\.)?gov\.cn\Z", re.IGNORECASE)

_LABEL = (
    r"(?:家庭(?:详细)?(?:住址|地址)|(?:现|常|暂|原)?(?:居住|住)(?:地?址)|户籍(?:所在地|地址?|住址)?|户口所在地"
    r"|(?:现|暂|常|家)住(?![房宅建院户宿])(?:在|于)?|居住(?:在|于))"
)
# 住 alone opens an address where a region or road follows and it is not part of another word (住房,
# 入住, 住建局).
_LIVES = r"(?<![居入暂常现家安保租商原长留])住(?:在|于)?(?=[\u4e00-\u9fff]{1,14}(?:省|市|区|县|镇|乡|村|屯|街|路|道))(?![房宅建院户宿所址])"
# 住所 is also where a company is registered; a person's follows on a person's particulars.
_DOMICILE = r"(?:男|女|出生|公民身份|身份证)[^。；;\n]{0,60}?住所(?:地)?"
_OPENING = re.compile(rf"(?:{_LABEL}|{_LIVES}|{_DOMICILE})(?:为|是)?[ \t]*[:：]?[ \t]*")
_NUMBER = r"(?:[0-9A-Za-z]+(?:[-—][0-9A-Za-z]+)*|[一二三四五六七八九十百零〇]+)"
_HOUSE = re.compile(
    rf"[^。；;\n\t]{{2,40}}?{_NUMBER} ?(?:号楼|号院|号|栋|幢|座|单元|室|户|组|门|屯)"
    rf"(?:[ ,，]?(?:{_NUMBER} ?(?:号楼|号|栋|幢|座|单元|楼|层|室|户|门)|附?{_NUMBER}(?![0-9A-Za-z元万年月日人])))*"
)
_COLUMN = re.compile(
    r"(?:家庭(?:详细)?|现|居|户籍|常住|身份证)?(?:住址|居住地址?|家庭地址|户籍(?:所在地|地址|地)|户口所在地)\Z"
)
_REGION = re.compile(r"(?:街|路|道|巷|村|屯|小区|花园|家园|苑|公寓|社区|镇|乡|区)")
# What is called a residence of an organ, a company or a project is none of a person's.
_NOT_A_HOME = re.compile(
    r"(?:公司|企业|单位|机构|机关|法人|个体工商户|项目|办公|经营|注册)[^，,。；;\n]{0,6}\Z"
)


def find_emails(text: str, *, official_emails: Set[str] = frozenset()) -> Iterator[Hit]:
    """`Hit`s of e-mail addresses that are no office's: neither of gov.cn nor among
    `official_emails` (lower case).
    """
    for match in _EMAIL.finditer(plain(text)):
        address = match.group().replace(" ", "").lower()
        if address not in official_emails and not _OFFICIAL_DOMAIN.match(address.partition("@")[2]):
            yield Hit("email", *match.span())


def find_homes(text: str) -> list[Hit]:
    """`Hit`s of home addresses: a house number after words of dwelling, or in a table column under
    such words.
    """
    text = plain(text)
    taken = bytearray(len(text))
    return [*free_of(_after_words(text), taken), *free_of(_in_columns(text), taken)]


def _after_words(text: str) -> Iterator[Hit]:
    for opening in _OPENING.finditer(text):
        if _NOT_A_HOME.search(text[max(0, opening.start() - 12) : opening.start()]):
            continue
        house = _HOUSE.match(text, opening.end())
        if house and _REGION.search(house.group()):
            yield Hit("address", *house.span())


def _in_columns(text: str) -> Iterator[Hit]:
    """Cells with a house number in a table (cells apart by tabs) under a heading such as 家庭住址."""
    position = 0
    columns: set[int] = set()
    for line in text.split("\n"):
        cells = line.split("\t")
        headed = {number for number, cell in enumerate(cells) if _COLUMN.search(cell.strip())}
        columns = (headed or columns) if len(cells) > 1 else set()
        start = position
        for number, cell in enumerate(cells):
            house = _HOUSE.match(cell) if number in columns and number not in headed else None
            if house and _REGION.search(house.group()):
                yield Hit("address", start + house.start(), start + house.end())
            start += len(cell) + 1
        position += len(line) + 1
