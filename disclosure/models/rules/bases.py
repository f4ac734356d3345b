"""The articles of 《政府信息公开条例》 a review (保密审查, Art. 17) rests its decision on."""

from catalog.regulation import ARTICLES
from disclosure.choices import DisclosureMode

ON_REQUEST = {
    "27": "第二十七条：主动公开以外的政府信息，可以申请获取",
}
CLOSED = {
    "14-1": "第十四条：依法确定为国家秘密",
    "14-2": "第十四条：法律、行政法规禁止公开",
    "14-3": "第十四条：公开后可能危及国家安全、公共安全、经济安全、社会稳定",
    "15": "第十五条：涉及商业秘密、个人隐私等，公开会损害第三方合法权益",
    "16-1": "第十六条第一款：人事管理、后勤管理、内部工作流程等内部事务信息",
    "16-2": "第十六条第二款：讨论记录、过程稿、磋商信函、请示报告等过程性信息",
    "16-3": "第十六条第二款：行政执法案卷信息",
}
BASES = {
    DisclosureMode.PROACTIVE: ARTICLES,
    DisclosureMode.ON_REQUEST: ON_REQUEST,
    DisclosureMode.CLOSED: CLOSED,
}
LABELS = {tag: label for group in BASES.values() for tag, label in group.items()}
# For a form: grouped by the decision they can carry.
CHOICES = [(mode.label, list(BASES[mode].items())) for mode in DisclosureMode]


def carries(mode, basis):
    """Whether an article can be the basis of a decision."""
    return basis in BASES[DisclosureMode(mode)]
