"""I7 of the forms: what the prose says of the year must be what the tables say (accepting what may
be meant), and the prose's own flow: received and carried over are answered and carried on.
"""

import re
from collections.abc import Iterator
from typing import Any

from statutory.prose.concepts import GROUNDS, OUTCOMES
from statutory.prose.finding import Finding, Verdict, found, plain
from statutory.prose.passages import Passage
from statutory.prose.tables import Tables

_NO_APPLICATIONS = re.compile(
    r"(?:未|没有|无|未曾|尚未)(?:收到|受理|接到|接收)(?:过|任何|到)*(?:公民、?法人(?:和|或|或者|及)其[他它]组织|申请人|单位(?:和|或)个人|群众|社会公众|公众|形式)?(?:的|提出的|提交的|任何)*"
    r"(?:(?:政府信息公开|信息公开|依申请公开|政府信息|公开)(?:政府信息)?(?:的)?(?:申请|请求|事项|件)|依申请公开(?=[，。；、])|申请公开(?:政府信息)?(?:的)?(?:信件|来信|事项|申请))(?!.{0,12}(?:补正|不予|超|逾))"
)
_NO_DISPUTES = re.compile(
    r"(?:(?:未曾|未|没有)(?:发生|出现|产生|收到|有|因|被|引起|引发|涉及|提起|存在|受理)[^，。；]{0,24}?|(?:无|没有)(?:因|政府信息公开|涉及|依申请公开)?[^，。；经]{0,10}?)(?P<review>行政复议|复议)(?:案件|申请)?(?:、|和|及|或|与|以及|或者)?被?(?:提起)?(?P<suit>行政诉讼|诉讼)?(?:案件|的情况|的情形|情况|申请)?等?(?:事件|事项|行为|案件|情况)?(?=[，。；、）]|\Z)"
)
_JUDGED = re.compile(r"纠|败|撤销|维持|违法|变更|申诉|责任")
_LIMITED = re.compile(r"通过|网上|网络|上半年|季度|月|截至|去年|上年")
_DISCLOSURE = re.compile("信息公开|政务公开|依申请公开")
SLIP = 2  # two readings that differ by so little cannot be told from a slip
SPAN = 3  # quantities in one sentence from which on it certainly speaks of the year's table


def check_against_tables(
    passage: Passage, quantities: list[Any], tables: Tables
) -> Iterator[Finding]:
    """Findings that set the prose beside the tables."""
    settled = _settled(quantities, tables)
    by_start: dict[Any, Any] = {}
    for one in quantities:
        by_start.setdefault(one.start, []).append(one)
    for start, end in passage.sentences:
        here = [one for one in by_start.get(start, ()) if one not in settled]
        judged = [(one, tables.values(one.name)) for one in here]
        judged = [
            (one, values)
            for one, values in judged
            if values and (one.name not in GROUNDS or len(here) > 1)
        ]
        hits = sum(
            any(one.figure.value == stated.value for stated in values) for one, values in judged
        )
        for one, values in judged:
            finding = _against(passage, one, values, hits, len(judged))
            if finding:
                yield finding
        yield from _nothing_received(passage, (start, end), tables)
        yield from _no_disputes(passage, (start, end), tables)


def _settled(quantities: list[Any], tables: Tables) -> list[Any]:
    """收到70件，受理65件: where one number of received applications is that of the table, the other
    counts else.
    """
    received = [one for one in quantities if one.name == "received"]
    values = {stated.value for stated in tables.values("received")}
    hit = any(one.figure.value in values for one in received)
    return [one for one in received if hit and one.figure.value not in values]


def _against(passage: Passage, one: Any, values: list[Any], hits: int, number: int) -> Any:
    match = next((stated for stated in values if stated.value == one.figure.value), None)
    if match is not None:
        if one.figure.value == 0 and number < 2:
            return None
        is_first = match is values[0]
        if not is_first and abs(match.value - values[0].value) <= SLIP:
            return _may_agree(passage, one, match, values[0])
        return _agrees(passage, one, match, match.cells if is_first else ())
    is_open = one.is_part or (one.is_wide and not hits) or one.name == "answered"
    if is_open and not _worth_asking(one, values):
        return None
    if not is_open and one.name in ("natural", "legal") and not hits:
        return None
    is_sure = not is_open and _is_certain(passage, one, hits, number)
    return _differs(passage, one, values, is_sure)


def _may_agree(passage: Passage, one: Any, match: Any, first: Any) -> Finding:
    """Another scope, or a slip by one or two: nobody can tell."""
    said = (
        f"文中“{_words(passage, one)}”与表中“{match.name}”相等，与“{first.name}”"
        f"{plain(first.value)}不同；不能确定是口径不同还是笔误，无法核对。"
    )
    sum_text, span = f"{plain(one.figure.value)}={plain(match.value)}", (one.start, one.end)
    more: Any = {"figures": [one.figure], "cells": first.cells}
    return found("table", Verdict.UNKNOWN, passage, span, said, sum_text, **more)


def _agrees(passage: Passage, one: Any, match: Any, cells: Any) -> Finding:
    """`cells`: those that this proves; of a sum that may only be meant, none."""
    value, span = one.figure.value, (one.start, one.end)
    said = f"文中“{_words(passage, one)}”与表中“{match.name}”相符。"
    sum_text = f"{plain(value)}={plain(match.value)}"
    more = {"figures": [one.figure], "cells": cells}
    return found("table", Verdict.HOLDS, passage, span, said, sum_text, **more)


def _differs(passage: Passage, one: Any, values: list[Any], is_sure: bool) -> Finding:
    stated = "，".join(f"{value.name}为{plain(value.value)}" for value in _distinct(values))
    differs = "不一致" if is_sure else "不同，口径可能不一样"
    said = f"文中“{_words(passage, one)}”与表中{differs}：表中{stated}。"
    sum_text = f"{plain(one.figure.value)}≠{plain(values[0].value)}"
    verdict = Verdict.BROKEN if is_sure else Verdict.UNKNOWN
    more = {"figures": [one.figure], "cells": values[0].cells}
    return found("table", verdict, passage, (one.start, one.end), said, sum_text, **more)


def _is_certain(passage: Passage, one: Any, hits: int, number: int) -> bool:
    """Whether the words leave no doubt that the table's quantity is meant."""
    if one.name in OUTCOMES:
        return bool(hits) or number >= SPAN
    if one.name in ("review", "litigation"):
        return bool(_DISCLOSURE.search(passage.text[one.start : one.figure.end + 20]))
    return True


def _worth_asking(one: Any, values: list[Any]) -> bool:
    """A part smaller than the whole is what one expects; more than the whole, or all of it that
    differs, is not.
    """
    return one.figure.value > max(value.value for value in values) or one.name in (
        "review",
        "litigation",
    )


def _distinct(values: list[Any]) -> Any:
    kept: dict[Any, Any] = {}
    for value in values:
        kept.setdefault(value.value, value)
    return kept.values()


def _words(passage: Passage, one: Any) -> Any:
    """The label with its figure, for quotation."""
    return passage.text[one.label_start : one.figure.end].lstrip("，；、：")


def _nothing_received(passage: Passage, span: tuple[int, int], tables: Tables) -> Iterator[Finding]:
    match = _NO_APPLICATIONS.search(passage.text, *span)
    if (
        not match
        or not tables.has_applications
        or _LIMITED.search(passage.text[span[0] : match.start()])
    ):
        return
    new = tables.row(0)
    if new is None:
        return
    if new:
        said = f"文中说没有收到申请，表中本年新收{plain(new)}件。"
        sum_text, cells = f"0≠{plain(new)}", tables.cells((0,))
        yield found("table", Verdict.BROKEN, passage, span, said, sum_text, cells=cells)
    else:
        said, cells = "文中说没有收到申请，与表中“一、本年新收”相符。", tables.cells((0,))
        yield found("table", Verdict.HOLDS, passage, span, said, "0=0", cells=cells)


def _no_disputes(passage: Passage, span: tuple[int, int], tables: Tables) -> Iterator[Finding]:
    match = _NO_DISPUTES.search(passage.text, *span)
    if not match or not tables.has_disputes:
        return
    clause = passage.text[
        max(passage.text.rfind("，", span[0], match.start()), span[0]) : match.end() + 12
    ]
    if _JUDGED.search(clause) or _LIMITED.search(clause):
        return
    names = [name for name in ("review", "suit") if match[name]]
    values = [tables.values("review" if name == "review" else "litigation")[0] for name in names]
    broken = [value for value in values if value.value]
    if broken:
        stated = "，".join(f"{value.name}为{plain(value.value)}" for value in broken)
        said = f"文中说没有发生，表中{stated}。"
        sum_text, cells = f"0≠{plain(broken[0].value)}", _cells(broken)
        yield found("table", Verdict.BROKEN, passage, span, said, sum_text, cells=cells)
    else:
        said = f"文中说没有发生，与表中{'、'.join(value.name for value in values)}相符。"
        yield found("table", Verdict.HOLDS, passage, span, said, "0=0", cells=_cells(values))


def _cells(values: list[Any]) -> list[Any]:
    return [cell for value in values for cell in value.cells]


def check_flow(passage: Passage, quantities: list[Any]) -> Iterator[Finding]:
    """Received and carried over = answered and carried on; the outcomes of a complete list add up
    to the answered.
    """
    whole = [one for one in quantities if not one.is_part]
    first: dict[Any, Any] = {}
    for one in whole:
        first.setdefault(one.name, one)
    if all(name in first for name in ("received", "answered", "carried_out")):
        finding = _flow(passage, first)
        if finding:
            yield finding
    yield from _outcomes(passage, whole, first)


def _flow(passage: Passage, first: Any) -> Any:
    names = ("received", "answered", "carried_in", "carried_out")
    parts = [first[name] for name in names if name in first]
    received, answered, out = (
        first[name].figure.value for name in ("received", "answered", "carried_out")
    )
    carried = first["carried_in"].figure.value if "carried_in" in first else 0
    more: Any = {"figures": [one.figure for one in parts]}
    span = _span(passage, parts)
    for left, words in (
        (received + carried, f"{plain(received)}+{plain(carried)}"),
        (received, plain(received)),
    ):
        if left == answered + out:
            if left == received and carried and not _holds_carried(passage, first):
                said = "收到的等于办结的与结转下年的相加，不能确定其中是否含上年结转的，无法核对。"
                sum_text = f"{plain(received)}={plain(answered)}+{plain(out)}"
                return found("flow", Verdict.UNKNOWN, passage, span, said, sum_text, **more)
            said = "收到、结转、办结的数量平衡。"
            sum_text = f"{words}={plain(answered)}+{plain(out)}"
            return found("flow", Verdict.HOLDS, passage, span, said, sum_text, **more)
    sum_text = f"{plain(received)}+{plain(carried)}≠{plain(answered)}+{plain(out)}"
    if "carried_in" not in first:
        said = "收到的不等于办结的与结转下年的相加；文中没有说上年结转的有多少，无法核对。"
        return found("flow", Verdict.UNKNOWN, passage, span, said, sum_text, **more)
    said = "收到的与上年结转的相加，不等于办结的与结转下年的相加。"
    return found("flow", Verdict.BROKEN, passage, span, said, sum_text, **more)


def _holds_carried(passage: Passage, first: Any) -> bool:
    """共收到6件（含上年结转1件）: the received are said to hold what was carried over."""
    start, end = first["received"].figure.end, first["carried_in"].figure.start
    return bool(re.search("含|其中|包括", passage.text[start:end]))


def _span(passage: Passage, parts: list[Any]) -> Any:
    return min(one.start for one in parts), max(one.end for one in parts)


def _outcomes(passage: Passage, whole: list[Any], first: dict[Any, Any]) -> Iterator[Finding]:
    """Only where all five outcomes are named: anything less may rightly add up to less."""
    for start in sorted({one.start for one in whole}):
        here = {one.name: one for one in whole if one.start == start and one.name in OUTCOMES}
        granted = "granted_or_partly" in here or ("granted" in here and "partly" in here)
        if not granted or not {"refused", "unable", "not_handled", "other"} <= set(here):
            continue
        figures = [one.figure for one in here.values()]
        parts = [figure.value for figure in figures]
        total = sum(parts)
        value = {name: one.figure.value for name, one in first.items()}
        out = value.get("carried_out", 0)
        bases = [value[name] for name in ("answered", "received") if name in value]
        sum_text = "+".join(plain(part) for part in parts) + f"={plain(total)}"
        accepted = {base + more for base in bases for more in (0, value.get("carried_in", 0), -out)}
        accepted |= {base + value.get("carried_in", 0) - out for base in bases}
        if not bases:
            continue
        figures += [first[name].figure for name in ("answered", "received") if name in first]
        sentence = passage.sentence_at(start)
        if total in accepted or total + out in accepted:
            said = "各类处理结果相加，与文中收到、结转、答复的数量相符。"
            yield found(
                "outcomes", Verdict.HOLDS, passage, sentence, said, sum_text, figures=figures
            )
            continue
        said = f"各类处理结果相加为{plain(total)}，与文中的总数（{'、'.join(plain(base) for base in bases)}）不符。"
        sum_text += f" ≠ {plain(bases[0])}"
        yield found("outcomes", Verdict.BROKEN, passage, sentence, said, sum_text, figures=figures)
