import pytest
from django.core.exceptions import ValidationError

from statutory.layouts import LAYOUTS
from statutory.pasting import clipboard_rows, fit
from statutory.tests.builders import table_b

B = LAYOUTS["format_2021"]["b"]
A = LAYOUTS["format_2021"]["a"]
C = LAYOUTS["format_2021"]["c"]


def as_html(layout, numbers):
    """The table as a word processor puts it on the clipboard: merged cells, paragraphs, no header
    cells.
    """

    def cell(one):
        text = one.text if one.role != "value" else numbers[one.line][one.place]
        return f'<td colspan="{one.colspan}" rowspan="{one.rowspan}" style="x"><p><span>{text}</span></p></td>'

    rows = ["<tr>" + "".join(map(cell, row)) + "</tr>" for row in layout.grid]
    return f"<table>{''.join(rows)}</table>"


def as_excel(layout, rows):
    """The same from a spreadsheet: a merged cell fills its first cell, the others are empty."""
    lines, covered = [], {}
    for number, row in enumerate(layout.grid):
        texts = {}
        at = 0
        for one in row:
            while (number, at) in covered:
                at += 1
            texts[at] = one.text if one.role != "value" else str(rows[one.line][one.place])
            covered |= {
                (number + down, at + right): 1
                for down in range(one.rowspan)
                for right in range(one.colspan)
            }
            at += one.colspan
        lines.append("\t".join(texts.get(place, "") for place in range(layout.width)))
    return "\n".join(lines)


def numbers(found, layout):
    rows = layout.blank()
    for (line, place), text in found.cells.items():
        rows[line][place] = text
    return rows


ROWS = {
    "a": [[2, 0, 11], [109, 489, 597], [1808595], [2822652], [20163], ["59237.2449"]],
    "b": table_b(
        results={"granted": [11, 2, 0, 3, 1, 0], "refused_case_file": [4, 0, 0, 0, 0, 5]},
        carried_out=[7] * 6,
    ),
    "c": [list(range(15))],
}


@pytest.mark.parametrize("key", ["a", "b", "c"])
@pytest.mark.parametrize("write", [as_html, as_excel])
def test_a_whole_table_finds_its_place(key, write):
    layout, rows = LAYOUTS["format_2021"][key], ROWS[key]
    source = write(layout, rows)
    text, html = ("", source) if write is as_html else (source, "")
    found = fit(layout, clipboard_rows(text, html))
    assert numbers(found, layout) == [[str(number) for number in row] for row in rows]
    assert found.remarks == []


def test_rows_with_other_words_follow_the_one_before():
    rows = clipboard_rows(
        "二、上年结转政府信息公开申请数量\t1\t0\t0\t0\t0\t0\t1\n予以公开的\t5\t0\t0\t0\t0\t0\t5\n"
        "（二）部分公开（区分处理的，只计这一情形，不计其他情形）\t2\t0\t0\t0\t0\t0\t2"
    )
    found = fit(B, rows)
    assert [numbers(found, B)[line][6] for line in (1, 2, 3)] == ["1", "5", "2"]
    assert "请核对" in found.remarks[0]


def test_bare_numbers_begin_where_they_are_pasted():
    found = fit(B, clipboard_rows("1\t2\n3\t4"), line=2, place=5)
    assert found.cells == {(2, 5): "1", (2, 6): "2", (3, 5): "3", (3, 6): "4"}


def test_what_does_not_fit_is_said_and_not_wrapped_round():
    found = fit(B, clipboard_rows("1\t2\t3\n4\t5\t6"), line=24, place=5)
    assert found.cells == {(24, 5): "1", (24, 6): "2"}
    assert len(found.remarks) == 2


def test_blanks_and_units_are_told():
    found = fit(B, clipboard_rows("12件\t-\t０\tabc1"), line=0, place=0)
    assert found.cells == {(0, 0): "12", (0, 1): "", (0, 2): "0"}
    assert len(found.remarks) == 3


def test_a_text_without_numbers_puts_nothing_anywhere():
    found = fit(B, clipboard_rows("本年度没有收到申请"))
    assert found.cells == {}
    assert "没有找到" in found.remarks[0]


@pytest.mark.parametrize(
    "html",
    [
        "<table>",
        "<table><tr><td rowspan=9999999 colspan=999999>1</td></tr></table>",
        "<table><table><table>\x00",
    ],
)
def test_broken_html_ends_in_words(html):
    assert fit(B, clipboard_rows("", html)).cells.keys() <= {(0, 0)}


def test_a_clipboard_beyond_bounds_is_refused():
    with pytest.raises(ValidationError, match="太大"):
        clipboard_rows("1\t" * 300_000)
