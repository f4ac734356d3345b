"""How the register writes a fact down before it hashes it (docs/register-format.md; recomputable in any language).

Canonical text of a value: JSON in UTF-8 without a byte order mark, object keys sorted by code point, no blanks, `,` and `:` as
separators; in strings only `"`, `\\` and the characters below U+0020 are escaped, as `\\b \\t \\n \\f \\r`, else `\\u00xx` in lower
case. Allowed are objects, lists, strings, whole numbers below 2^53 in size, true, false and null; never fractions. For
objects whose keys are ASCII, as all of ours are, this is RFC 8785.

A digest of a hideable value is SHA-256 of the canonical text of `{"salt": …, "value": …}`. The salt of each field is derived
from one secret of its entry, so that publishing the salt of a title gives nothing away about the person who acted.
"""

import hashlib
import hmac
import json
from datetime import UTC

GENESIS = "0" * 64
LARGEST_NUMBER = 2**53 - 1


def canonical(value):
    """The canonical bytes of a value. Raises ValueError where the register cannot hold it."""
    _check(value)
    try:
        return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
    except UnicodeEncodeError as error:
        raise ValueError("文字中有不成对的代理字符（损坏的文字），不能登记。") from error


def _check(value):
    if isinstance(value, dict):
        if not all(isinstance(key, str) and key.isascii() and key.isprintable() for key in value):
            raise ValueError("登记内容的键只能用可见的 ASCII 字符。")
        value = list(value.values())
    if isinstance(value, list):
        for part in value:
            _check(part)
    elif not isinstance(value, str | int | None):
        raise ValueError(
            f"登记内容只能是文字、整数、真假、空、列表和对象，不能是 {type(value).__name__}。"
        )
    elif isinstance(value, str) and "\0" in value:
        raise ValueError("文字中有空字符（NUL），不能登记。")
    elif isinstance(value, int) and abs(value) > LARGEST_NUMBER:
        raise ValueError("登记内容中的数字太大。")


def sha256(value):
    """SHA-256, in lower-case hexadecimal, of a value's canonical text."""
    return hashlib.sha256(canonical(value)).hexdigest()


def timestamp(moment):
    """A moment in UTC with six digits of a second, always: 2009-03-31T01:02:03.000000Z."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def field_salt(secret, field):
    """The salt of one field: HMAC-SHA-256 of the field's name under the entry's secret (64
    hexadecimal digits).
    """
    return hmac.digest(bytes.fromhex(secret), field.encode(), "sha256").hex()


def salted_digest(salt, value):
    """What the hash chain holds in place of a value that may have to be hidden one day."""
    return sha256({"salt": salt, "value": value})
