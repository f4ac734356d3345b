"""The program that reads one table of items: `python -m documents.extraction.tables <file>
<extension> <result>`.

The file is a stranger's, so it is read apart, with an end to memory and time. The result is one
JSON list a row: [number, cells]; a cell is a text, a number, a boolean, null, {"day": …} for a
date, or {"fault": …} for what cannot be taken as it stands. The last line is an object: {"hidden":
rows that do not show} or {"error": a sentence}.
"""

import datetime as dt
import json
import re
import resource
import sys
import warnings
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import openpyxl
from openpyxl.utils import get_column_letter

from documents.extraction.delimited import LONGEST_CELL, delimited_rows
from documents.extraction.encodings import decode
from documents.extraction.escapes import unescaped
from documents.extraction.result import UnreadableError
from documents.extraction.zipped import ZIP_ERRORS, Zipped

MAX_BYTES = 20_000_000
MAX_ROWS = 10_000
MAX_COLUMNS = 60
MAX_STRINGS_BYTES = 30_000_000  # of XML; as many short strings cost ten times as much memory
SHARED_STRINGS = "xl/sharedStrings.xml"
ESCAPE, PLACEHOLDER = (
    "x005F_",
    "\ufdd0",
)  # a character no text has: Unicode reserves it for programs
MAX_SHEETS = 200
MAX_DATA = 110_000_000  # bytes of memory of its own: with its program some 140 MB in all
MAX_CPU_SECONDS = 60
MAX_WRITTEN = 200_000_000
TOO_MANY = f"表格超过 {MAX_ROWS} 行，请分成几个文件导入。"
BROKEN = "文件无法读取，可能已损坏或者设置了密码。请用模板重新另存为 XLSX 后再上传。"
TOO_LARGE = "表格展开后过大，没有读取。请分成几个文件导入。"
UNKNOWN_ENCODING = "文件的文字编码无法识别，请另存为 UTF-8 编码的 CSV，或者用 XLSX。"
NO_VALUE = (
    "这一格是公式，但文件里没有算出的结果。请用 Excel 或 WPS 打开后保存，或者把公式粘贴为数值。"
)
NO_VALUE_CELL = {"fault": NO_VALUE}
ERRORS = {
    "#N/A",
    "#REF!",
    "#VALUE!",
    "#DIV/0!",
    "#NAME?",
    "#NUM!",
    "#NULL!",
    "#SPILL!",
    "#CALC!",
    "#GETTING_DATA",
}
_HIDDEN_ROW = re.compile(rb'<(?:\w+:)?row\b(?=[^>]*\bhidden="(?:1|true)")[^>]*?\br="(\d+)"')
_FORMULA = re.compile(rb"<(?:\w+:)?f[\s>/]")
_TEXT_RESULT = re.compile(
    rb'<(?:\w+:)?c\b(?=[^>]*\bt="str")[^>]*?\br="([A-Z]+\d+)"'
)  # of a formula; it may be an empty text


def table_rows(path: Path, extension: str) -> Iterator[Any]:
    """Yield [number, cells] and at last {"hidden": […]}. Raises UnreadableError with a sentence."""
    yield from _of_csv(path) if extension == "csv" else _of_workbook(path)


def _of_csv(path: Path) -> Iterator[Any]:
    text = decode(path.read_bytes()[: MAX_BYTES + 1])
    if text is None:
        raise UnreadableError(UNKNOWN_ENCODING)
    for number, cells in delimited_rows(text):
        if number > MAX_ROWS * 4:
            raise UnreadableError(TOO_MANY)
        yield [number, [_checked(cell) for cell in cells[:MAX_COLUMNS]]]
    yield {"hidden": []}


def _checked(text: str) -> Any:
    if len(text) > LONGEST_CELL:
        return {
            "fault": f"这一格有 {len(text)} 个字，超过 {LONGEST_CELL} 个字。请把长文改用“从 Word 文件新建”，或者作为附件。"
        }
    return {"fault": f"这一格是出错的公式（{text}），请改正后再上传。"} if text in ERRORS else text


def _of_workbook(path: Path) -> Iterator[Any]:
    package = Zipped(path)
    if SHARED_STRINGS in package.names and package.size(SHARED_STRINGS) > MAX_STRINGS_BYTES:
        raise UnreadableError(TOO_LARGE)
    if sum(name.startswith("xl/worksheets/sheet") for name in package.names) > MAX_SHEETS:
        raise UnreadableError(f"工作簿里的工作表超过 {MAX_SHEETS} 个，请只留下要导入的一个。")
    package.refuse_declarations()
    path = _protected(path, package)
    values, sheet = _sheet_of(path, is_computed=True)
    part = _part_of(package, values, sheet)
    formulas = iter(())
    if part["formulas"]:
        formulas = _sheet_of(path, is_computed=False)[1].iter_rows(
            max_col=MAX_COLUMNS, values_only=True
        )
    for number, row in enumerate(sheet.iter_rows(max_col=MAX_COLUMNS, values_only=True), start=1):
        if number > MAX_ROWS * 4:
            raise UnreadableError(TOO_MANY)
        lacking = _without_value(row, next(formulas, ()), number, part["computed"])
        yield [
            number,
            [
                NO_VALUE_CELL if place in lacking else _cell(value)
                for place, value in enumerate(row)
            ],
        ]
    yield {"hidden": part["hidden"]}


def _protected(path: Path, package: Zipped) -> Any:
    """The workbook, or a copy in which no shared string has `x005F_`.

    The library drops that from every shared string, and so makes `_x000D_`, which somebody wrote,
    out of `_x005F_x000D_`: nobody could tell it from a carriage return any more. `_cell` puts it
    back.
    """
    if SHARED_STRINGS not in package.names or ESCAPE.encode() not in package.read(SHARED_STRINGS):
        return path
    copy = path.with_name(f"protected-{path.name}")
    with zipfile.ZipFile(copy, "w", zipfile.ZIP_DEFLATED) as new:
        for name in package.names:
            part = package.read(name)
            new.writestr(
                name,
                part.replace(ESCAPE.encode(), PLACEHOLDER.encode())
                if name == SHARED_STRINGS
                else part,
            )
    return copy


def _sheet_of(path: Path, *, is_computed: bool) -> Any:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        book = openpyxl.load_workbook(path, read_only=True, data_only=is_computed, keep_links=False)
    sheets = [one for one in book.worksheets if one.sheet_state == "visible"] or book.worksheets
    sheets[0].reset_dimensions()  # what the file claims of its own size is not believed
    return book, sheets[0]


def _part_of(package: Zipped, book: Any, sheet: Any) -> dict[Any, Any]:
    """What the library does not tell of a sheet: whether there are formulas, and which rows are
    hidden.
    """
    number = book.worksheets.index(sheet) + 1
    name = f"xl/worksheets/sheet{number}.xml"
    if name not in package.names:
        return {"formulas": True, "hidden": [], "computed": set()}
    data = package.read(name)
    return {
        "formulas": bool(_FORMULA.search(data)),
        "hidden": [int(row) for row in _HIDDEN_ROW.findall(data)[:100]],
        "computed": {place.decode() for place in _TEXT_RESULT.findall(data)},
    }


def _without_value(row: Any, written: Any, number: int, computed: set[str]) -> set[Any]:
    """Places of a row where a formula stands and no result of it, not even an empty text."""
    return {
        place
        for place, (value, formula) in enumerate(zip(row, written, strict=False))
        if value is None
        and formula is not None
        and f"{get_column_letter(place + 1)}{number}" not in computed
    }


def _cell(value: Any) -> Any:
    if isinstance(value, dt.datetime | dt.date | dt.time | dt.timedelta):
        return {"day": value.isoformat()} if isinstance(value, dt.datetime) else str(value)
    return (
        _checked(unescaped(value.replace(PLACEHOLDER, ESCAPE))) if isinstance(value, str) else value
    )


def _limit(kind: Any, most: int) -> None:
    hard = resource.getrlimit(kind)[1]
    resource.setrlimit(kind, (most if hard == resource.RLIM_INFINITY else min(most, hard), hard))


def main(source: str, extension: str, target: str) -> None:
    """Read within bounds and write the result, line by line."""
    _limit(resource.RLIMIT_DATA, MAX_DATA)
    _limit(resource.RLIMIT_CPU, MAX_CPU_SECONDS)
    _limit(resource.RLIMIT_FSIZE, MAX_WRITTEN)
    with Path(target).open("w", encoding="utf-8") as out:
        try:
            out.writelines(
                json.dumps(row, ensure_ascii=False) + "\n"
                for row in table_rows(Path(source), extension)
            )
        except UnreadableError as error:
            out.write(json.dumps({"error": str(error)}, ensure_ascii=False) + "\n")
        except MemoryError:
            out.write(json.dumps({"error": TOO_LARGE}, ensure_ascii=False) + "\n")
        except (*ZIP_ERRORS, TypeError, AttributeError, StopIteration, SyntaxError):
            out.write(json.dumps({"error": BROKEN}, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
