"""Which lines of a page are the document, and which are the page: trail, labels, buttons,
navigation, footer.
"""

import re
from dataclasses import dataclass, field
from typing import Any

from documents.old_pages import labels
from documents.old_pages.blocks import Block
from documents.old_pages.folding import compact, simplify
from documents.old_pages.labels import BUTTON, Metadata

MAX_HEAD = 400  # lines among which the head is looked for
_SEPARATOR = r"(?:[>›»＞→/|\\]|->|&gt;|::|—{1,2}|-)"
_PLACE = re.compile(
    r"(?:(?:您)?(?:当前|现在|目前|所在)(?:所在|的)?(?:的)?位置|您?所在(?:的)?位置|您的位置|您在这里|当前栏目|位置导航|位置)(?:是|为)?\s*[:：>]?\s*"
)
_TRAIL = re.compile(
    rf"^[\s•·●▪■◆\[【]*(?:{_PLACE.pattern})?(?:[\u4e00-\u9fff]{{0,16}}(?:首页|主页|网站首页|门户|门户网站|人民政府)|首页)\s*{_SEPARATOR}"
)
_PROSE = re.compile(r"[。；！？]")
_FOOT = re.compile(
    r"Produced\s+By\b|^[【\[]?\s*(?:打印本页|打印此页|打印|关闭窗口|关闭本页|关闭|返回顶部|回到顶部|收藏本页|我要纠错|返回首页|返回列表)\s*[】\]]?"
    r"(?:[\s|]*[【\[]?(?:打印|关闭|收藏|返回).{0,8})*$"
    r"|^(?:上|下)一?[篇条页]\s*[:：]?|ICP备|公网安备|网站标识码|版权所有|^主办(?:单位)?\s*[:：]|^承办(?:单位)?\s*[:：]|技术支持\s*[:：]"
    r"|网站地图|联系我们|^分享到|^扫一扫|扫描二维码|[Cc]opyright|建议使用.{0,20}(?:浏览器|分辨率)|^相关(?:链接|文章|信息|文档|阅读|解读)\s*[:：]?$"
    r"|^(?:责任)?编辑\s*[:：]|^您访问的链接即将离开|^责任编辑|^友情链接|^(?:附件下载|文件下载)$"
    r"|^网站声明|^政府网站找错|^信息来源\s*[:：]|^稿件来源\s*[:：]"
    r"|^无障碍|^适老化|^点击排行|^热门(?:文章|信息|推荐)|^(?:国家|省|市)(?:部委|政府|级)?.{0,8}网站$|^Powered by"
    r"|^主管(?:单位)?\s*[:：]|^浏览次数\s*[:：]"
    r"|^网站(?:管理|维护|制作)|^推荐使用|^分享\s*[:：]?$|^\[?字体\s*[:：]"
)  # fmt: skip


# The line under the title: a day with its hour, the source beside it.
_STAMPED = re.compile(
    r"(?<!\d)20\d{2}[-/.]\d{1,2}[-/.]\d{1,2}\s+\d{1,2}:\d{2}|\d{4}-\d{1,2}-\d{1,2}\s*(?:来源|作者|浏览|\Z)|【?字体\s*[:：]"
)


@dataclass
class Parts:
    """A page taken apart. `body` are the blocks of the document."""

    body: list[Any] = field(default_factory=list)
    head: list[str] = field(default_factory=list)
    foot: list[str] = field(default_factory=list)
    trail: list[str] = field(default_factory=list)
    metadata: Metadata = field(default_factory=Metadata)


def take_apart(blocks: list[Block], title_hint: str = "") -> Parts:
    """The `Parts` of a page. `title_hint`: what the page elsewhere says its title is."""
    parts = Parts()
    inside = [block for block in blocks if block.region == 1]
    before = [block for block in blocks if block.region == 0]
    parts.foot = [block.written for block in blocks if block.region == 2]
    _read_head(before, parts)
    _read_after(parts)
    start = _head_end(inside, title_hint)
    _read_head(inside[:start], parts)
    end = _foot_start(inside, start)
    parts.foot = [block.written for block in inside[end:]] + parts.foot
    parts.body = [block for block in inside[start:end] if not _is_noise(block)]
    return parts


def _is_noise(block: Block) -> bool:
    text = block.text.strip()
    return block.grid is None and (not text or (bool(BUTTON.fullmatch(text)) and len(text) > 1))


def _read_head(blocks: list[Block], parts: Parts) -> None:
    lines, skip = [block.text for block in blocks], 0
    for position, block in enumerate(blocks):
        if skip:
            skip -= 1
            parts.head.append(block.written)
            continue
        if block.grid is not None:
            if labels.is_metadata_grid(block.grid):
                for row in block.grid:
                    labels.read_cells([cell.text for cell in row], parts.metadata)
            parts.head.append(block.written)
            continue
        if (trail := trail_of(block.text)) and len(trail) > len(parts.trail):
            parts.trail = trail
        elif labels.is_label_line(block.text) or _is_label_row(block.text):
            skip = labels.read_line(block.text, lines[position + 1 :], parts.metadata)
        elif _names_site(block.text):
            parts.metadata.note("source", block.text)
        parts.head.append(block.text)


def _names_site(text: str) -> bool:
    """A bullet under the title that names the site the page stood on."""
    return bool(re.match(r"\s*[•·●]\s*\S{2,30}(?:网站|门户网|政府网)\s*\Z", text))


def _is_label_row(text: str) -> bool:
    return "|" in text and labels.is_label_cell(text.strip(" |").split("|")[0]) is not None


def _read_after(parts: Parts) -> None:
    """Some pages print the source and the day under the text."""
    for line in parts.foot[:6]:
        for text in line.split("\n"):
            if labels.is_label_line(text):
                labels.read_line(text, [], parts.metadata)


def trail_of(line: str) -> list[str]:
    """The trail (当前位置) a line is, as its parts, or an empty list."""
    text = line.strip()
    if len(text) > 300 or _PROSE.search(text):
        return []
    folded = simplify(text)
    place = _PLACE.search(folded)
    if not (
        _TRAIL.match(folded)
        or (place and place.start() < 4 and re.search(_SEPARATOR, folded[place.end() :]))
    ):
        return []
    if place and place.start() < 4:
        text = text[place.end() :]
    text = re.sub(r"^[\s•·●▪■◆\[【:：>]+", "", text)
    separator = next(
        (
            mark
            for mark in (">", "＞", "›", "»", "→", "&gt;", "::", "|", "\\", "/", "—", "-")
            if mark in text
        ),
        None,
    )
    if separator is None:
        return []
    found = [part.strip(' \u3000\xa0>-—|:：•·●[]【】"') for part in text.split(separator)]
    found = [part for part in found if part]
    return found if len(found) > 1 and all(len(part) <= 80 for part in found) else []


def _head_end(blocks: list[Block], title_hint: str) -> int:
    """The position of the first block of the document."""
    last, skip, hint = -1, 0, compact(title_hint)
    lines = [block.text for block in blocks]
    for position, block in enumerate(blocks[:MAX_HEAD]):
        if skip:
            skip -= 1
            last = position
            continue
        if block.grid is not None:
            if not labels.is_metadata_grid(block.grid):
                break
            last = position
            continue
        text = block.text.strip()
        if not text:
            continue
        if taken := _head_lines(text, lines[position + 1 :]):
            last, skip = position, taken - 1
        elif _is_prose(text) or _opens_document(text):
            break
        elif hint and compact(text) == hint and position - last <= 3:
            last = position
    end = last + 1
    return _past_remainders(blocks, end) if last >= 0 else 0


def _head_lines(text: str, following: list[str]) -> int:
    """How many lines of head furniture begin here, or 0."""
    if _STAMPED.search(text) and len(text) <= 90 and not _PROSE.search(text):
        return 1
    if trail_of(text) or (BUTTON.fullmatch(text) and len(text) > 1):
        return 1
    if labels.is_label_line(text) or _is_label_row(text):
        return 1 + labels.read_line(text, following, Metadata())
    if re.fullmatch(r"(?:[\[【（(]?\s*[大中小]\s*[\]】）)]?\s*){2,}", text):
        return 1
    return 0


def _past_remainders(blocks: list[Any], end: int) -> Any:
    """Past what still belongs to the head: lone buttons, dates, counters behind the last label."""
    while end < len(blocks) and blocks[end].grid is None:
        text = blocks[end].text.strip()
        if (
            text
            and not BUTTON.fullmatch(text)
            and not re.fullmatch(r"[\d\s:：\-/.|\[\]()（）]{1,24}", text)
        ):
            break
        end += 1
    return end


def _is_prose(text: str) -> bool:
    return len(text) >= 50 and bool(_PROSE.search(text))


def _opens_document(text: str) -> bool:
    """A first numbered heading: what follows is the document, whatever labels stand in it."""
    return bool(re.match(r"(?:一、|第一[章条部]|（一）|\(一\))", text))


def _foot_start(blocks: list[Block], start: int) -> int:
    """Where the furniture at the end begins: from there on no prose, and the first line is plainly
    of the page.
    """
    end = len(blocks)
    position = len(blocks) - 1
    while position >= start and len(blocks) - position <= 400:
        block = blocks[position]
        text = block.text.strip()
        if block.grid is not None and not _is_link_grid(block):
            break
        if block.grid is None and text:
            if (
                _FOOT.search(simplify(text))
                and len(text) < 200
                and not _is_prose(re.sub(_FOOT, "", text))
            ):
                end = position
            elif (
                _is_prose(text)
                or len(text) > 120
                or (len(blocks) - position > 3 and _is_body_end(text))
            ):
                break
        position -= 1
    return end


def _is_link_grid(block: Block) -> bool:
    return bool(_FOOT.search(simplify(block.written))) and len(block.written) < 1500


def _is_body_end(text: str) -> bool:
    """A line documents end with: the day of signature, an attachment."""
    return bool(
        re.search(r"\d{4}\s*年\s*\d{1,2}\s*月\s*\d{1,2}\s*日[）)]?$|^附件?[:：\d]", text)
    ) or bool(re.match(r"[一二三四五六七八九十]+、|[（(][一二三四五六七八九十]+[)）]", text))
