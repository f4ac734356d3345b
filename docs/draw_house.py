"""Draw the rooms and their order into docs/architecture.md and its Chinese summary.

    .venv/bin/python docs/draw_house.py

The order is that of the contracts in pyproject.toml, so the picture cannot say anything else. A
test compares the two (portal/tests/test_architecture.py). Standard library alone.
"""

import re
import tomllib
from itertools import pairwise
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
# What is written beside a room or folder: (English, Chinese).
WORDS = {
    "portal": ("front door", "大门"),
    "oversight": ("auditor's desk, to come", "监督，待建"),
    "opendata": ("archive for programs", "开放数据"),
    "imports": ("pages of older portals", "旧网站接收"),
    "inquiries": ("what citizens write", "公众来件"),
    "services": ("service items, to come", "服务事项，待建"),
    "disclosure": ("archive", "信息公开"),
    "background": ("jobs and notices", "后台任务"),
    "catalog": ("organs and categories", "机构和目录"),
    "ledger": ("register of acts", "登记簿"),
    "checklist": ("checks of drafts", "提交前检查"),
    "search": ("full-text index", "全文索引"),
    "workdays": ("working days", "工作日"),
    "desk": ("safe saving at the desk", "工作台保存"),
    "confidential": ("personal data at rest", "个人信息加密"),
    "statutory": ("national forms", "国家表样"),
    "documents": ("what a document is", "公文处理"),
    "disclosure.desk": ("pages of the desk", "工作台页面"),
    "disclosure.pages": ("public pages", "公开页面"),
    "disclosure.templatetags": ("template tags", "模板标签"),
    "disclosure.acts": ("acts", "办理动作"),
    "disclosure.checks": ("what a check is", "检查的登记"),
    "disclosure.counting": ("views", "浏览计数"),
    "disclosure.erasing": ("removal", "依法删除"),
    "disclosure.files": ("files", "文件格式"),
    "disclosure.lists": ("lists", "列表"),
    "disclosure.reports": ("annual reports", "年度报告"),
    "disclosure.revisions": ("revisions", "历史版本"),
    "disclosure.search": ("finding items", "搜索"),
    "disclosure.models": ("records", "数据记录"),
}
PAGES = (("docs/architecture.md", 0), ("docs/architecture.zh.md", 1))
BEGIN, END = "<!-- drawn: {} -->", "<!-- end of drawing -->"


def layers_of(contract):
    """[[(name, whether it is there or to come)]] from top to bottom."""
    container = "".join(f"{name}." for name in contract.get("containers", ()))
    return [
        [
            (container + name.strip("() "), not name.strip().startswith("("))
            for name in re.split(r"[|:]", row)
        ]
        for row in contract["layers"]
    ]


def drawing(layers, language):
    """A Mermaid flow chart: a box a row, an arrow to the row below, which may be imported."""
    lines, rows = ["```mermaid", "flowchart TD"], []
    for number, row in enumerate(layers):
        rows.append(row[0][0].replace(".", "_") if len(row) == 1 else f"row{number}")
        if len(row) > 1:
            lines += [f'  subgraph row{number}[" "]', "    direction LR"]
        lines += [f"  {'  ' if len(row) > 1 else ''}{_box(name, language)}" for name, _ in row]
        if len(row) > 1:
            lines.append("  end")
    lines += [f"  {upper} --> {lower}" for upper, lower in pairwise(rows)]
    to_come = [name.replace(".", "_") for row in layers for name, is_there in row if not is_there]
    lines += [f"  style {name} stroke-dasharray: 4 4" for name in to_come]
    return "\n".join([*lines, "```"])


def _box(name, language):
    return f'{name.replace(".", "_")}["{name.rpartition(".")[2]}/<br>{WORDS[name][language]}"]'


def drawn(text, language):
    """The text of a page with its drawings as the contracts are now."""
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    for contract in settings["tool"]["importlinter"]["contracts"]:
        if contract["type"] != "layers":
            continue
        name = contract.get("containers", ["rooms"])[0]
        picture = f"{BEGIN.format(name)}\n{drawing(layers_of(contract), language)}\n{END}"
        place = re.compile(re.escape(BEGIN.format(name)) + ".*?" + re.escape(END), re.DOTALL)
        text, number = place.subn(lambda _, picture=picture: picture, text)
        if number != 1:
            raise SystemExit(f"no place for the drawing of {name}")
    return text


def main():
    """Write both pages."""
    for name, language in PAGES:
        page = ROOT / name
        page.write_text(drawn(page.read_text("utf-8"), language), "utf-8")


if __name__ == "__main__":
    main()
