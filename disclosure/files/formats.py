"""The formats of files, by the extension of their address."""

import json
from dataclasses import dataclass

from documents.files.markup import write_html
from documents.files.office import write_docx, write_markdown, write_odt
from documents.files.pdf import write_pdf
from documents.files.plain import write_text
from documents.files.tabular import write_csv, write_xlsx

_OFFICE = "application/vnd.openxmlformats-officedocument"


@dataclass(frozen=True)
class Format:
    """One kind of file. `is_heavy`: made by another program, so that only a few are made at once.
    `is_table`: only where there are tables. `is_shown`: a browser shows it instead of saving it.
    """

    extension: str
    label: str
    content_type: str
    write: object
    is_heavy: bool = False
    is_table: bool = False
    is_shown: bool = False


def write_json(document, edition):
    """All facts, with the hash of their content and nothing else, so that anybody can work it out
    (docs/exports.md).
    """
    facts = {**edition.facts, "content_sha256": edition.content_sha256}
    return (json.dumps(facts, ensure_ascii=False, indent=1) + "\n").encode()


FORMATS = {
    one.extension: one
    for one in (
        Format("pdf", "PDF", "application/pdf", write_pdf, is_heavy=True, is_shown=True),
        Format("docx", "Word", f"{_OFFICE}.wordprocessingml.document", write_docx, is_heavy=True),
        Format("odt", "ODT", "application/vnd.oasis.opendocument.text", write_odt, is_heavy=True),
        Format("xlsx", "Excel 表格", f"{_OFFICE}.spreadsheetml.sheet", write_xlsx, is_table=True),
        Format("csv", "CSV 表格", "text/csv; charset=utf-8", write_csv, is_table=True),
        Format("html", "单个网页", "text/html; charset=utf-8", write_html, is_shown=True),
        Format("md", "Markdown", "text/markdown; charset=utf-8", write_markdown, is_heavy=True),
        Format("txt", "纯文本", "text/plain; charset=utf-8", write_text, is_shown=True),
        Format("json", "JSON", "application/json; charset=utf-8", write_json, is_shown=True),
    )
}
EXTENSIONS = "|".join(FORMATS)
