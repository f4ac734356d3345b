"""Codes of organs: the 9-character 组织机构代码 (GB 11714-1997) and the 18-character
统一社会信用代码 (GB 32100-2015).

Both end in a check character, so a mistyped code is caught when it is typed.
"""

import re

from django.core.exceptions import ValidationError

ORGANISATION_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)
CREDIT_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
ORGANISATION_ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"


def organisation_check_character(first_eight):
    """The ninth character of an 组织机构代码 whose first eight are given."""
    total = sum(
        ORGANISATION_ALPHABET.index(char) * weight
        for char, weight in zip(first_eight, ORGANISATION_WEIGHTS, strict=True)
    )
    remainder = 11 - total % 11
    return {10: "X", 11: "0"}.get(remainder, str(remainder))


def credit_check_character(first_seventeen):
    """The eighteenth character of a 统一社会信用代码 whose first seventeen are given."""
    total = sum(
        CREDIT_ALPHABET.index(char) * 3**place % 31 for place, char in enumerate(first_seventeen)
    )
    return CREDIT_ALPHABET[(31 - total % 31) % 31]


def normalise_organ_code(text):
    """The code in capitals, without the hyphen and the blanks people type: `01527918-x` →
    `01527918X`.
    """
    return re.sub(r"[\s\-－—]", "", text).upper()


def validate_organ_code(code):
    """Refuse a code of the wrong length, of wrong characters, or with a wrong check character."""
    if re.fullmatch(r"[0-9A-Z]{8}[0-9X]", code):
        expected = organisation_check_character(code[:8])
    elif re.fullmatch(rf"[{CREDIT_ALPHABET}]{{18}}", code):
        expected = credit_check_character(code[:17])
    else:
        raise ValidationError(
            "请填写 9 位组织机构代码或 18 位统一社会信用代码（数字和大写字母，不含 I、O、S、V、Z）。"
        )
    if code[-1] != expected:
        raise ValidationError("代码的最后一位校验码不对，请对照机构登记证书逐位核对。")
