"""A table somebody filled in (XLSX or CSV), read into rows that know their number in the file.

The file is read by a program of its own with an end to its memory and time (`disclosure.extraction.tables`).
"""

import datetime as dt
import json
import os
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from django.core.exceptions import ValidationError

from disclosure.extraction.tables import BROKEN, MAX_BYTES, MAX_ROWS, TOO_LARGE, TOO_MANY
from disclosure.intake.programs import run

HEADING_WITHIN = 10  # the headings stand in one of the first rows
SECONDS = 60
_PROJECT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class CellFault:
    """A cell that cannot be taken as it stands, and why."""

    message: str


@dataclass
class Table:
    """(row number, {heading: value}) of the filled-in rows, and the numbers of those among them that do not show."""

    rows: list
    hidden: list


def read_table(file, extension, headings, required):
    """The `Table` of a file. Raises ValidationError with a sentence.

    `headings`: those that are known; `required`: those without which the table is not ours.
    """
    names, table = None, Table([], [])
    with tempfile.TemporaryDirectory(prefix="table-") as folder:
        for number, values in _rows_read_apart(file, extension, Path(folder), table):
            if names is None:
                names = _headings(values, headings, required)
                if names is None and number >= HEADING_WITHIN:
                    break
            elif any(value not in (None, "") for value in values):
                row = {name: value for name, value in zip(names, values, strict=False) if name}
                table.rows.append((number, row))
                if len(table.rows) > MAX_ROWS:
                    raise ValidationError(TOO_MANY)
    if names is None:
        raise ValidationError(f"没有找到表头。第一行应是模板的表头，至少要有：{'、'.join(required)}。")
    if not table.rows:
        raise ValidationError("表格里没有填写内容，请在表头下面逐行填写。")
    table.hidden = sorted(set(table.hidden) & {number for number, _ in table.rows})
    return table


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


def _rows_read_apart(file, extension, folder, table):
    source, target = folder / f"source.{extension}", folder / "rows.jsonl"
    file.seek(0)
    with source.open("wb") as copy:
        copy.write(file.read(MAX_BYTES + 1))
    _read_apart(source, extension, target)
    with target.open(encoding="utf-8") as lines:
        for line in lines:
            row = _parsed(line)
            if isinstance(row, list):
                yield row[0], [_value(cell) for cell in row[1]]
            elif "error" in row:
                raise ValidationError(row["error"])
            else:
                table.hidden = row["hidden"]
                return
    raise ValidationError(BROKEN)  # the program ended before it was done


def _read_apart(source, extension, target):
    command = [sys.executable, "-m", "disclosure.extraction.tables", str(source), extension, str(target)]
    environment = {name: os.environ[name] for name in ("PATH", "LANG", "LD_LIBRARY_PATH") if name in os.environ}
    try:
        run(command, seconds=SECONDS, folder=_PROJECT, environment={**environment, "PYTHONUTF8": "1"})
    except subprocess.TimeoutExpired as error:
        raise ValidationError(f"文件过于复杂，{SECONDS} 秒内没有读完。请分成几个文件导入。") from error
    except (subprocess.CalledProcessError, OSError) as error:
        raise ValidationError(TOO_LARGE) from error


def _parsed(line):
    try:
        return json.loads(line)
    except ValueError as error:
        raise ValidationError(TOO_LARGE) from error


def _value(cell):
    if not isinstance(cell, dict):
        return cell
    return CellFault(cell["fault"]) if "fault" in cell else dt.datetime.fromisoformat(cell["day"])
