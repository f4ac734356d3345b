"""Statutory tables and pages of older portals, written the ways they are met: for the tests of the
importer.
"""

from html import escape

from statutory.layout import Role
from statutory.layouts import layouts_for


def value_of(tables, key, cell):
    """The number of a cell as the page prints it; a blank where there is none."""
    number = tables[key][cell.line][cell.place]
    return "" if number is None else str(number)


def grid(tables, regime, key):
    """[(cell, text)] rows of a table of the form."""
    layout = layouts_for(regime)[key]
    for row in layout.grid:
        yield [
            (cell, value_of(tables, key, cell) if cell.role == Role.VALUE else cell.text)
            for cell in row
        ]


def as_html(tables, regime, key):
    """A table with its spans, as editors of portals write it."""
    rows = []
    for row in grid(tables, regime, key):
        cells = "".join(
            f'<td colspan="{cell.colspan}" rowspan="{cell.rowspan}"><p><span>{escape(text) or "&nbsp;"}</span></p></td>'
            for cell, text in row
        )
        rows.append(f"<tr>{cells}</tr>")
    return f'<table border="1"><tbody>{"".join(rows)}</tbody></table>'


def as_pipes(tables, regime, key):
    """A line a row, cells ended by bars: what text extractors make of a table; spans leave empty
    cells behind them.
    """
    return "\n".join(
        " | ".join(text for _, text in row) + " |" for row in grid(tables, regime, key)
    )


def as_pipes_with_spans(tables, regime, key):
    """The same, with an empty cell for every column a cell spans."""
    rows = (
        [text + " |" * (cell.colspan - 1) for cell, text in row]
        for row in grid(tables, regime, key)
    )
    return "\n".join(" | ".join(row) + " |" for row in rows)


def as_cells(tables, regime, key):
    """A line a cell."""
    return "\n".join(text or " " for row in grid(tables, regime, key) for _, text in row)


def as_cells_with_bars(tables, regime, key):
    """A line a cell, each ended by a bar."""
    return "\n".join(f"{text} |" for row in grid(tables, regime, key) for _, text in row)


def as_cells_and_bars(tables, regime, key):
    """A line a cell, and a line with nothing but a bar behind it; labels broken in the cell."""
    cells = [text for row in grid(tables, regime, key) for _, text in row]
    return "\n".join(text.replace("商业企业", "商业\n企业") + "\n|" for text in cells)


def as_tabs(tables, regime, key):
    """A line a row, cells apart by tabs: copied from a word processor."""
    return "\n".join("\t".join(text for _, text in row) for row in grid(tables, regime, key))


def as_columns(tables, regime, key):
    """Cells apart by runs of blanks and long labels broken over lines, as text is taken out of a
    PDF.
    """
    lines = []
    for row in grid(tables, regime, key):
        labels = [text for cell, text in row if cell.role != Role.VALUE]
        numbers = "     ".join(text for cell, text in row if cell.role == Role.VALUE)
        label = "   ".join(labels)
        if numbers and len(label) > 18:
            lines += [f"      {label[:14]}", f"              {numbers}", f"      {label[14:]}"]
        else:
            lines.append(f"{label}          {numbers}")
        lines.append("")
    return "\n".join(lines)


TEXT_STYLES = (
    as_pipes,
    as_pipes_with_spans,
    as_cells_with_bars,
    as_cells_and_bars,
    as_tabs,
    as_cells,
    as_columns,
)
KEEPING_BLANKS = (
    as_pipes,
    as_pipes_with_spans,
    as_cells_and_bars,
    as_tabs,
)  # styles in which the place of a blank can be told


def report_text(tables, regime, style, *, year, organ="示例县人民政府办公室"):
    """A report as plain text with its tables in a style."""
    a, b, c = (style(tables, regime, key) for key in "abc")
    return f"""{organ}{year}年政府信息公开工作年度报告

本年度报告根据《中华人民共和国政府信息公开条例》编制，所列数据的统计期限自{year}年1月1日至{year}年12月31日。
一、总体情况
{year}年，本机关坚持以公开为常态、不公开为例外，主动公开政府信息120条，收到申请3件，均已按期答复。
二、主动公开政府信息情况
{a}
三、收到和处理政府信息公开申请情况
{b}
四、政府信息公开行政复议、行政诉讼情况
{c}
五、存在的主要问题及改进情况
公开的深度还不够，下一步将加强培训。
六、其他需要报告的事项
无。
"""


def report_page(tables, regime, *, year, organ="示例县人民政府办公室"):
    """The same as a fragment of HTML."""
    text = report_text(tables, regime, as_html, year=year, organ=organ)
    return "".join(
        line if line.startswith("<table") else f"<p>{line}</p>\n"
        for line in text.split("\n")
        if line
    )


# --- Pages of the systems
#   ------------------------------------------------------------------------------------------------
TITLE = "示例县人民政府办公室关于印发示例县突发事件总体应急预案的通知"
BODY = (
    "各乡镇人民政府，县直各单位：",
    "《示例县突发事件总体应急预案》已经县政府同意，现印发给你们，请认真组织实施。",
    "一、总则",
    "为提高处置突发事件的能力，最大限度预防和减少突发事件造成的损害，制定本预案。",
    "二、组织体系",
    "县政府设立突发事件应急委员会，负责统一领导全县突发事件应对工作。",
    "示例县人民政府办公室",
    "2021年3月2日",
)
FIELDS = {
    "索引号": "000000000/2021-00012",
    "主题分类": "综合政务\\应急管理",
    "发布机构": "示例县人民政府办公室",
    "成文日期": "2021-03-02",
    "标题": TITLE,
    "发文字号": "示政办发〔2021〕5号",
    "发布日期": "2021-03-05",
    "有效性": "有效",
}


def _paragraphs():
    return "".join(f'<p style="text-indent:2em"><span>{line}</span></p>' for line in BODY)


def _table_block():
    names = list(FIELDS)
    rows = ""
    for left, right in zip(names[::2], names[1::2], strict=True):
        rows += f"<tr><td><b>{left[0]} {left[1:]}：</b></td><td>{FIELDS[left]}</td>"
        rows += f"<td><b>{right}：</b></td><td>{FIELDS[right]}</td></tr>"
    return f'<table class="xxgk_table">{rows}</table>'


def _list_block():
    return (
        "<ul>"
        + "".join(
            f"<li><span>{name}：</span><span>{value}</span></li>" for name, value in FIELDS.items()
        )
        + "</ul>"
    )


_NAVIGATION = "".join(
    f'<li><a href="/{n}/">{name}</a></li>'
    for n, name in enumerate(("首页", "政务公开", "办事服务", "互动交流", "数据开放"))
)
_TRAIL = '您当前的位置：<a href="/">首页</a> &gt; <a href="/a/">政务公开</a> &gt; <a href="/b/">应急预案</a>'
_FOOT = "<div>主办：示例县人民政府办公室　网站标识码：0000000001　京ICP备00000000号</div><div>网站地图 | 联系我们</div>"


def _page(content, *, before="", head="", block=""):
    return (
        f'<!DOCTYPE html><html><head><meta charset="utf-8"><title>{TITLE}-示例县人民政府</title>{head}</head><body>'
        f"<ul>{_NAVIGATION}</ul><div>{_TRAIL}</div>{block}{before}{content}{_FOOT}</body></html>"
    )


def jcms():
    """大汉 JCMS."""
    content = f'<div class="article_zoom" id="zoom"><!--<$[信息内容]>begin-->{_paragraphs()}<!--<$[信息内容]>end--></div>'
    under = (
        "<div>发布日期：2021-03-05　浏览次数：<script>count()</script>　字号：[ 大 中 小 ]</div>"
    )
    return (
        _page(content, before=f"<h1>{TITLE}</h1>{under}", block=_table_block())
        + "<!-- Produced By 大汉网络 大汉版通发布系统 -->"
    )


def jpaas():
    """大汉 JPAAS."""
    head = f'<meta name="ArticleTitle" content="{TITLE}"><meta name="PubDate" content="2021-03-05 10:00">'
    head += '<link rel="canonical" href="http://www.example.gov.cn/art/2021/art_0123456789abcdef0123456789abcdef.html">'
    return _page(
        f'<div class="article-content">{_paragraphs()}</div>', head=head, block=_list_block()
    )


def trs():
    """TRS WCM."""
    head = (
        '<link rel="canonical" href="http://www.example.gov.cn/zwgk/202103/t20210305_1202625.html">'
    )
    content = f'<div class="TRS_Editor"><div class="Custom_UnionStyle">{_paragraphs()}</div></div>'
    return _page(
        content,
        head=head,
        before=f"<h2>{TITLE}</h2><p>2021-03-05 09:00　来源：县政府办</p>",
        block=_table_block(),
    )


def vsb():
    """博达 VSB."""
    content = f'<form><div id="vsb_content"><div class="v_news_content">{_paragraphs()}</div></div></form>'
    return _page(content, before=f"<h1>{TITLE}</h1>", block=_list_block())


def gkmlpt():
    """广东 gkmlpt."""
    head = '<link rel="canonical" href="http://www.example.gov.cn/gkmlpt/content/0/508/post_508890.html">'
    return _page(
        f'<div class="content"><div class="article-content">{_paragraphs()}</div></div>',
        head=head,
        block=_table_block(),
    )


def lonsun():
    """安徽龙讯."""
    head = '<link rel="canonical" href="http://www.example.gov.cn/openness/detail/content/604a0b0c7f8b9a0d0e8b4567.html">'
    return _page(
        f'<div class="j-fontContent">{_paragraphs()}</div>',
        head=head,
        before=f"<h1>{TITLE}</h1>",
        block=_table_block(),
    )


def unknown():
    """A page no system signs, its text in nothing but paragraphs."""
    return _page(f"<div><h1>{TITLE}</h1>{_paragraphs()}</div>", block=_table_block())


SYSTEMS = {
    "jcms": jcms,
    "jpaas": jpaas,
    "trs": trs,
    "vsb": vsb,
    "gkmlpt": gkmlpt,
    "lonsun": lonsun,
    None: unknown,
}
