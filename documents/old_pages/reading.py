"""From the bytes of a file to blocks of a page: what kind of file it is, and the way to its lines
and tables.
"""

import email
import email.policy
import io
import re
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import ValidationError

from documents.extraction import extract_text
from documents.intake import read_document
from documents.old_pages.blocks import Block
from documents.old_pages.decoding import EMPTY, decode
from documents.old_pages.folding import without_pronunciation, without_radicals
from documents.old_pages.pages import blocks_of_page
from documents.old_pages.result import RefusedError

MAX_BYTES = 30_000_000
MAX_CHARACTERS = 3_000_000
_PICTURES = (b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"BM", b"II*\x00", b"MM\x00*")
_ARCHIVES = (b"Rar!", b"7z\xbc\xaf", b"\x1f\x8b")
_TAG = re.compile(
    r"</?(?:html|head|body|div|p|br|table|tbody|tr|td|th|span|ul|li|a|meta|script|font|strong)\b[^<>]*>",
    re.IGNORECASE,
)
_ADDRESS = re.compile(r"https?://[^\s()（）<>\"'，。]+")
SCANNED = "PDF 里没有文字，像是扫描件。请先做文字识别，或者录入文字后再导入。"

# What the reader of Word files doubts of its own guesses at title, day and organ: all of that is
# recognised here anew. What it lost or changed is not.
SETTLED_ANEW = {
    "title-not-found",
    "day-not-found",
    "day-impossible",
    "day-not-of-a-signature",
    "days-of-several-signatures",
    "organ-not-found",
}


@dataclass
class Source:
    """A file, read: its blocks, the lines of provenance before the page itself, the raw text for
    fingerprints.
    """

    blocks: list[Block]
    markup: str
    address: str | None = None
    caption: str = ""  # a title the file's first line names beside the address
    properties: dict[str, str] = field(default_factory=dict)  # what meta tags and CMS comments say
    doubts: list[str] = field(default_factory=list)
    has_content_mark: bool = False  # the page says itself where its text begins and ends


def read_source(data: bytes, name: str) -> Source:
    """The `Source` of a file. Raises RefusedError with the reason."""
    if len(data) > MAX_BYTES:
        raise RefusedError("文件超过 30 MB，没有读取。")
    if data.startswith(b"%PDF"):
        return _pdf(data)
    if data.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"{\\rtf")):
        return _document(data, name)
    if data.startswith(_PICTURES):
        raise RefusedError("这是图片，里面的文字无法自动读取。")
    if data.startswith(_ARCHIVES):
        raise RefusedError("这是压缩包。请解压后导入里面的文件。")
    if re.match(
        rb"(?:From|MIME-Version|Content-Type|Subject|Date|Snapshot-Content-Location):? ", data[:200]
    ):
        data = _page_of_archive(data) or data
    return _text(data)


def _text(data: bytes) -> Source:
    decoded = decode(data)
    text = decoded.text[:MAX_CHARACTERS].replace("\r\n", "\n").replace("\r", "\n")
    doubts = decoded.doubts
    text = without_radicals(text)
    if (clean := without_pronunciation(text)) != text:
        doubts.append("原文在汉字后夹有注音（镜像网站的痕迹），已去掉，请对照原件。")
        text = clean
    address, caption, page = _provenance(text)
    if _is_html(page):
        marked = blocks_of_page(page)
        source = Source(
            marked.blocks,
            page,
            address or marked.address,
            caption,
            marked.properties,
            doubts,
            marked.is_marked,
        )
    else:
        source = Source([Block(line) for line in _lines(page)], page, address, caption, {}, doubts)
    if not any(block.text.strip() or block.grid for block in source.blocks):
        raise RefusedError(EMPTY)
    return source


def _is_html(text: str) -> bool:
    return len(_TAG.findall(text[:200_000])) >= max(4, text.count("\n") // 20)


def _lines(text: str) -> list[str]:
    return [
        line.strip(" \t\u3000\xa0\ufeff\u200b") if "|" not in line else line.strip()
        for line in text.split("\n")
    ]


def _provenance(text: str) -> tuple[Any, ...]:
    """(address, caption, the page itself): crawlers write the address, sometimes a title, on a
    first line of its own.
    """
    first, _, rest = text.lstrip("\ufeff \n").partition("\n")
    first = first.strip()
    if match := re.match(_ADDRESS, first):
        caption = re.split(r"\s*[(（](?:snapshot|GitHub|github)", first[match.end() :].strip())[0]
        return match[0], caption, rest
    if (
        match := re.search(
            r"\s*[(（][^()（）]*(?:github|pdftotext|https?:)[^)）]*[)）]?\s*\Z", first
        )
    ) and match.start():
        found = _ADDRESS.search(first)
        return (found[0] if found else None), first[: match.start()], rest
    return None, "", text


def _pdf(data: bytes) -> Any:
    found = extract_text(io.BytesIO(data), "pdf")
    if found.is_scan or not found.text.strip():
        raise RefusedError(SCANNED if found.is_scan else found.reason or SCANNED)
    doubts = [found.reason] if found.reason else []
    if found.pages_without_text:
        doubts.append(f"PDF 有 {found.pages_without_text} 页没有文字，可能是图片，请对照原件。")
    text = without_radicals(found.text)
    return Source([Block(line) for line in _lines(text)], text, doubts=doubts)


def _document(data: bytes, name: str) -> Any:
    """Word and its kin, through the same door clerks use."""
    file = io.BytesIO(data)
    file.name = name
    try:
        result = read_document(file)
    except ValidationError as error:
        raise RefusedError("；".join(error.messages)) from error
    page = blocks_of_page(f"<div>{result.body_html}</div>")
    blocks = [
        Block(text, is_title=True)
        for text in (result.title,)
        if text and text != name.rpartition(".")[0]
    ]
    blocks += [Block(result.document_number)] if result.document_number else []
    doubts = [doubt for doubt in result.doubts if doubt.code not in SETTLED_ANEW]
    return Source([*blocks, *page.blocks], result.body_html, doubts=list[str](doubts))


def _page_of_archive(data: bytes) -> Any:
    """The page inside a web archive (MHTML), as its bytes, or None."""
    message = email.message_from_bytes(data, policy=email.policy.compat32)
    for part in message.walk():
        if part.get_content_type() == "text/html":
            return part.get_payload(decode=True)
    return None
