"""HTML: one file that needs no other, for reading without the portal and for keeping."""

import base64
from pathlib import Path
from typing import Any

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from documents.files.contents import FileContents, FileFacts

STYLE = Path(__file__).with_name("page.css")
_PAGE = (
    '<!doctype html>\n<html lang="zh-CN">\n<head>\n<meta charset="utf-8">\n'
    '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
    # What the file may do when it is opened from a disk: show itself.
    '<meta http-equiv="Content-Security-Policy" content="default-src \'none\'; style-src data:; img-src data:">\n'
    '<title>{title}</title>\n<meta name="sha256" content="sha256:{code}">\n<link rel="canonical" href="{address}">\n'
    '<link rel="stylesheet" href="{style}">\n</head>\n<body>\n'
    '<header class="masthead">{platform}</header>\n<main>\n{metadata}\n<article>\n<h1>{title}</h1>\n'
    '<p class="line">{line}</p>\n{body}\n</article>\n<footer aria-label="版本">\n{imprint}\n</footer>\n</main>\n</body>\n</html>\n'
)
_ELEMENTS = {"b": "strong", "i": "em", "u": "u", "del": "del", "sub": "sub", "sup": "sup"}


def write_html(document: FileContents, edition: FileFacts) -> bytes:
    """The document as one HTML file: style and pictures inside, no script."""
    style = base64.b64encode(STYLE.read_bytes()).decode()
    page = format_html(
        _PAGE,
        title=document.title,
        address=edition.facts["address"],
        code=edition.code,
        style=f"data:text/css;base64,{style}",
        platform=document.platform,
        metadata=_facts(document.metadata),
        line=format_html_join(" ", "<span>{}</span>", ((part,) for part in document.line)),
        body=_blocks(document.blocks),
        imprint=_facts(document.imprint),
    )
    return page.encode()


def _facts(rows: list[tuple[str, str]]) -> SafeString:
    return format_html(
        "<dl>{}</dl>", format_html_join("", "<div><dt>{}</dt><dd>{}</dd></div>", rows)
    )


def _blocks(blocks: list[dict[str, Any]]) -> SafeString:
    return format_html_join("\n", "{}", ((_block(block),) for block in blocks))


def _block(block: dict[str, Any]) -> SafeString:
    kind = block["t"]
    if kind == "p":
        return format_html(_paragraph_of(block), _inlines(block["c"]))
    if kind == "h":
        return format_html("<h{0}>{1}</h{0}>", block["level"], _inlines(block["c"]))
    if kind == "list":
        items = format_html_join("", "<li>{}</li>", ((_blocks(item),) for item in block["items"]))
        return (
            format_html('<ol start="{}">{}</ol>', block["start"], items)
            if block["ordered"]
            else _ul(items)
        )
    if kind == "quote":
        return format_html("<blockquote>{}</blockquote>", _blocks(block["c"]))
    return _table(block) if kind == "table" else format_html("<hr>{}", "")


def _ul(items: SafeString) -> SafeString:
    return format_html("<ul>{}</ul>", items)


def _paragraph_of(block: dict[str, Any]) -> str:
    if all("img" in run for run in block["c"]):
        return '<p class="picture">{}</p>'
    kind = block.get("kind")
    return f'<p class="{kind}">{{}}</p>' if kind in {"dt", "dd", "figcaption"} else "<p>{}</p>"


def _inlines(runs: list[dict[str, Any]]) -> SafeString:
    return format_html_join("", "{}", ((_inline(run),) for run in runs))


def _inline(run: dict[str, Any]) -> SafeString:
    if run.get("br"):
        return format_html("<br>{}", "")
    if "img" in run:
        return _picture(run["img"])
    made = format_html("{}", run["s"])
    for mark in run["m"]:
        made = format_html("<{0}>{1}</{0}>", _ELEMENTS[mark], made)
    return (
        format_html('<a href="{}" rel="noopener noreferrer">{}</a>', run["href"], made)
        if run.get("href")
        else made
    )


def _picture(picture: dict[str, Any]) -> SafeString:
    kind = "jpeg" if picture["kind"] == "jpg" else picture["kind"]
    data = base64.b64encode(picture["bytes"]).decode()
    return format_html(
        '<img alt="{}" width="{}" height="{}" src="data:image/{};base64,{}">',
        picture["alt"],
        picture["width"],
        picture["height"],
        kind,
        data,
    )


def _table(block: dict[str, Any]) -> SafeString:
    caption = (
        format_html("<caption>{}</caption>", _blocks(block["caption"])) if block["caption"] else ""
    )
    head = _rows(block, 0, block["head"])
    head = format_html("<thead>{}</thead>", head) if head else ""
    body = _rows(block, block["head"], block["rows"])
    # Scrolled with the keyboard too, where a wide table meets a narrow screen.
    frame = '<div class="wide" role="group" tabindex="0" aria-label="表格"><table>{}{}<tbody>{}</tbody></table></div>'
    return format_html(frame, caption, head, body)


def _rows(block: dict[str, Any], first: int, last: int) -> SafeString:
    rows: list[Any] = [[] for _ in range(first, last)]
    for cell in block["cells"]:
        if first <= cell["y"] < last:
            rows[cell["y"] - first].append((_cell(cell, block["head"]),))
    return format_html_join("", "<tr>{}</tr>", ((format_html_join("", "{}", row),) for row in rows))


def _cell(cell: dict[str, Any], head: int) -> SafeString:
    spans = [
        (name, cell[key]) for name, key in (("colspan", "w"), ("rowspan", "h")) if cell[key] > 1
    ]
    attributes = format_html_join("", ' {}="{}"', spans)
    if not cell["head"]:
        return format_html("<td{}>{}</td>", attributes, _inside(cell["c"]))
    across, down = (
        ("colgroup" if cell["w"] > 1 else "col"),
        ("rowgroup" if cell["h"] > 1 else "row"),
    )
    scope = across if cell["y"] < head else down
    return format_html('<th{} scope="{}">{}</th>', attributes, scope, _inside(cell["c"]))


def _inside(blocks: list[dict[str, Any]]) -> SafeString:
    """A cell with one paragraph needs no element for it."""
    if len(blocks) == 1 and blocks[0]["t"] == "p":
        return _inlines(blocks[0]["c"])
    return _blocks(blocks)
