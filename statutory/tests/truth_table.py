"""What is promised of figures in prose, row by row: sentences with the verdict they must have. The
tests take them one by one, `make drill-truth` prints how many hold.
"""

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from statutory.prose.examine import examine
from statutory.prose.tests.excerpts import applications

BROKEN, UNKNOWN, HOLDS, NOTHING = "broken", "unknown", "holds", ""
A_2021 = [[2, 1, 12], [50, 227, 420], [1573179], [2676474], [29351], [Decimal("72701.2578")]]
A_2019 = [[13, 12, 524], [60, 59, 368], [90, 5, 700], [8, 1, 3], [30, 2, 45], [7, 0, 4], [6, 1]]
A_2019 += [[6, Decimal(251000)]]
OPENED = applications(new=5736, granted=1523, done=5736)
TITLES = ("总体情况", "主动公开政府信息情况", "收到和处理政府信息公开申请情况")
TITLES += ("政府信息公开行政复议、行政诉讼情况", "存在的主要问题及改进情况", "其他需要报告的事项")
OPENING = f"本报告由{'、'.join(TITLES)}等六个部分组成。"


@dataclass(frozen=True)
class Case:
    """A text, the worst verdict that must be found in it, and words of what is said."""

    text: str
    verdict: str
    words: str = ""
    code: str = ""
    more: dict[str, Any] = field(default_factory=dict)
    sections: tuple[str, ...] = ()

    def findings(self):
        """What is found in it."""
        sections = [("一、总体情况", f"<p>{self.text}</p>")]
        if self.sections:
            sections = [("", f"<p>{self.text}</p>")]
            sections += [(title, "<p>内容见下。</p>" * 60) for title in self.sections]
        found = examine(sections, **{"year": 2024, **self.more})
        codes = [self.code] if self.code else {one.code for one in found} - {"contents"}
        return [one for one in found if one.code in codes]

    @property
    def holds(self):
        """Whether it comes out as it must."""
        found = self.findings()
        order = (BROKEN, UNKNOWN, HOLDS)
        worst = next((one for one in order if one in [f.verdict for f in found]), NOTHING)
        said = "".join(one.explanation + one.arithmetic for one in found)
        return worst == self.verdict and self.words in said


def _numbered(*titles):
    return tuple(f"{mark}、{title}" for mark, title in zip("一二三四五六七", titles, strict=False))


def _a(text, verdict, words="", rows=A_2021):
    return Case(text, verdict, words, code="table_a", more={"tables": {"a": rows}})


LISTS = "政府职能、重大决策、规范性文件、资金管理、公共资源、人事管理、社会服务、工作动态"
ROWS = {
    "all parts of a list, or none": [
        Case("公开89条，其中48、17、15、9、7、2条。", BROKEN, "98 ≠ 89"),
        Case("受理50件，其中20、10、5、5、3件。", UNKNOWN, "相加为43"),
    ],
    "channels in the sentence behind": [
        Case(
            "共主动公开政府信息数700条。通过网站公开信息65条，微信公开信息635条。",
            HOLDS,
            "65+635=700",
        ),
        Case(
            "共主动公开政府信息数700条。通过网站公开信息66条，微信公开信息635条。", UNKNOWN, "701"
        ),
        Case("共主动公开政府信息700条。通过网站公开信息600条，召开会议3次。", NOTHING),
    ],
    "part larger than the whole": [
        Case("全年公开信息5000条，其中网站6000条。", BROKEN, "6000 > 5000"),
        Case("公开信息5000条（其中网站6000条）。", BROKEN, "6000 > 5000"),
        Case("公开信息5000条，其中政策文件6000条，动态20条。", BROKEN, "6000 > 5000"),
        Case("公开信息5000条，其中网站4000条。", NOTHING),
        Case("公开信息5000条，比上年增加300条，其中网站400条。", NOTHING),
        Case("公开信息5000余条，其中网站6000条。", NOTHING),
        Case("召开会议3次，其中培训1200人次。", NOTHING),
        Case("新开设专栏5个，更新专栏20个，其中民生专栏25个。", UNKNOWN, "几个数之和"),
        Case("网站公开320条，其中动态120条、公告80条、政策20条，微信公众号推送450条。", UNKNOWN),
        Case("公开1200条，其中网站1200条，微信860条，其他方式1500条。", UNKNOWN),
        Case("收到50件，其中网络40件、信函10件、当面0件。", HOLDS, "40+10+0=50"),
    ],
    "more done than received": [
        Case("受理10件，办结12件。", BROKEN, "12 > 10"),
        Case("全年共收到建议10件，已答复12件。", BROKEN, "12 > 10"),
        Case("全年共收到群众来信10件，已答复12件。", UNKNOWN, "以前年度"),
        Case("收到提案5件，已办结5件；收到建议8件，已办结13件。", NOTHING),
        Case("受理10件，上年结转2件，办结12件。", NOTHING),
        Case("受理10件，办结12件（含上年结转2件）。", UNKNOWN, "以前年度"),
        Case("受理10件，办结10件。", NOTHING),
        Case("受理10件，办结8件，其余2件正在办理。", HOLDS, "10−8=2"),
        Case(
            "收到政府信息公开申请10件，答复12件。",
            UNKNOWN,
            "以前年度",
            "difference",
            {"tables": applications(new=10, old=2, done=12)},
        ),
    ],
    "lists that name another number": [
        Case(f"上半年按照{LISTS}、其他8大方面，更新了内容。", BROKEN, "列出9项≠8"),
        Case(f"上半年按照{LISTS}8大方面，更新了内容。", HOLDS),
        Case(f"围绕以下8大方面：{LISTS}、其他。", BROKEN, "列出9项≠8"),
        Case(f"围绕以下8大方面：{LISTS}。", HOLDS),
        Case(
            "完善了政务公开反馈、公开内容呈报审批、政务公开档案管理、督导检查、考核评议四项制度。",
            BROKEN,
            "列出5项≠4",
        ),
        Case("完善了反馈、呈报审批、档案管理、督导检查五项制度。", BROKEN, "列出4项≠5"),
        Case("通过网站、公众号公开教育、医疗、就业三类信息。", UNKNOWN, "不能确定"),
        Case("抓好以下四项工作：一是学。二是查。三是改。四是评。五是报。", BROKEN, "5≠4"),
        Case("开展了三项活动。一是学。二是查。", UNKNOWN, "2≠3"),
    ],
    "sections counted in the sections": [
        Case(OPENING.replace("等六个", "六"), HOLDS, "列出6个", "sections"),
        Case(OPENING.replace("等六个", "、下一年打算等七个"), HOLDS, "列出7个", "sections"),
        Case(OPENING, HOLDS, "实际分列", "sections", sections=_numbered(*TITLES)),
        Case(OPENING, BROKEN, "5≠6", "sections", sections=_numbered(*TITLES[:3], *TITLES[4:])),
        Case(OPENING, BROKEN, "缺1项", "contents", sections=_numbered(*TITLES[:3], *TITLES[4:])),
        Case(OPENING, HOLDS, "有6项", "contents", sections=_numbered(*TITLES)),
    ],
    "prose against table A": [
        _a("2024年制发规章2件，废止1件，现行有效12件。", HOLDS, "12=12"),
        _a("全年制发行政规范性文件50件，废止227件，现行有效420件。", HOLDS, "420=420"),
        _a("全年作出行政许可决定1573179件。", HOLDS, "1573179"),
        _a("全年行政处罚2676474件，行政强制29351件。", HOLDS, "29351=29351"),
        _a("全年收取行政事业性收费72701.2578万元。", HOLDS, "727012578"),
        _a("全年收取行政事业性收费7.27亿元。", HOLDS, "≈"),
        _a("2024年制发规章3件。", BROKEN, "3≠2"),
        _a("全年废止行政规范性文件226件。", BROKEN, "226≠227"),
        _a("全年现行有效行政规范性文件421件。", BROKEN, "421≠420"),
        _a("全年作出行政许可决定1573180件。", BROKEN, "1573180≠1573179"),
        _a("全年行政处罚2676475件。", BROKEN, "2676475≠2676474"),
        _a("全年实施行政强制29352件。", BROKEN, "29352≠29351"),
        _a("全年行政事业性收费72702.2578万元。", BROKEN),
        _a("主动公开规章12件，规范性文件59件。", HOLDS, "59=59", A_2019),
        _a("全年新公开规章13件。", BROKEN, "13≠12", A_2019),
        _a("全年政府集中采购6项，采购总金额251000元。", HOLDS, "6=6", A_2019),
        _a("制定规章制度5件，公开行政许可信息30件。", NOTHING),
        _a("2024年市政府印发规范性文件12件，清理规范性文件600件。", UNKNOWN, "口径"),
        _a("上半年行政处罚100件。", UNKNOWN, "口径"),
    ],
    "reasons that are true": [
        Case("予以公开占26.55%。", HOLDS, "1523÷5736=26.55%", more={"tables": OPENED}),
        Case("予以公开率为27.55%。", UNKNOWN, "26.55%", more={"tables": OPENED}),
        Case("收到50件（网络47件、信函3件），比去年增加5件，增长11.1%。", HOLDS, "(50−45)÷45"),
        Case("更新2300条，其中重点领域1500条（财政300条、教育400条、卫生800条）。", HOLDS, "=1500"),
        Case("网站访问量增长12%。", UNKNOWN, "没有找到可以用来重新计算"),
        Case("征集意见91件，办结1件，正在办理90件。", HOLDS, "91−1=90"),
        Case("征集意见91件，办结88件，转办2件，撤回1件。", UNKNOWN, "不能确定"),
    ],
}
# What is wrong in the saved reports of real organs, by hand; whatever else is called wrong there is a
# false alarm.
KNOWN = {
    "songbei-2009": {"应有5项，缺3项"},
    "shanghai-office-2019": {
        "258≠275",
        "265≠337",
        "258÷805=32.05%",
        "258+35+265+158+0=716 ≠ 805",
    },
    "suqian-2024": {"(3646−3607)÷3607=1.08%"},
}
