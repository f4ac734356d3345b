"""What may be stored as a table's rows, and how numbers are read from what people type.

Stored form (JSON): whole numbers as numbers, money as decimal strings (`"72701.2578"`, so that no
digit is lost), blanks as null. A blank is not a zero: it is what nobody has filled in.
"""

import re
import unicodedata
from collections.abc import Iterable
from decimal import Decimal, InvalidOperation
from typing import Any

from django.core.exceptions import ValidationError

from statutory.layout import Kind, Layout
from statutory.layouts import layouts_for
from statutory.statistics import KEY as STATISTICS

LARGEST = 10**13
MAX_DECIMALS = 6
MAX_INDICATORS = 400
MAX_WORDS = 200
UNITS = ("万元", "人次", "万", "元", "件", "条", "项", "次", "篇", "个", "人", "份")
BLANKS = {"", "-", "—", "–", "－", "/", "／", "无", "空"}
_WHOLE = re.compile(r"[+-]?[0-9]{1,14}")
_DECIMAL = re.compile(r"[+-]?[0-9]{1,14}(\.[0-9]{1,6})?")


def keys_for(regime: str) -> tuple[str, ...]:
    """The tables a report of this regime can hold, in their order."""
    return (STATISTICS,) if str(regime) == "statistics" else tuple(layouts_for(regime))


def clean_rows(regime: str, key: str, rows: Any) -> list[list[Any]]:
    """Rows as they are stored; ValidationError (Chinese, one message for each cell) where they do
    not fit the form.
    """
    if key not in keys_for(regime):
        raise ValidationError(f"{_named(regime)}的报告没有“{key}”这张表。")
    if key == STATISTICS:
        return _clean_indicators(rows)
    return _clean_lines(layouts_for(regime)[key], rows)


def to_python(regime: str, key: str, rows: Iterable[Any]) -> list[list[Any]]:
    """Stored rows as numbers: int, `Decimal` for money, None for blanks (and the words of a
    statistics list).
    """
    if key == STATISTICS:
        return [[label, unit, _decimal_or_int(value)] for label, unit, value in rows]
    lines = layouts_for(regime)[key].lines
    return [
        [as_number(value, column.kind) for value, column in zip(row, line.columns, strict=True)]
        for row, line in zip(rows, lines, strict=True)
    ]


def as_number(value: Any, kind: Kind) -> Any:
    """A stored value as a number."""
    return Decimal(value) if value is not None and kind == Kind.AMOUNT else value


def clean_value(value: object, kind: Kind) -> int | str | None:
    """One number as it is stored. Takes numbers and their plain texts; ValidationError says what is
    wrong with it.
    """
    if value is None or value == "":
        return None
    if isinstance(value, bool) or not isinstance(value, int | float | str | Decimal):
        raise ValidationError("不是数字。")
    text = repr(value) if isinstance(value, float) else str(value)
    if kind == Kind.AMOUNT:
        return _amount(text)
    if not _WHOLE.fullmatch(text):
        raise ValidationError(f"“{text[:20]}”不是整数。")
    number = int(text)
    if kind == Kind.COUNT and number < 0:
        raise ValidationError("数量不能小于 0。")
    if abs(number) > LARGEST:
        raise ValidationError("数字过大，请核对。")
    return number


def read_typed(text: object, kind: Kind) -> tuple[int | str | None, str]:
    """(stored value, remark) of what a person typed or pasted: full-width digits, commas, spaces
    and units are understood.

    A dash, a slash or 无 is a blank, with a remark; what is no number raises ValidationError.
    """
    plain = unicodedata.normalize("NFKC", str(text)).replace(" ", "").replace(",", "").strip()
    plain = "".join(plain.split()).replace("?", "").replace("−", "-")
    if plain in BLANKS:
        return (
            None,
            f"“{str(text).strip()}”不是数字，按空白处理；没有发生的请填 0。" if plain else "",
        )
    for unit in UNITS:
        if plain.endswith(unit) and len(plain) > len(unit):
            value = clean_value(plain[: -len(unit)], kind)
            return (
                value,
                f"“{str(text).strip()}”带有单位“{unit}”，单位已去掉，请核对数字与表头单位是否一致。",
            )
    return clean_value(plain, kind), ""


def _amount(text: str) -> str:
    if not _DECIMAL.fullmatch(text):
        raise ValidationError(
            f"“{text[:20]}”不是金额；可以填小数，小数点后不超过 {MAX_DECIMALS} 位。"
        )
    try:
        number = Decimal(text)
    except (
        InvalidOperation
    ) as error:  # pragma: no cover – the pattern above lets nothing else through
        raise ValidationError("不是数字。") from error
    if number < 0:
        raise ValidationError("金额不能小于 0。")
    if number > LARGEST:
        raise ValidationError("数字过大，请核对。")
    return format(number, "f")


def _clean_lines(layout: Layout, rows: Any) -> list[list[Any]]:
    if not isinstance(rows, list | tuple) or len(rows) != len(layout.lines):
        raise ValidationError(f"“{layout.title}”应有 {len(layout.lines)} 行数字。")
    cleaned, wrong = [], []
    for line, row in zip(layout.lines, rows, strict=True):
        if not isinstance(row, list | tuple) or len(row) != len(line.columns):
            raise ValidationError(f"“{line.name}”一行应有 {len(line.columns)} 个数字。")
        cells = []
        for column, value in zip(line.columns, row, strict=True):
            try:
                cells.append(clean_value(value, column.kind))
            except ValidationError as error:
                wrong.append(f"“{line.label}”的“{column.label}”：{' '.join(error.messages)}")
        cleaned.append(cells)
    if wrong:
        raise ValidationError(wrong)
    return cleaned


def _clean_indicators(rows: Any) -> list[list[Any]]:
    if not isinstance(rows, list | tuple) or len(rows) > MAX_INDICATORS:
        raise ValidationError(f"统计表不能超过 {MAX_INDICATORS} 行。")
    cleaned = []
    for number, row in enumerate(rows, start=1):
        if not isinstance(row, list | tuple) or len(row) != 3:
            raise ValidationError(f"统计表第 {number} 行应有指标、单位、统计数三项。")
        label, unit, value = row
        if not isinstance(label, str) or not isinstance(unit, str) or not label.strip():
            raise ValidationError(f"统计表第 {number} 行没有指标名称。")
        if "\x00" in label + unit or any("\ud800" <= sign <= "\udfff" for sign in label + unit):
            raise ValidationError(f"统计表第 {number} 行有损坏的文字，请重新输入。")
        if len(label) > MAX_WORDS or len(unit) > MAX_WORDS:
            raise ValidationError(
                f"统计表第 {number} 行的指标名称或单位过长（超过 {MAX_WORDS} 字）。"
            )
        try:
            amount = clean_value(value, Kind.AMOUNT)
        except ValidationError as error:
            raise ValidationError(f"“{label.strip()}”：{' '.join(error.messages)}") from error
        cleaned.append([label.rstrip(), unit.strip(), _whole_or_text(amount)])
    return cleaned


def _whole_or_text(amount: Any) -> int | str | None:
    return int(amount) if amount is not None and "." not in amount else amount


def _decimal_or_int(value: Any) -> Any:
    return Decimal(value) if isinstance(value, str) else value


def _named(regime: str) -> str:
    return {
        "narrative": "2008—2013 年度",
        "statistics": "2014—2018 年度",
        "format_2019": "2019 年格式",
    }.get(str(regime), "2021 年格式")


def shown(value: int | Decimal) -> str:
    """A number as it is printed: all its digits, no exponent."""
    return format(value, "f") if not isinstance(value, int) else str(value)
