"""A table somebody filled in (XLSX or CSV), read into rows that know their number in the file."""

import csv
import io
import tempfile
from pathlib import Path

import openpyxl
from django.core.exceptions import ValidationError

from disclosure.extraction.result import UnreadableError
from disclosure.extraction.zipped import ZIP_ERRORS, Zipped

MAX_ROWS = 5_000
MAX_COLUMNS = 60
MAX_BYTES = 20_000_000
HEADING_WITHIN = 10  # the headings stand in one of the first rows
TOO_MANY = f"表格超过 {MAX_ROWS} 行，请分成几个文件导入。"
BROKEN = "文件无法读取，可能已损坏或者设置了密码。请用模板重新另存为 XLSX 后再上传。"


def read_table(file, extension, headings, required):
    """[(row number, {heading: value})] of the filled-in rows. Raises ValidationError with a sentence.

    `headings`: those that are known; `required`: those without which the table is not ours.
    """
    rows = _xlsx_rows(file) if extension == "xlsx" else _csv_rows(file)
    names, found = None, []
    for number, values in rows:
        if names is None:
            names = _headings(values, headings, required)
            if names is None and number >= HEADING_WITHIN:
                break
        elif any(value not in (None, "") for value in values):
            found.append((number, {name: value for name, value in zip(names, values, strict=False) if name}))
            if len(found) > MAX_ROWS:
                raise ValidationError(TOO_MANY)
    if names is None:
        raise ValidationError(f"没有找到表头。第一行应是模板的表头，至少要有：{'、'.join(required)}。")
    if not found:
        raise ValidationError("表格里没有填写内容，请在表头下面逐行填写。")
    return found


def _headings(values, headings, required):
    names = [str(value or "").strip().rstrip("*＊").strip() for value in values]
    if not set(required) <= set(names):
        return None
    unknown = [name for name in names if name and name not in headings]
    if unknown:
        raise ValidationError(f"表头中有不认识的列：{'、'.join(unknown[:5])}。请使用模板的表头，多余的列请删去。")
    twice = sorted({name for name in names if name and names.count(name) > 1})
    if twice:
        raise ValidationError(f"表头中这些列重复了：{'、'.join(twice)}。")
    return names


def _xlsx_rows(file):
    with tempfile.NamedTemporaryFile(suffix=".xlsx") as copy:
        file.seek(0)
        copy.write(file.read(MAX_BYTES + 1))
        copy.flush()
        try:
            Zipped(Path(copy.name)).refuse_declarations()
            book = openpyxl.load_workbook(copy.name, read_only=True, data_only=True)
            sheet = book.worksheets[0]
            sheet.reset_dimensions()  # what the file claims of its own size is not believed
            for number, row in enumerate(sheet.iter_rows(max_col=MAX_COLUMNS, values_only=True), start=1):
                if number > MAX_ROWS * 4:
                    raise ValidationError(TOO_MANY)
                yield number, row
        except (UnreadableError, *ZIP_ERRORS, TypeError, AttributeError) as error:
            raise ValidationError(BROKEN) from error


def _csv_rows(file):
    file.seek(0)
    data = file.read(MAX_BYTES + 1)
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = data.decode(encoding)
            break
        except UnicodeDecodeError:
            continue
    else:
        raise ValidationError("文件的文字编码无法识别，请另存为 UTF-8 编码的 CSV，或者用 XLSX。")
    reader = csv.reader(io.StringIO(text, newline=""))
    try:
        for row in reader:
            yield reader.line_num, row[:MAX_COLUMNS]
    except csv.Error as error:
        raise ValidationError("CSV 文件的格式不对，请用 Excel 或 WPS 重新另存。") from error
