"""A file, recognised: every field from what the page says of itself, what is doubtful named as
such.
"""

import datetime as dt
import hashlib
import re

from django.core.exceptions import ValidationError

from disclosure.choices import Genre
from disclosure.models.reports.report import FIRST_YEAR, Regime
from documents import customs
from documents.customs.document_numbers import normalise_document_number
from documents.old_pages import days, organs, titles
from documents.old_pages.fingerprints import cms_of
from documents.old_pages.folding import compact, simplify, visible
from documents.old_pages.furniture import take_apart
from documents.old_pages.kinds import kind_of
from documents.old_pages.passages import passages_of, split_run_in
from documents.old_pages.reading import read_source
from documents.old_pages.result import ITEM, REPORT, Recognition, RefusedError
from imports.lists import find_list
from imports.tables import find_tables
from statutory.identities import Verdict, blank_cells, check

TABLES = {"a": "主动公开", "b": "申请办理", "c": "复议诉讼"}
MIN_CHARACTERS = 12
MAX_PLACES = 5  # of one broken identity that are named
NO_TEXT = "没有找到正文：页面上只有导航、列表或者空白，可能正文由脚本填入。"
_VALIDITIES = (
    (r"失效", "已失效"), (r"废止|撤销|废除", "已废止"), (r"修改|修订|修正", "已修改"), (r"尚未生效|未生效|待生效", "尚未生效"),
    (r"^(?:现行)?有效$|^是$|继续有效|正在实施|^有效|长期有效|现行", "现行有效"),
)  # fmt: skip
_INDEX = re.compile(r"(?:\d{8}-?[\dX]|[0-9A-Z]{18})[/-]\d{4}(?:\d{2})?-\d{4,7}")
_IN_ADDRESS = re.compile(r"/govaffair/content\.jsp\?code=([0-9A-Z]{8}[0-9A-Z-]*/\d{4}-\d+)")


def recognise(data, name, today=None):
    """The `Recognition` of a file's bytes. Never raises for what stands in them."""
    result = Recognition(file=name, sha256=hashlib.sha256(data).hexdigest())
    try:
        _recognise(data, name, result, today or dt.date.today())
    except RefusedError as error:
        return Recognition(file=name, sha256=result.sha256, cms=result.cms, error=str(error))
    except (ValidationError, RecursionError, ValueError) as error:
        reason = (
            "；".join(error.messages)
            if isinstance(error, ValidationError)
            else "文件的结构异常，无法读取。"
        )
        return Recognition(file=name, sha256=result.sha256, error=reason)
    return result


def _recognise(data, name, result, today):
    source = read_source(data, name)
    result.doubts += source.doubts
    result.address = source.address
    result.cms = cms_of(source.address, source.markup)
    parts = take_apart(source.blocks, source.properties.get("articletitle") or source.caption)
    result.address = result.address or next(
        (value for value in parts.metadata.all("source") if re.match(r"https?://\S+\Z", value)),
        None,
    )
    result.cms = result.cms or cms_of(result.address, "")
    result.trail = parts.trail
    result.title, repeated = titles.title_of(source, parts)
    body = split_run_in(parts.body[repeated:])
    _refuse_unusable_page(body, result)
    text = "\n".join(block.written for block in body)
    result.characters = len(visible(text))
    _dates(result, source, parts, today)
    year, _ = days.year_of_report(result.title, text, result.published_on)
    found = find_tables(body, year)
    result.statistics, extent = find_list(body)
    listed = set(range(extent[0], extent[1] + 1)) if extent else set()
    result.opening, result.sections = passages_of(
        body, found.positions() | listed, found.positions(whole=True) | listed
    )
    result.kind = kind_of(result, text, source, parts, found)
    _numbers(result, parts, body)
    if result.kind == REPORT:
        _report(result, found, body, text)
    _organ(result, parts, body, text)
    if result.created_on is None:
        _signature(result, body)
    _the_rest(result, parts, source)
    for doubt in days.doubts_of_days(
        result.created_on, result.published_on, result.index_number, today
    ):
        result.doubt(doubt)


def _refuse_unusable_page(body, result):
    characters = sum(len(visible(block.written)) for block in body)
    if characters < MIN_CHARACTERS:
        raise RefusedError(NO_TEXT)
    links = sum(block.links for block in body)
    sentences = sum("。" in block.written for block in body)
    if links > characters * 0.6 and sentences < 3:
        raise RefusedError(NO_TEXT)
    where = result.address or ""
    if (
        sentences == 0
        and characters < 300
        and re.search(r"/col/col\d+/|/(?:index|list)(?:_\d+)?\.s?html?\Z|/\Z", where)
    ):
        raise RefusedError("这是栏目的列表页，不是一篇文件。")
    lines = [block.text for block in body if block.grid is None]
    days_alone = sum(
        bool(re.fullmatch(r"[\[(（]?(?:20)?\d\d[-/.]\d{1,2}[-/.]\d{1,2}[\])）]?", line.strip()))
        for line in lines
    )
    if days_alone >= 5 and sentences < 3:
        raise RefusedError("这是栏目的列表页，不是一篇文件。")
    if (
        re.match(r"(?:页面没有找到|页面不存在|您访问的页面|404|对不起|抱歉)", "".join(lines)[:30])
        and characters < 400
    ):
        raise RefusedError("这是网站的出错提示页，不是一篇文件。")
    if characters < 60:
        result.doubt("正文很短，请对照原件看是否完整。")


def _dates(result, source, parts, today):
    result.published_on, doubts = days.published_on(
        parts.metadata, source.properties, parts.head, source.address
    )
    result.doubts += doubts
    for value in parts.metadata.all("created_on"):
        if day := days.day_of(value):
            result.created_on = day
            break
        result.doubt(f"成文日期“{value[:30]}”无法识读。")
    if parts.metadata.is_blank("published_on") and not result.published_on:
        result.doubt("发布日期在页面上是空的，可能由脚本填入。")


def _numbers(result, parts, body):
    for value in parts.metadata.all("document_number"):
        number = normalise_document_number(value)
        if re.search(r"\d", number) and re.search(r"[\u4e00-\u9fff]", number) and len(number) <= 60:
            result.document_number = number
            break
    if not result.document_number and result.kind == ITEM:
        result.document_number = titles.number_line(body) or _number_before_title(parts) or None
    for value in parts.metadata.all("index_number"):
        if len(value) <= 64 and re.search(r"\d{3}", value) and not re.search(r"[。，]", value):
            result.index_number = (
                value.split()[0]
                if re.search(r"\s", value) and _INDEX.match(value.split()[0])
                else value
            )
            break
    if not result.index_number:
        result.index_number = _bare_index(parts, result)
    if (result.index_number or "").lower().startswith("null"):
        result.doubt(f"索引号“{result.index_number}”以 null 开头，是旧系统的错误，按原样保留。")


def _number_before_title(parts):
    """A document number among the lines of the head, or before the title on its line."""
    for line in parts.head[-30:]:
        text = line.strip()
        if customs.is_document_number(simplify(text)):
            return normalise_document_number(simplify(text))
        number = customs.number_within(text)
        if number and compact(text).startswith(compact(number)):
            return number
        if number and titles.clean(text) != text and compact(text).endswith(compact(number)):
            return number
    return ""


def _bare_index(parts, result):
    """An index number that stands without its label, in the head or in the address."""
    found = [line.strip() for line in parts.head if _INDEX.fullmatch(line.strip())]
    if len(set(found)) == 1:
        result.doubt("索引号在页面上没有标签，按格式认出。")
        return found[0]
    match = _IN_ADDRESS.search(result.address or "")
    return match[1] if match else None


def _report(result, found, body, text):
    result.year, doubts = days.year_of_report(result.title, text, result.published_on)
    if (
        result.year
        and days.BY_ADDRESS in result.doubts
        and not 0 <= result.published_on.year - result.year <= 1
    ):
        result.published_on = None  # an address of a site that moved, or of a mirror
        result.doubts.remove(days.BY_ADDRESS)
        doubts = []
    result.doubts += doubts
    if result.year is None:
        result.doubt("没有认出报告年度。")
    elif result.year < FIRST_YEAR:
        result.doubt(f"报告年度 {result.year} 早于《条例》施行。")
    result.tables = {"a": found.a, "b": found.b, "c": found.c}
    result.doubts += found.doubts
    by_year = Regime.for_year(result.year) if result.year else None
    by_form = found.form if found.a or found.b else Regime.STATISTICS if result.statistics else None
    if by_form == Regime.STATISTICS and by_year in {Regime.FORMAT_2019, Regime.FORMAT_2021}:
        by_form = None
    result.regime = str(by_form or by_year) if by_form or by_year else None
    if by_form and by_year and by_form != by_year:
        result.doubt(f"{result.year}年度的报告用了“{Regime(by_form).label}”的表格。")
    if result.regime in {Regime.FORMAT_2019, Regime.FORMAT_2021}:
        missing = [
            name
            for name, table in zip(
                ("主动公开", "申请办理", "复议诉讼"), result.tables.values(), strict=True
            )
            if not table
        ]
        if missing:
            result.doubt(f"没有得到这些统计表：{'、'.join(missing)}。")
    for sentence in _broken_identities(result):
        result.doubt(sentence)


def _broken_identities(result):
    """What does not add up in the tables as they were read; the first few places of each rule."""
    tables = {key: rows if key != "c" else [rows] for key, rows in result.tables.items() if rows}
    blanks = blank_cells(result.regime, tables) if tables else {}
    if any(blanks.values()):
        named = "、".join(f"{TABLES[key]} {count} 格" for key, count in blanks.items() if count)
        yield f"统计表中有空白，空白不是 0，请对照原件：{named}。"
    broken = {}
    for one in check(result.regime, tables) if tables else ():
        if one.verdict == Verdict.BROKEN:
            broken.setdefault(one.code, []).append(one.sentence)
    for code, sentences in broken.items():
        yield from (f"{code} 不符：{sentence}" for sentence in sentences[:MAX_PLACES])
        if len(sentences) > MAX_PLACES:
            yield f"{code} 另有 {len(sentences) - MAX_PLACES} 处不符。"


def _organ(result, parts, body, text):
    lines = [block.text for block in body if block.grid is None]
    opening = "\n".join(lines[:12])[:3000]
    whole = [*parts.head[-8:], *lines] if result.kind == ITEM else lines
    result.organ, doubts = organs.organ_of(
        result.kind, result.title, parts.metadata, opening, whole, text[:20_000]
    )
    if doubts and (place := _organ_of_trail(result.trail)):
        result.organ, doubts = place, [f"机关“{place}”取自页面路径，请核对。"]
    result.doubts += doubts


_ORGAN_IN_TRAIL = re.compile(
    r"(?!区县|市县|各)(?P<place>[\u4e00-\u9fff]{2,10}?[省市县区旗州])(?:人民政府)?(?:政府)?(?:信息|政务)公开"
)


def _organ_of_trail(trail):
    """The one organ a trail names (松北区政府信息公开), in full."""
    for part in reversed(trail):
        match = _ORGAN_IN_TRAIL.match(simplify(part))
        if match and not re.search(r"[(（]", part):
            return f"{match['place']}人民政府"
    return None


def _signature(result, body):
    lines = [block.text.strip() for block in body if block.grid is None and block.text.strip()]
    signature = organs.signature_of(lines)
    if signature.created_on:
        result.created_on = signature.created_on
        result.doubts += [
            doubt for doubt in signature.doubts if "几处" in doubt or "不存在" in doubt
        ]


def _the_rest(result, parts, source):
    metadata = parts.metadata
    for value in metadata.all("validity"):
        result.validity = next(
            (state for pattern, state in _VALIDITIES if re.search(pattern, simplify(value))), None
        )
        if result.validity:
            break
        result.doubt(f"有效性“{value[:20]}”含义不明，留作空白。")
    if result.kind == REPORT:
        result.genre = Genre.REPORT.value
    else:
        stated = [value for value in metadata.all("genre") if value in Genre.values]
        result.genre = (stated or [customs.genre_of(result.title or "")])[0] or None
    result.theme = metadata.first("theme") or None
    sources = [value for value in metadata.all("source") if not value.startswith("http")]
    result.source = (sources or [source.properties.get("contentsource")])[0] or None
    blanks = {
        "views": "浏览次数在页面上是空的，由脚本填入，没有导入。",
        "font": "字号控件由脚本填入，没有导入。",
    }
    for name, sentence in blanks.items():
        if metadata.is_blank(name):
            result.doubt(sentence)
    if result.title is None:
        result.doubt("页面上没有标题，请填写。")
    if result.created_on is None and result.published_on:
        result.doubt("没有找到成文日期，导入时暂取发布日期，请核对。")
    if result.published_on is None:
        result.doubt("没有找到发布日期，请填写原发布日期。")
