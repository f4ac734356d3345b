"""Numbers that count nothing: dates, ordinals, numbers of documents, telephones, names.

Read from a folded passage (`statutory.prose.passages`).
"""

import re
from collections.abc import Iterator
from enum import StrEnum


class NoFigure(StrEnum):
    """What a number is that is not a figure of work."""

    DATE = "date"
    ORDINAL = "ordinal"
    NUMBER = "document_number"
    CODE = "code"
    ADDRESS = "address"
    PLACE = "place"
    TITLE = "title"
    QUOTED = "quoted"
    NAME = "name"
    FRACTION = "fraction"

    @property
    def label(self) -> str:
        """As it is printed."""
        return _LABELS[self]


_LABELS = {
    NoFigure.DATE: "年份、日期、时刻",
    NoFigure.ORDINAL: "序号",
    NoFigure.NUMBER: "文号",
    NoFigure.CODE: "电话、编码",
    NoFigure.ADDRESS: "网址、邮箱",
    NoFigure.PLACE: "地址",
    NoFigure.TITLE: "书名号内的名称",
    NoFigure.QUOTED: "引号内的名称",
    NoFigure.NAME: "名称、型号",
    NoFigure.FRACTION: "分数、比例",
}
_ZH = "[零〇一二两三四五六七八九十百千]"
_PATTERNS = tuple(
    (kind, re.compile(pattern))
    for kind, pattern in (
        (NoFigure.TITLE, r"《[^》]{0,120}》"),
        (NoFigure.QUOTED, r"“[^”]{0,60}”"),
        (NoFigure.QUOTED, r"‘[^’]{0,40}’"),
        (NoFigure.QUOTED, r"\"[^\"]{0,60}\""),
        (NoFigure.ADDRESS, r"(?:https?：//|www\.)[A-Za-z0-9_./？=&%：~\-]+"),
        (NoFigure.ADDRESS, r"(?<![\w.\-])[A-Za-z0-9_.\-]{1,64}@[A-Za-z0-9_.\-]{1,120}"),
        (NoFigure.NUMBER, r"[〔\[【（](?:19|20)\d{2}[〕\]】）]第?\d*号?"),
        (NoFigure.DATE, r"(?:19|20)\d{2}[-/.]\d{1,2}[-/.]\d{1,2}"),
        (
            NoFigure.DATE,
            r"(?:19|20)\d{2}(?:[—~～至-]+(?:19|20)\d{2})?年?度?(?=[年度至—~～-])|(?:19|20)\d{2}(?:年度?|版)",
        ),
        (
            NoFigure.DATE,
            r"(?<!\d)(?:19|20)\d{2}(?=[、和](?:19|20)\d{2}年|政务公开|政府信息|(?:年度)?工作要点)",
        ),
        (NoFigure.CODE, r"(?<!\d)(?:12\d{3}|11[0249]|12[02])(?=等?(?:平台|热线|电话|民声|政务))"),
        (NoFigure.DATE, rf"(?:二〇|二零|一九){_ZH}{{2}}年度?"),
        (
            NoFigure.DATE,
            rf"(?<![\d.])(?:\d{{1,2}}|{_ZH}{{1,3}})月(?:份|底|初|末|中旬|上旬|下旬)?(?:(?:\d{{1,2}}|{_ZH}{{1,3}})[日号])?",
        ),
        (NoFigure.DATE, r"(?<![\d.])\d{1,2}[日号](?!均)"),
        (NoFigure.DATE, r"\d{1,2}[：]\d{2}(?:[：]\d{2})?|\d{1,2}时(?:\d{1,2}分)?"),
        (
            NoFigure.ORDINAL,
            rf"第(?:\d+|{_ZH}+)[条款项章节号期批届次季部编轮名位个]?(?:（(?:\d+|{_ZH}+)）项?)?",
        ),
        (NoFigure.ORDINAL, rf"(?<![其])[（](?:\d{{1,2}}|{_ZH}{{1,3}})[）]"),
        (NoFigure.ORDINAL, rf"(?:^|(?<=[。；：，、！）\n]))(?:\d{{1,2}}|{_ZH}{{1,3}})[、.](?!\d)"),
        (NoFigure.ORDINAL, rf"(?:^|(?<=[。；：，！）]))(?:{_ZH}{{1,2}})(?:是|要|则)"),
        (
            NoFigure.CODE,
            r"(?<!\d)(?:0\d{2,3}[-—]?)\d{7,8}(?:[-转]\d+)?|(?<!\d)1[3-9]\d{9}(?!\d)|(?:电话|传真|邮编|邮政编码|编码|代码|热线)(?:（[^）]{0,6}）)?[：为]?[\d\-—、/]+",
        ),
        (
            NoFigure.NAME,
            r"(?<![A-Za-z])[A-Za-z]{1,20}[\d.+\-]{1,20}[A-Za-z]*|(?<!\d)\d{1,12}[A-Za-z+][A-Za-z\d+]{0,20}",
        ),
        (NoFigure.PLACE, r"(?<!\d)\d{1,6}[号弄幢栋室楼层]"),
        (NoFigure.NAME, r"十[一二三四五]五|十[八九]大|二十大|[一二三四五六七八]中全会|二十届"),
        (NoFigure.FRACTION, r"(?<!\d)\d{1,12}[/×xX*]\d{1,12}"),
    )
)


def spans_of_no_figures(text: str) -> Iterator[tuple[int, int, NoFigure]]:
    """(start, end, what it is) of every stretch of a folded text whose numbers count nothing."""
    for kind, pattern in _PATTERNS:
        for match in pattern.finditer(text):
            yield match.start(), match.end(), kind
