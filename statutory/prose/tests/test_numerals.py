import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from documents.customs.numerals import read_decimal, read_numeral
from statutory.prose.figures import read_figures


def write_numeral(number):
    """A whole number from 0 below 10^16 as it is written in Chinese (10203 → 一万零二百零三)."""
    if number == 0:
        return "零"
    written = _write(number)
    return written.removeprefix("一") if 10 <= number < 20 else written


def _write(number):
    for sign, factor in (("亿", 10**8), ("万", 10**4), ("千", 1000), ("百", 100), ("十", 10)):
        if number >= factor:
            high, low = divmod(number, factor)
            joint = "零" if 0 < low < factor // 10 else ""
            return _write(high) + sign + (joint + _write(low) if low else "")
    return "零一二三四五六七八九"[number]


@settings(max_examples=80, deadline=None)
@given(st.integers(0, 10**13))
def test_a_written_number_is_read_back(number):
    assert read_numeral(write_numeral(number)) == number


@settings(max_examples=60, deadline=None)
@given(st.integers(2, 10**10 - 1))
def test_a_figure_reads_the_same_in_either_script(number):
    values = [
        [figure.value for figure in read_figures(f"共{written}件。")]
        for written in (number, f"{number:,}")
    ]
    assert values == [[number], [number]]
    assert [figure.value for figure in read_figures(f"共{write_numeral(number)}件。")] == [number]


@settings(max_examples=80, deadline=None)
@given(st.text("零〇一二两三九十百千万亿廿点", max_size=12))
def test_no_row_of_numerals_breaks_the_reader(text):
    assert read_numeral(text) is None or read_numeral(text) >= 0


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("一百二十三", 123),
        ("十五", 15),
        ("二〇〇九", 2009),
        ("廿三", 23),
        ("两千零五", 2005),
        ("两万三", 23000),
        ("三百五", 350),
        ("一百零五", 105),
        ("一亿零三万", 100030000),
        ("十百", None),
        ("", None),
        ("万", None),
    ],
)
def test_numerals_as_officials_write_them(written, value):
    assert read_numeral(written) == value


def test_a_decimal_point_is_read():
    assert read_decimal("七十八点五") * 2 == 157
