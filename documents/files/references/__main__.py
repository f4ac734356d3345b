"""Makes the reference documents anew: `python -m documents.files.references` (needs python-docx;
run after a change).

They give Word and OpenDocument files the look of an official document (GB/T 9704-2012): A4, the
margins, 三号仿宋 for the text, 黑体 and 楷体 for its headings, 二号宋体 for the title, page numbers
between dashes. What pandoc brings is the beginning.
"""

import io
import subprocess
import zipfile
from pathlib import Path
from typing import Any

import docx
import pypandoc
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Cm, Pt, RGBColor
from lxml import etree

HERE = Path(__file__).parent
BLACK, MUTED, VERMILION = "1D2126", "5B6068", "A8271B"
# name: (font, points, first line indented, alignment, colour, bold)
STYLES = {
    "正文段落": ("仿宋", 16, True, "both", BLACK, False),
    "列表文字": ("仿宋", 16, False, "left", BLACK, False),
    "表格文字": ("宋体", 10.5, False, "left", BLACK, False),
    "表格数字": ("宋体", 10.5, False, "center", BLACK, False),
    "表头文字": ("黑体", 10.5, False, "center", BLACK, False),
    "表格标题": ("黑体", 14, False, "center", BLACK, False),
    "分行段落": ("仿宋", 16, True, "left", BLACK, False),
    "引文": ("楷体", 16, True, "both", BLACK, False),
    "密集表格": ("宋体", 9, False, "center", BLACK, False),
    "表格小字": ("宋体", 6, False, "center", BLACK, False),
    "居中段落": ("仿宋", 14, False, "center", BLACK, False),
    "平台名称": ("宋体", 15, False, "left", VERMILION, False),
    "来源日期": ("宋体", 10.5, False, "center", MUTED, False),
}
HEADINGS = {1: ("宋体", 22), 2: ("黑体", 16), 3: ("楷体", 16), 4: ("仿宋", 16), 5: ("仿宋", 16)}
_ALIGNMENTS = {"both": "JUSTIFY", "left": "LEFT", "center": "CENTER"}


def _default(kind: Any) -> Any:
    command = [pypandoc.get_pandoc_path(), "--print-default-data-file", f"reference.{kind}"]
    return subprocess.run(command, check=True, capture_output=True).stdout  # noqa: S603 – pandoc's own file


def _set_font(style: Any, font: str, points: float, colour: str | None, bold: bool) -> None:
    style.font.size, style.font.bold, style.font.italic = Pt(points), bold, False
    style.font.color.rgb = RGBColor.from_string(colour or "000000")
    properties = style.element.get_or_add_rPr()
    for old in properties.findall(qn("w:rFonts")):
        properties.remove(old)
    fonts = OxmlElement("w:rFonts")
    for name in ("ascii", "hAnsi", "cs"):
        fonts.set(qn(f"w:{name}"), "Times New Roman")
    fonts.set(qn("w:eastAsia"), font)
    properties.insert(0, fonts)


def _set_paragraph(style: Any, points: float, indented: bool, alignment: str) -> None:
    paragraph = style.paragraph_format
    paragraph.alignment = getattr(WD_ALIGN_PARAGRAPH, _ALIGNMENTS[alignment])
    paragraph.space_before = paragraph.space_after = Pt(0)
    if points >= 16:
        paragraph.line_spacing_rule, paragraph.line_spacing = WD_LINE_SPACING.EXACTLY, Pt(29)
    else:
        paragraph.line_spacing = 1.15
    indent = style.element.get_or_add_pPr().get_or_add_ind()
    if indented:
        indent.set(qn("w:firstLineChars"), "200")
        indent.set(qn("w:firstLine"), str(int(points * 40)))


def make_docx() -> None:
    """reference.docx."""
    document = docx.Document(io.BytesIO(_default("docx")))
    for section in document.sections:
        section.page_width, section.page_height = Cm(21), Cm(29.7)
        section.top_margin, section.bottom_margin = Cm(3.7), Cm(3.5)
        section.left_margin, section.right_margin = Cm(2.8), Cm(2.6)
        section.footer_distance = Cm(2.4)
        _page_number(section.footer.paragraphs[0])
    _set_font(document.styles["Normal"], "仿宋", 16, BLACK, False)
    for name, (font, points, indented, alignment, colour, bold) in STYLES.items():
        style = document.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
        style.base_style = document.styles["Normal"]
        _set_font(style, font, points, colour, bold)
        _set_paragraph(style, points, indented, alignment)
    # A picture taller than a line needs a line that grows.
    document.styles["居中段落"].paragraph_format.line_spacing = 1.0
    for level, (font, points) in HEADINGS.items():
        style = document.styles[f"Heading {level}"]
        _set_font(style, font, points, BLACK, False)
        _set_paragraph(style, points, level > 1, "center" if level == 1 else "left")
        if level == 1:
            style.paragraph_format.space_before, style.paragraph_format.space_after = Pt(24), Pt(12)
            style.paragraph_format.line_spacing = Pt(34)
    _set_font(document.styles["Hyperlink"], "", 16, "0A4B80", False)
    link = document.styles["Hyperlink"].element.rPr
    for child in list(link):
        if child.tag in {qn("w:rFonts"), qn("w:sz"), qn("w:szCs")}:
            link.remove(child)
    _borders(document.styles["Table"].element)
    buffer = io.BytesIO()
    document.save(buffer)
    (HERE / "reference.docx").write_bytes(buffer.getvalue())


def _page_number(paragraph: Any) -> None:
    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    for text in ("— ", None, " —"):
        run = paragraph.add_run(text or "")
        run.font.size, run.font.name = Pt(14), "宋体"
        if text is None:
            for kind, code in (("begin", None), (None, "PAGE"), ("end", None)):
                element = OxmlElement("w:fldChar" if kind else "w:instrText")
                if kind:
                    element.set(qn("w:fldCharType"), kind)
                else:
                    element.text = code
                run.element.append(element)


def _borders(style: Any) -> None:
    """Lines around every cell; a row is not broken over pages, a head is repeated (pandoc marks
    it).
    """
    for old in style.findall(qn("w:tblPr")) + style.findall(qn("w:tblStylePr")):
        style.remove(old)
    sides = "".join(
        f'<w:{side} w:val="single" w:sz="4" w:space="0" w:color="auto"/>'
        for side in ("top", "left", "bottom", "right", "insideH", "insideV")
    )
    margins = "".join(f'<w:{side} w:w="45" w:type="dxa"/>' for side in ("left", "right"))
    style.append(
        parse_xml(
            f'<w:tblPr {nsdecls("w")}><w:jc w:val="center"/><w:tblBorders>{sides}</w:tblBorders>'
            f"<w:tblCellMar>{margins}</w:tblCellMar></w:tblPr>"
        )
    )
    style.append(parse_xml(f'<w:tcPr {nsdecls("w")}><w:vAlign w:val="center"/></w:tcPr>'))


_ODF = {
    "style": "urn:oasis:names:tc:opendocument:xmlns:style:1.0",
    "fo": "urn:oasis:names:tc:opendocument:xmlns:xsl-fo-compatible:1.0",
    "office": "urn:oasis:names:tc:opendocument:xmlns:office:1.0",
    "text": "urn:oasis:names:tc:opendocument:xmlns:text:1.0",
}


def _odf(prefix: str, name: str) -> str:
    return f"{{{_ODF[prefix]}}}{name}"


def make_odt() -> None:
    """reference.odt."""
    source = io.BytesIO(_default("odt"))
    target = io.BytesIO()
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new:
        for info in old.infolist():
            content = old.read(info)
            if info.filename == "styles.xml":
                content = _odt_styles(content)
            new.writestr(
                info,
                content,
                zipfile.ZIP_STORED if info.filename == "mimetype" else zipfile.ZIP_DEFLATED,
            )
    (HERE / "reference.odt").write_bytes(target.getvalue())


def _odt_styles(content: Any) -> Any:
    root = etree.fromstring(content)
    styles = root.find(_odf("office", "styles"))
    known = {style.get(_odf("style", "name")): style for style in styles}
    for name, (font, points, indented, alignment, colour, _) in STYLES.items():
        _odt_style(
            etree.SubElement(styles, _odf("style", "style")),
            name,
            font,
            points,
            indented,
            alignment,
            colour,
        )
    for level, (font, points) in HEADINGS.items():
        style = known[f"Heading_20_{level}"]
        for child in list(style):
            style.remove(child)
        name = style.get(_odf("style", "name"))
        _odt_style(style, name, font, points, level > 1, "center" if level == 1 else "left", BLACK)
        properties = style.find(_odf("style", "paragraph-properties"))
        properties.set(_odf("fo", "keep-with-next"), "always")
        if level == 1:
            properties.set(_odf("fo", "line-height"), "34pt")
            properties.set(_odf("fo", "margin-top"), "24pt")
            properties.set(_odf("fo", "margin-bottom"), "12pt")
    _odt_page(root)
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8")


def _odt_style(
    style: Any,
    name: str,
    font: str,
    points: float,
    indented: bool,
    alignment: str,
    colour: str | None,
) -> None:
    style.set(_odf("style", "name"), name)
    style.set(_odf("style", "family"), "paragraph")
    paragraph = etree.SubElement(style, _odf("style", "paragraph-properties"))
    paragraph.set(_odf("fo", "text-align"), {"both": "justify"}.get(alignment, alignment))
    paragraph.set(_odf("fo", "margin-top"), "0pt")
    paragraph.set(_odf("fo", "margin-bottom"), "0pt")
    paragraph.set(_odf("fo", "line-height"), "29pt" if points >= 16 else "120%")
    if indented:
        paragraph.set(_odf("fo", "text-indent"), f"{points * 2}pt")
    text = etree.SubElement(style, _odf("style", "text-properties"))
    for prefix, key, value in (
        ("fo", "font-size", f"{points}pt"), ("style", "font-size-asian", f"{points}pt"), ("fo", "color", f"#{colour}"),
        ("fo", "font-family", "Times New Roman"), ("style", "font-family-asian", font), ("fo", "font-weight", "normal"),
        ("style", "font-weight-asian", "normal"), ("fo", "font-style", "normal"), ("style", "font-style-asian", "normal"),
        ("fo", "language", "zh"), ("fo", "country", "CN"), ("style", "language-asian", "zh"), ("style", "country-asian", "CN"),
    ):  # fmt: skip
        text.set(_odf(prefix, key), value)


def _odt_page(root: Any) -> None:
    """A4 with the margins; the page number between dashes."""
    for layout in root.iter(_odf("style", "page-layout-properties")):
        for key, value in (("page-width", "21cm"), ("page-height", "29.7cm"), ("margin-top", "3.7cm"),
                           ("margin-left", "2.8cm"), ("margin-right", "2.6cm"), ("margin-bottom", "2cm")):  # fmt: skip
            layout.set(_odf("fo", key), value)
    for layout in root.iter(_odf("style", "page-layout")):
        for old in layout.findall(_odf("style", "footer-style")):
            layout.remove(old)
        footer = etree.SubElement(
            etree.SubElement(layout, _odf("style", "footer-style")),
            _odf("style", "header-footer-properties"),
        )
        footer.set(_odf("fo", "min-height"), "1.5cm")
        footer.set(_odf("fo", "margin-top"), "0.5cm")
    for page in root.iter(_odf("style", "master-page")):
        for old in page.findall(_odf("style", "footer")):
            page.remove(old)
        paragraph = etree.SubElement(
            etree.SubElement(page, _odf("style", "footer")), _odf("text", "p")
        )
        paragraph.set(_odf("text", "style-name"), "居中段落")
        paragraph.text = "— "
        number = etree.SubElement(paragraph, _odf("text", "page-number"))
        number.set(_odf("text", "select-page"), "current")
        number.text, number.tail = "1", " —"


if __name__ == "__main__":
    make_docx()
    make_odt()
