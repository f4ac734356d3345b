"""The text inside attachments: what search may find and what checks before publication must see.

A file from outside is read by a program of its own, with an end to its time and memory, so that no
file can stop the portal. Nothing raises: where a text cannot be had, `Extraction.reason` says why
in a sentence for the clerk.
"""

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from documents.extraction.result import Extraction
from documents.programs import run

__all__ = ["MISSING", "Extraction", "extract_text"]

MISSING = "附件文件不存在或无法打开，请重新上传。"
MAX_BYTES = 100_000_000
SECONDS = 30
_PROJECT = Path(__file__).resolve().parents[2]
# Formats that carry no text of their own, or none that is read here.
_UNREAD = {
    "doc": "这是旧版 Word 格式，无法自动读取。请另存为 DOCX 后重新上传。",
    "xls": "这是旧版 Excel 格式，无法自动读取。请另存为 XLSX 后重新上传。",
    "zip": "压缩包里的文件没有自动读取。请尽量把文件分别作为附件上传。",
    "png": "图片中的文字无法自动读取。",
    "jpg": "图片中的文字无法自动读取。",
    "jpeg": "图片中的文字无法自动读取。",
}


def extract_text(file: Any, extension: str) -> Any:
    """The `Extraction` of a file (anything with `chunks()` or `read()`), of the kind its extension
    names.
    """
    extension = extension.lower().lstrip(".")
    if extension in _UNREAD:
        return Extraction(reason=_UNREAD[extension])
    with tempfile.TemporaryDirectory(prefix="extraction-") as folder:
        source, target = Path(folder, "source"), Path(folder, "text.json")
        try:
            _copy(file, source)
        except (OSError, ValueError):  # Django's word for a file that cannot be opened again
            return Extraction(reason=MISSING)
        if source.stat().st_size > MAX_BYTES:
            return Extraction(reason=f"文件超过 {MAX_BYTES // 1_000_000} MB，没有自动读取。")
        return _read_apart(source, extension, target)


def _copy(file: Any, source: Path) -> None:
    file.open("rb") if hasattr(file, "chunks") else file.seek(0)
    with source.open("wb") as copy:
        pieces = (
            file.chunks() if hasattr(file, "chunks") else iter(lambda: file.read(1_000_000), b"")
        )
        for piece in pieces:
            copy.write(piece)
            if copy.tell() > MAX_BYTES:
                return


def _read_apart(source: Path, extension: str, target: Path) -> Extraction:
    command = [sys.executable, "-m", "documents.extraction", str(source), extension, str(target)]
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
        return Extraction(**json.loads(target.read_text(encoding="utf-8")))
    except subprocess.TimeoutExpired:
        return Extraction(reason=f"文件过于复杂，{SECONDS} 秒内没有读完。请拆分或简化后重新上传。")
    except (subprocess.CalledProcessError, OSError, ValueError):
        return Extraction(
            reason="文件无法读取，可能已损坏或过大。请用原来的软件打开，另存后重新上传。"
        )
