"""The annex of a report's file: what the portal checked, set apart from the organ's own text and of
two pages at most. Everything that was checked stands on the report's page and in its JSON.
"""

from disclosure.files.blocks import heading, items, paragraph
from statutory.blocks import findings_table
from statutory.prose.finding import Verdict

MOST_ROWS = 6  # findings that are named; two pages hold no more
MOST_PLACES = 3  # of the tables that do not add up
QUOTED, SAID = 40, 60  # characters of a sentence, and of what is said of it
NOTE = "以下是本平台按固定规则核对的结果，不是报告机关的文字，也不改动报告。"


def annex(facts):
    """The blocks of the annex; none where nothing was checked."""
    rules, findings = facts.get("account"), facts.get("findings")
    if not (rules or findings):
        return
    yield {"t": "hr", "page": True}  # a rule; on paper a new page
    yield paragraph(NOTE)
    if rules:
        yield heading("表格数据核对")
        yield items(_account(rules))
    if findings:
        yield heading("文字数据核对")
        yield from _findings(findings)
    yield paragraph(f"全部核对结果和每一个数字的清单：{facts['address']}figures/")


def _findings(findings):
    broken, unknown, held = (
        [one for one in findings if one["verdict"] == verdict.label]
        for verdict in (Verdict.BROKEN, Verdict.UNKNOWN, Verdict.HOLDS)
    )
    came = f"{len(broken)} 项不符" if broken else "全部相符"
    checked = len(broken) + len(held)
    said = f"核对 {checked} 项，{came}" if checked else "没有可以核对的"
    yield paragraph(f"{said}；无法核对 {len(unknown)} 项。" if unknown else f"{said}。")
    named = [*broken, *unknown]
    if named:
        yield findings_table([_short(one) for one in named[:MOST_ROWS]])
    if len(named) > MOST_ROWS:
        yield paragraph(f"另有 {len(named) - MOST_ROWS} 项没有列出。")


def _short(finding):
    sentence, said = finding["sentence"], finding["explanation"]
    if len(sentence) > QUOTED:
        sentence = f"{sentence[: QUOTED // 2]}……{sentence[-QUOTED // 2 :]}"
    return {**finding, "sentence": sentence, "explanation": _cut(said, SAID)}


def _cut(text, most):
    return text if len(text) <= most else f"{text[:most]}……"


def _account(rules):
    places = [place for rule in rules for place in rule["broken"]]
    shown = set(places[:MOST_PLACES])
    for rule in rules:
        yield f"{rule['verdict']}：{rule['formula']}（{_counts(rule)}）"
        yield from (place for place in rule["broken"] if place in shown)
        if rule["explanation"]:
            yield f"报告机关的说明：{_cut(rule['explanation'], SAID)}"
    if len(places) > MOST_PLACES:
        yield f"另有 {len(places) - MOST_PLACES} 处不符没有列出。"


def _counts(rule):
    counts = f"核对 {rule['checked']} 处"
    counts += f"，{len(rule['broken'])} 处不符" if rule["broken"] else ""
    return counts + (f"，{rule['open']} 处因有空白无法核对" if rule["open"] else "")
