"""The parts of a DOCX file, read with bounds: a zip whose sizes are claims of whoever made it.

Only the parts that carry text go on to the converter. Macros, embedded objects and controls are
never unpacked, and what a part refers to outside the file is named to the clerk, not fetched.
"""

import io
import lzma
import posixpath
import struct
import zipfile
import zlib
from typing import Any

from lxml import etree
from lxml.etree import _Element

from documents.doubts import Doubt
from documents.intake.result import IntakeError

MAX_PARTS = 5_000
MAX_PART_BYTES = 40_000_000
MAX_TOTAL_BYTES = 150_000_000
MAX_RATIO = 300  # the XML of a long table of zeros packs 1:200; asked of parts over 10 MB only

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
RELATIONSHIP = "{http://schemas.openxmlformats.org/package/2006/relationships}Relationship"
_DOCTYPE = [
    mark.encode(code)
    for mark in ("<!DOCTYPE", "<!ENTITY")
    for code in ("utf-8", "utf-16-le", "utf-16-be")
]
# What Python's zipfile raises on damage, found by damaging files at random.
_ZIP_ERRORS = (
    zipfile.BadZipFile, zlib.error, lzma.LZMAError, struct.error, EOFError, KeyError, NotImplementedError, OSError,
    OverflowError, RuntimeError, ValueError,
)  # fmt: skip
_BROKEN = "文件已损坏，无法读取。请用 Word 或 WPS 打开，另存为新的 DOCX 文件后再上传。"
_TOO_LARGE = "文件展开后过大，无法读取。请把大图片和附表拆成单独的附件，正文另存为 DOCX 后再上传。"


def parse_xml(data: bytes) -> _Element:
    """The root of an XML part. Entities, external references and absurd nesting are refused, not
    followed.
    """
    if any(mark in data for mark in _DOCTYPE):
        raise IntakeError(
            "文件里有 Word 文档不应有的声明（DOCTYPE），为安全起见没有读取。请另存为新的 DOCX 文件后再上传。"
        )
    parser = etree.XMLParser(
        resolve_entities=False, load_dtd=False, no_network=True, huge_tree=False
    )
    try:
        return etree.fromstring(data, parser)
    except etree.XMLSyntaxError as error:
        raise IntakeError(_BROKEN) from error


class Package:
    """The parts of one DOCX file. Raises IntakeError for what is broken, encrypted or a bomb."""

    def __init__(self, data: bytes) -> None:
        try:
            self._zip = zipfile.ZipFile(io.BytesIO(data))
            self._infos = {info.filename: info for info in self._zip.infolist()}
        except _ZIP_ERRORS as error:
            raise IntakeError(_BROKEN) from error
        self._check_bounds()
        self.main = self._main_part()

    def _check_bounds(self) -> None:
        infos = self._zip.infolist()
        if len(infos) > MAX_PARTS or sum(info.file_size for info in infos) > MAX_TOTAL_BYTES:
            raise IntakeError(_TOO_LARGE)
        for info in infos:
            if info.flag_bits & 1:
                raise IntakeError("文件设有密码，无法读取。请取消密码后再上传。")
            is_bomb = info.file_size > 10_000_000 and info.file_size > MAX_RATIO * max(
                info.compress_size, 1
            )
            if info.file_size > MAX_PART_BYTES or is_bomb:
                raise IntakeError(_TOO_LARGE)

    @property
    def names(self) -> list[str]:
        """Names of all parts."""
        return list(self._infos)

    def read(self, name: str) -> bytes | None:
        """The bytes of a part, or None where there is no such part. Never more than the directory
        declares.
        """
        info = self._infos.get(name)
        if info is None:
            return None
        try:
            with self._zip.open(info) as part:
                return part.read(MAX_PART_BYTES)
        except _ZIP_ERRORS as error:
            raise IntakeError(_BROKEN) from error

    def xml(self, name: str) -> _Element | None:
        """The root element of a part, or None where there is no such part."""
        data = self.read(name)
        return None if data is None else parse_xml(data)

    def beside_main(self, name: str) -> str:
        """The name of a part that stands in the main part's folder (`styles.xml` →
        `word/styles.xml`).
        """
        return posixpath.join(posixpath.dirname(self.main), name)

    def relationships(self) -> list[tuple[str, str, bool]]:
        """(type, target, is external) of every relationship of every part; the type is the last
        word of its address.
        """
        found = []
        for name in self.names:
            if name.endswith(".rels"):
                root = self.xml(name)
                for node in root.iter(RELATIONSHIP) if root is not None else ():
                    kind = node.get("Type", "").rpartition("/")[2]
                    found.append(
                        (kind, node.get("Target", ""), node.get("TargetMode") == "External")
                    )
        return found

    def _main_part(self) -> str:
        root = self.xml("_rels/.rels")
        nodes = root.iter(RELATIONSHIP) if root is not None else ()
        targets = [
            node.get("Target", "")
            for node in nodes
            if node.get("Type", "").endswith("/officeDocument")
        ]
        name = (targets or ["word/document.xml"])[0].lstrip("/")
        if name not in self._infos:
            raise IntakeError("这不是 Word 文档。请上传 DOCX 文件。")
        return name

    def rebuilt(self, replaced: dict[str, bytes]) -> bytes:
        """A clean DOCX of the parts that carry text, with some of them replaced (name → bytes).

        A picture is there by its name alone: the converter says where it stands, its bytes stay out
        of its reach.
        """
        buffer, folder = io.BytesIO(), posixpath.dirname(self.main) + "/"
        with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as target:
            for name in self.names:
                is_text = name.startswith(folder) and name.count("/") == 1 and name.endswith(".xml")
                if is_text or name.endswith(".rels") or name == "[Content_Types].xml":
                    data = replaced.get(name) or self.read(name) or b""
                    parse_xml(data)
                    target.writestr(name, data)
                elif name.startswith(f"{folder}media/"):
                    target.writestr(name, b"-")
        return buffer.getvalue()

    def warnings(self) -> list[Doubt]:
        """What stands in the package and was not taken over, as sentences."""
        relationships = self.relationships()
        outside = sorted(
            {t for kind, t, external in relationships if external and kind != "hyperlink"}
        )
        findings = {
            Doubt("macros", "文件里有宏（程序），没有读取也没有运行。"): any(
                n.lower().endswith("vbaproject.bin") for n in self.names
            ),
            Doubt(
                "objects-left-out",
                "文件里有嵌入的对象（例如 Excel 表），没有录入，请另作附件上传。",
            ): self._has("embeddings/", "activeX/"),
            Doubt(
                "charts-left-out",
                "文件里有图表或智能图形，没有录入，请截图后作为图片插入并写替代文字。",
            ): self._has("charts/", "diagrams/"),
            Doubt("document-left-out", "文件里嵌有另一份文档，没有录入，请核对。"): any(
                kind == "aFChunk" for kind, *_ in relationships
            ),
            Doubt(
                "resources-outside", f"文件引用了外部资源，没有读取：{'、'.join(outside)[:200]}。"
            ): bool(outside),
        }
        return [sentence for sentence, is_found in findings.items() if is_found]

    def _has(self, *folders: Any) -> bool:
        return any(f"/{folder}" in f"/{name}" for name in self.names for folder in folders)
