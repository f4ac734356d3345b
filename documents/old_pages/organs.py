"""Which organ speaks: its full name from title, metadata, opening and signature."""

import re
from typing import Any

from documents import customs
from documents.intake.recognition import Head, Signature, recognise_signature
from documents.old_pages.folding import simplify
from documents.old_pages.labels import Metadata

_YEAR = r"(?:20\d\d|二[〇○ＯO零0][〇○ＯO零0一二][〇○ＯO零0一二三四五六七八九])\s*年?(?:度)?"
_SUFFIX = (
    r"(?:人民政府|政府|委员会|管委会|办公室|办公厅|办事处|国务院|行政公署|行署|公署|管理局|分局|支队|大队|总队|队|局|厅|部|委|办|署|院|中心|处|站|所|会|社|"
    r"银行|公司|学校|大学|法院|开发区|高新区|新区|管理区|度假区|园区|示范区|指挥部|领导小组|组)"
)
_NAME = re.compile(rf"[\u4e00-\u9fff（）()·]{{2,40}}{_SUFFIX}|国务院")
_REGION = re.compile(r"[\u4e00-\u9fff]{2,14}(?:省|自治区|市|县|区|旗|自治州|州|盟|镇|乡)\Z")
_ZONE = re.compile(
    r"(?:管理区|开发区|高新区|新区|度假区|园区|示范区|风景区|保税区|工业区|实验区|生态区|名胜区|经开区|功能区|合作区)\Z"
)
_WRITERS = (
    r"由(?P<n>[\u4e00-\u9fff（）()]{4,40}?)(?:[（(]以下简称[^）)]*[)）])?(?:负责|组织|(?:根据|按照|结合|依据).{0,300}?)?(?:编制|编写|编纂|综合|汇总|整理)",
    r"(?:^|[，,。；])(?:经)?(?P<n>[\u4e00-\u9fff]{2,30}?)(?:[（(]以下简称[^）)]*[)）])?(?:特|现)?编制(?:了|并公布|形成)?(?:本|《|20|此)",
    r"现(?:公布|发布|将)(?P<n>[\u4e00-\u9fff]{3,30}?)(?:20\d\d年)",
    r"(?:结合|编制)[《“]?(?P<n>[\u4e00-\u9fff]{4,30}?)(?:20\d\d年|政府信息公开工作实际)",
    r"(?:请|可|可以|直接)(?:直接)?(?:与|联系|向)(?P<n>[\u4e00-\u9fff]{4,40}?)(?:联系|咨询|反映|[（(])",
)
# A name that leaves the place out (市政府办, 区财政局), but not one that begins so by itself
# (镇巴县, 市中区).
_PRONOUN = re.compile(
    r"^(?:我|本|该|各|全[市县区省州镇乡]|有关|相关|(?:区|市|县|省|州|旗|局|镇|乡|街道|地区)(?!.{1,3}[市县区旗州]))"
)
_COMPILED = re.compile(
    r"(?:综合|汇总)(?:了)?(?:20\d\d年度?)?(?P<place>[\u4e00-\u9fff]{2,10}?[市县区州旗])(?:各|所属|下辖)"
)
# Whoever did the work the report tells of.
_WORKED = re.compile(
    r"(?:^|[，,。；\n])(?P<n>[\u4e00-\u9fff]{4,30}?)(?:认真贯彻|认真落实|严格按照|严格执行|严格落实|深入贯彻|全面贯彻|坚持以|坚持|根据|按照|紧紧围绕|高度重视|积极)"
)
_WEB = re.compile(r"(?:网站|门户网|官网|网|门户|公众号|平台|日报|电视台|本站|原创|互联网)\Z")


def organ_of(
    kind: str, title: str, metadata: Metadata, opening: str, lines: list[str], whole: str
) -> tuple[str | None, list[str]]:
    """(organ or None, doubts). `opening`: first lines of text; `lines`: all lines; `whole`: text to
    look full names up in.
    """
    signature = signature_of(lines)
    signed = [name for name in signature.organ_names if _is_organ(name)]
    stated = [_tidy(name) for name in metadata.all("organ")]
    stated = [name for name in stated if name and not _WEB.search(name)]
    titled = (_organ_of_report_title if kind == "report" else _organ_of_item_title)(title or "")
    candidates = [titled, *stated, *signed]
    if kind == "report":
        candidates = [titled, *signed, *_writers(opening), *stated, *_sources(metadata)]
        if not any(candidates):
            name, doubts = _who_worked(opening)
            return name and _as_written(name, [whole]), doubts
    elif not titled:
        candidates = [*stated, *signed, *_alone(lines), *_sources(metadata)]
    name, doubts = _choose([name for name in candidates if name], whole)
    return name and _as_written(name, [whole]), doubts


def _alone(lines: list[str]) -> list[Any]:
    """Organs that stand on a line of their own among the first: the letterhead of an order or of
    rules.
    """
    short = [line.strip() for line in lines[:12] if 4 < len(line.strip()) <= 30]
    return [name for name in short if _is_organ(name) and not _PRONOUN.match(simplify(name))]


def _who_worked(opening: str) -> tuple[str | None, list[str]]:
    """The organ the first sentences speak of, where the page names none; the clerk is told."""
    text = re.sub(r"[ \t\u3000\xa0]+", "", simplify(opening))
    for match in _WORKED.finditer(text):
        name = re.sub(r"^(?:截至|目前|年度?|以来)", "", match["n"])
        if _is_organ(name) and not _PRONOUN.match(name) and name[-1] in "局处厅会府委":
            return name, [f"页面没有写明机关，“{name}”取自正文，请核对。"]
    return None, ["没有认出机关，请核对发布机构。"]


def signature_of(lines: list[str]) -> Signature:
    """The signature among the last short lines of a document."""
    short = [line for line in lines if len(line) < 100][-80:]
    signature = recognise_signature([simplify(line) for line in short], Head())
    signature.organ_names = [_as_written(name, short) for name in signature.organ_names]
    return signature


def _as_written(name: str, lines: list[str]) -> str:
    """A name found in Simplified characters, in the script of the document."""
    text = re.sub(r"\s", "", "".join(lines))
    place = simplify(text).find(name)
    return text[place : place + len(name)] if place >= 0 else name


def _choose(candidates: list[str], whole: str) -> tuple[str | None, list[str]]:
    for name in candidates:
        full, sure = full_name(name, whole)
        if full and sure:
            longer = [
                other
                for other in candidates
                if other.endswith(full) and len(other) > len(full) and _is_organ(other)
            ]
            return (longer[0] if longer else full), []
    for name in candidates:
        full, _ = full_name(name, whole)
        if full:
            return full, [f"机关名称“{full}”可能不是全称，请核对。"]
    return None, ["没有认出机关，请核对发布机构。"]


def _tidy(name: str) -> str:
    """A stated organ: the first of several, without what hangs on it."""
    name = re.split(r"[,，;；、|]|\s{2,}", name.strip())[0]
    return re.sub(r"[\s\u3000]", "", re.sub(r"[（(].*?[)）]\s*\Z", "", name)).strip("：:")


def _is_organ(name: str) -> bool:
    folded = simplify(name)
    return bool(_NAME.fullmatch(folded)) and not _WEB.search(folded) and 3 <= len(name) <= 45


def _organ_of_report_title(title: str) -> str:
    """What stands before 政府信息公开 in a report's title, the year taken out."""
    text = re.sub(r"[\s《》“”\"'「」]", "", title)
    text = re.sub(rf"^(?:关于|\d{{1,2}}[.、])|{_YEAR}", "", text)
    folded = simplify(text)
    match = re.search(r"(?:政府信息公开|政务公开|信息公开|政府信息|政务信息|部门信息|关于)", folded)
    if not match:
        return ""
    name = text[: match.start()]
    if simplify(name).endswith("人民") and folded[match.start() :].startswith("政府"):
        name += text[match.start() : match.start() + 2]
    return re.sub(r"(?:的|年度|关于|度)\Z", "", name)


def _organ_of_item_title(title: str) -> str:
    text = re.sub(r"^[\s《]+", "", title)
    folded = simplify(text)
    if match := re.match(
        r"(.{2,100}?)(?:关于|印发|转发|批转|发布|公布|20\d\d年|政府信息|信息公开|主动公开|部门[预决]算|权责清单)",
        folded,
    ):
        names = customs.organs_in(re.sub(r"[、]", " ", _first_of_several(text[: match.end(1)])))
        if names and _is_organ(names[0]):
            return names[0]
    if match := re.match(
        r"[\u4e00-\u9fff]{2,16}?(?:人民政府(?:办公[室厅])?|行政公署|管理委员会)(?!网|门户)", folded
    ):
        return text[: match.end()]
    return ""


def _first_of_several(names: str) -> str:
    """Of organs run together (北京市甲局北京市乙局) the first, told by the place that comes again."""
    match = re.match(rf"((?P<place>\S\S)\S{{1,30}}?{_SUFFIX})(?=(?P=place))", names)
    return match[1] if match else names


def _writers(opening: str) -> list[Any]:
    """Organs the opening names as who made the report. Of one compiled from all below, the
    government itself.
    """
    text = re.sub(r"\s+", "", simplify(opening))[:3000]
    found = [f"{match['place']}人民政府" for match in _COMPILED.finditer(text[:1200])]
    for pattern in _WRITERS:
        for match in re.finditer(pattern, text):
            name = re.sub(r"^(?:经|由|为|的|了|和|与|现|对|将)", "", match["n"])
            if (
                re.search(r"综合|汇总", match[0] + text[match.end() : match.end() + 4])
                or "汇总" in text[match.start() : match.start() + 160]
            ):
                name = re.sub(r"(?:信息公开|政务公开|政府信息|大数据).*\Z", "", name)
                name = (
                    re.sub(r"办公[室厅]\Z|办\Z", "", name).replace("政府政府", "政府")
                    if "政府" in name
                    else name
                )
            if (
                _is_organ(name) or name.endswith("街道") or _REGION.fullmatch(name)
            ) and not _PRONOUN.match(name):
                found.append(name)
    return found


def _sources(metadata: Metadata) -> list[Any]:
    names = [
        re.sub(r"(?:门户)?网站?\Z|(?<=政府)网\Z", "", _tidy(value))
        for value in metadata.all("source")
    ]
    return [name for name in names if _is_organ(name) and not _PRONOUN.match(name)]


def full_name(name: str, whole: str) -> tuple[str, bool]:
    """(the full name of an organ written short, whether it is sure)."""
    name = re.sub(r"\s", "", name)
    folded = simplify(name)
    if match := re.fullmatch(r"(.{2,12}[省市县区旗州])政府(办公[室厅]|办)?", folded):
        office = "办公室" if match[2] in {"办", "办公室"} else match[2] or ""
        return f"{name[: match.end(1)]}人民政府{office}", True
    if folded == "国务院" or (
        len(name) > 4 and _is_organ(name) and not _PRONOUN.match(folded) and not _is_short(folded)
    ):
        return _lengthened(name, whole), True
    if _ZONE.search(folded):
        found = re.search(rf"[\u4e00-\u9fff]{{0,8}}{re.escape(name)}(?:管理委员会|管委会)", whole)
        return (found[0] if found else name), True
    if _REGION.fullmatch(folded) and len(folded) <= 16 and not _PRONOUN.fullmatch(folded):
        return f"{name}人民政府", len(name) >= 3
    if folded.endswith("街道"):
        return _lengthened(f"{name}办事处", whole), True
    return _looked_up(name, folded, whole)


def _is_short(folded: str) -> bool:
    return (
        bool(
            re.search(
                r"(?:政府办|发改委|发改局|人社局|住建局|教体局|卫健委|卫健局|市监局|农业局办|资规局|文旅局|国资委|地区行署|行署)\Z",
                folded,
            )
        )
        and len(folded) < 12
        and not re.search(r"[省市县区旗州]", folded[:-3])
    )


def _lengthened(name: str, whole: str) -> str:
    """The same name as the text writes it in full, with the place before it, if it always does."""
    return name


def _looked_up(name: str, folded: str, whole: Any) -> Any:
    """A short name (市政府办, 地区行署): the one full name in the text it can stand for."""
    tail = re.sub(r"^(?:省|市|县|区|州|旗|我|本)", "", folded)
    tail = {
        "政府办": "人民政府办公室",
        "政府办公室": "人民政府办公室",
        "人民政府": "人民政府",
        "政府": "人民政府",
    }.get(tail, tail)
    tail = re.sub(r"^(?:地区)?行署", "行政公署", tail)
    if len(tail) < 2:
        return None, False
    found = set(
        re.findall(
            rf"(?<![\u4e00-\u9fff])[\u4e00-\u9fff]{{2,8}}[省市县区旗州盟]{re.escape(tail)}",
            simplify(whole),
        )
    )
    found |= set(
        re.findall(
            rf"(?:与|由|请|和)([\u4e00-\u9fff]{{2,8}}[省市县区旗州盟]{re.escape(tail)})",
            simplify(whole),
        )
    )
    if len(found) == 1:
        return found.pop(), True
    return (name, False) if _is_organ(name) else (None, False)
