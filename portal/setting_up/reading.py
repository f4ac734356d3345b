"""The workbook on its way in: cells as texts with their places. A file of a stranger, read with
bounds.
"""

import datetime as dt
import io
import tempfile
from pathlib import Path

import openpyxl
from openpyxl.utils import get_column_letter

from documents.extraction.result import UnreadableError
from documents.extraction.zipped import ZIP_ERRORS, Zipped
from documents.files.cells import plain_text
from portal.setting_up.outcome import Fault
from portal.setting_up.sheets import MOST_ROWS, Cell, Row, Sheet

MOST_BYTES = 5_000_000
MOST_COLUMNS = 40
BROKEN = "文件无法读取，可能已损坏、设置了密码，或者不是 XLSX。"
BROKEN_REMEDY = "请用模板填写，另存为 XLSX 后再试。"
DIGITS_KEPT = 15  # a spreadsheet keeps no more of a number
_ERRORS = ("#REF!", "#N/A", "#VALUE!", "#NAME?", "#DIV/0!", "#NULL!", "#NUM!")


def read_workbook(data: bytes, known: tuple[Sheet, ...]) -> tuple[list[Row], list[Fault]]:
    """(rows of all known sheets, faults of form). Sheets that are not there are none of our
    business: they change nothing.
    """
    if len(data) > MOST_BYTES:
        return [], [
            Fault(
                "",
                "",
                f"文件超过 {MOST_BYTES // 1_000_000} MB。",
                "请删去模板以外的内容，特别是图片。",
            )
        ]
    rows: list[Row] = []
    faults: list[Fault] = []
    with tempfile.NamedTemporaryFile(suffix=".xlsx") as copy:
        copy.write(data)
        copy.flush()
        try:
            Zipped(Path(copy.name)).refuse_declarations()
            book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True)
            found = [(sheet, book[sheet.name]) for sheet in known if sheet.name in book.sheetnames]
            for sheet, page in found:
                page.reset_dimensions()  # what the file claims of its own size is not believed
                table = list(
                    page.iter_rows(max_row=MOST_ROWS * 2, max_col=MOST_COLUMNS, values_only=True)
                )
                read = _upright if sheet.is_upright else _across
                rows += read(sheet, table, faults)
        except (UnreadableError, *ZIP_ERRORS, TypeError, AttributeError):
            return [], [Fault("", "", BROKEN, BROKEN_REMEDY)]
    if not found:
        names = "、".join(sheet.name for sheet in known)
        faults.append(
            Fault("", "", f"没有找到工作表 {names} 中的任何一个。", "请下载模板，在模板中填写。")
        )
    return rows, faults


def _upright(sheet: Sheet, table: list[tuple], faults: list[Fault]) -> list[Row]:
    row = Row(sheet.name, 1, place="B2")
    by_heading = {column.heading: column for column in sheet.columns}
    for number, values in enumerate(table, start=1):
        heading = _heading(values[0] if values else None)
        if number == 1 or not heading:
            continue
        if heading not in by_heading:
            _unknown(sheet, f"A{number}", heading, faults)
        elif len(values) > 1:
            _keep(row, sheet, by_heading[heading].attribute, f"B{number}", values[1], faults)
    return [row] if row.cells else []


def _across(sheet: Sheet, table: list[tuple], faults: list[Fault]) -> list[Row]:
    if not table:
        return []
    columns = _headings(sheet, table[0], faults)
    filled = [
        number
        for number, values in enumerate(table[1:], start=2)
        if any(v not in (None, "") for v in values)
    ]
    missing = [
        c.heading for c in sheet.columns if c.is_required and c.attribute not in columns.values()
    ]
    if filled and missing:
        faults.append(
            Fault(
                sheet.name,
                "A1",
                f"第一行缺少表头：{'、'.join(missing)}。",
                "请把模板的表头原样放在第一行。",
            )
        )
        return []
    if len(filled) > MOST_ROWS:
        faults.append(
            Fault(
                sheet.name,
                f"A{filled[MOST_ROWS]}",
                f"超过 {MOST_ROWS} 行。",
                "请分成几个工作簿，依次导入。",
            )
        )
    rows = []
    first = get_column_letter(min(columns, default=0) + 1)
    for number in filled[:MOST_ROWS]:
        row = Row(sheet.name, number, place=f"{first}{number}")
        for place, attribute in columns.items():
            if place < len(table[number - 1]):
                _keep(
                    row,
                    sheet,
                    attribute,
                    f"{get_column_letter(place + 1)}{number}",
                    table[number - 1][place],
                    faults,
                )
        if row.cells or row.spoilt:
            rows.append(row)
    return rows


def _headings(sheet: Sheet, values: tuple, faults: list[Fault]) -> dict[int, str]:
    """{place of a column: attribute} as the first row has them."""
    by_heading = {column.heading: column.attribute for column in sheet.columns}
    columns: dict[int, str] = {}
    for place, value in enumerate(values):
        heading, letter = _heading(value), f"{get_column_letter(place + 1)}1"
        if heading and heading not in by_heading:
            _unknown(sheet, letter, heading, faults)
        elif heading and by_heading[heading] in columns.values():
            faults.append(
                Fault(sheet.name, letter, f"表头“{heading}”出现了两次。", "请删去其中一列。")
            )
        elif heading:
            columns[place] = by_heading[heading]
    return columns


def _heading(value: object) -> str:
    return str(value or "").strip().rstrip("*＊").strip()


def _unknown(sheet: Sheet, place: str, heading: str, faults: list[Fault]) -> None:
    known = "、".join(column.heading for column in sheet.columns)
    faults.append(
        Fault(
            sheet.name,
            place,
            f"“{heading[:30]}”不是模板中的项目。",
            f"请改成其中之一，或者删去：{known}。",
        )
    )


def _keep(
    row: Row, sheet: Sheet, attribute: str, place: str, value: object, faults: list[Fault]
) -> None:
    """The text of a cell; what a spreadsheet has spoilt is a fault, not a value."""
    if value is None or not str(value).strip():
        return
    if isinstance(value, int | float) and not isinstance(value, bool):
        if abs(value) >= 10**DIGITS_KEPT:
            said = "这一格被当作数字，末尾几位已经丢失。"
            faults.append(
                Fault(sheet.name, place, said, "请把单元格格式改为“文本”，再重新输入全部数字。")
            )
            row.spoilt.add(attribute)
            return
        value = int(value) if float(value).is_integer() else value
    if isinstance(value, dt.datetime | dt.date):
        value = value.strftime("%Y-%m-%d")
    text = " ".join(plain_text(value).split())
    if text in _ERRORS:
        faults.append(
            Fault(sheet.name, place, f"公式的结果是 {text}。", "请直接写上值，不要用公式。")
        )
        row.spoilt.add(attribute)
        return
    row.cells[attribute] = Cell(place, text)
