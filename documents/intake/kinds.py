"""What a file is by its content, whatever its name says; older formats become DOCX through
LibreOffice.
"""

import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import Any

from documents.intake.result import IntakeError
from documents.programs import run

SECONDS = 90
_COMPOUND = bytes.fromhex("d0cf11e0a1b11ae1")  # DOC and WPS, and the envelope of an encrypted DOCX


def kind_of(data: bytes) -> str:
    """`docx`, `doc`, `rtf` or `odt`. Raises IntakeError for anything else, saying what to do."""
    if data.startswith(_COMPOUND):
        if "EncryptedPackage".encode("utf-16-le") in data:
            raise IntakeError("文件设有打开密码，无法读取。请在 Word 或 WPS 中取消密码后再上传。")
        return "doc"
    if data.startswith(b"PK\x03\x04"):
        return "odt" if b"mimetypeapplication/vnd.oasis.opendocument.text" in data[:200] else "docx"
    if data.lstrip()[:5] == b"{\\rtf":
        return "rtf"
    if data.startswith(b"%PDF"):
        raise IntakeError(
            "这是 PDF 文件，不能直接转成正文。请上传它的 Word 原稿；没有原稿的，把 PDF 作为附件上传。"
        )
    if not data:
        raise IntakeError("文件是空的，请重新选择。")
    raise IntakeError("不能识别这个文件。请上传 Word 文档（DOCX）。")


def _libreoffice() -> str | None:
    return shutil.which("soffice") or shutil.which("libreoffice")


def accepted_extensions() -> Any:
    """What can be read on this server."""
    return ["docx", "doc", "wps", "rtf", "odt"] if _libreoffice() else ["docx"]


def as_docx(data: bytes, kind: str) -> bytes:
    """The same document as DOCX. Raises IntakeError where LibreOffice is missing or cannot read it."""
    if kind == "docx":
        return data
    program = _libreoffice()
    if program is None:
        raise IntakeError(
            "这台服务器没有安装 LibreOffice，不能读取 DOC、WPS、RTF、ODT 文件。请用 Word 或 WPS 另存为 DOCX 后再上传。"
        )
    with tempfile.TemporaryDirectory(prefix="intake-") as folder:
        return _convert(program, Path(folder), data, kind)


def _convert(program: str, folder: Path, data: bytes, kind: str) -> bytes:
    """Convert in a profile of its own: no macro setting, no lock, no history is shared with
    anybody.
    """
    source = folder / f"in.{kind}"
    source.write_bytes(data)
    command = [
        program,
        f"-env:UserInstallation={(folder / 'profile').as_uri()}",
        "--headless",
        "--norestore",
    ]
    command += [
        "--nolockcheck",
        "--convert-to",
        "docx",
        "--outdir",
        str(folder / "out"),
        str(source),
    ]
    try:
        run(command, seconds=SECONDS, folder=folder)
        return (folder / "out" / "in.docx").read_bytes()
    except subprocess.TimeoutExpired as error:
        raise IntakeError("转换超时。请用 Word 或 WPS 另存为 DOCX 后再上传。") from error
    except (subprocess.CalledProcessError, OSError) as error:
        raise IntakeError("文件无法转换。请用 Word 或 WPS 打开，另存为 DOCX 后再上传。") from error
