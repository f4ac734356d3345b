"""Numbers written in Chinese numerals, read and written."""

from fractions import Fraction

DIGITS = {digit: value for value, digit in enumerate("零一二三四五六七八九")}
DIGITS |= {"〇": 0, "○": 0, "两": 2}
DIGITS |= {digit: value for value, digit in enumerate("零壹贰叁肆伍陆柒捌玖")}
SMALL = {"十": 10, "百": 100, "千": 1000, "拾": 10, "佰": 100, "仟": 1000, "廿": 20, "卅": 30}
LARGE = {"万": 10**4, "亿": 10**8}
NUMERAL = "[零〇○一二两三四五六七八九十百千万亿廿卅]"
_TENS = ("廿", "卅")  # 廿三 is 23: a digit and its unit in one


def read_numeral(text: str) -> int | None:
    """The value of a numeral (一百二十三, 二〇〇九, 两万三, 廿一), or None where it is none.

    A digit after 万, 千 or 百 without a unit counts the next lower one (两万三 = 23000), as it is
    spoken.
    """
    if not text or any(
        sign not in DIGITS and sign not in SMALL and sign not in LARGE for sign in text
    ):
        return None
    if all(sign in DIGITS for sign in text):
        return int("".join(str(DIGITS[sign]) for sign in text))
    return _read_large(text)


def _read_large(text: str) -> int | None:
    for sign, factor in (("亿", 10**8), ("万", 10**4)):
        if sign in text:
            head, _, tail = text.rpartition(sign)
            high = _read_large(head) if head else None
            low = _read_tail(tail, factor) if high is not None else None
            return None if high is None or low is None else high * factor + low
    return _read_small(text)


def _read_tail(tail: str, factor: int) -> int | None:
    if not tail:
        return 0
    if len(tail) == 1 and DIGITS.get(tail):
        return DIGITS[tail] * factor // 10
    low = _read_large(tail)
    return low if low is not None and low < factor else None


def _read_small(text: str) -> int | None:
    """Below 10,000: units must fall from left to right."""
    total, digit, last, after_zero = 0, None, 10_000, False
    for sign in text:
        if sign in DIGITS:
            if digit is not None:
                return None
            after_zero = after_zero or DIGITS[sign] == 0
            digit = DIGITS[sign] or None
            continue
        unit = 10 if sign in _TENS else SMALL[sign]
        if unit >= last or (sign in _TENS and digit is not None):
            return None
        total += SMALL[sign] if sign in _TENS else (1 if digit is None else digit) * unit
        digit, last, after_zero = None, unit, False
    if digit is None:
        return total
    spoken_short = last in (100, 1000) and not after_zero
    return total + digit * (last // 10 if spoken_short else 1)


def read_decimal(text: str) -> Fraction | None:
    """A numeral with a decimal part after 点 (七十八点五), as a `Fraction`, or None."""
    whole, point, decimals = text.partition("点")
    value = read_numeral(whole)
    if value is None:
        return None
    if not point:
        return Fraction(value)
    if not decimals or any(sign not in DIGITS for sign in decimals):
        return None
    return value + Fraction(
        int("".join(str(DIGITS[sign]) for sign in decimals)), 10 ** len(decimals)
    )
