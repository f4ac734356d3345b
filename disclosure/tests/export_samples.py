"""Bodies as organs publish them, for the tests of files: the tables of the statutory form, lists,
pictures, rare characters.
"""

import struct
import zlib

COLUMNS = ["自然人", "商业企业", "科研机构", "社会公益组织", "法律服务机构", "其他", "总计"]
REFUSED = ["属于国家秘密", "其他法律行政法规禁止公开", "危及“三安全一稳定”", "保护第三方合法权益", "属于三类内部事务信息",
           "属于四类过程性信息", "属于行政执法案卷", "属于行政查询事项"]  # fmt: skip
NOT_THERE = ["本机关不掌握相关政府信息", "没有现成信息需要另行制作", "补正后申请内容仍不明确"]
NOT_HANDLED = [
    "信访举报投诉类申请",
    "重复申请",
    "要求提供公开出版物",
    "无正当理由大量反复申请",
    "要求行政机关确认或重新出具已获取信息",
]
OTHERWISE = [
    "申请人无正当理由逾期不补正、行政机关不再处理其政府信息公开申请",
    "申请人逾期未按收费通知要求缴纳费用、行政机关不再处理其政府信息公开申请",
    "其他",
]
NOTE = "（本列数据的勾稽关系为：第一项加第二项之和，等于第三项加第四项之和）"
RESULTS = ["结果维持", "结果纠正", "其他结果", "尚未审结", "总计"]


def numbers(row, count=7):
    """Seven figures, different in every row, so that a lost or moved one is noticed."""
    return "".join(f"<td>{row * 10 + column}</td>" for column in range(count))


def _group(title, entries, first):
    rows = []
    for place, entry in enumerate(entries):
        lead = f'<td rowspan="{len(entries)}">{title}</td>' if place == 0 else ""
        rows.append(f"<tr>{lead}<td>{place + 1}.{entry}</td>{numbers(first + place)}</tr>")
    return rows


def table_b():
    """收到和处理政府信息公开申请情况 (2021 form): 25 rows by 7 figures under a head of three rows."""
    names = "".join(f"<td>{name}</td>" for name in COLUMNS[1:6])
    rows = [
        f'<tr><td colspan="3" rowspan="3">{NOTE}</td><td colspan="7">申请人情况</td></tr>',
        '<tr><td rowspan="2">自然人</td><td colspan="5">法人或其他组织</td><td rowspan="2">总计</td></tr>',
        f"<tr>{names}</tr>",
        f'<tr><td colspan="3">一、本年新收政府信息公开申请数量</td>{numbers(1)}</tr>',
        f'<tr><td colspan="3">二、上年结转政府信息公开申请数量</td>{numbers(2)}</tr>',
        f'<tr><td rowspan="22">三、本年度办理结果</td><td colspan="2">（一）予以公开</td>{numbers(3)}</tr>',
        f'<tr><td colspan="2">（二）部分公开（区分处理的，只计这一情形，不计其他情形）</td>{numbers(4)}</tr>',
        *_group("（三）不予公开", REFUSED, 5),
        *_group("（四）无法提供", NOT_THERE, 13),
        *_group("（五）不予处理", NOT_HANDLED, 16),
        *_group("（六）其他处理", OTHERWISE, 21),
        f'<tr><td colspan="2">（七）总计</td>{numbers(24)}</tr>',
        f'<tr><td colspan="3">四、结转下年度继续办理</td>{numbers(25)}</tr>',
    ]
    return f"<table><tbody>{''.join(rows)}</tbody></table>"


def table_c():
    """行政复议、行政诉讼: fifteen figures under a head of three rows."""
    five = "".join(f'<th rowspan="2">{result}</th>' for result in RESULTS)
    ten = "".join(f"<th>{result}</th>" for result in RESULTS * 2)
    return (
        '<table><thead><tr><th colspan="5">行政复议</th><th colspan="10">行政诉讼</th></tr>'
        f'<tr>{five}<th colspan="5">未经复议直接起诉</th><th colspan="5">复议后起诉</th></tr><tr>{ten}</tr></thead>'
        f"<tbody><tr>{numbers(1, 15)}</tr></tbody></table>"
    )


RICH = (
    "<p>开头一段，含<strong>着重</strong>、<em>强调</em>、<u>下划线</u>、<del>删去</del>、CO<sub>2</sub>、m<sup>2</sup>，"
    '以及<a href="https://www.gov.cn/政策/?a=1&amp;b=2">一个链接</a>和<a href="/guide/">站内链接</a>。</p>'
    "<h2>一、标题</h2><p>第一行<br>第二行。罕见字：㐂、龘、𠮷；方框☐☑，箭头→，单位㎡。</p>"
    '<ul><li>甲</li><li>乙<ol start="3"><li>乙之三</li><li>乙之四</li></ol></li></ul>'
    "<blockquote><p>引用的话。</p></blockquote><dl><dt>术语</dt><dd>它的解释</dd></dl><hr>"
    "<table><caption>表一 收费</caption><thead><tr><th>项目</th><th>金额（万元）</th></tr></thead>"
    '<tbody><tr><th scope="row">行政事业性收费</th><td>72701.2578</td></tr></tbody></table>'
)


def png(width=40, height=20, colour=(168, 39, 27)):
    """A real PNG of one colour."""

    def chunk(kind, data):
        return (
            struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        )

    rows = (b"\0" + bytes(colour) * width) * height
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"IDAT", zlib.compress(rows))
        + chunk(b"IEND", b"")
    )
