"""Cells of exported tables: a text stays a text in every spreadsheet program."""

import csv
import io
import zipfile

import openpyxl
import pytest

from documents.files.cells import LONGEST_CELL, csv_cell, csv_chunks, looks_like_formula, plain_text
from documents.files.sheets import HEAD, Cell, Sheet, column_name, workbook
from documents.files.zips import stream_zip

# What reaches a formula in one program or another.
PREFIXES = [
    "=", "+", "-", "@", "\t=", "\r=", "\n=", "\x00=", " =", "\u3000=", "\xa0=", "\ufeff=", "\u200b=", "\u2060=", "＝", "＋",
    "－", "＠", "﹦", "﹢", "﹣", "﹫", "−", '"=', "\t", "\r\n@", "|",
]  # fmt: skip


def read_back(sheets):
    package = b"".join(stream_zip(workbook(sheets)))
    return openpyxl.load_workbook(io.BytesIO(package)), package


@pytest.mark.parametrize("prefix", PREFIXES)
def test_a_text_that_looks_like_a_formula_is_written_as_text(prefix):
    text = f"{prefix}cmd|' /C calc'!A0"
    assert csv_cell(text).startswith("'")
    book, package = read_back([Sheet("表", [[text]])])
    cell = book.active["A1"]
    assert cell.data_type == "s"
    assert b"<f>" not in zipfile.ZipFile(io.BytesIO(package)).read("xl/worksheets/sheet1.xml")


@pytest.mark.parametrize(
    "text", ["", "松北区", "2009年", "（一）", "a=b", "〔2026〕3号", "’", "《=》"]
)
def test_an_ordinary_text_is_left_as_it_is(text):
    assert not looks_like_formula(text)
    assert csv_cell(text) == text


def test_numbers_stay_numbers():
    assert csv_cell(-5) == -5
    book, _ = read_back([Sheet("表", [[-5, 72701.2578, None, True]])])
    assert [cell.value for cell in book.active[1]] == [-5, 72701.2578, None, "True"]


def test_what_no_table_can_hold_is_left_out_and_long_texts_are_cut():
    assert plain_text("甲\x00\x1f\ud800\uffff乙") == "甲乙"
    assert plain_text(None) == ""
    assert len(plain_text("长" * 40_000)) == LONGEST_CELL


def test_a_csv_is_utf_8_with_a_mark_and_reads_back():
    rows = [["名称", "数"], ['他说"好"，\n然后', 3], ["=1+1", 0]]
    content = b"".join(csv_chunks(rows, rows_a_chunk=2))
    assert content.startswith(b"\xef\xbb\xbf")
    assert list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""))) == [
        ["名称", "数"],
        ['他说"好"，\n然后', "3"],
        ["'=1+1", "0"],
    ]


def test_a_workbook_keeps_merged_cells_and_names():
    head = [Cell("行政诉讼", HEAD, colspan=2), None]
    book, package = read_back(
        [Sheet("表/一:", [head, [1, 2]], widths=[20, 8], frozen_rows=1), Sheet("表 一", [[3]])]
    )
    first = book.worksheets[0]
    assert [str(span) for span in first.merged_cells.ranges] == ["A1:B1"]
    assert (first.freeze_panes, first.column_dimensions["A"].width) == ("A2", 20)
    assert book.sheetnames == ["表 一", "表 一（2）"]
    assert (
        read_back(
            [Sheet("表/一:", [head, [1, 2]], widths=[20, 8], frozen_rows=1), Sheet("表 一", [[3]])]
        )[1]
        == package
    )


def test_columns_are_named_as_spreadsheets_do():
    assert [column_name(number) for number in (1, 26, 27, 702, 703)] == [
        "A",
        "Z",
        "AA",
        "ZZ",
        "AAA",
    ]
