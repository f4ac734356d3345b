"""A table somebody filled in (XLSX or CSV), read into rows that know their number in the file.

The file is read by a program of its own with an end to its memory and time
(`documents.extraction.tables`).
"""

import datetime as dt
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError

from documents.extraction.tables import BROKEN, MAX_BYTES, MAX_ROWS, TOO_LARGE, TOO_MANY
from documents.programs import run

HEADING_WITHIN = 10  # the headings stand in one of the first rows
SECONDS = 60
_PROJECT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class CellFault:
    """A cell that cannot be taken as it stands, and why."""

    message: str


class Table:
    """A table as it was read. `rows()`: (row number, {heading: value}) of the filled-in rows, one
    after the other from the disk, for ten thousand long texts need not be in memory at once.
    `total`: how many; `hidden`: the numbers of those that do not show.
    """

    def __init__(self, lines: Path, headings: Collection[str], required: Collection[str]) -> None:
        self._lines, self._head = lines, 0
        self._names: list[str] | None = None
        hidden = self._look(headings, required)
        if self._names is None:
            raise ValidationError(
                f"没有找到表头。第一行应是模板的表头，至少要有：{'、'.join(required)}。"
            )
        self.total, self.hidden, hidden = 0, [], set(hidden)
        for number, _ in self.rows():
            self.total += 1
            self.hidden += [number] if number in hidden else []
            if self.total > MAX_ROWS:
                raise ValidationError(TOO_MANY)
        if not self.total:
            raise ValidationError("表格里没有填写内容，请在表头下面逐行填写。")

    def _look(self, headings: Collection[str], required: Collection[str]) -> Any:
        """Find the row of headings, and read to the end whether the program was done; the numbers
        of rows that do not show.
        """
        for entry in self._entries():
            if isinstance(entry, dict):
                if "error" in entry:
                    raise ValidationError(entry["error"])
                return entry["hidden"]
            number, values = entry
            if self._names is None and number <= HEADING_WITHIN:
                self._names, self._head = _headings(values, headings, required), number
        raise ValidationError(BROKEN)  # the program ended before it was done

    def rows(self) -> Iterator[Any]:
        for entry in self._entries():
            if isinstance(entry, dict) or entry[0] <= self._head:
                continue
            number, values = entry
            if any(value not in (None, "") for value in values):
                yield (
                    number,
                    {n: _value(v) for n, v in zip(self._names or (), values, strict=False) if n},
                )

    def _entries(self) -> Iterator[Any]:
        with self._lines.open(encoding="utf-8") as lines:
            for line in lines:
                yield _parsed(line)


@contextmanager
def opened_table(
    file: Any, extension: str, headings: Collection[str], required: Collection[str]
) -> Iterator[Any]:
    """The `Table` of a file, for as long as the block runs. Raises ValidationError with a sentence.

    `headings`: those that are known; `required`: those without which the table is not ours.
    """
    with tempfile.TemporaryDirectory(prefix="table-") as folder:
        source, target = Path(folder) / f"source.{extension}", Path(folder) / "rows.jsonl"
        file.seek(0)
        with source.open("wb") as copy:
            copy.write(file.read(MAX_BYTES + 1))
        _read_apart(source, extension, target)
        yield Table(target, headings, required)


def _headings(values: list[Any], headings: Collection[str], required: Collection[str]) -> Any:
    names = [str(value or "").strip().rstrip("*＊").strip() for value in values]
    if not set(required) <= set(names):
        return None
    unknown = [name for name in names if name and name not in headings]
    if unknown:
        raise ValidationError(
            f"表头中有不认识的列：{'、'.join(unknown[:5])}。请使用模板的表头，多余的列请删去。"
        )
    twice = sorted({name for name in names if name and names.count(name) > 1})
    if twice:
        raise ValidationError(f"表头中这些列重复了：{'、'.join(twice)}。")
    return names


def _read_apart(source: Path, extension: str, target: Path) -> None:
    command = [
        sys.executable,
        "-m",
        "documents.extraction.tables",
        str(source),
        extension,
        str(target),
    ]
    environment = {
        name: os.environ[name] for name in ("PATH", "LANG", "LD_LIBRARY_PATH") if name in os.environ
    }
    try:
        run(
            command,
            seconds=SECONDS,
            folder=_PROJECT,
            environment={**environment, "PYTHONUTF8": "1"},
        )
    except subprocess.TimeoutExpired as error:
        raise ValidationError(
            f"文件过于复杂，{SECONDS} 秒内没有读完。请分成几个文件导入。"
        ) from error
    except (subprocess.CalledProcessError, OSError) as error:
        raise ValidationError(TOO_LARGE) from error


def _parsed(line: str) -> Any:
    try:
        return json.loads(line)
    except ValueError as error:
        raise ValidationError(TOO_LARGE) from error


def _value(cell: Any) -> Any:
    if not isinstance(cell, dict):
        return cell
    return CellFault(cell["fault"]) if "fault" in cell else dt.datetime.fromisoformat(cell["day"])
