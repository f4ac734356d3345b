"""Lists that say how many they name: A、B、C三项制度, 包括…等15大类, N个方面：一是…二是…."""

import re
from collections.abc import Iterator

from documents.customs.numerals import read_numeral
from statutory.prose.finding import Finding, Stretch, Verdict, found
from statutory.prose.passages import Passage
from statutory.prose.sections import COMPOSITION

_NUMBER = r"(?P<number>\d{1,3}|[两二三四五六七八九十]{1,3})"
_THINGS = (
    r"(?P<unit>大类|大方面|个方面|方面|个大类|个部分|部分|大部分|项制度|项机制|项工作|项活动|项措施|项内容|项|类|个栏目|个专栏|个领域|个系列|种形式|种方式|种渠道"
    r"|种途径|个渠道|大渠道|个环节|个阶段|大板块|个板块|大领域|大系列|大体系|个层面|大平台|个平台|条渠道|个(?!月|季度|工作日|小时|百分点|人))"
)
# A、B、C(和D)(等)(在内的|共)N类: the list runs up to the number.
_BEFORE = re.compile(rf"(?P<open>等(?:在内的)?)?(?P<all>共|共计)?(?:的)?{_NUMBER}{_THINGS}")
_AFTER = re.compile(
    rf"{_NUMBER}{_THINGS}(?P<what>[\u4e00-\u9fff]{{0,8}}?)(?:：|，?(?:即|包括|分别[是为]|主要[是有]|涵盖|有)：?)"
    r"(?P<list>[^，。；：、一二三四五六七八九十]{1,24}(?:、[^，。；：、]{1,24})+)(?=[，。；]|\Z)"
)
_LIST_BEGINS = re.compile(r"包括|包含|分为|分别是|分别为|即|由|涵盖|设有|设立了?|开设了?|：")
# Words behind which a list may begin at once, and what tells that it does not run from there.
_PLAINLY_BEGINS = re.compile(
    r"[^、]{0,16}?(?:按照|围绕|聚焦|涵盖|包括|包含|涉及|分为|分别是|分别为|即|设有|设立|开设|："
    r"|(?:建立|健全|完善|制定|修订|印发|出台|形成|推行|落实|开展|整理|设置|明确)(?:并完善|健全|完善)?了?)"
)
_VERB = re.compile(
    r"公开|发布|推进|推动|开展|建立|健全|完善|制定|印发|通过|利用|围绕|按照|包括|涵盖|采取|实行|落实|加强|发放|召开|做好|抓好|对|在|将|把|以"
)
_NOUNS = re.compile(
    r"(?:政府|政务)?(?:信息)?公开|政务|主动公开|依申请公开|信息发布|新闻发布|发布[会厅]|对外|在线|以案"
)
_ONE_OF_TWO = re.compile(r"复议、|[和及与或]")
LONGEST_ENTRY = 12  # characters
LONGEST_AFTER = 18
_CLAUSE = re.compile(r"[，。；！？]")
_MORE = re.compile(r"以及|(?<![涉普遍提])及(?!时|其)|(?<!共)和(?!谐)|(?<![参给])与(?!会)|或")
_MARKERS = re.compile(
    r"(?:^|(?<=[。；：，！？）”\n]))(?P<mark>[一二三四五六七八九十]{1,2})(?:是|要)"
)
_ANNOUNCES = re.compile(
    rf"(?:以下|如下|下列|了|抓好|做好|开展|突出|坚持|存在|围绕|从|有|为)?{_NUMBER}(?:个|大|项|件)[^，。；：、（）\d]{{0,12}}?[。：]\Z"
)
LONGEST = 400  # characters of a list
_ANNOUNCED = re.compile(
    r"以下|如下|下列|方面|工作|活动|措施|问题|任务|环节|结合|到位|重点|不足|制度|机制"
)


def check_lists(passage: Passage) -> Iterator[Finding]:
    """Findings about lists inside one sentence."""
    composition = COMPOSITION.search(passage.text)
    for match in _BEFORE.finditer(passage.text):
        if composition and composition.start() <= match.start() < composition.end():
            continue
        finding = _listed_before(passage, match)
        if finding:
            yield finding
    for match in _AFTER.finditer(passage.text):
        if not composition and (finding := _listed_after(passage, match)):
            yield finding


def _read(number: str) -> int | None:
    return int(number) if number.isdigit() else read_numeral(number)


def _listed_before(passage: Passage, match: re.Match[str]) -> Finding | None:
    text, said = passage.text, _read(match["number"])
    if (
        not said
        or said < 3
        or text[match.start() - 1 : match.start()]
        in {"第", "这", "前", "后", "上", "等", "余", "、"}
    ):
        return None
    begins = _clause_start(text, match.start())
    clause = _without_inner(text[begins : match.start()])
    marks = clause.count("、")
    if marks < 2 and not (marks == 1 and said == 3):
        return None
    opening = list(_LIST_BEGINS.finditer(clause))
    if opening:
        clause = clause[opening[-1].end() :]
        marks = clause.count("、")
    last = clause.rsplit("、", 1)[-1]
    least, most = marks + 1, marks + 1 + len(_MORE.findall(clause))
    least_joined = marks + 1 + bool(_MORE.search(last)) if not opening else least
    span = passage.sentence_at(match.start())
    whole = _without_inner(text[begins : match.start()])
    named = (least, max(most, least_joined))
    return _judged(passage, match, said, named, bool(opening), whole, span)


def _judged(
    passage: Passage,
    match: re.Match[str],
    said: int,
    named: tuple[int, int],
    is_delimited: bool,
    clause: str,
    span: tuple[int, int],
) -> Finding | None:
    (least, most), place = named, Stretch(match.start("number"), match.end("unit"))
    written = f"{match['number']}{match['unit']}"
    if least <= said <= most:
        text, sum_text = f"列出的与“{written}”一致。", f"列出{said}项"
        return found("list", Verdict.HOLDS, passage, span, text, sum_text, figures=[place])
    if match["open"]:
        if not (most < said <= 2 * most and is_delimited):
            return None
        text = f"文中说有“{written}”，只列出{_range(least, most)}项，其余{_range(said - most, said - least)}项没有列出。"
        sum_text = f"{said}−{_range(least, most)}={_range(said - most, said - least)}"
        return found("list", Verdict.UNKNOWN, passage, span, text, sum_text, figures=[place])
    if said not in (least - 1, most + 1):
        return None
    sum_text = f"列出{_range(least, most)}项≠{said}"
    if _is_plain_list(clause):
        text = f"文中说有“{written}”，列出的是{_range(least, most)}项。"
        return found("list", Verdict.BROKEN, passage, span, text, sum_text, figures=[place])
    text = f"文中说有“{written}”，按顿号数出{_range(least, most)}项；不能确定从哪里列起，无法核对。"
    return found("list", Verdict.UNKNOWN, passage, span, text, sum_text, figures=[place])


def _listed_after(passage: Passage, match: re.Match[str]) -> Finding | None:
    """8大方面：政府职能、重大决策、…: the list that stands behind its number."""
    said, words = _read(match["number"]), _without_inner(match["list"])
    if not said or said < 2 or passage.text[match.start() - 1 : match.start()] in {"第", "等"}:
        return None
    entries = words.split("、")
    is_open = bool(re.search(r"等[^、]{0,6}\Z", words))
    if len(entries) < 2 or any(not 0 < len(one) <= LONGEST_AFTER for one in entries):
        return None
    least, most = len(entries), len(entries) + len(_MORE.findall(words))
    written, place = f"{match['number']}{match['unit']}", Stretch(*match.span("number"))
    span = passage.sentence_at(match.start())
    if least <= said <= most:
        text, sum_text = f"列出的与“{written}”一致。", f"列出{said}项"
        return found("list", Verdict.HOLDS, passage, span, text, sum_text, figures=[place])
    sum_text, listed = f"列出{_range(least, most)}项≠{said}", _range(least, most)
    if not is_open and said in (least - 1, most + 1) and not _ONE_OF_TWO.search(words):
        text = f"文中说有“{written}”，列出的是{listed}项。"
        return found("list", Verdict.BROKEN, passage, span, text, sum_text, figures=[place])
    if most < said <= 2 * most or said < least:
        text = (
            f"文中说有“{written}”，后面按顿号数出{listed}项；不能确定列的是否就是这些，无法核对。"
        )
        return found("list", Verdict.UNKNOWN, passage, span, text, sum_text, figures=[place])
    return None


def _is_plain_list(clause: str) -> bool:
    """Whether a clause is beyond doubt one list from its first word on: behind a word that begins
    one, of short entries, and none of them begins another sentence.
    """
    opening = _PLAINLY_BEGINS.match(clause)
    if not opening or _ONE_OF_TWO.search(clause):
        return False
    entries = clause[opening.end() :].split("、")
    return all(0 < len(entry) <= LONGEST_ENTRY for entry in entries) and not any(
        _VERB.search(_NOUNS.sub("□", entry)[1:]) for entry in entries
    )


def _range(low: int, high: int) -> str:
    return str(low) if low == high else f"{low}至{high}"


def _clause_start(text: str, end: int) -> int:
    """Where the clause of a list begins; a comma inside brackets or quotation marks ends none."""
    depth = 0
    for position in range(end - 1, max(-1, end - LONGEST), -1):
        sign = text[position]
        depth += sign in "）”》" or -(sign in "（“《")
        if depth == 0 and _CLAUSE.match(sign):
            return position + 1
    return max(0, end - LONGEST)


def _without_inner(clause: str) -> str:
    """The clause without what stands in brackets and quotation marks: a mark in there is not of the
    list.
    """
    return re.sub(r"（[^）]*）|“[^”]*”|《[^》]*》", "□", clause)


def check_numbered(passages: list[Passage]) -> Iterator[Finding]:
    """开展了两项活动。一是…二是…: what is announced and what follows, over the paragraphs of one
    section.
    """
    for number, passage in enumerate(passages):
        for mark in _MARKERS.finditer(passage.text):
            if mark["mark"] == "一" and (
                announced := _ANNOUNCES.search(
                    passage.text, max(0, mark.start() - 30), mark.start()
                )
            ):
                following = _count_on(passages, number, mark)
                yield from _numbered(passage, announced, following)
        if (
            announced := _ANNOUNCES.search(passage.text, max(0, len(passage.text) - 30))
        ) and number + 1 < len(passages):
            first = _MARKERS.match(passages[number + 1].text)
            if first and first["mark"] == "一" and passages[number + 1].section == passage.section:
                yield from _numbered(passage, announced, _count_on(passages, number + 1, first))


def _count_on(passages: list[Passage], number: int, first: re.Match[str]) -> int:
    """How far 一是、二是… goes on, from this mark to the end of the section or the next 一是."""
    count = 1
    for later in passages[number:]:
        if later.section != passages[number].section:
            break
        for mark in _MARKERS.finditer(later.text, first.end() if later is passages[number] else 0):
            value = read_numeral(mark["mark"])
            if value == 1:
                return count
            if value == count + 1:
                count = value
    return count


def _numbered(passage: Passage, announced: re.Match[str], count: int) -> Iterator[Finding]:
    said = _read(announced["number"])
    span = passage.sentence_at(announced.start("number"))
    if not said or not _ANNOUNCED.search(announced.group()):
        return
    written = passage.text[announced.start("number") : announced.end()].rstrip("。：")
    place = Stretch(*announced.span("number"))
    if said == count:
        text, sum_text = f"“{written}”与下文分列的一致。", f"下文分列{count}项"
        yield found("list", Verdict.HOLDS, passage, span, text, sum_text, figures=[place])
    elif said >= 2 and count >= 2:
        is_sure = announced.group().endswith("：") and said < count
        text = f"文中说“{written}”，下文分列了{count}项"
        text += "。" if is_sure else "；不能确定下文是否就是这些，无法核对。"
        verdict = Verdict.BROKEN if is_sure else Verdict.UNKNOWN
        yield found("list", verdict, passage, span, text, f"{count}≠{said}", figures=[place])


__all__ = ["check_lists", "check_numbered"]
