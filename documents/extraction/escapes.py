"""How XLSX writes characters that XML cannot hold: `_x000D_` is a carriage return, `_x005F_` an
underscore (ECMA-376, ST_Xstring).
"""

import re

# What Excel escapes: what XML cannot hold, and the underscore of what looks like an escape. The
# library takes the latter off shared strings itself, so other characters are left as they are
# written.
_ESCAPED = re.compile(r"_x(00[01][0-9A-Fa-f]|005[Ff]|[Dd][89A-Fa-f][0-9A-Fa-f]{2}|[Ff]{3}[EFef])_")
_LOOKS_ESCAPED = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")


def unescaped(text: str) -> str:
    """A cell's text as Excel shows it."""
    if "_x" not in text:
        return text
    text = _ESCAPED.sub(lambda match: chr(int(match[1], 16)), text)
    return (
        text.replace("\r\n", "\n")
        .replace("\r", "\n")
        .encode("utf-16-le", "surrogatepass")
        .decode("utf-16-le", "replace")
    )


def escaped(text: str) -> str:
    """A text such that Excel shows it as it is, though it looks like an escape."""
    return _LOOKS_ESCAPED.sub("_x005F_", text)
