"""The tables of the 2019 form (国办公开办函〔2019〕60号) and the 2021 form (〔2021〕30号), word for
word.

`layouts_for(regime)` gives `{"a": …, "b": …, "c": …}` in the order of the report; other regimes
have none here
(2014–2018: `statutory.statistics`). Keys of lines and columns are the same in both forms where they
  mean the
same, so that years can be compared across them.
"""

from collections.abc import Iterable, Sequence
from typing import Any

from statutory.layout import Cell, Column, Kind, Layout, Line, Role, with_headers

SECTION_A = "二、主动公开政府信息情况"
SECTION_B = "三、收到和处理政府信息公开申请情况"
SECTION_C = "四、政府信息公开行政复议、行政诉讼情况"
NOTE_B = "（本列数据的勾稽关系为：第一项加第二项之和，等于第三项加第四项之和）"
CONTENT = "信息内容"

# --- Table A
#   -----------------------------------------------------------------------------------------------------------
# Blocks: (key, title, columns, lines); a column is (key, label, kind, unit), a line (key, label).
DECISIONS = (("decisions", "本年处理决定数量", Kind.COUNT, "件"),)
ITEMS_2019 = (
    ("items_before", "上一年项目数量", Kind.COUNT, "项"),
    ("items_change", "本年增/减", Kind.CHANGE, "项"),
    ("decisions", "处理决定数量", Kind.COUNT, "件"),
)
BLOCKS_2021 = (
    (
        "20-1",
        "第二十条第（一）项",
        (
            ("made", "本年制发件数", Kind.COUNT, "件"),
            ("repealed", "本年废止件数", Kind.COUNT, "件"),
            ("in_force", "现行有效件数", Kind.COUNT, "件"),
        ),
        (("rules", "规章"), ("documents", "行政规范性文件")),
    ),
    ("20-5", "第二十条第（五）项", DECISIONS, (("licences", "行政许可"),)),
    (
        "20-6",
        "第二十条第（六）项",
        DECISIONS,
        (("penalties", "行政处罚"), ("coercion", "行政强制")),
    ),
    (
        "20-8",
        "第二十条第（八）项",
        (("fees", "本年收费金额（单位：万元）", Kind.AMOUNT, "万元"),),
        (("charges", "行政事业性收费"),),
    ),
)
BLOCKS_2019 = (
    (
        "20-1",
        "第二十条第（一）项",
        (
            ("made", "本年新制作数量", Kind.COUNT, "件"),
            ("opened", "本年新公开数量", Kind.COUNT, "件"),
            ("open", "对外公开总数量", Kind.COUNT, "件"),
        ),
        (("rules", "规章"), ("documents", "规范性文件")),
    ),
    (
        "20-5",
        "第二十条第（五）项",
        ITEMS_2019,
        (("licences", "行政许可"), ("other_services", "其他对外管理服务事项")),
    ),
    (
        "20-6",
        "第二十条第（六）项",
        ITEMS_2019,
        (("penalties", "行政处罚"), ("coercion", "行政强制")),
    ),
    ("20-8", "第二十条第（八）项", ITEMS_2019[:2], (("charges", "行政事业性收费"),)),
    (
        "20-9",
        "第二十条第（九）项",
        (
            ("purchases", "采购项目数量", Kind.COUNT, "项"),
            ("purchase_amount", "采购总金额", Kind.AMOUNT, "元"),
        ),
        (("procurement", "政府集中采购"),),
    ),
)
WIDTH_A = 4  # columns; the last number of a line takes what is left of them


def _table_a(blocks: Iterable[Any]) -> Layout:
    lines: list[Line] = []
    rows: list[tuple[Cell, ...]] = []
    for key, title, shapes, contents in blocks:
        rows.append((Cell(Role.TITLE, title, key=key, colspan=WIDTH_A),))
        spans = [1] * (len(shapes) - 1) + [WIDTH_A - len(shapes)]
        heads = [Cell(Role.COLUMN, CONTENT, key=f"{key}-content")]
        heads += [
            Cell(Role.COLUMN, label, key=f"{key}-{column}", colspan=span)
            for (column, label, _, _), span in zip(shapes, spans, strict=True)
        ]
        rows.append(tuple(heads))
        columns = tuple(
            Column(column, label, (title,), kind, unit) for column, label, kind, unit in shapes
        )
        for line, label in contents:
            cells = [Cell(Role.ROW, label, key=line)]
            cells += [
                Cell(
                    Role.VALUE,
                    key=f"{line}-{column.key}",
                    colspan=span,
                    line=len(lines),
                    place=place,
                )
                for place, (column, span) in enumerate(zip(columns, spans, strict=True))
            ]
            rows.append(tuple(cells))
            lines.append(Line(line, label, columns, above=(title,)))
    return Layout(
        "a", "主动公开政府信息情况", SECTION_A, "", WIDTH_A, tuple(lines), (), with_headers(rows)
    )


# --- Table B
#   -----------------------------------------------------------------------------------------------------------
LEGAL = "法人或其他组织"
APPLICANTS = (
    Column("natural", "自然人"),
    Column("business", "商业企业", (LEGAL,)),
    Column("research", "科研机构", (LEGAL,)),
    Column("welfare", "社会公益组织", (LEGAL,)),
    Column("law_service", "法律服务机构", (LEGAL,)),
    Column("other", "其他", (LEGAL,)),
    Column("total", "总计"),
)
RESULTS = "三、本年度办理结果"
# Groups of results: (key, label, lines); a group without lines is a line itself.
RESULTS_2021 = (
    ("granted", "（一）予以公开", ()),
    ("partly", "（二）部分公开（区分处理的，只计这一情形，不计其他情形）", ()),
    (
        "refused",
        "（三）不予公开",
        (
            ("refused_secret", "1.属于国家秘密"),
            ("refused_forbidden", "2.其他法律行政法规禁止公开"),
            ("refused_safety", "3.危及“三安全一稳定”"),
            ("refused_third_party", "4.保护第三方合法权益"),
            ("refused_internal", "5.属于三类内部事务信息"),
            ("refused_process", "6.属于四类过程性信息"),
            ("refused_case_file", "7.属于行政执法案卷"),
            ("refused_enquiry", "8.属于行政查询事项"),
        ),
    ),
    (
        "unable",
        "（四）无法提供",
        (
            ("unable_not_held", "1.本机关不掌握相关政府信息"),
            ("unable_to_make", "2.没有现成信息需要另行制作"),
            ("unable_unclear", "3.补正后申请内容仍不明确"),
        ),
    ),
    (
        "not_handled",
        "（五）不予处理",
        (
            ("not_handled_petition", "1.信访举报投诉类申请"),
            ("not_handled_repeated", "2.重复申请"),
            ("not_handled_published", "3.要求提供公开出版物"),
            ("not_handled_excessive", "4.无正当理由大量反复申请"),
            ("not_handled_confirm", "5.要求行政机关确认或重新出具已获取信息"),
        ),
    ),
    (
        "otherwise",
        "（六）其他处理",
        (
            (
                "otherwise_uncorrected",
                "1.申请人无正当理由逾期不补正、行政机关不再处理其政府信息公开申请",
            ),
            (
                "otherwise_unpaid",
                "2.申请人逾期未按收费通知要求缴纳费用、行政机关不再处理其政府信息公开申请",
            ),
            ("otherwise_other", "3.其他"),
        ),
    ),
    ("results_total", "（七）总计", ()),
)
RESULTS_2019 = tuple(
    (key, label, () if key == "otherwise" else lines) for key, label, lines in RESULTS_2021
)
GROUPS = (
    "granted",
    "partly",
    "refused",
    "unable",
    "not_handled",
    "otherwise",
)  # the outcomes, in order


def _head_b() -> tuple[tuple[Cell, ...], ...]:
    return (
        (
            Cell(Role.NOTE, NOTE_B, key="note", colspan=3, rowspan=3),
            Cell(Role.COLUMN, "申请人情况", "who", colspan=7),
        ),
        (
            Cell(Role.COLUMN, "自然人", "natural", rowspan=2),
            Cell(Role.COLUMN, LEGAL, "legal", colspan=5),
            Cell(Role.COLUMN, "总计", "total", rowspan=2),
        ),
        tuple(Cell(Role.COLUMN, column.label, column.key) for column in APPLICANTS[1:6]),
    )


def _table_b(results: Sequence[tuple[str, str, tuple[tuple[str, str], ...]]]) -> Layout:
    lines: list[Line] = []
    rows: list[tuple[Cell, ...]] = []

    def add(key: str, label: str, *above: str, heads: list[Cell]) -> None:
        values = [
            Cell(Role.VALUE, key=f"{key}-{column.key}", line=len(lines), place=place)
            for place, column in enumerate(APPLICANTS)
        ]
        rows.append((*heads, *values))
        lines.append(Line(key, label, APPLICANTS, above))

    def whole(key: str, label: str) -> None:
        add(key, label, heads=[Cell(Role.ROW, label, key, colspan=3)])

    whole("new", "一、本年新收政府信息公开申请数量")
    whole("carried_in", "二、上年结转政府信息公开申请数量")
    number = sum(len(contents) or 1 for _, _, contents in results)
    first = [Cell(Role.ROW, RESULTS, "results", rowspan=number)]
    for key, label, contents in results:
        if not contents:
            add(key, label, RESULTS, heads=[*first, Cell(Role.ROW, label, key, colspan=2)])
            first = []
        group = [Cell(Role.ROW, label, key, rowspan=len(contents))]
        for line, text in contents:
            add(line, text, RESULTS, label, heads=[*first, *group, Cell(Role.ROW, text, line)])
            first, group = [], []
    whole("carried_out", "四、结转下年度继续办理")
    grid = with_headers((*_head_b(), *rows))
    return Layout(
        "b", "收到和处理政府信息公开申请情况", SECTION_B, "件", 10, tuple(lines), grid[:3], grid[3:]
    )


# --- Table C
#   -----------------------------------------------------------------------------------------------------------
VERDICTS = (
    ("upheld", "结果维持"),
    ("corrected", "结果纠正"),
    ("otherwise", "其他结果"),
    ("pending", "尚未审结"),
    ("total", "总计"),
)
REVIEW, SUIT, DIRECT, AFTER = "行政复议", "行政诉讼", "未经复议直接起诉", "复议后起诉"
DISPUTES = (
    ("review", (REVIEW,)),
    ("direct", (SUIT, DIRECT)),
    ("after", (SUIT, AFTER)),
)  # groups: key, headings


def _table_c() -> Layout:
    columns = tuple(
        Column(f"{group}_{key}", label, above)
        for group, above in DISPUTES
        for key, label in VERDICTS
    )
    rows = (
        (
            Cell(Role.COLUMN, REVIEW, "review", colspan=5),
            Cell(Role.COLUMN, SUIT, "suit", colspan=10),
        ),
        (
            *(Cell(Role.COLUMN, label, f"review_{key}", rowspan=2) for key, label in VERDICTS),
            Cell(Role.COLUMN, DIRECT, "direct", colspan=5),
            Cell(Role.COLUMN, AFTER, "after", colspan=5),
        ),
        tuple(
            Cell(Role.COLUMN, label, f"{group}_{key}")
            for group in ("direct", "after")
            for key, label in VERDICTS
        ),
        tuple(
            Cell(Role.VALUE, key=f"{column.key}-value", line=0, place=n)
            for n, column in enumerate(columns)
        ),
    )
    grid = with_headers(rows)
    line = Line("disputes", "行政复议、行政诉讼", columns)
    return Layout(
        "c", "政府信息公开行政复议、行政诉讼情况", SECTION_C, "件", 15, (line,), grid[:3], grid[3:]
    )


LAYOUTS = {
    "format_2019": {"a": _table_a(BLOCKS_2019), "b": _table_b(RESULTS_2019), "c": _table_c()},
    "format_2021": {"a": _table_a(BLOCKS_2021), "b": _table_b(RESULTS_2021), "c": _table_c()},
}


def layouts_for(regime: str) -> dict[str, Layout]:
    """The tables a report of this regime holds, by key, in their order; none before 2019."""
    return LAYOUTS.get(str(regime), {})
