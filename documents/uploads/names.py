"""Names of attachments: what a clerk may give, and what the public gets to see of those given
before anybody looked.

A name stands in an address, a header, packages and feeds, and at last on a reader's disk. So it is
one plain part of a path.
"""

import unicodedata
from collections.abc import Collection

from django.core.exceptions import ValidationError

# What Windows takes for a device: a file or folder of this name in a package could not be unpacked.
DEVICES = frozenset(
    {"con", "prn", "aux", "nul", "conin$", "conout$"}
    | {f"{d}{n}" for d in ("com", "lpt") for n in range(10)}
)
LONGEST = 200
NAMELESS = "附件"
_SEPARATORS = dict.fromkeys(map(ord, "/\\"), "_")
_INVISIBLE = {
    "Cc",
    "Cf",
    "Cs",
    "Cn",
    "Zl",
    "Zp",
}  # controls, marks of direction, joiners, halves, lines: nobody means them


def has_invisible(name: str) -> bool:
    """Whether a name holds what cannot be seen: it reads as another name than it is."""
    return any(unicodedata.category(character) in _INVISIBLE for character in name)


def check_name(name: str) -> None:
    """Refuse a name that is no plain name of a file. Raises ValidationError with a sentence for the
    clerk.
    """
    if "/" in name or "\\" in name:
        raise ValidationError("文件名中不能有斜杠“/”“\\”，请改用“-”或者去掉。")
    if has_invisible(name):
        raise ValidationError("文件名中有看不见的控制字符，请重新输入文件名。")
    if name != name.strip() or name.startswith(".") or name.endswith("."):
        raise ValidationError("文件名不能以点或空格开头、结尾，请改正。")
    if _is_device(name):
        raise ValidationError(
            f"“{name[:20]}”是 Windows 保留的设备名，读者存不下来，请换一个文件名。"
        )
    if len(name) > LONGEST:
        raise ValidationError(f"文件名超过 {LONGEST} 个字，请改短。")


def _is_device(name: str) -> bool:
    return name.partition(".")[0].strip().lower() in DEVICES


def with_ending(name: str, extension: str, known: Collection[str]) -> str:
    """The name with the ending of its kind: a renamed file opens as before. An ending of another
    kind (`known`) is replaced.
    """
    stem, dot, ending = name.rpartition(".")
    if not extension or (dot and stem and ending.lower() == extension):
        return name
    if dot and stem and ending.lower() in known:
        name = stem
    return f"{name[: LONGEST - len(extension) - 1]}.{extension}"


def served_name(name: str, extension: str) -> str:
    """A name that can stand anywhere; the name itself wherever it is a plain one already."""
    plain = "".join(
        " " if unicodedata.category(c) in {"Zl", "Zp"} or c in "\t\r\n" else c for c in name
    )
    plain = "".join(
        c for c in plain.translate(_SEPARATORS) if unicodedata.category(c) not in _INVISIBLE
    ).strip(" .")
    if _is_device(plain):
        plain = f"_{plain}"
    if not plain or plain.lower() == extension:
        plain = NAMELESS
    return with_ending(plain[:LONGEST], extension, ())
