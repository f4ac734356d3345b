"""Word, OpenDocument and Markdown by pandoc, from a document tree of our own making.

pandoc never reads the HTML of a body, where an attribute or a raw block could speak to one of its
writers: it gets the tree, and in the tree there are texts, marks and addresses. It runs in its
sandbox: it reads its input and the reference document alone.
"""

import io
import json
import re
import subprocess
import tempfile
import zipfile
from collections.abc import Callable
from datetime import UTC
from functools import partial
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

import pypandoc

from documents.files.cells import plain_text
from documents.files.contents import FileContents, FileFacts
from documents.files.failures import ConversionError, TooLargeError
from documents.files.tree import document_tree
from documents.files.zips import Entry, stream_zip
from documents.programs import run

SECONDS = 60
MEMORY = "1024M"
OUT_OF_MEMORY = 251  # the exit code of pandoc's run-time system
REFERENCES = Path(__file__).with_name("references")
# Rows that stay whole on their page; pandoc marks only those of a head.
_ROW = re.compile(rb"<w:tr>(?:<w:trPr>(.*?)</w:trPr>)?")

_HEAD_ROW = re.compile(rb"<w:tr><w:trPr>(?:(?!</w:trPr>).)*<w:tblHeader.*?</w:tr>", re.DOTALL)
_STYLE = re.compile(rb"(<w:pPr>(?:<w:pStyle [^>]*/>)?)(?!<w:keepNext)")


def write_docx(document: FileContents, edition: FileFacts) -> bytes:
    """Word 2007 and later."""
    changes = {
        "docProps/core.xml": _core_properties(document, edition),
        "word/document.xml": _keep_rows_whole,
    }
    return _packed(_convert(document, edition, "docx"), changes)


def write_odt(document: FileContents, edition: FileFacts) -> bytes:
    """OpenDocument text."""
    changes = {"meta.xml": _odt_properties(document, edition), "content.xml": _draw_lines}
    return _packed(_convert(document, edition, "odt"), changes)


def write_markdown(document: FileContents, edition: FileFacts) -> bytes:
    """Markdown as GitHub reads it; a table with merged cells stands in it as HTML, a picture as
    data.
    """
    return _convert(document, edition, "gfm")


def _convert(document: FileContents, edition: FileFacts, kind: str) -> bytes:
    with tempfile.TemporaryDirectory(prefix="office-") as folder:
        source, target = Path(folder) / "in.json", Path(folder) / f"out.{kind}"
        tree = document_tree(document, edition, kind)
        source.write_text(json.dumps(tree, ensure_ascii=False), "utf-8", errors="replace")
        command = [
            pypandoc.get_pandoc_path(),
            "--sandbox",
            "--from=json",
            f"--to={kind}",
            "--quiet",
            "--wrap=none",
        ]
        reference = REFERENCES / f"reference.{kind}"
        if reference.is_file():
            command.append(f"--reference-doc={reference}")
        command += [f"--output={target}", str(source), "+RTS", f"-M{MEMORY}", "-RTS"]
        environment = {"HOME": folder, "LANG": "C.UTF-8", "PATH": ""}
        try:
            run(command, seconds=SECONDS, folder=folder, environment=environment)
            return target.read_bytes()
        except subprocess.TimeoutExpired as error:
            raise TooLargeError from error
        except subprocess.CalledProcessError as error:
            raise (TooLargeError if error.returncode == OUT_OF_MEMORY else ConversionError)(
                str(error)
            ) from error
        except OSError as error:
            raise ConversionError(str(error)) from error


def _packed(package: bytes, changes: dict[str, Callable[..., Any]]) -> bytes:
    """The package with every entry under one time, so that the same document is the same bytes."""
    with zipfile.ZipFile(io.BytesIO(package)) as opened:
        entries = []
        for info in opened.infolist():
            content = opened.read(info)
            if change := changes.get(info.filename):
                content = change(content)
            entries.append(Entry(info.filename, [content], is_packed=info.filename != "mimetype"))
        return b"".join(stream_zip(entries))


def _with_text(tag: bytes, text: bytes, match: re.Match[bytes]) -> bytes:
    return b"<" + tag + match[1] + b">" + text + b"</" + tag + b">"


def _replaced(content: bytes, **values: Any) -> bytes:
    """XML with the text of some elements set; pandoc's sandbox knows no time and its templates no
    title without a line.
    """
    for name, value in values.items():
        tag = name.replace("_", ":", 1).replace("__", "-").encode()
        text = escape(plain_text(value)).encode()
        content = re.sub(
            rb"<" + tag + rb"((?: [^>]*)?)>[^<]*</" + tag + rb">",
            partial(_with_text, tag, text),
            content,
        )
    return content


def _moment(edition: FileFacts) -> str:
    return edition.made_at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _core_properties(document: FileContents, edition: FileFacts) -> Callable[..., Any]:
    moment = _moment(edition)

    def change(content: Any) -> Any:
        return _replaced(
            content,
            dc_title=document.title,
            dc_creator=document.organ,
            dcterms_created=moment,
            dcterms_modified=moment,
        )

    return change


def _odt_properties(document: FileContents, edition: FileFacts) -> Callable[..., Any]:
    moment = _moment(edition)

    def change(content: Any) -> Any:
        return _replaced(
            content,
            dc_title=document.title,
            dc_creator=document.organ,
            meta_creation__date=moment,
            dc_date=moment,
        )

    return change


def _keep_rows_whole(content: bytes) -> bytes:
    """Rows stay whole on their page, those of a head with the row after them."""
    rows = _ROW.sub(
        lambda match: b"<w:tr><w:trPr><w:cantSplit/>" + (match[1] or b"") + b"</w:trPr>", content
    )
    return _HEAD_ROW.sub(lambda match: _kept_with_next(match[0]), rows)


def _kept_with_next(row: bytes) -> bytes:
    row = row.replace(b"<w:pPr />", b"<w:pPr></w:pPr>")
    return _STYLE.sub(rb"\1<w:keepNext/>", row)


def _draw_lines(content: bytes) -> bytes:
    """pandoc draws no lines around the cells of an ODT; official tables have them."""
    lines = b'fo:border="0.5pt solid #000000" fo:padding="0.08cm" style:vertical-align="middle"'
    return content.replace(b'fo:border="none"', lines)
