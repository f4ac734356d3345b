"""The rows of the statutory tables as importers must know them: words that tell a row, and how many
numbers it has.

Patterns are matched against compact text (`folding.compact`): no blanks, no punctuation, Simplified
characters.
"""

import re
from dataclasses import dataclass

COLUMNS = 7  # 自然人, five kinds of organisations, 总计
DISPUTES = 15
MAX_LABEL = 60  # characters of a label; longer text is prose


@dataclass(frozen=True)
class FormRow:
    """A row of a table: the pattern of its label, how a doubt names it, how many numbers it has."""

    pattern: re.Pattern
    name: str
    width: int = COLUMNS


def _rows(*rows):
    return tuple(FormRow(re.compile(pattern), name, width) for pattern, name, width in rows)


_B_COMMON = (
    (r"本年新收|本年度?新?收到?政府信息公开申请", "一、本年新收", 7),
    (r"上年(?:度)?结转", "二、上年结转", 7),
    (r"予以公开", "（一）予以公开", 7),
    (r"部分公开", "（二）部分公开", 7),
    (r"国家秘密", "（三）1.国家秘密", 7),
    (r"法律行政法规|法律法规禁止", "（三）2.法律行政法规禁止公开", 7),
    (r"三安全一稳定|危及", "（三）3.三安全一稳定", 7),
    (r"第三方合法权益|保护第三方", "（三）4.第三方合法权益", 7),
    (r"三类内部|内部事务", "（三）5.三类内部事务", 7),
    (r"四类过程|过程性信息", "（三）6.四类过程性信息", 7),
    (r"执法案卷", "（三）7.行政执法案卷", 7),
    (r"行政查询", "（三）8.行政查询事项", 7),
    (r"不掌握|机关不掌", "（四）1.本机关不掌握", 7),
    (r"没有现成|另行制作", "（四）2.没有现成信息", 7),
    (r"补正后|仍不明确", "（四）3.补正后仍不明确", 7),
    (r"信访举报|信访投诉", "（五）1.信访举报投诉", 7),
    (r"重复申请", "（五）2.重复申请", 7),
    (r"公开出版物", "（五）3.公开出版物", 7),
    (r"无正当理由大量|大量反复", "（五）4.大量反复申请", 7),
    (r"确认或重新|重新出具", "（五）5.确认或重新出具", 7),
)
_B_END = (
    (r"七总计|总计\Z", "（七）总计", 7),
    (r"结转下年", "四、结转下年度继续办理", 7),
)
B_2019 = _rows(*_B_COMMON, (r"六其他处理|其他处理\Z", "（六）其他处理", 7), *_B_END)
B_2021 = _rows(
    *_B_COMMON,
    (r"逾期不补正|理由逾期", "（六）1.逾期不补正", 7),
    (r"逾期未按收费|逾期不缴|收费通知|未按收费", "（六）2.逾期不缴费", 7),
    (r"3?其他\Z", "（六）3.其他", 7),
    *_B_END,
)
A_2019 = _rows(
    (r"规章\Z", "规章", 3),
    (r"规范性文件\Z", "规范性文件", 3),
    (r"行政许可\Z", "行政许可", 3),
    (r"其他对外管理服务事项\Z|对外管理服务事项\Z", "其他对外管理服务事项", 3),
    (r"行政处罚\Z", "行政处罚", 3),
    (r"行政强制\Z", "行政强制", 3),
    (r"行政事业性收费\Z", "行政事业性收费", 2),
    (r"政府集中采购\Z", "政府集中采购", 2),
)
A_2021 = _rows(
    (r"规章\Z", "规章", 3),
    (r"规范性文件\Z", "行政规范性文件", 3),
    (r"行政许可\Z", "行政许可", 1),
    (r"行政处罚\Z", "行政处罚", 1),
    (r"行政强制\Z", "行政强制", 1),
    (r"行政事业性收费\Z", "行政事业性收费", 1),
)
MARKS_2019 = re.compile(
    r"新制作数量|制作数量|新公开数量|公开总数量|上一年项目数量|其他对外管理服务|采购项目数量|采购总金额"
)
MARKS_2021 = re.compile(r"制发件数|废止件数|现行有效件数|本年处理决定数量|本年收费金额")
A_HEADER = re.compile(
    r"第二十条第|信息内容|制作数量|公开数量|总数量|项目数量|处理决定|收费金额|单位万元|制发件|废止件|有效件|增减|采购|件数|本年新|数量"
)
B_HEADER = re.compile(
    r"^(?:本列数据的?勾稽关系为?|第一项加第二项之和|等于第三项加第四项之和|申请人情况|自然人|法人或其他组织|总计|商业|企业|科研|机构|社会|公益|组织|法律|服务|其他)+$"
)
C_HEADER = re.compile(
    r"^(?:行政复议|行政诉讼|未经复议直接起诉|未经复议|直接起诉|复议后起诉|结果|维持|纠正|其他|尚未|审结|总计|结果维持|结果纠正|其他结果|尚未审结|合计|复议后|起诉)+$"
)
