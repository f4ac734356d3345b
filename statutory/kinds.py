"""What kinds of things are checked in a report, by the codes of findings and of identities."""

from collections.abc import Iterable, Mapping
from typing import Any

from statutory.identities import RULES, Result, Verdict

PROSE = {
    "sum": "总数与分项",
    "difference": "收到与办结",
    "change": "增减幅度",
    "share": "占比",
    "percentage": "百分比",
    "list": "列举的项数",
    "sections": "部分的数目",
    "table": "文字与申请、复议诉讼表",
    "table_a": "文字与主动公开表",
    "flow": "收到、结转与办结",
    "outcomes": "办理结果之和",
    "repeat": "前后两处说法",
    "contents": "应有的内容",
}
IDENTITIES = {code: f"表格：{rule.formula}" for code, rule in RULES.items()}
KINDS = {**PROSE, **IDENTITIES}
VERDICTS = {"broken": "不符", "unknown": "无法核对", "holds": "相符"}


def identity_records(results: Iterable[Result]) -> list[dict[str, Any]]:
    """The identities of a report's tables as plain data, like the findings of its text: each broken
    place by itself, what holds and what blanks leave open once for each rule.
    """
    results = list(results)
    found: list[dict[str, Any]] = []
    for code, rule in RULES.items():
        own = [result for result in results if result.code == code]
        broken = [result for result in own if result.verdict == Verdict.BROKEN]
        found += [_record(code, "broken", result.sentence) for result in broken]
        for verdict, said in (
            (Verdict.OPEN, "处因有空白格无法核对"),
            (Verdict.HOLDS, "处相符"),
        ):
            number = sum(result.verdict == verdict for result in own)
            if number:
                name = "unknown" if verdict == Verdict.OPEN else "holds"
                found.append(_record(code, name, f"{rule.formula}：{number} {said}。"))
    return found


def _record(code: str, verdict: str, explanation: str) -> dict[str, Any]:
    return {"code": code, "verdict": verdict, "explanation": explanation}


def kinds_of(findings: Iterable[Mapping[str, Any]]) -> str:
    """`|broken:sum|holds:I3|`: the verdicts and kinds that occur, to be searched for a piece."""
    pairs = sorted({f"{one['verdict']}:{one['code']}" for one in findings})
    return f"|{'|'.join(pairs)}|" if pairs else ""


def piece_of(verdict: str, kind: str) -> str:
    """The piece of `kinds_of` that a choice asks for; empty for no choice."""
    if verdict and kind:
        return f"|{verdict}:{kind}|"
    if verdict:
        return f"|{verdict}:"
    return f":{kind}|" if kind else ""
