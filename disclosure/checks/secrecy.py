"""密级 and weaker marks, wherever the public would read them: title, fields, texts, files, file
names, and what the reader of a Word file saw in its head and foot (条例 Arts. 14 and 17).
"""

from disclosure.checks.finding import Finding, Level, Settled
from disclosure.checks.registry import check
from documents.customs.secrecy import Secrecy, find_marks
from documents.html.places import Excerpt

STATE = "secrecy-mark"
CODES = {
    Secrecy.STATE: STATE,
    Secrecy.QUOTED: "secrecy-mark-quoted",
    Secrecy.INTERNAL: "internal-mark",
}
MESSAGES = {
    Secrecy.STATE: (
        "标有密级“{}”。涉密信息不得公开（《条例》第十四条），写明理由也不能保留，也不能直接公开。没有解密的，请停止办理，按保密规定报告；"
        "已经解密的，由另一位审核员在“检查”页登记解密决定。"
    ),
    Secrecy.QUOTED: (
        "引号里有密级“{}”。只是行文中提到的，由审核员写明理由后保留；是这份文件自己的密级的，不得公开。"
    ),
    Secrecy.INTERNAL: (
        "标有“{}”。请核对是否可以公开；可以公开的，由审核员写明理由后保留，或者按规定取消这个标志后再公开。"
    ),
}
_SETTLED = {
    Secrecy.STATE: Settled.DECLASSIFIED,
    Secrecy.QUOTED: Settled.BY_REVIEWER,
    Secrecy.INTERNAL: Settled.BY_REVIEWER,
}


@check
def secrecy_marks(subject):
    """Every mark, in place. No forced publication passes one of 密级."""
    for place, text in subject.passages:
        for mark in find_marks(text):
            yield Finding(
                CODES[mark.kind],
                Level.BLOCKING,
                MESSAGES[mark.kind].format(mark.words),
                place,
                Excerpt.of(text, mark.start, mark.end),
                settled=_SETTLED[mark.kind],
            )
