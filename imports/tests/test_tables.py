"""Tables as Excel, WPS and other programs write them, and as nobody should: read right, or refused
with row and column.
"""

import csv
import datetime as dt
import io
import os
import subprocess
import sys
import zipfile
from pathlib import Path
from types import SimpleNamespace

import openpyxl
import pytest
from django.core.exceptions import ValidationError
from hypothesis import given, settings
from hypothesis import strategies as st

from catalog.tests.builders import make_department, make_user
from documents.extraction import extract_text
from documents.extraction.delimited import delimited_rows
from documents.extraction.encodings import decode
from documents.extraction.escapes import escaped, unescaped
from documents.extraction.filled_in import CellFault, opened_table
from documents.extraction.result import UnreadableError
from documents.extraction.tables import MAX_COLUMNS
from documents.files.cells import LONGEST_CELL, plain_text
from documents.files.sheets import Sheet, workbook
from documents.files.zips import stream_zip
from imports.bulk.columns import MomentWidget
from imports.bulk.template_file import template_file

pytestmark = pytest.mark.any_database

HEADINGS = {"标题", "正文", "内容概述", "成文日期"}
ROWS = [
    ["标题*", "正文", "成文日期"],
    ["甲；乙", "第一段\n第二段", "2026-03-02"],
    ["丙", "a<b", "2026-03-03"],
]
PARENT = Path(__file__).resolve().parents[2]


def read(data, extension="csv"):
    with opened_table(io.BytesIO(data), extension, HEADINGS, ("标题",)) as table:
        return SimpleNamespace(rows=list(table.rows()), hidden=table.hidden)


def as_csv(rows, **options):
    out = io.StringIO()
    csv.writer(out, **options).writerows(rows)
    return out.getvalue()


def xlsx(*rows, change=None):
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    if change:
        change(book)
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def with_part(data, name, change):
    """The package with one part written anew."""
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(data)) as old,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        names = old.namelist()
        for one in [*names, *([name] if name not in names else [])]:
            new.writestr(
                one,
                change(old.read(one) if one in names else b"") if one == name else old.read(one),
            )
    return out.getvalue()


def with_strings(data, items):
    """The package with a part of shared strings, as Excel writes them; B2 is the first of them."""
    kind = b"application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"
    part = b'<Override PartName="/xl/sharedStrings.xml" ContentType="' + kind + b'"/></Types>'
    head = b'<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
    data = with_part(data, "[Content_Types].xml", lambda xml: xml.replace(b"</Types>", part))
    cell = b'<c r="B2" t="s"><v>0</v></c></row></sheetData>'
    data = with_part(
        data, "xl/worksheets/sheet1.xml", lambda xml: xml.replace(b"</row></sheetData>", cell)
    )
    return with_part(data, "xl/sharedStrings.xml", lambda _: head + items + b"</sst>")


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16", "utf-16-le", "utf-16-be", "utf-32"]
)
def test_csv_in_every_encoding_and_with_every_separator(encoding, delimiter):
    table = read(as_csv(ROWS, delimiter=delimiter).encode(encoding))
    assert table.rows == [
        (2, {"标题": "甲；乙", "正文": "第一段\n第二段", "成文日期": "2026-03-02"}),
        (3, {"标题": "丙", "正文": "a<b", "成文日期": "2026-03-03"}),
    ]


def test_utf16_of_big_endian_with_a_mark():
    assert read(b"\xfe\xff" + as_csv(ROWS).encode("utf-16-be")).rows[1][1]["标题"] == "丙"


def test_windows_euro_sign_in_gbk():
    assert (
        read("标题,正文\n货款,采购金额".encode("gbk") + b"\x805000,").rows[0][1]["正文"]
        == "采购金额€5000"
    )
    assert (
        extract_text(io.BytesIO("采购金额".encode("gbk") + b"\x805000"), "txt").text
        == "采购金额€5000"
    )


@given(
    st.text(alphabet="标题甲乙丙，。abc012,;\r\n€ ", min_size=1, max_size=80),
    st.sampled_from(["utf-8", "gb18030", "utf-16-le", "utf-16-be"]),
)
def test_what_was_written_is_read(text, encoding):
    data = ("标题,正文\r\n" + text).encode(encoding)
    assert decode(data) == "标题,正文\r\n" + text


def test_rows_are_counted_as_a_spreadsheet_counts_them():
    text = '标题,正文,成文日期\r\n甲,"一\n二\n三\n四",2026-03-02\r\n\r\n乙,五,坏日期\r\n'
    assert [number for number, _ in read(text.encode()).rows] == [2, 4]
    assert [number for number, _ in read(("sep=;\r\n" + text.replace(",", ";")).encode()).rows] == [
        2,
        4,
    ]


def test_a_quote_that_is_never_closed_is_named_and_an_inch_is_none():
    with pytest.raises(ValidationError, match="引号"):
        read('标题,正文\n甲,"一\n乙,二\n'.encode())
    assert read('标题,正文\n甲,5" 管\n乙,二\n'.encode()).rows[0][1]["正文"] == '5" 管'


def test_a_cell_that_is_too_long_is_named_and_ends_nothing():
    rows = read(as_csv([["标题", "正文"], ["甲", "长" * 131_073], ["乙", "短"]]).encode()).rows
    assert isinstance(rows[0][1]["正文"], CellFault)
    assert "131073" in rows[0][1]["正文"].message
    assert rows[1] == (3, {"标题": "乙", "正文": "短"})
    assert (
        read(as_csv([["标题", "正文"], ["甲", "长" * 131_072]]).encode()).rows[0][1]["正文"]
        == "长" * 131_072
    )


def test_formulas_without_a_value_are_named_and_those_with_one_are_read():
    data = xlsx(["标题", "正文", "内容概述"], ["甲", '=A2&"概述"', None], ["乙", "=1/0", "x"])
    rows = read(data, "xlsx").rows
    assert "公式" in rows[0][1]["正文"].message
    assert rows[0][1].get("内容概述") is None
    valued = with_part(
        data,
        "xl/worksheets/sheet1.xml",
        lambda xml: (
            xml.replace(b"<v></v>", b"<v>7</v>")
            .replace(b"<v />", b"<v>7</v>")
            .replace(b"<v/>", b"<v>7</v>")
        ),
    )
    assert read(valued, "xlsx").rows[0][1]["正文"] == 7
    empty = with_part(
        data,
        "xl/worksheets/sheet1.xml",
        lambda xml: xml.replace(b'<c r="B2">', b'<c r="B2" t="str">'),
    )
    assert (
        read(empty, "xlsx").rows[0][1].get("正文") is None
    )  # =IF(…;"") has a result, an empty text
    error = with_part(
        data,
        "xl/worksheets/sheet1.xml",
        lambda xml: (
            xml.replace(b'<c r="B3">', b'<c r="B3" t="e">')
            .replace(b"<f>1/0</f><v></v>", b"<f>1/0</f><v>#DIV/0!</v>")
            .replace(b"<f>1/0</f><v />", b"<f>1/0</f><v>#DIV/0!</v>")
            .replace(b"<f>1/0</f><v/>", b"<f>1/0</f><v>#DIV/0!</v>")
        ),
    )
    assert "#DIV/0!" in read(error, "xlsx").rows[1][1]["正文"].message


def test_escapes_of_excel_are_read():
    shared = "<si><t>第一段_x000D_\n第二段_x0009__x005F_x0041_</t></si>".encode()
    data = with_strings(xlsx(["标题", "正文"], ["甲"]), shared)
    assert read(data, "xlsx").rows[0][1]["正文"] == "第一段\n第二段\t_x0041_"
    assert "第一段 第二段" in extract_text(io.BytesIO(data), "xlsx").text
    assert "_x000D_" not in extract_text(io.BytesIO(data), "xlsx").text


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("_x005F_x000D_", "_x000D_"),  # somebody wrote these seven characters
        ("_x000D_", ""),
        ("_x005F_x005F_", "_x005F_"),
        ("型号x005F_甲", "型号x005F_甲"),
        ("_x005F_x0041__x000D_尾", "_x0041_\n尾"),
    ],
)
def test_what_only_looks_like_an_escape_is_read_as_it_was_written(written, meant):
    shared = f"<si><t>头{written}</t></si>".encode()
    assert (
        read(with_strings(xlsx(["标题", "正文"], ["甲"]), shared), "xlsx")
        .rows[0][1]["正文"]
        .strip()
        == f"头{meant}"
    )


@pytest.mark.django_db
def test_the_template_says_what_was_meant(shelves):
    user = make_user(is_superuser=True)
    make_department("示例_x0041_局_x000D_")
    book = zipfile.ZipFile(io.BytesIO(template_file(user)))
    written = "".join(book.read(name).decode() for name in book.namelist() if name.endswith(".xml"))
    assert "_x005F_x0041_" in written
    assert "_x005F_x000D_" in written


@given(st.text(max_size=60))
def test_what_looks_like_an_escape_comes_back_from_our_own_workbooks(text):
    text = plain_text(text)
    assert unescaped(escaped(text)) == text


@settings(max_examples=20)
@given(
    st.lists(st.sampled_from(["_x0041_", "_x000D_", "_x005F_", "_x", "甲", "_"]), max_size=6).map(
        "".join
    )
)
def test_our_workbooks_say_what_was_meant(text):
    data = b"".join(stream_zip(workbook([Sheet("表", [["标题"], [f"={text}"]])])))
    assert read(data, "xlsx").rows[0][1]["标题"] == f"={text}"


def test_texts_longer_than_a_cell_are_cut_as_excel_counts():
    for text in ("长" * 40_000, "𠮷" * 20_000, "長𠮷" * 11_000):
        cut = plain_text(text)
        assert len(cut.encode("utf-16-le")) // 2 <= LONGEST_CELL
        assert cut.endswith("原文）")
    assert plain_text("𠮷" * 16_383) == "𠮷" * 16_383


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("2026112", "2026-01-12 或 2026-11-02"),
        ("2026111", "2026-01-11 或 2026-11-01"),
        ("202611", "2026-01-01"),
        ("2026131", "2026-01-31"),
        (2026112.0, "2026-01-12"),
        ("20261", "不是日期"),
        ("20260230", "不是日期"),
        ("2026年13月1日", "不是日期"),
    ],
)
def test_a_day_that_can_be_two_is_asked_back(typed, said):
    with pytest.raises(ValueError, match=said):
        MomentWidget().clean(typed)


@pytest.mark.parametrize(
    "typed",
    [
        "20260302",
        "2026-3-2",
        "2026/03/02",
        "2026.3.2",
        "2026年3月2日",
        " 2026 年 3 月 2 日 ",
        20260302.0,
    ],
)
def test_days_are_read_as_they_are_written(typed):
    assert MomentWidget().clean(typed) == dt.date(2026, 3, 2)


def test_hidden_rows_are_told():
    def hide(book):
        book.active.row_dimensions[3].hidden = True

    table = read(xlsx(["标题"], ["甲"], ["乙"], change=hide), "xlsx")
    assert (len(table.rows), table.hidden) == (2, [3])


def test_absurd_workbooks_are_refused_in_words():
    good = xlsx(["标题"], ["甲"])
    sheet = "xl/worksheets/sheet1.xml"
    far = with_part(
        good,
        sheet,
        lambda xml: xml.replace(b'<row r="2"', b'<row r="1048576"').replace(
            b'r="A2"', b'r="A1048576"'
        ),
    )
    wide = with_part(
        good,
        sheet,
        lambda xml: xml.replace(
            b"</row></sheetData>", b'<c r="XFD2"><v>0</v></c></row></sheetData>'
        ),
    )
    nowhere = with_part(good, sheet, lambda xml: xml.replace(b'r="A2"', b'r="ZZZZZZZ2"'))
    claimed = with_part(
        good, sheet, lambda xml: xml.replace(b'ref="A1:A2"', b'ref="A1:XFD1048576"')
    )
    doctype = with_part(good, sheet, lambda xml: b'<!DOCTYPE x [<!ENTITY a "b">]>' + xml)
    bomb = with_part(good, sheet, lambda xml: xml + b"<!--" + b" " * 70_000_000 + b"-->")
    for data in (far, doctype, bomb, nowhere, b"PK\x03\x04", good[:200]):
        with pytest.raises(ValidationError):
            read(data, "xlsx")
    assert read(claimed, "xlsx").rows == [(2, {"标题": "甲"})]
    assert all(len(row) <= MAX_COLUMNS for _, row in read(wide, "xlsx").rows)


def test_many_sheets_are_refused_and_a_hidden_first_one_is_not_taken():
    def add(book):
        for number in range(201):
            book.create_sheet(f"表{number}")

    def hide(book):
        book.create_sheet("显示")
        book["显示"].append(["标题"])
        book["显示"].append(["乙"])
        book.active.sheet_state = "hidden"

    with pytest.raises(ValidationError, match="工作表"):
        read(xlsx(["标题"], change=add), "xlsx")
    assert read(xlsx(["标题"], ["甲"], change=hide), "xlsx").rows == [(2, {"标题": "乙"})]


PEAK = """
import re, sys
from documents.extraction.tables import main
main(*sys.argv[1:])
print(re.search(r"VmHWM:\\s*(\\d+)", open("/proc/self/status").read())[1])
"""


@pytest.mark.parametrize(
    ("size", "piece"),
    [
        (9_000_000, "<si><t>{}</t></si>"),
        (25_000_000, "<si><t>{} " + "很长的一段文字，重复许多次也不相同" * 20 + "</t></si>"),
        (45_000_000, "<si><t>{} 一段文字</t></si>"),
    ],
)
def test_a_flood_of_shared_strings_is_refused_or_read_in_150_megabytes(tmp_path, size, piece):
    count = size // len(piece.encode())
    strings = "".join(map(piece.format, range(count)))
    source, target = tmp_path / "flood.xlsx", tmp_path / "rows"
    source.write_bytes(with_strings(xlsx(["标题", "正文"], ["甲"]), strings.encode()))
    command = [sys.executable, "-c", PEAK, str(source), "xlsx", str(target)]
    done = subprocess.run(
        command,
        capture_output=True,
        text=True,
        cwd=PARENT,
        env={"PATH": os.environ["PATH"]},
        check=False,
    )
    if done.returncode == 0:
        assert int(done.stdout) < 150_000
    if size < 30_000_000:
        assert done.returncode == 0
    last = (
        target.read_text().splitlines()[-1]
        if target.exists() and target.stat().st_size
        else "error"
    )
    assert "error" in last or "hidden" in last


def test_the_reader_of_rows_says_what_it_could_not_tell_apart():
    with pytest.raises(UnreadableError):
        list(delimited_rows('a,"b\nc'))
