"""The quantities an annual report speaks of in its own set words: applications, their outcomes,
review and litigation.

`spoken()` says which figures of a passage are which quantity, and whether a sentence narrows it
down to a part.
"""

import re
from dataclasses import dataclass
from typing import Any

from statutory.prose.figures import Figure
from statutory.prose.passages import Passage

_UNITS = {"件", "条", "份", "宗", "起", "个", "例", "件次", "笔", "次", "项"}
_FILL = (
    r"(?:的|类|情形|处理|政府信息公开|政府信息|信息|申请|案件|答复|决定|事项|数量|总数|件数|共计|合计|共有|共|计|有|为|是|：|了|总量|数|分别"
    r"|（[^）]{0,24}）)*+"
)
_DISCLOSURE = r"(?:政府信息公开|政府信息|信息公开|政务公开|依申请公开|公开)"
_RECEIVED_VERB = r"(?:收到|受理|收办|接收|新收|接到|收悉)"
_ANSWERED_VERB = r"(?:办结|答复|已答复|办复|办理完毕|回复)"

# In this order: what is nearest to the figure and most specific wins.
_LABELS = (
    (
        "carried_out",
        r"(?:结转|转入|顺延|转)(?:至|到)?(?:下一?年度?|次年|明年|20\d\d年度?)(?:继续)?(?:办理|答复|处理)?(?:的)?",
    ),
    (
        "carried_in",
        r"(?:上一?年度?|去年|20\d\d年度?)(?:度)?(?:结转|转结)(?:的|至本年度?)?(?:政府信息公开)?(?:申请)?",
    ),
    (
        "granted_or_partly",
        r"(?:予以公开|同意公开|公开)(?:、|和|及|以及|或|与|/)(?:予以|同意)?部分公开",
    ),
    ("partly", r"部分公开(?:（[^）]*）)?"),
    ("granted", r"(?:予以公开|同意公开|全部公开)"),
    ("refused", r"不予公开"),
    ("unable", r"无法提供"),
    ("not_handled", r"不予处理"),
    ("other", r"(?:作)?其[他它]处理"),
    ("secret", r"(?:属于|涉及)国家秘密"),
    ("third_party", r"保护第三方合法权益"),
    ("internal", r"(?:属于)?三类内部事务信息?"),
    ("deliberative", r"(?:属于)?四类过程性信息?"),
    ("files", r"(?:属于)?行政执法案卷(?:信息)?"),
    ("queries", r"(?:属于)?行政查询事项"),
    (
        "not_held",
        r"(?:本机关|本单位|本行政机关|本办|我局|我办|我市|我区)?不掌握(?:相关)?(?:政府)?(?:信息)?",
    ),
    ("natural", r"自然人(?:提出|提交)?(?:的)?(?:政府信息公开)?(?:申请)?"),
    (
        "legal",
        r"法人(?:或|和|及|、|或者)?(?:其[他它]组织)?(?:提出|提交)?(?:的)?(?:政府信息公开)?(?:申请)?",
    ),
    ("review", r"行政复议(?:案件|申请)?"),
    ("litigation", r"(?:行政)?诉讼(?:案件)?"),
    (
        "received",
        rf"{_RECEIVED_VERB}[^，。；]{{0,24}}?(?:{_DISCLOSURE}(?:政府信息)?(?:的)?(?:申请|请求|事项)(?:案件)?|依申请公开(?:件|信息)?)",
    ),
    (
        "answered",
        rf"{_ANSWERED_VERB}[^，。；]{{0,12}}?(?:{_DISCLOSURE}(?:的)?(?:申请|请求)(?:案件)?)?",
    ),
)
_BEFORE = tuple((name, re.compile(rf"(?:{label}){_FILL}\Z")) for name, label in _LABELS)
_AFTER = (
    (
        "carried_out",
        re.compile(r"(?:另有|尚有|剩余|其余|还有|[，；、])\Z"),
        re.compile(
            r"(?:申请)?(?:按照?[^，。；]{0,8})?(?:顺延|结转|转)(?:至|到)?(?:下一?年|次年|20\d\d年)"
        ),
    ),
    (
        "received",
        re.compile(rf"{_RECEIVED_VERB}(?:各类|有效|的|了|共|共计)*\Z"),
        re.compile(rf"(?:有效)?(?:的)?{_DISCLOSURE}(?:政府信息)?(?:的)?(?:申请|请求)"),
    ),
    (
        "answered",
        re.compile(rf"{_ANSWERED_VERB}(?:各类|的|了|共|共计)*\Z"),
        re.compile(rf"(?:的)?{_DISCLOSURE}(?:的)?(?:申请|请求)"),
    ),
    (
        "review",
        re.compile(r"(?:发生|产生|收到|涉及|有|共)\Z"),
        re.compile(r"(?:因)?(?:政府)?(?:信息公开)?(?:的)?行政复议"),
    ),
    (
        "litigation",
        re.compile(r"(?:发生|产生|收到|涉及|有|共)\Z"),
        re.compile(r"(?:因)?(?:政府)?(?:信息公开)?(?:的)?行政诉讼"),
    ),
)
_SHARE_OF = re.compile(
    r"(?:[的类]|申请|答复|情形|处理|件数|数量|总数|结果|比例|占比|比重|比率|率|分别|约?占[^，。；、\d]{0,16}|为|是|达|：)*\Z"
)
OUTCOMES = ("granted_or_partly", "partly", "granted", "refused", "unable", "not_handled", "other")
GROUNDS = ("secret", "third_party", "internal", "deliberative", "files", "queries", "not_held")

_OTHER_TIME = re.compile(
    r"去年|上年(?!度?结转)|同期|上半年|下半年|季度|月|历年|以来|累计(?!收到|受理)|近[一二三四五六七八九十两\d]+年|截至|截止"
)
_CHANNEL = re.compile(
    r"通过|网上|网络|在线|平台|信函|邮寄|邮政|当面|现场|传真|电子邮件|邮箱|微信|窗口"
)
_CHANGE = re.compile(r"较|比|增加|减少|增长|下降|上升|回落|多|少于|超过")
_UNIT_OF_ORGAN = re.compile(
    r"本级|机关本身|各部门|市直|区直|县直|各街道|各镇|各乡镇|街道办|部门|办公室(?=收到|受理)|代表|乡镇|县区"
)
_WIDE = re.compile(r"全[市区县省州盟旗系统]")
_MATTER = re.compile(
    r"涉及|关于|类申请|方面的|备案|新增|纠错|纠正|败诉|撤销|维持|审结|结案|胜诉|一审|二审|历史|转办|转送|咨询|补正"
)
_YEAR = re.compile(r"(20\d\d)年")
_SUBJECT = re.compile(
    rf"(?P<organ>[\u4e00-\u9fff]{{0,14}}(?:局|委|办|镇|乡|街道|厅|县|院|中心|公司|大队|支队|政府|办公室|单位))(?:机关)?(?:全年|年度|一共|共|累计|新|实际|依法|总共|合计)*(?={_RECEIVED_VERB})"
)
_OWN = re.compile(r"(?:\A|[年度，])(?:[我本]|各级|各)[^，。；]{0,8}\Z")


@dataclass(frozen=True)
class Spoken:
    """A figure that states a quantity. `is_part`: words around it make it less than the year's
    whole.
    """

    name: str
    figure: Figure
    start: int  # of its sentence, as `end`
    end: int
    label_start: int
    is_part: bool
    is_wide: bool  # 全市, 全区: of an organ and those below it


def spoken(passage: Passage, figures: list[Figure], year: int, organ: str = "") -> list[Any]:
    """The quantities of a passage, in order. `organ`: whose report it is; another one's figures are
    a part.
    """
    found, is_other_time = [], False
    for (start, end), inside in passage.by_sentence(figures):
        before_end = start
        is_other_time = _time_of(passage.text[start:end], is_other_time)
        for figure in inside:
            named = _name(passage.text, figure, before_end, end) if _may_count(figure) else None
            if named and _is_of_applications(passage.text, named[0], start, figure):
                name, label_start = named
                clause, leading = _clause(passage.text, start, before_end, figure)
                is_part = (
                    is_other_time
                    or _is_part(name, clause, leading, year)
                    or _is_anothers(clause, organ)
                )
                is_wide = bool(_WIDE.search(passage.text[start : figure.start]))
                found.append(Spoken(name, figure, start, end, label_start, is_part, is_wide))
            before_end = figure.end
    return found


def share_named(label: str) -> str:
    """The quantity whose share follows (予以公开率为, 不予公开占申请总数的), or an empty string."""
    words = _SHARE_OF.sub("", label)
    if words == label:
        return ""
    return next((name for name, pattern in _BEFORE if pattern.search(words)), "")


def _is_of_applications(text: str, name: str, start: int, figure: Figure) -> bool:
    """办结 and 答复 are said of letters and calls too; then the sentence says nothing of
    applications.
    """
    return name != "answered" or bool(re.search("申请|信息公开", text[start : figure.end + 16]))


def _time_of(sentence: str, before: bool) -> bool:
    """Whether a sentence speaks of another time than the year: 上半年 holds until 全年 or another
    time is said.
    """
    leading = re.split("[，：]", sentence)[0]
    if _OTHER_TIME.search(leading):
        return True
    return before and not re.search(r"全年|本年|今年|20\d\d年", leading)


def _may_count(figure: Figure) -> bool:
    return figure.unit in _UNITS and figure.is_exact


def _name(text: str, figure: Figure, before_end: int, end: int) -> Any:
    """(name, where its words begin) of the quantity a figure states, or None."""
    begins = max(before_end, figure.start - 60)
    label = text[begins : figure.start]
    for name, pattern in _BEFORE:
        if match := pattern.search(label):
            return name, begins + match.start()
    after = text[figure.end : min(end, figure.end + 24)]
    for name, before, following in _AFTER:
        if (match := before.search(label)) and following.match(after):
            return name, begins + match.start()
    return None


def _clause(text: str, start: int, before_end: int, figure: Figure) -> Any:
    """The words that may narrow a figure down: from the clause mark before its label to the next
    mark behind it.
    """
    marks = max(text.rfind(sign, start, figure.start) for sign in "。；，")
    begins = max(marks + 1, before_end, start)
    behind = re.split(r"[，。；（、）]", text[figure.end : figure.end + 10])[0]
    leads = max(text.rfind(sign, start, figure.start) for sign in "。；") + 1 or start
    return text[begins : figure.end] + behind, re.split("[，：]", text[leads : figure.start])[0]


def _is_anothers(clause: str, organ: str) -> bool:
    """区教育局受理…: the figure of one organ among several; 我局, 本机关 and the organ itself are
    the report's own.
    """
    match = _SUBJECT.search(clause)
    if not match or _OWN.search(match["organ"]):
        return False
    subject = re.sub(r"\A.*?年度?", "", match["organ"])
    return not (
        organ and subject and (subject in organ or organ in subject or organ.endswith(subject[-4:]))
    )


def _is_part(name: str, clause: str, leading: str, year: int) -> bool:
    years = {year, year + 1} | ({year - 1} if name == "carried_in" else set())
    if any(int(other) not in years for other in _YEAR.findall(clause)):
        return True
    if name not in ("carried_in", "carried_out") and (
        _OTHER_TIME.search(clause) or _OTHER_TIME.search(leading)
    ):
        return True
    return any(pattern.search(clause) for pattern in (_CHANNEL, _CHANGE, _UNIT_OF_ORGAN, _MATTER))
