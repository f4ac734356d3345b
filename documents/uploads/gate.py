"""What may be uploaded as an attachment: decided by extension and by content, never by what a
browser claims.
"""

import shutil
import stat
import zipfile
import zlib
from collections.abc import Collection
from pathlib import PurePosixPath
from tempfile import SpooledTemporaryFile
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError

from documents.cleaning.pictures import is_decodable
from documents.extraction.pdf import pages_claimed
from documents.uploads.names import check_name, has_invisible
from documents.uploads.scanning import refuse_infected

MAX_NAME = 200
MAX_MEMBERS, MAX_MEMBERS_OF_DOCUMENT = 200, 2_000  # a document with many pictures has many parts
MAX_UNPACKED = 200_000_000
MAX_RATIO = 100
MAX_PIXELS = 40_000_000
RATIO_ASKED_FROM = 10_000_000  # the XML of a small, very regular table packs better than a bomb
CHUNK = 1_000_000

_PNG, _JPEG, _OLE = b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_OFFICE_PARTS = {
    "docx": "word/document.xml",
    "xlsx": "xl/workbook.xml",
    "pptx": "ppt/presentation.xml",
}
_ODF_TYPES = {
    "odt": b"application/vnd.oasis.opendocument.text",
    "ods": b"application/vnd.oasis.opendocument.spreadsheet",
}
_OLE_STREAMS = {"doc": ("WordDocument",), "xls": ("Workbook", "Book")}
_OLE_MACROS = "_VBA_PROJECT"
_MACRO_PARTS = ("vbaproject.bin", "vbadata.xml")
_ZIP_ERRORS = (
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    KeyError,
    NotImplementedError,
    OSError,
    RuntimeError,
    ValueError,
)

_OTHER_CONTENT = "文件内容与扩展名“.{0}”不符。请用原来的软件打开，另存为 {0} 格式后再上传。"
_BROKEN = "文件已损坏，或者设置了打开密码。请用原来的软件打开，另存后再上传。"
_MACROS = "文件中含有宏，不能公开。请另存为不含宏的格式后再上传。"
_BOMB = "压缩内容展开后过大，不能上传。请拆分后再上传。"


def check_upload(file: Any) -> None:
    """Validate a newly chosen file; one that is stored already is not read again.

    Raises ValidationError with a sentence for the clerk.
    """
    if getattr(file, "_committed", False):
        return
    name = PurePosixPath(file.name.replace("\\", "/")).name
    extension = PurePosixPath(name).suffix.lower().lstrip(".")
    if len(name) > MAX_NAME:
        raise ValidationError(f"文件名超过 {MAX_NAME} 个字，请改短后再上传。")
    if extension not in _CHECKS:
        raise ValidationError(f"不能上传这种文件。可以上传：{'、'.join(_CHECKS)}。")
    check_name(name)
    if file.size > settings.ATTACHMENT_MAX_BYTES:
        raise ValidationError(
            f"文件超过 {settings.ATTACHMENT_MAX_BYTES // 1_000_000} MB，请压缩或拆分后再上传。"
        )
    if not file.size:
        raise ValidationError("文件是空的，请重新选择。")
    try:
        _CHECKS[extension](file, extension)
        refuse_infected(file)
    finally:
        file.seek(0)


def _head(file: Any, length: int) -> bytes:
    file.seek(0)
    data: bytes = file.read(length)
    return data


def _require(is_right: bool, extension: str) -> None:
    if not is_right:
        raise ValidationError(_OTHER_CONTENT.format(extension))


def _pdf(file: Any, extension: str) -> None:
    _require(_head(file, 1024).lstrip(b"\xef\xbb\xbf\r\n\t ").startswith(b"%PDF-"), extension)
    file.seek(0)
    most, pages = settings.ATTACHMENT_MAX_PAGES, pages_claimed(file)
    if pages is not None and pages > most:
        raise ValidationError(
            f"这份 PDF 有 {pages} 页，超过 {most} 页，读者打不开也读不完。请拆分后再上传。"
        )


def _picture(file: Any, extension: str) -> None:
    """Decoded from first to last row: a program with the head of a picture passes every other look."""
    magic, kind = (_PNG, "PNG") if extension == "png" else (_JPEG, "JPEG")
    _require(_head(file, len(magic)) == magic, extension)
    try:
        is_picture = is_decodable(file, kind, most_pixels=MAX_PIXELS)
    except OverflowError as error:
        message = f"图片超过 {MAX_PIXELS // 10_000} 万像素，请缩小后再上传。"
        raise ValidationError(message) from error
    if not is_picture:
        raise ValidationError("图片已损坏，无法显示。请用原来的软件打开，另存后再上传。")


def _contains(file: Any, words: Collection[bytes]) -> set[bytes]:
    """Which of the byte strings occur in the file, read in pieces that overlap."""
    file.seek(0)
    found, tail, overlap = set(), b"", max(map(len, words)) - 1
    while piece := file.read(CHUNK):
        window = tail + piece
        found |= {word for word in words if word in window}
        tail = window[-overlap:]
    return found


def _ole(file: Any, extension: str) -> None:
    _require(_head(file, len(_OLE)) == _OLE, extension)
    streams, macros = (
        [name.encode("utf-16-le") for name in _OLE_STREAMS[extension]],
        _OLE_MACROS.encode("utf-16-le"),
    )
    found = _contains(file, [*streams, macros])
    if macros in found:
        raise ValidationError(_MACROS)
    _require(bool(found), extension)


def _text(file: Any, extension: str) -> None:
    head = _head(file, CHUNK)
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    is_markup = start.startswith(
        (b"<!", b"<?", b"<html", b"<head", b"<body", b"<script", b"<svg", b"<iframe")
    )
    _require(
        b"\0" not in head and not is_markup and not head.startswith((b"MZ", b"\x7fELF")), extension
    )


def _open_zip(file: Any, extension: str, most: int) -> zipfile.ZipFile:
    file.seek(0)
    if file.read(len(_OLE)) == _OLE:  # how an office suite wraps a document with a password
        raise ValidationError(_BROKEN)
    _require(_head(file, 4) in (b"PK\x03\x04", b"PK\x05\x06"), extension)
    try:
        archive = zipfile.ZipFile(file)
    except _ZIP_ERRORS as error:
        raise ValidationError(_BROKEN) from error
    _check_members(archive.infolist(), most)
    return archive


def _check_members(members: Collection[zipfile.ZipInfo], most: int) -> None:
    if len(members) > most:
        raise ValidationError(f"压缩包中的文件超过 {most} 个，请拆分后再上传。")
    if any(member.flag_bits & 1 for member in members):
        raise ValidationError("压缩包设置了密码，公众无法打开。请去掉密码后再上传。")
    if sum(member.file_size for member in members) > MAX_UNPACKED:
        raise ValidationError(_BOMB)
    for member in members:
        if (
            member.file_size > RATIO_ASKED_FROM
            and member.file_size > MAX_RATIO * member.compress_size
        ):
            raise ValidationError(_BOMB)


def _document_names(file: Any, extension: str) -> tuple[zipfile.ZipFile, list[str]]:
    archive = _open_zip(file, extension, MAX_MEMBERS_OF_DOCUMENT)
    names = archive.namelist()
    if any(
        name.lower().endswith(_MACRO_PARTS) or name.startswith(("Basic/", "Scripts/"))
        for name in names
    ):
        raise ValidationError(_MACROS)
    return archive, names


def _office(file: Any, extension: str) -> None:
    archive, names = _document_names(file, extension)
    _require({"[Content_Types].xml", _OFFICE_PARTS[extension]} <= set(names), extension)
    if b"macroEnabled" in _read_small(archive, "[Content_Types].xml"):
        raise ValidationError(_MACROS)


def _open_document(file: Any, extension: str) -> None:
    archive, names = _document_names(file, extension)
    _require(
        "mimetype" in names and _read_small(archive, "mimetype").strip() == _ODF_TYPES[extension],
        extension,
    )


def _ofd(file: Any, extension: str) -> None:
    _, names = _document_names(file, extension)
    _require("OFD.xml" in names, extension)


def _read_small(archive: zipfile.ZipFile, name: str) -> bytes:
    """The beginning of a member; what it claims of its size is not believed."""
    try:
        with archive.open(name) as member:
            return member.read(CHUNK)
    except _ZIP_ERRORS as error:
        raise ValidationError(_BROKEN) from error


def _zip(file: Any, extension: str) -> None:
    archive = _open_zip(file, extension, MAX_MEMBERS)
    for member in archive.infolist():
        if member.is_dir():
            continue
        path = PurePosixPath(member.filename.replace("\\", "/"))
        is_link = stat.S_ISLNK(member.external_attr >> 16)
        if is_link or path.is_absolute() or ".." in path.parts or ":" in member.filename:
            raise ValidationError("压缩包中有指向包外的文件名，不能上传。请重新打包。")
        if has_invisible(member.filename):
            raise ValidationError(
                "压缩包中有文件名含看不见的控制字符，不能上传。请改名后重新打包。"
            )
        kind = path.suffix.lower().lstrip(".")
        if kind == "zip" or kind not in _CHECKS:
            raise ValidationError(
                f"压缩包中的“{path.name[:60]}”不是可以公开的文件类型，请去掉后重新打包。"
            )
        _check_member(archive, member, path.name, kind)


def _check_member(archive: zipfile.ZipFile, member: zipfile.ZipInfo, name: str, kind: str) -> None:
    """A file in a package is looked into like one outside it."""
    with SpooledTemporaryFile(max_size=CHUNK * 5) as copy:
        try:
            with archive.open(member) as source:
                shutil.copyfileobj(source, copy, CHUNK)
        except _ZIP_ERRORS as error:
            raise ValidationError(_BROKEN) from error
        if copy.tell() == 0:
            return
        try:
            _CHECKS[kind](copy, kind)
        except ValidationError as error:
            raise ValidationError(f"压缩包中的“{name[:60]}”：{error.messages[0]}") from error


_CHECKS = {
    "pdf": _pdf,
    "ofd": _ofd,
    **dict.fromkeys(_OFFICE_PARTS, _office),
    **dict.fromkeys(_OLE_STREAMS, _ole),
    **dict.fromkeys(_ODF_TYPES, _open_document),
    **dict.fromkeys(("csv", "txt"), _text),
    **dict.fromkeys(("png", "jpg", "jpeg"), _picture),
    "zip": _zip,
}
