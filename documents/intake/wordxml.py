"""The text part of a Word file, made ready for the converter, and what only the file itself can
tell about it.
"""

import re
from dataclasses import dataclass, field

from lxml import etree
from lxml.etree import _Element

from documents.customs.secrecy import Secrecy, find_marks
from documents.doubts import Doubt
from documents.intake.numbering import Numbering
from documents.intake.package import Package, W
from documents.intake.result import IntakeError
from documents.intake.styles import METADATA, Styles

MAX_PARAGRAPHS = 50_000
_HEAD = 40  # paragraphs whose look is noted: title and letterhead stand among them
_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
_BOX = f"{W}txbxContent"
_SKIPPED = {f"{W}moveFrom", f"{W}del", _BOX, _FALLBACK}


def compact(text: str) -> str:
    """Text without white space: what two renderings of a paragraph have in common."""
    return re.sub(r"[\s\u200b\ufeff]+", "", text)


@dataclass(frozen=True)
class Look:
    """How a paragraph is printed."""

    is_centred: bool
    size: float
    is_title: bool


@dataclass
class Prepared:
    """A DOCX ready for the converter; `looks` by compact text, `paragraphs` all visible paragraphs
    of the source.
    """

    docx: bytes
    looks: dict[str, Look] = field(default_factory=dict)
    paragraphs: list[str] = field(default_factory=list)
    doubts: list[Doubt] = field(default_factory=list)


def prepare(package: Package) -> Prepared:
    """Write out automatic numbers, keep title styles in the text, note the look of the head, gather
    all text.
    """
    root = package.xml(package.main)
    if root is None or root.tag != f"{W}document":
        raise IntakeError(
            "这个文件的格式版本（Strict OOXML）不能直接读取。请在 Word 中另存为“Word 文档（*.docx）”后上传。"
        )
    styles = Styles(package.xml(package.beside_main("styles.xml")))
    numbering = Numbering(package.xml(package.beside_main("numbering.xml")), styles)
    _empty_text_boxes(root)
    result = Prepared(b"", doubts=[*package.warnings(), *_tracked(package, root)])
    for position, paragraph in enumerate(root.iter(f"{W}p")):
        if position > MAX_PARAGRAPHS:
            raise IntakeError("文件段落过多，无法读取。请把附表等内容拆成附件后再上传。")
        if next(paragraph.iterancestors(_FALLBACK), None) is not None:
            continue  # the same text once more, for old programs
        numbering.write_out(paragraph)
        text = visible_text(paragraph)
        if compact(text):
            result.paragraphs.append(text)
            if len(result.looks) < _HEAD:
                look = Look(
                    styles.is_centred(paragraph),
                    styles.size(paragraph),
                    styles.name(paragraph) == "title",
                )
                result.looks.setdefault(compact(text), look)
        _keep_in_text(paragraph, styles)
    for name in ("footnotes.xml", "endnotes.xml"):
        result.paragraphs += _texts(package.xml(package.beside_main(name)))
    result.docx = package.rebuilt(
        {package.main: etree.tostring(root, encoding="UTF-8", xml_declaration=True)}
    )
    return result


def _empty_text_boxes(root: _Element) -> None:
    """Put what stands in text boxes behind the paragraph they hang on: the converter passes over
    them.
    """
    for box in list(root.iter(_BOX)):
        anchor = next(box.iterancestors(f"{W}p"), None)
        is_copy = (
            next(box.iterancestors(_FALLBACK), None) is not None
        )  # the same once more, for old programs
        if anchor is not None and not is_copy:
            for node in reversed(box):
                anchor.addnext(node)
        box.getparent().remove(box)


def visible_text(paragraph: _Element) -> str:
    """The characters of one paragraph as printed: no deletions, no text boxes that hang on it."""
    parts = []
    waiting = list(reversed(paragraph))
    while waiting:
        node = waiting.pop()
        if node.tag == f"{W}t":
            parts.append(node.text or "")
        elif node.tag in {f"{W}tab", f"{W}br", f"{W}cr"}:
            parts.append(" ")
        elif node.tag == f"{W}noBreakHyphen":
            parts.append("\u2011")
        elif node.tag not in _SKIPPED and isinstance(node.tag, str):
            waiting.extend(reversed(node))
    return "".join(parts)


def _texts(root: _Element | None) -> list[str]:
    paragraphs = root.iter(f"{W}p") if root is not None else ()
    return [text for node in paragraphs if compact(text := visible_text(node))]


def _keep_in_text(paragraph: _Element, styles: Styles) -> None:
    style = paragraph.find(f"{W}pPr/{W}pStyle")
    if style is not None and styles.name(paragraph) in METADATA:
        style.getparent().remove(style)


def _tracked(package: Package, root: _Element) -> list[Doubt]:
    """What Word shows in the margin or not at all, as sentences."""

    def is_in_text(tag: str) -> bool:
        return next(root.iter(f"{W}{tag}"), None) is not None

    comments = package.xml(package.beside_main("comments.xml"))
    count = len(list(comments.iter(f"{W}comment"))) if comments is not None else 0
    margins = _margins(package)
    furniture = "；".join(margins)[:200]
    findings = _marks_of_margins(margins) | {
        Doubt("tracked-changes", "文件里有未接受的修订，已按“全部接受”录入，请核对。"): is_in_text(
            "ins"
        )
        or is_in_text("del"),
        Doubt("comments-left-out", f"文件里有 {count} 条批注，没有录入。"): bool(count),
        Doubt("hidden-text", "文件里有隐藏文字，请在 Word 中核对后再决定是否公开。"): is_in_text(
            "vanish"
        ),
        Doubt("header-and-footer", f"页眉页脚的文字没有录入：{furniture}"): bool(furniture),
    }
    return [sentence for sentence, is_found in findings.items() if is_found]


def _marks_of_margins(margins: list[str]) -> dict[Doubt, bool]:
    """Marks of secrecy in the head and foot of the pages, which the body does not take over."""
    words: dict[bool, list[str]] = {True: [], False: []}
    for mark in find_marks("\n".join(margins)):
        words[mark.kind == Secrecy.STATE].append(mark.words)
    said = {
        is_state: f"页眉页脚标有“{'、'.join(found)}”，没有录入正文。"
        for is_state, found in words.items()
    }
    return {
        Doubt("secrecy-mark-in-margin", said[True]): bool(words[True]),
        Doubt("internal-mark-in-margin", said[False]): bool(words[False]),
    }


def _margins(package: Package) -> list[str]:
    """The texts of headers and footers; page numbers are no words."""
    folder = package.beside_main("")
    names = [
        name
        for name in package.names
        if re.fullmatch(rf"{re.escape(folder)}(?:header|footer)\d*\.xml", name)
    ]
    texts = {text.strip() for name in sorted(names)[:20] for text in _texts(package.xml(name))}
    return sorted(text for text in texts if re.search(r"[\u4e00-\u9fff]", text))
