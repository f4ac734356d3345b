"""Reading a document: from the bytes of a file to the fields and the body of a draft."""

import re
from collections import Counter
from io import BytesIO
from pathlib import PurePath
from typing import Any

from django.core.exceptions import ValidationError
from django.utils import timezone

from documents import customs
from documents.doubts import Doubt
from documents.html.plaintext import heading_levels
from documents.html.richtext import html_to_text, sanitize
from documents.intake.kinds import as_docx, kind_of
from documents.intake.package import Package
from documents.intake.pandoc import blocks_of
from documents.intake.pictures import Pictures
from documents.intake.recognition import recognise_head, recognise_signature
from documents.intake.result import IntakeError, IntakeResult
from documents.intake.wordxml import Prepared, compact, prepare
from documents.intake.writing import Piece, Writer

MAX_BYTES = 30_000_000
MAX_TITLE = 300  # of the field
_NOTE_MARK = re.compile(r"\[\d+\]")
_TOO_LARGE = "文件超过 30 MB。请压缩其中的图片，或把附表拆成附件后再上传。"


def read_document(file: BytesIO) -> IntakeResult:
    """The `IntakeResult` of an open file (DOCX; DOC, WPS, RTF and ODT where LibreOffice is
    installed).

    Raises IntakeError, with a sentence that says what to do, for anything that cannot be read.
    """
    data = file.read(MAX_BYTES + 1)
    if len(data) > MAX_BYTES:
        raise IntakeError(_TOO_LARGE)
    kind = kind_of(data)
    package = Package(as_docx(data, kind))
    prepared = prepare(package)
    pictures = Pictures(package)
    writer = Writer(pictures)
    try:
        pieces = writer.pieces(blocks_of(prepared.docx))
    except RecursionError as error:
        raise IntakeError("文件嵌套层次过深，无法读取。请另存为新的 DOCX 文件后再上传。") from error
    result, taken = _recognise(pieces, prepared, file)
    result.body_html = _through_the_gate(_body(pieces, taken) + _notes(writer))
    result.pictures, result.footnotes = pictures.found, [text for _, text in writer.notes]
    result.doubts += [
        *prepared.doubts,
        *pictures.doubts(),
        *_remaining_doubts(result, prepared, writer, kind),
    ]
    return result


def _recognise(pieces: list[Piece], prepared: Prepared, file: BytesIO) -> tuple[Any, ...]:
    """(result with its fields, positions of the pieces whose text stands in a field)."""
    head = recognise_head(pieces, prepared.looks)
    lines = [
        line
        for position, piece in enumerate(pieces)
        if position not in head.taken
        for line in piece.lines
    ]
    signature = recognise_signature(lines, head)
    result = IntakeResult(
        title=head.title,
        document_number=head.document_number,
        created_on=signature.created_on,
        organ_names=signature.organ_names,
        genre=customs.genre_of(head.title),
        letterhead=head.letterhead,
        doubts=[*head.doubts, *signature.doubts],
    )
    if head.title and len(head.title) <= MAX_TITLE:
        return result, head.taken
    _name_after_file(result, file)
    return result, {
        position
        for position in head.taken
        if compact(pieces[position].text) not in compact(head.title)
    }


def _name_after_file(result: IntakeResult, file: BytesIO) -> None:
    """No title was found (or one no field holds): the file's name is offered and the text stays
    whole.
    """
    name = PurePath(str(getattr(file, "name", ""))).stem.strip()
    result.title = name[:MAX_TITLE] or "（请填写标题）"
    result.genre = customs.genre_of(result.title)
    result.doubts.insert(0, Doubt("title-not-found", "没有认出标题，暂用文件名，请按文件填写。"))


def _body(pieces: list[Piece], taken: set[int]) -> str:
    """The body of all pieces that stayed, with headings: Word's own, or those the customs of
    numbering tell.
    """
    kept = [piece for position, piece in enumerate(pieces) if position not in taken]
    levels = [piece.level for piece in kept if piece.kind == "h"]
    if levels:
        top = min(levels)
        return "".join(
            _heading(piece, min(piece.level - top + 2, 4) if piece.level else 0) for piece in kept
        )
    guesses = heading_levels([piece.text.strip() if piece.kind == "p" else "…" for piece in kept])
    return "".join(_heading(piece, level) for piece, level in zip(kept, guesses, strict=True))


def _heading(piece: Piece, level: int) -> str:
    if level and "<img" not in piece.inner:
        inner = re.sub(r"</?(?:strong|em|u)>|<br>", "", piece.inner)
        return f"<h{level}>{inner}</h{level}>"
    return f"<p>{piece.inner}</p>" if piece.kind == "h" else piece.html


def _through_the_gate(html: str) -> str:
    try:
        return sanitize(html)
    except ValidationError as error:
        raise IntakeError(error.messages) from error


def _notes(writer: Writer) -> str:
    return f"<hr>{writer.note_paragraphs()}" if writer.notes else ""


def _remaining_doubts(
    result: IntakeResult, prepared: Prepared, writer: Writer, kind: str
) -> list[Doubt]:
    findings = {
        Doubt(
            "day-not-found", "没有找到成文日期，请按文件填写（草稿中暂填今天）。"
        ): result.created_on is None,
        Doubt("day-in-future", "成文日期晚于今天，请核对。"): result.created_on is not None
        and result.created_on > timezone.localdate(),
        Doubt("organ-not-found", "没有认出发文机关，请核对发布机构。"): not result.organ_names,
        Doubt("letterhead-left-out", f"文件头“{result.letterhead}”没有放入正文。"): bool(
            result.letterhead
        )
        and compact(result.letterhead) not in compact(result.document_number),
        Doubt("footnotes", f"脚注 {len(writer.notes)} 条已编号列在正文末尾。"): bool(writer.notes),
        Doubt("formulas", "文中的公式已转为文字，请核对。"): writer.has_formulas,
        Doubt("converted", "文件由 LibreOffice 转换后读取，请对照原件核对版面。"): kind != "docx",
        Doubt("empty", "正文是空的。如果文件是扫描件，请录入文字后再公开。"): not html_to_text(
            result.body_html
        ),
    }
    return [sentence for sentence, is_found in findings.items() if is_found] + _lost(
        result, prepared
    )


def _lost(result: IntakeResult, prepared: Prepared) -> list[Doubt]:
    """Paragraphs of the source that stand nowhere in the result: the last net under everything
    above.
    """
    parts = (
        result.title,
        result.document_number,
        result.letterhead,
        html_to_text(result.body_html),
    )
    haystack = compact("".join(parts))
    missing = Counter(compact("".join(prepared.paragraphs))) - Counter(haystack)
    if not missing:
        return []
    absent = _absent(prepared.paragraphs, haystack, result)
    shown = "；".join(text.strip()[:60] for text in absent[:5]) or "".join(missing.elements())[:60]
    return [Doubt("text-left-out", f"有文字没有录入，请对照原件补上：{shown}")]


def _absent(paragraphs: list[str], haystack: str, result: IntakeResult) -> list[str]:
    """The paragraphs that are not in the text. Most are found as whole lines; only a few hundred
    are looked for in full, because that would cost the square of the document's length.
    """
    haystack = _NOTE_MARK.sub("", haystack)
    lines = {
        compact(_NOTE_MARK.sub("", line)) for line in html_to_text(result.body_html).split("\n")
    }
    unseen = [text for text in paragraphs if compact(text) not in lines][:500]
    return [text for text in unseen if compact(text) not in haystack]
