"""HTML of any portal as blocks: lines and tables in the order they are read, and what the page says
of itself.
"""

import re
from dataclasses import dataclass, field
from typing import Any

from lxml import etree, html
from lxml.html import FormElement, HtmlElement

from documents.old_pages.blocks import Block, Cell
from documents.old_pages.folding import visible

MAX_DEPTH = 180
_GONE = {
    "script", "style", "noscript", "iframe", "object", "embed", "svg", "math", "template", "select", "option", "button",
    "textarea", "input", "head", "link", "meta", "map", "audio", "video", "canvas",
}  # fmt: skip
_BREAKS = {
    "p", "div", "br", "hr", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "li", "dl", "dt", "dd", "table", "tr", "td",
    "th", "tbody", "thead", "tfoot", "section", "article", "header", "footer", "nav", "aside", "main", "form", "center",
    "blockquote", "pre", "figure", "fieldset", "address", "caption", "body", "ucapcontent", "founder-content",
}  # fmt: skip
# Where the systems put the text of a document, narrow ones first.
_CONTENT: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("id", ("zoom", "Zoom", "UCAP-CONTENT", "ContentRegion", "vsb_content", "NewsContent", "zoomcon")),
    ("start", ("vsb_content",)),
    ("element", ("ucapcontent", "founder-content")),
    ("class", ("TRS_Editor", "trs_editor_view", "TRS_UEDITOR")),
    (
        "class",
        (
            "v_news_content", "article_zoom", "pages_content", "zw-content", "xxgk_content", "j-fontContent",
            "article-content", "view TRS", "wz_article", "newscontnet", "gsj_htmlcon", "news_content",
        ),
    ),
    ("id", ("content", "article", "artibody", "fontzoom", "textBox", "fontinfo")),
    ("class", ("article_con", "article-con", "detail-content", "content_text", "xl_content", "main-txt")),
)  # fmt: skip
_MARKS = (
    (
        r"<!--<\$\[(?:信息内容|正文|内容)[^\]]*\]>begin-->",
        r"<!--<\$\[(?:信息内容|正文|内容)[^\]]*\]>end-->",
    ),
    (r"<!--\s*enpcontent\s*-->", r"<!--\s*/enpcontent\s*-->"),
    (r"<!--ZJEG_RSS\.content\.begin-->", r"<!--ZJEG_RSS\.content\.end-->"),
)
_JCMS = re.compile(r"<!--<\$\[([^\]]{1,30})\]>begin-->(.{0,2000}?)<!--<\$\[\1\]>end-->", re.DOTALL)
_ENP = re.compile(r"<!--enpproperty(.{0,4000}?)/enpproperty-->", re.DOTALL)
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
_BLANKS = re.compile(r"[ \t\r\n\xa0]+")


@dataclass
class Page:
    """A page: blocks with their region, and what its tags say."""

    blocks: list[Block] = field(default_factory=list)
    properties: dict[str, str] = field(default_factory=dict)
    address: str | None = None
    is_marked: bool = False


def blocks_of_page(text: str) -> Page:
    """The `Page` in the text of an HTML file (or a fragment), however broken."""
    marked, is_marked = _with_marks(text)
    properties = _properties_of_comments(text)
    marked = re.sub(
        r"<\?xml[^>]*\?>|<!\[CDATA\[|\]\]>",
        "",
        re.sub(r"<!--.*?(?:-->|\Z)", "", marked, flags=re.DOTALL),
    )
    parser = html.HTMLParser(recover=True, remove_comments=True, remove_pis=True)
    try:
        root = html.document_fromstring(marked, parser=parser)
    except (etree.ParserError, ValueError):
        return Page(properties=properties)
    page = Page(properties=properties | _properties_of_head(root), address=_address(root))
    content = root.find(".//legacy-content") if is_marked else _content_element(root)
    page.is_marked = content is not None
    writer = _Writer(content)
    writer.walk(root.find("body") if root.find("body") is not None else root, 0)
    writer.flush()
    page.blocks = writer.blocks
    return page


def _with_marks(text: str) -> tuple[str, bool]:
    """The page with an element put around what its comments mark as the text."""
    for opening, closing in _MARKS:
        start = re.search(opening, text)
        ends = list(re.finditer(closing, text))
        if start and ends and ends[-1].start() - start.end() > 60:
            end = ends[-1]
            inner = text[start.end() : end.start()]
            return (
                f"{text[: start.start()]}<legacy-content>{inner}</legacy-content>{text[end.end() :]}",
                True,
            )
    return text, False


def _properties_of_comments(text: str) -> dict[str, str]:
    found: dict[Any, Any] = {}
    for name, value in _JCMS.findall(text):
        if (value := re.sub(r"<[^>]*>|&nbsp;", " ", value).strip()) and len(value) < 300:
            found.setdefault(re.sub(r"\(.*?\)", "", name), value)
    for block in _ENP.findall(text):
        for name, value in re.findall(r"<(\w+)>([^<]{1,300})</\1>", block):
            found.setdefault({"title": "标题", "date": "发布日期"}.get(name, name), value.strip())
    return found


def _properties_of_head(root: HtmlElement) -> dict[str, str]:
    found: dict[Any, Any] = {}
    for meta in root.iter("meta"):
        name, value = (
            (meta.get("name") or meta.get("property") or "").strip(),
            (meta.get("content") or "").strip(),
        )
        if name and value and len(value) < 600:
            found.setdefault(name.lower(), value)
    if (title := root.find(".//title")) is not None and title.text:
        found["<title>"] = _BLANKS.sub(" ", title.text).strip()
    return found


def _address(root: HtmlElement) -> str | None:
    for link in root.iter("link"):
        if (link.get("rel") or "") == "canonical" and (link.get("href") or "").startswith("http"):
            return link.get("href")
    for meta in root.iter("meta"):
        value = meta.get("content") or ""
        if (meta.get("name") or meta.get("property") or "").lower() in {
            "url",
            "og:url",
        } and value.startswith("http"):
            return value
    return None


def _content_element(root: HtmlElement) -> HtmlElement | None:
    for kind, names in _CONTENT:
        for element in _elements(root, kind, names):
            if element.tag in {"body", "html"}:
                continue
            if len(visible(element.text_content())) >= 60 or element.find(".//table") is not None:
                return element
    return None


def _elements(root: HtmlElement, kind: str, names: tuple[str, ...]) -> list[HtmlElement]:
    """Elements of these names, ids (whole or how they start) or classes, in the order of the page."""
    if kind == "element":
        return list(root.iter(*names))
    tests = {"id": "@id='{}'", "start": "starts-with(@id,'{}')", "class": "contains(@class,'{}')"}
    return root.xpath(f"//*[{' or '.join(tests[kind].format(name) for name in names)}]")


class _Writer:
    """Walks the tree and writes blocks."""

    def __init__(self, content: HtmlElement | None) -> None:
        self.content = content
        self.blocks: list[Any] = []
        self.parts: list[Any] = []
        self.links = 0
        self.region = 1 if content is None else 0
        self.level, self.in_link = 0, 0

    def flush(self) -> None:
        text = _BLANKS.sub(" ", "".join(self.parts)).strip()
        if text.strip("\u3000 "):
            level = self.level
            self.blocks.append(
                Block(
                    text,
                    region=self.region,
                    is_title=level == 1,
                    level=max(level, 0),
                    links=self.links,
                )
            )
        self.parts, self.links = [], 0

    def walk(self, element: Any, depth: int) -> None:
        """Write an element and what follows inside it."""
        if (
            not isinstance(element.tag, str)
            or element.tag in _GONE
            or _HIDDEN.search(element.get("style") or "")
        ):
            return
        if element is self.content:
            self.flush()
            self.region = 1
        breaks = element.tag in _BREAKS
        if breaks:
            self.flush()
        if element.tag == "table" and is_data_table(element):
            self._table(element)
        elif depth < MAX_DEPTH:
            self._inside(element, depth)
        if breaks:
            self.flush()
        if element is self.content:
            self.flush()
            self.region = 2

    def _inside(self, element: HtmlElement | FormElement, depth: int) -> None:
        is_heading = re.fullmatch(r"h[1-6]", element.tag)
        before = self.level
        self.level = int(element.tag[1]) if is_heading else self.level
        self.in_link += element.tag == "a"
        self._text(element.text)
        for child in element:
            self.walk(child, depth + 1)
            self._text(child.tail)
        self.in_link -= element.tag == "a"
        if is_heading:
            self.flush()
        self.level = before

    def _text(self, text: str | None) -> None:
        if text:
            self.parts.append(text)
            self.links += len(visible(text)) if self.in_link else 0

    def _table(self, table: HtmlElement) -> None:
        grid = grid_of(table)
        if any(cell.text for row in grid for cell in row):
            markup = etree.tostring(table, encoding="unicode", method="html", with_tail=False)
            self.blocks.append(Block(grid=grid, region=self.region, html=markup))


def is_data_table(table: HtmlElement) -> bool:
    """Whether a table holds data, and does not merely lay a page out."""
    if any(True for inner in table.iter("table") if inner is not table):
        return False
    cells = list(table.iter("td", "th"))
    if len(cells) < 4:
        return False
    long = sum(len(visible(cell.text_content())) > 300 for cell in cells)
    return long == 0 or (long * 10 <= len(cells) and len(cells) > 12)


def grid_of(table: HtmlElement) -> list[list[Cell]]:
    """The rows of a table as written, each its own cells."""
    rows = []
    for row in table.iter("tr"):
        cells = [
            _cell(cell) for cell in row if isinstance(cell.tag, str) and cell.tag in {"td", "th"}
        ]
        if cells:
            rows.append(cells)
    return rows


def _cell(element: HtmlElement) -> Cell:
    text = "".join(part for part in element.itertext())
    return Cell(
        _BLANKS.sub(" ", text).strip(" \u3000"),
        _span(element, "colspan"),
        _span(element, "rowspan"),
        element.tag == "th",
    )


def _span(element: HtmlElement, name: str) -> int:
    value = (element.get(name) or "1").strip()
    return min(int(value), 100) if value.isdigit() and int(value) > 0 else 1
