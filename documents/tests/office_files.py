"""Word files for tests, made as a word processor makes them."""

import io
import struct
import zipfile
import zlib

import docx
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Pt
from PIL import Image

NOTICE = (
    "各街道办事处、乡镇人民政府，区政府各部门：",
    "现将《松北区物业管理办法》印发给你们，请认真贯彻执行。",
    "一、总体要求",
    "到2026年底，物业服务覆盖率达到98.5%。",
    "（一）工作目标",
    "新增补贴2024110元，惠及1，203户。",
    "二、组织实施",
    "由区住房和城乡建设局负责解释。",
)


def png(width=2, height=2, *, rows=None, words=None):
    """A real PNG; one that claims more `rows` than it has is none."""

    def chunk(kind, data):
        return (
            struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        )

    header = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
    data = (b"\0" + b"\xff\0\0" * width) * (height if rows is None else rows)
    text = chunk(b"tEXt", b"Author\0" + words.encode()) if words else b""
    return (
        b"\x89PNG\r\n\x1a\n"
        + header
        + text
        + chunk(b"IDAT", zlib.compress(data))
        + chunk(b"IEND", b"")
    )


def jpeg(*, gps=False, orientation=1, words="", width=8, height=6):
    """A real JPEG; with a place, an orientation, a comment where asked for."""
    exif = Image.Exif()
    if gps or orientation != 1:
        exif[0x0110] = "示例相机"
        exif[0x0112] = orientation
    if gps:
        exif.get_ifd(0x8825)[2] = (45.0, 48.0, 12.0)
    buffer = io.BytesIO()
    picture = Image.new("RGB", (width, height), (168, 39, 27))
    picture.save(buffer, "JPEG", exif=exif if len(exif) else b"", comment=words.encode())
    return buffer.getvalue()


def saved(document, name="文件.docx"):
    """The document as an open file with a name."""
    buffer = io.BytesIO()
    document.save(buffer)
    return opened(buffer.getvalue(), name)


def opened(data, name="文件.docx"):
    """Bytes as an open file with a name."""
    file = io.BytesIO(data)
    file.name = name
    return file


def add_runs(document, *texts, style=None):
    """A paragraph whose text is split over runs of different looks, as Word leaves it after
    editing.
    """
    paragraph = document.add_paragraph(style=style)
    for number, text in enumerate(texts):
        run = paragraph.add_run(text)
        run.bold = number % 2 == 1
        run.font.size = Pt(16 + number % 3)
    return paragraph


def add_centred(document, text, size=22):
    """A line in the middle, in large letters."""
    paragraph = document.add_paragraph()
    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    paragraph.add_run(text).font.size = Pt(size)
    return paragraph


def official_document(
    *,
    letterhead="松北区人民政府文件",
    number="哈松政发〔2026〕3号",
    title=("松北区人民政府", "关于印发松北区物业管理办法的通知"),
    body=NOTICE,
    signature=("松北区人民政府", "2026年3月2日"),
    after=(),
):
    """A document with a head and a signature in the form of GB/T 9704."""
    document = docx.Document()
    if letterhead:
        add_centred(document, letterhead, 36)
    if number:
        document.add_paragraph(number).alignment = WD_ALIGN_PARAGRAPH.CENTER
    for line in title:
        add_centred(document, line)
    for line in (*body, *signature, *after):
        document.add_paragraph(line)
    return document


def add_picture(document, descr="", content=None):
    """A picture with alternative text."""
    document.add_picture(io.BytesIO(content or png()))
    document.inline_shapes[-1]._inline.docPr.set("descr", descr)


def add_numbered(document, texts, kind, pattern):
    """Paragraphs numbered by Word itself: `kind` is w:numFmt, `pattern` w:lvlText."""
    numbering = document.part.numbering_part.element
    name = str(900 + len(numbering))
    numbering.insert(
        0,
        parse_xml(
            f'<w:abstractNum {nsdecls("w")} w:abstractNumId="{name}"><w:lvl w:ilvl="0"><w:start w:val="1"/>'
            f'<w:numFmt w:val="{kind}"/><w:lvlText w:val="{pattern}"/></w:lvl></w:abstractNum>'
        ),
    )
    numbering.append(
        parse_xml(
            f'<w:num {nsdecls("w")} w:numId="{name}"><w:abstractNumId w:val="{name}"/></w:num>'
        )
    )
    for text in texts:
        paragraph = document.add_paragraph(text)
        paragraph._p.get_or_add_pPr().append(
            parse_xml(
                f'<w:numPr {nsdecls("w")}><w:ilvl w:val="0"/><w:numId w:val="{name}"/></w:numPr>'
            )
        )


def with_footnote(document, paragraph, text):
    """The file's bytes with a footnote at the end of a paragraph; python-docx has no word for
    footnotes.
    """
    reference = parse_xml(f'<w:r {nsdecls("w")}><w:footnoteReference w:id="2"/></w:r>')
    paragraph._p.append(reference)
    note = (
        f'<w:footnotes {nsdecls("w")}><w:footnote w:id="2"><w:p><w:r><w:footnoteRef/></w:r>'
        f"<w:r><w:t>{text}</w:t></w:r></w:p></w:footnote></w:footnotes>"
    )
    kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/footnotes"
    relationship = (
        f'<Relationship Id="rId900" Type="{kind}" Target="footnotes.xml"/></Relationships>'
    )
    part = "application/vnd.openxmlformats-officedocument.wordprocessingml.footnotes+xml"
    override = f'<Override PartName="/word/footnotes.xml" ContentType="{part}"/></Types>'
    return changed(
        saved(document).getvalue(),
        {"word/footnotes.xml": note.encode()},
        {
            "word/_rels/document.xml.rels": ("</Relationships>", relationship),
            "[Content_Types].xml": ("</Types>", override),
        },
    )


def changed(data, added=None, replaced=None):
    """A package with parts added (name → bytes) and text replaced in some (name → (old, new))."""
    source, buffer = zipfile.ZipFile(io.BytesIO(data)), io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as target:
        for info in source.infolist():
            part = source.read(info)
            if replaced and info.filename in replaced:
                old, new = replaced[info.filename]
                assert old.encode() in part
                part = part.replace(old.encode(), new.encode())
            if not added or info.filename not in added:
                target.writestr(info.filename, part)
        for name, part in (added or {}).items():
            target.writestr(name, part)
    return buffer.getvalue()


def source_text(file):
    """All characters of the text part, in order, as the file holds them."""
    body = docx.Document(io.BytesIO(file.getvalue())).element.body
    return "".join(node.text or "" for node in body.iter(qn("w:t")))
