"""pandoc's document tree written as the HTML a body may hold, one piece a block.

A writer of our own, because pandoc's gives ids, classes, widths and linked footnotes that the
sanitiser would take away again, leaving notes without numbers.
"""

from dataclasses import dataclass
from html import escape
from typing import Any

from documents.intake.pictures import Pictures

_MARKS = {
    "Emph": "em", "Strong": "strong", "Underline": "u", "Strikeout": "del", "Superscript": "sup", "Subscript": "sub",
}  # fmt: skip
_LOST = {"chart", "diagram"}  # placeholders of the converter, not words of the document


@dataclass(frozen=True)
class Piece:
    """One block. `kind`: p, h (a heading Word knows, with `level`), table, or other; `inner` is set
    for p and h.
    """

    kind: str
    text: str
    html: str
    inner: str = ""
    level: int = 0

    @property
    def lines(self) -> list[str]:
        """Its text by lines; those of a table are its cells' paragraphs."""
        return [line.strip() for line in self.text.split("\n") if line.strip()]


class Writer:
    """Writes blocks; gathers notes (numbered through) and pictures on the way."""

    def __init__(self, pictures: Pictures) -> None:
        self._pictures = pictures
        self.notes: list[Any] = []
        self.has_formulas = False

    def pieces(self, blocks: list[dict[str, Any]]) -> list[Piece]:
        """The top-level blocks; quotations are only indented paragraphs in an official document, so
        they open up.
        """
        found = []
        for block in blocks:
            kind: str = block["t"]
            content: Any = block.get("c")
            if kind in {"BlockQuote", "Div"}:
                found += self.pieces(content if kind == "BlockQuote" else content[1])
            elif kind in {"Para", "Plain"}:
                found += self._paragraph(content)
            elif kind == "Header":
                inner = self.inlines(content[2], is_heading=True).strip()
                found.append(Piece("h", plain_text(content[2]), inner, inner, content[0]))
            else:
                found.append(Piece(kind.lower(), block_text(block), self.block(block)))
        return [piece for piece in found if piece.html]

    def _paragraph(self, inlines: list[dict[str, Any]]) -> list[Piece]:
        inner = self.inlines(inlines).strip()
        return [Piece("p", plain_text(inlines), f"<p>{inner}</p>", inner)] if inner else []

    def note_paragraphs(self) -> str:
        """The footnotes, for the end of the body."""
        return "".join(
            f"<p>[{number}] {html}</p>" for number, (html, _) in enumerate(self.notes, 1)
        )

    def blocks(self, blocks: list[Any]) -> str:
        """Several blocks inside another."""
        return "".join(self.block(block) for block in blocks)

    def block(self, block: dict[str, Any]) -> str:
        """One block as HTML."""
        write = getattr(self, f"_block_{block['t'].lower()}", None)
        return write(block["c"]) if write else ""

    def _block_para(self, content: Any) -> Any:
        inner = self.inlines(content).strip()
        return f"<p>{inner}</p>" if inner else ""

    def _block_plain(self, content: Any) -> Any:
        return self._block_para(content)

    def _block_header(self, content: Any) -> str:
        return f"<p><strong>{self.inlines(content[2], is_heading=True)}</strong></p>"

    def _block_blockquote(self, content: Any) -> Any:
        return self.blocks(content)

    def _block_div(self, content: Any) -> Any:
        return self.blocks(content[1])

    def _block_lineblock(self, content: Any) -> str:
        return f"<p>{'<br>'.join(self.inlines(line) for line in content)}</p>"

    def _block_codeblock(self, content: Any) -> str:
        return f"<p>{escape(content[1], quote=False).replace(chr(10), '<br>')}</p>"

    def _block_horizontalrule(self, _content: Any = None) -> str:
        return "<hr>"

    def _block_bulletlist(self, items: list[list[dict[str, Any]]]) -> str:
        return f"<ul>{''.join(f'<li>{self._unwrapped(item)}</li>' for item in items)}</ul>"

    def _block_orderedlist(self, content: list[list[Any]]) -> str:
        (start, *_), items = content
        attribute = f' start="{start}"' if start != 1 else ""
        return (
            f"<ol{attribute}>{''.join(f'<li>{self._unwrapped(item)}</li>' for item in items)}</ol>"
        )

    def _block_definitionlist(self, content: Any) -> str:
        entries = (
            f"<dt>{self.inlines(term)}</dt>{''.join(f'<dd>{self._unwrapped(one)}</dd>' for one in definitions)}"
            for term, definitions in content
        )
        return f"<dl>{''.join(entries)}</dl>"

    def _block_figure(self, content: Any) -> Any:
        caption, inner = self.blocks(content[1][1]), self.blocks(content[2])
        return inner + caption

    def _block_table(self, content: list[list[Any]]) -> str:
        _, caption, _, head, bodies, foot = content
        head_rows = head[1]
        body_rows = [row for body in bodies for row in (*body[2], *body[3])] + foot[1]
        html = self._unwrapped(caption[1]) and f"<caption>{self._unwrapped(caption[1])}</caption>"
        if head_rows:
            html += f"<thead>{''.join(self._row(row, 'th') for row in head_rows)}</thead>"
        if body_rows:
            html += f"<tbody>{''.join(self._row(row, 'td') for row in body_rows)}</tbody>"
        return f"<table>{html}</table>"

    def _row(self, row: list[Any], tag: str) -> str:
        return f"<tr>{''.join(self._cell(cell, tag) for cell in row[1])}</tr>"

    def _cell(self, cell: list[Any], tag: str) -> str:
        _, _, rows, columns, blocks = cell
        scope = f' scope="{"colgroup" if columns > 1 else "col"}"' if tag == "th" else ""
        spans = (f' colspan="{columns}"' if columns > 1 else "") + (
            f' rowspan="{rows}"' if rows > 1 else ""
        )
        return f"<{tag}{spans}{scope}>{self._unwrapped(blocks)}</{tag}>"

    def _unwrapped(self, blocks: list[dict[str, Any]]) -> str:
        """Blocks of a cell or list item; a single paragraph needs no <p>, and one before a nested
        list neither.
        """
        if (
            blocks
            and blocks[0]["t"] in {"Para", "Plain"}
            and not any(b["t"] in {"Para", "Plain"} for b in blocks[1:])
        ):
            return self.inlines(blocks[0]["c"]).strip() + self.blocks(blocks[1:])
        return self.blocks(blocks)

    def inlines(self, inlines: list[dict[str, Any]], *, is_heading: bool = False) -> str:
        """Text with its marks; a heading is printed by its level, so bold and the like are dropped
        from it.
        """
        parts = []
        for inline in inlines:
            kind: str = inline["t"]
            content: Any = inline.get("c")
            if tag := _MARKS.get(kind):
                inner = self.inlines(content, is_heading=is_heading)
                is_kept = inner.strip() and (not is_heading or tag in {"sup", "sub"})
                parts.append(f"<{tag}>{inner}</{tag}>" if is_kept else inner)
            elif kind in {"SmallCaps", "Span", "Quoted", "Cite"}:
                is_placeholder = kind == "Span" and _LOST & set(content[0][1])
                parts.append(
                    "" if is_placeholder else self.inlines(_inner(inline), is_heading=is_heading)
                )
            elif kind == "LineBreak":
                parts.append("" if is_heading else "<br>")
            elif write := getattr(self, f"_inline_{kind.lower()}", None):
                parts.append(write(content))
            else:
                parts.append(escape(plain_text([inline]), quote=False))
        return "".join(parts)

    def _inline_math(self, content: Any) -> Any:
        self.has_formulas = True
        return escape(content[1], quote=False)

    def _inline_link(self, content: Any) -> Any:
        _, inlines, (address, _title) = content
        inner = self.inlines(inlines)
        return (
            f'<a href="{escape(address)}">{inner}</a>'
            if address.startswith(("http:", "https:", "mailto:"))
            else inner
        )

    def _inline_image(self, content: list[list[Any]]) -> str:
        _, inlines, (target, _title) = content
        picture, alt = self._pictures.take(target, plain_text(inlines))
        if picture is None:
            return ""
        return f'<img src="/attachments/{picture.id}/{picture.name}" alt="{escape(alt)}">'

    def _inline_note(self, blocks: list[dict[str, Any]]) -> str:
        number = len(self.notes) + 1
        self.notes.append(("", ""))
        inner = "<br>".join(
            self.inlines(block["c"]).strip() for block in blocks if block["t"] in {"Para", "Plain"}
        )
        inner += self.blocks([block for block in blocks if block["t"] not in {"Para", "Plain"}])
        self.notes[number - 1] = (inner, "\n".join(block_text(block) for block in blocks).strip())
        return f"<sup>[{number}]</sup>"


def _inner(inline: dict[str, Any]) -> Any:
    """The inlines inside an inline that only wraps."""
    content = inline["c"]
    return content if inline["t"] == "SmallCaps" else content[1]


def plain_text(inlines: list[Any]) -> str:
    """The characters of inlines; notes and pictures are none."""
    parts = []
    for inline in inlines:
        kind: str = inline["t"]
        content: Any = inline.get("c")
        if kind == "Str":
            parts.append(content)
        elif kind in {"Space", "SoftBreak"}:
            parts.append(" ")
        elif kind == "LineBreak":
            parts.append("\n")
        elif kind in {"Code", "Math", "RawInline"}:
            parts.append(content[1])
        elif kind in _MARKS or kind == "SmallCaps":
            parts.append(plain_text(content))
        elif kind in {"Span", "Quoted", "Cite", "Link"}:
            parts.append(plain_text(content[1]))
    return "".join(parts)


def block_text(node: Any) -> str:
    """The characters of a block, a line for every paragraph in it."""
    if isinstance(node, dict):
        kind = node.get("t")
        if kind in {"Para", "Plain"}:
            return plain_text(node["c"]) + "\n"
        if kind == "Header":
            return plain_text(node["c"][2]) + "\n"
        return block_text(node.get("c"))
    return "".join(block_text(one) for one in node) if isinstance(node, list) else ""
