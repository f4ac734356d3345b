"""An original as a clerk compares it with what was recognised: its words in their order, and
nothing that could act.
"""

from documents.old_pages.reading import read_source
from documents.old_pages.result import RefusedError
from statutory.layouts import layouts_for

MAX_SHOWN = 300_000  # characters


def words_of(original):
    """The text of the original as it is read, page furniture included; a sentence in brackets where
    it has none.
    """
    if not original.content:
        return "（原件已依法删除，只保存它的校验码。）"
    try:
        source = read_source(original.read(), original.name)
    except RefusedError as error:
        return f"（{error}）"
    except OSError:
        return "（原件文件不存在，请联系技术人员。）"
    head = [source.address, source.caption, source.properties.get("<title>")]
    text = "\n".join([line for line in head if line] + [block.written for block in source.blocks])
    return (
        text
        if len(text) <= MAX_SHOWN
        else text[:MAX_SHOWN] + "\n（后面的文字没有显示，请下载原件查看。）"
    )


def tables_of(recognised):
    """[(title, columns, [(line, numbers)])] of the tables that were recognised."""
    shown = []
    for key, layout in layouts_for(recognised.get("regime") or "").items():
        rows = recognised["tables"].get(key)
        rows = [rows] if key == "c" and rows else rows
        if rows:
            lines = [(line.label, row) for line, row in zip(layout.lines, rows, strict=True)]
            shared = (
                layout.lines[0].columns if len({line.columns for line in layout.lines}) == 1 else ()
            )
            shown.append((layout.title, [column.label for column in shared], lines))
    if listed := recognised["tables"].get("list"):
        shown.append(
            (
                "政府信息公开情况统计表",
                ["单位", "统计数"],
                [(label, rest) for label, *rest in listed],
            )
        )
    return shown
