import pytest

from statutory.layout import Role
from statutory.layouts import GROUPS, LAYOUTS, NOTE_B, layouts_for

FORMS = [(regime, key) for regime, tables in LAYOUTS.items() for key in tables]


def unfold(layout):
    """{(row, column): cell} of the whole grid."""
    grid = {}
    for row, cells in enumerate(layout.grid):
        column = 0
        for cell in cells:
            while (row, column) in grid:
                column += 1
            for down in range(cell.rowspan):
                for right in range(cell.colspan):
                    assert (row + down, column + right) not in grid, "cells overlap"
                    grid[row + down, column + right] = cell
    return grid


@pytest.mark.parametrize(("regime", "key"), FORMS)
def test_merged_cells_fill_the_grid_without_gap_or_overlap(regime, key):
    layout = LAYOUTS[regime][key]
    assert set(unfold(layout)) == {
        (row, at) for row in range(len(layout.grid)) for at in range(layout.width)
    }


@pytest.mark.parametrize(("regime", "key"), FORMS)
def test_every_number_has_one_cell_whose_headers_exist(regime, key):
    layout = LAYOUTS[regime][key]
    cells = [cell for row in layout.grid for cell in row]
    keys = [cell.key for cell in cells]
    assert len(set(keys)) == len(keys)
    values = [(cell.line, cell.place) for cell in cells if cell.role == Role.VALUE]
    assert values == [
        (line, place) for line, number in enumerate(layout.shape) for place in range(number)
    ]
    headers = {cell.key for cell in cells if cell.is_header}
    assert all(
        cell.headers and set(cell.headers) <= headers for cell in cells if cell.role == Role.VALUE
    )


def test_regimes_before_2019_have_none():
    assert layouts_for("narrative") == layouts_for("statistics") == {}


def test_table_b_of_2021_has_25_lines_of_seven_numbers_under_the_printed_note():
    layout = LAYOUTS["format_2021"]["b"]
    assert layout.shape == (7,) * 25
    note, who = layout.head[0]
    assert (note.text, note.colspan, note.rowspan, who.text, who.colspan) == (
        NOTE_B,
        3,
        3,
        "申请人情况",
        7,
    )
    assert [(cell.text, cell.colspan, cell.rowspan) for cell in layout.head[1]] == [
        ("自然人", 1, 2),
        ("法人或其他组织", 5, 1),
        ("总计", 1, 2),
    ]
    sides = [
        (cell.text[:5], cell.colspan, cell.rowspan)
        for row in layout.body
        for cell in row
        if cell.role == Role.ROW
    ]
    assert sides[:6] == [
        ("一、本年新", 3, 1),
        ("二、上年结", 3, 1),
        ("三、本年度", 1, 22),
        ("（一）予以", 2, 1),
        ("（二）部分", 2, 1),
        ("（三）不予", 1, 8),
    ]
    assert sides[-2:] == [("（七）总计", 2, 1), ("四、结转下", 3, 1)]
    assert [cell[2] for cell in sides if cell[0].startswith(("（四", "（五", "（六"))] == [3, 5, 3]


def test_table_b_of_2019_has_one_line_of_other_results():
    layout = LAYOUTS["format_2019"]["b"]
    assert len(layout.lines) == 23
    assert next(cell for row in layout.body for cell in row if cell.key == "results").rowspan == 20
    assert layout.lines[layout.index["otherwise"]].label == "（六）其他处理"


def test_table_c_names_fifteen_numbers_by_their_whole_path():
    paths = ["›".join(column.path) for column in LAYOUTS["format_2021"]["c"].lines[0].columns]
    assert len(set(paths)) == 15
    assert (paths[0], paths[5], paths[14]) == (
        "行政复议›结果维持",
        "行政诉讼›未经复议直接起诉›结果维持",
        "行政诉讼›复议后起诉›总计",
    )


def test_table_a_names_the_clauses_of_article_20():
    lines = {regime: [line.name for line in LAYOUTS[regime]["a"].lines] for regime in LAYOUTS}
    assert lines["format_2021"] == [
        "第二十条第（一）项 规章",
        "第二十条第（一）项 行政规范性文件",
        "第二十条第（五）项 行政许可",
        "第二十条第（六）项 行政处罚",
        "第二十条第（六）项 行政强制",
        "第二十条第（八）项 行政事业性收费",
    ]
    assert lines["format_2019"][-1] == "第二十条第（九）项 政府集中采购"
    assert LAYOUTS["format_2019"]["a"].shape == (3, 3, 3, 3, 3, 3, 2, 2)


def test_a_value_is_told_by_all_its_headers():
    layout = LAYOUTS["format_2021"]["b"]
    cell = next(
        cell for row in layout.body for cell in row if cell.key == "refused_secret-research"
    )
    assert cell.headers == ("who", "legal", "research", "results", "refused", "refused_secret")
    licences = next(
        cell
        for row in LAYOUTS["format_2021"]["a"].body
        for cell in row
        if cell.key == "licences-decisions"
    )
    assert licences.headers == ("20-5", "20-5-decisions", "licences")


def test_outcomes_are_groups_or_lines_of_both_forms():
    for regime in LAYOUTS:
        keys = {cell.key for row in LAYOUTS[regime]["b"].body for cell in row}
        assert set(GROUPS) <= keys
