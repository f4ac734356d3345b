"""The true main title of a document, wherever a page puts it; and whether it is an annual report."""

import re
from collections.abc import Iterator
from typing import Any

from documents import customs
from documents.customs.document_numbers import normalise_document_number
from documents.intake.recognition import join_lines
from documents.old_pages.blocks import Block
from documents.old_pages.folding import compact, simplify
from documents.old_pages.furniture import Parts, trail_of
from documents.old_pages.labels import BUTTON, is_label_line
from documents.old_pages.reading import Source

MAX_TITLE = 120
_REPORT = re.compile(
    r"(?:政府信息公开|政务公开|信息公开|政府信息|政务信息|信息公布)(?:与政务公开)?(?:工作)?(?:20\d\d年?度?)?(?:的)?(?:情况)?(?:年度)?(?:工作)?(?:情况)?(?:年度)?(?:的)?(?:总结)?(?:工作)?(?:报告|年报)"
)
_REPORT_END = re.compile(r"(?:报告|年报|总结)(?:[（(][^（）()]{0,20}[)）])?\Z")
# A document about reports is no report.
_ABOUT = re.compile(
    r"(?:关于(?:印发|做好|报送|开展|编制|发布|公布|认真|进一步)|的(?:通知|通报|公告|函|意见|批复)|格式|办法|制度|解读|方案)"
)
_SENTENCE = re.compile(r"[。；！？]|，.*，")
_STOP = re.compile(
    r"(?:一、|第[一1]章|第一部分|.{0,120}(?:各|人民政府|政府|单位|部门|机构|委员会|办事处|公司|企业|学校|同志|局|委|办|院).{0,100}[:：]\Z)"
)
_SITE = re.compile(
    r"(?:门户网|政府网|网站|人民政府|信息公开|公开网|公开专栏|信息网|专栏|政务网|中国[\u4e00-\u9fff]{2,6}|首页|年报|公开目录|政策文件|规范性文件)\Z"
)
_NUMBER_BEHIND = re.compile(
    r"\s*[（(][\u4e00-\u9fff]{2,10}[〔\[［(（]\d{4}[〕\]］)）]第?\d+号[)）]\Z"
)
_YEAR = r"(?:20\d\d|二[〇○ＯO零0]{1}[〇○ＯO零0一二][〇○ＯO零0一二三四五六七八九])"


def is_report_title(text: str) -> bool:
    """Whether a title is that of an annual report on disclosure work."""
    folded = re.sub(r"\s", "", simplify(text))
    if not _REPORT.search(folded) or _SENTENCE.search(folded) or len(folded) > MAX_TITLE:
        return False
    if _ABOUT.search(folded) or (
        not re.sub(r"[\W\d年度]", "", _REPORT.split(folded)[0]) and not re.search(_YEAR, folded)
    ):
        return False
    return bool(_REPORT_END.search(folded)) and bool(
        re.search(rf"{_YEAR}\s*年?|年度|年报|工作报告", folded)
    )


def title_of(source: Source, parts: Parts) -> tuple[str | None, int]:
    """(title, the lines of the body that are the title again) — the title None where the page has
    none.
    """
    opening = parts.body[:12]
    for title in _stated(source, parts):
        return title, _repeated(title, opening)
    lines = _lines_of_report(parts.head[-60:]) or _lines_of_report(
        [block.text for block in opening]
    )
    if lines:
        return lines, _repeated(lines, opening)
    for title in (
        *_headings(parts, source),
        _first_line(parts, opening),
        _of_window(source),
        _of_trail(parts.trail),
    ):
        if title and len(title) <= MAX_TITLE * 2:
            return title, _repeated(title, opening)
    return None, 0


def _stated(source: Source, parts: Parts) -> Iterator[Any]:
    """Titles the page names as such, the surest first."""
    found = [*parts.metadata.all("title")]
    found += [
        source.properties.get(name, "") for name in ("articletitle", "标题", "标题名称", "信息标题")
    ]
    found += [source.caption, _window_title_on_page(source, parts)]
    for title in found:
        title = clean(title)
        if (
            len(compact(title)) >= 4
            and not _is_column(title, parts)
            and not re.search(r"\S\s*[>＞]\s*\S", title)
        ):
            yield title


def _window_title_on_page(source: Source, parts: Parts) -> str:
    """The first part of the window's title where it stands on the page as a line of its own."""
    window = _window_parts(source)
    if not window or len(compact(window[0])) < 6 or _SITE.search(window[0]):
        return ""
    lines = [*parts.head, *(block.text for block in parts.body[:12] if block.grid is None)]
    return window[0] if compact(window[0]) in {compact(line) for line in lines} else ""


def _is_column(title: str, parts: Parts) -> bool:
    return title in parts.trail[:-1] or (
        bool(_SITE.search(title)) and not customs.genre_of(title) and len(title) < 12
    )


def clean(title: str) -> str:
    """A title without what pages hang on it: blanks, a document number before it, brackets around
    it.
    """
    title = title.replace("\u3000", " ").replace("\xa0", " ")
    organs = re.split(r" +", title.strip())
    # Names of several organs stay apart; blanks between letters go.
    keep = len(organs) > 2 and "\n" not in title and all(len(name) >= 5 for name in organs)
    title = (" ".join(organs) if keep else join_lines(title.split("\n"))).strip(" |_-—·•")
    if match := re.match(
        r"[\u4e00-\u9fff]{1,10}[〔\[［(（]\d{4}[〕\]］)）]第?\d+号\s*[:：]?\s*", title
    ):
        rest = title[match.end() :]
        title = rest or title
        if inner := re.fullmatch(r"《(.{6,})》", title):
            title = inner[1]
    title = _NUMBER_BEHIND.sub("", title) or title
    # The site's name behind a title that is complete without it.
    if (match := re.fullmatch(r"(.{8,}?)\s*[-_|－—]+\s*([\u4e00-\u9fff]{2,16})", title)) and (
        customs.genre_of(match[1]) or _REPORT_END.search(match[1])
    ):
        title = match[1]
    return title


def _lines_of_report(lines: list[str]) -> str | None:
    """A report's title among lines, whole or broken over up to four of them."""
    texts = [line.strip() for line in lines if _may_belong(line)]
    for position, line in enumerate(texts):
        if _SENTENCE.search(line) or re.match(r"[一二三四五六七八九十]、", line):
            continue
        for count in range(1, 7):
            joined = clean("\n".join(texts[position : position + count]))
            if len(joined) > 80 or _SENTENCE.search(joined):
                break
            if is_report_title(joined) and "：" not in joined and ":" not in joined:
                rest = clean("\n".join(texts[position + 1 : position + count])) if count > 1 else ""
                return rest if _names_organ(rest) else joined
    return None


def _may_belong(line: str) -> bool:
    """Whether a line can be part of a title: no trail, no button, nothing blank."""
    return bool(line.strip()) and not trail_of(line) and not BUTTON.fullmatch(line.strip())


def _names_organ(title: str) -> bool:
    """Whether a report's title is one by itself, with who reports in it: the line above it was a
    column's name.
    """
    if not title or not is_report_title(title):
        return False
    before = _REPORT.split(re.sub(r"\s", "", simplify(title)))[0]
    return len(re.sub(rf"{_YEAR}|年度?", "", before)) >= 2


def _headings(parts: Parts, source: Source) -> Iterator[Any]:
    marked = [block.text for block in source.blocks if block.is_title and block.region < 2]
    for text in marked:
        if 6 <= len(text) <= MAX_TITLE and not _is_column(text, parts):
            yield clean(text)


def _first_line(parts: Parts, opening: list[Block]) -> str | None:
    """The title of an item: the first lines that end in a genre's word, before the salutation and
    the text.
    """
    for lines in (
        [block.text.strip() for block in opening],
        [line.strip() for line in parts.head[-40:]],
    ):
        if title := _line_of_genre(
            [line for line in lines if _may_belong(line) and not is_label_line(line)]
        ):
            return title
    head = [line.strip() for line in parts.head if ">" in line or _may_belong(line)]
    after_trail = next((i for i, line in enumerate(head) if ">" in line or "位置" in line), -1)
    for line in head[after_trail + 1 : after_trail + 4] if after_trail >= 0 else head[:1]:
        plain = compact(line)
        if (
            6 <= len(plain) <= 60
            and not _SITE.search(plain)
            and not re.search(r"[:：|。>]|https?|\d{4}-\d", line)
            and not customs.is_document_number(simplify(line))
            and re.search(r"[\u4e00-\u9fff]{4}", line)
        ):
            return clean(line)
    return _plain_title(opening)


def _plain_title(opening: list[Block]) -> str | None:
    """A short first line before text that says more: a title without a genre's word."""
    lines = [block.text.strip() for block in opening if block.text.strip()]
    lines = [line for line in lines if not customs.is_document_number(simplify(line))]
    if (
        len(lines) > 1
        and 6 <= len(lines[0]) <= 50
        and not re.search(r"[，。；：:、！？]|https?|\d{4}-\d", lines[0])
    ):
        return clean(lines[0]) if len(lines[1]) > len(lines[0]) or _STOP.match(lines[1]) else None
    return None


def _line_of_genre(lines: list[str]) -> str | None:
    for position, line in enumerate(lines[:10]):
        if (
            customs.is_document_number(simplify(line))
            or _STOP.match(line)
            or _SENTENCE.search(line)
            or len(line) > MAX_TITLE
        ):
            if _STOP.match(line) or len(line) > MAX_TITLE:
                return None
            continue
        for count in range(1, 5):
            group = lines[position : position + count]
            if any(
                _STOP.match(text) or _SENTENCE.search(text) or customs.is_document_number(text)
                for text in group
            ):
                break
            joined = clean("\n".join(group))
            if len(joined) > MAX_TITLE:
                break
            if (
                len(joined) >= 8
                and customs.genre_of(simplify(joined))
                and not re.search(r"[:：|>]", joined)
            ):
                return joined
    return None


def _of_window(source: Source) -> Any:
    """The title of the window, without the names of column and site behind it."""
    parts = [part for part in _window_parts(source) if len(compact(part)) >= 6]
    good = [part for part in parts if is_report_title(part) or customs.genre_of(part)]
    good += [part for part in parts[:1] if not _SITE.search(part)]
    return clean(good[0]) if good else None


def _window_parts(source: Source) -> list[str]:
    text = source.properties.get("<title>", "")
    if re.search(r"\S\s*[>＞»]\s*\S", text):
        return []
    return [
        part.strip()
        for part in re.split(
            r"\s*[_|｜－—–]+\s*|\s+-\s+|(?<=[\u4e00-\u9fff）)])-(?=[\u4e00-\u9fff])", text
        )
    ]


def _of_trail(trail: list[Any]) -> Any:
    last = trail[-1] if trail else ""
    return (
        clean(last)
        if is_report_title(last) or (len(last) > 12 and customs.genre_of(last))
        else None
    )


def _repeated(title: str, opening: list[Block]) -> int:
    """How many blocks at the start of the body say the title again, and nothing else."""
    wanted, said, count = compact(title), "", 0
    for position, block in enumerate(opening[:7]):
        text = block.text.strip()
        if block.grid is not None:
            break
        if not text:
            continue
        if not wanted.startswith(said + compact(text)):
            break
        said += compact(text)
        if said == wanted:
            count = position + 1
            said = ""
    return count


def number_line(blocks: list[Block]) -> str:
    """The document number standing on a line of its own among the first lines, or an empty string."""
    for block in blocks[:10]:
        text = block.text.strip()
        if text and customs.is_document_number(simplify(text)):
            return normalise_document_number(simplify(text))
        if len(text) > 120:
            break
    return ""
