"""Tables of the demonstration's bodies: plain ones, and the three of an annual report in the form of 〔2021〕30号."""

from django.utils.html import escape

APPLICANTS = ("商业企业", "科研机构", "社会公益组织", "法律服务机构", "其他")
OUTCOMES = ("结果维持", "结果纠正", "其他结果", "尚未审结", "总计")
NOTE = "（本列数据的勾稽关系为：第一项加第二项之和，等于第三项加第四项之和）"
# Rows of 办理结果: (group, rows); a group of one row has no rows of its own.
RESULTS = (
    ("（一）予以公开", ()),
    ("（二）部分公开（区分处理的，只计这一情形，不计其他情形）", ()),
    (
        "（三）不予公开",
        (
            "1.属于国家秘密", "2.其他法律行政法规禁止公开", "3.危及“三安全一稳定”", "4.保护第三方合法权益",
            "5.属于三类内部事务信息", "6.属于四类过程性信息", "7.属于行政执法案卷", "8.属于行政查询事项",
        ),
    ),
    ("（四）无法提供", ("1.本机关不掌握相关政府信息", "2.没有现成信息需要另行制作", "3.补正后申请内容仍不明确")),
    (
        "（五）不予处理",
        (
            "1.信访举报投诉类申请", "2.重复申请", "3.要求提供公开出版物", "4.无正当理由大量反复申请",
            "5.要求行政机关确认或重新出具已获取信息",
        ),
    ),
    (
        "（六）其他处理",
        (
            "1.申请人无正当理由逾期不补正、行政机关不再处理其政府信息公开申请",
            "2.申请人逾期未按收费通知要求缴纳费用、行政机关不再处理其政府信息公开申请",
            "3.其他",
        ),
    ),
    ("（七）总计", ()),
)  # fmt: skip


def render_table(record):
    """The HTML of a table written as data: `{"proactive": …}`, `{"applications": …}`, `{"disputes": …}`, `{"rows": …}`."""
    if "proactive" in record:
        return _proactive(record["proactive"])
    if "applications" in record:
        return _applications(record["applications"])
    if "disputes" in record:
        return _disputes(record["disputes"])
    return _plain(record.get("caption", ""), record["head"], record["rows"])


def _cell(tag, text, **spans):
    attributes = "".join(f' {name}="{value}"' for name, value in spans.items() if value not in (1, ""))
    return f"<{tag}{attributes}>{escape(str(text))}</{tag}>"


def _row(*cells):
    return f"<tr>{''.join(cells)}</tr>"


def _head(text, colspan=1, rowspan=1):
    return _cell("th", text, colspan=colspan, rowspan=rowspan, scope="colgroup" if colspan > 1 else "col")


def _side(text, colspan=1, rowspan=1):
    return _cell("th", text, colspan=colspan, rowspan=rowspan, scope="rowgroup" if rowspan > 1 else "row")


def _numbers(numbers):
    return "".join(_cell("td", number) for number in numbers)


def _table(caption, head, body):
    caption = f"<caption>{escape(caption)}</caption>" if caption else ""
    return f"<table>{caption}<thead>{head}</thead><tbody>{body}</tbody></table>"


def _plain(caption, head, rows):
    body = "".join(_row(_side(row[0]), _numbers(row[1:])) for row in rows)
    return _table(caption, _row(*map(_head, head)), body)


def _proactive(record):
    """Table A: four small tables, one for each item of Art. 20 it counts."""
    one = ("信息内容", "本年制发件数", "本年废止件数", "现行有效件数")
    many = ("信息内容", "本年处理决定数量")
    return "".join(
        _plain(f"第二十条第（{item}）项", head, rows)
        for item, head, rows in (
            ("一", one, [["规章", *record["rules"]], ["行政规范性文件", *record["documents"]]]),
            ("五", many, [["行政许可", record["licences"]]]),
            ("六", many, [["行政处罚", record["penalties"]], ["行政强制", record["coercion"]]]),
            ("八", ("信息内容", "本年收费金额（单位：万元）"), [["行政事业性收费", record["fees"]]]),
        )
    )


def _applications(rows):
    """Table B: 25 rows of seven numbers (自然人, five kinds of organisations, 总计)."""
    numbers = iter(rows)
    head = (
        _row(_cell("td", NOTE, colspan=3, rowspan=3), _head("申请人情况", colspan=7))
        + _row(_head("自然人", rowspan=2), _head("法人或其他组织", colspan=5), _head("总计", rowspan=2))
        + _row(*map(_head, APPLICANTS))
    )
    body = _row(_side("一、本年新收政府信息公开申请数量", colspan=3), _numbers(next(numbers)))
    body += _row(_side("二、上年结转政府信息公开申请数量", colspan=3), _numbers(next(numbers)))
    first = _side("三、本年度办理结果", rowspan=22)
    for group, names in RESULTS:
        if not names:
            body += _row(first, _side(group, colspan=2), _numbers(next(numbers)))
            first = ""
        for place, name in enumerate(names):
            group_cell = _side(group, rowspan=len(names)) if place == 0 else ""
            body += _row(group_cell, _side(name), _numbers(next(numbers)))
    body += _row(_side("四、结转下年度继续办理", colspan=3), _numbers(next(numbers)))
    return _table("收到和处理政府信息公开申请情况", head, body)


def _disputes(numbers):
    """Table C: one row of fifteen numbers."""
    head = (
        _row(_head("行政复议", colspan=5), _head("行政诉讼", colspan=10))
        + _row(*(_head(name, rowspan=2) for name in OUTCOMES), _head("未经复议直接起诉", 5), _head("复议后起诉", 5))
        + _row(*map(_head, OUTCOMES + OUTCOMES))
    )
    return _table("政府信息公开行政复议、行政诉讼情况", head, _row(_numbers(numbers)))
