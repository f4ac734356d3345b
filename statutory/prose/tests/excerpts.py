"""Excerpts of real annual reports, and the tables they stand beside; what is found in each is known
by hand.
"""

from pathlib import Path

from django.conf import settings

from documents.html.plaintext import recognise

DOCUMENTS = Path(settings.BASE_DIR) / "fixtures" / "demonstration" / "documents"


def sections_of(name):
    """(title, html) of a saved page among the demonstration's documents."""
    document = recognise((DOCUMENTS / name).read_text())
    return [
        ("", document.opening_html),
        *((section.title, section.html) for section in document.sections),
    ]


def row(*cells):
    """A row of table b: seven cells, the last its total."""
    return [*cells, *([None] * (7 - len(cells)))]


ZEROS = [0] * 7
NO_APPLICATIONS = {"b": [ZEROS] * 25, "c": [[0] * 15]}


def applications(**totals):
    """Table b of 2021 with totals alone: `new`, `old`, `granted` … by their row; the rest is 0."""
    rows = {
        "new": 0,
        "old": 1,
        "granted": 2,
        "partly": 3,
        "deliberative": 9,
        "not_held": 12,
        "other": 22,
    }
    rows |= {"done": 23, "out": 24}
    table = [list(ZEROS) for _ in range(25)]
    for name, value in totals.items():
        table[rows[name]] = [value, 0, 0, 0, 0, 0, value]
    return {"b": table}


# 上海市人民政府办公厅 2019
SHANGHAI = (
    "<p>市政府办公厅代表市政府共受理政府信息公开申请859件，申请数量较去年回落12.3%；答复政府信息公开申请805件"
    "（含上年度结转申请18件，另有72件申请按照《条例》顺延到下年度答复），均在法定期限内予以答复。"
    "予以公开及部分公开258件，占33.9%；不予公开35件，占4.34%；因本机关不掌握等原因无法提供265件，占32.9%；"
    "不予处理158件，占19.6%；其他处理0件。信息公开类行政复议7件，诉讼9件，均获维持。</p>"
)
_B = None
SHANGHAI_TABLES = {
    "b": [
        [821, 35, _B, _B, 2, 1, 859],
        row(18, _B, _B, _B, _B, _B, 18),
        [258, 12, _B, _B, 1, 1, _B],
        row(3),
        row(14),
        row(),
        row(),
        row(),
        row(5),
        row(3, 1),
        row(),
        row(10, 2),
        row(252, 12, _B, _B, 1),
        row(44, 3),
        row(25),
        row(148, 1),
        row(5, 4),
        row(),
        row(),
        row(),
        row(),
        [767, 35, _B, _B, 2, 1, 805],
        row(72, _B, _B, _B, _B, _B, 72),
    ],
    "c": [[5, _B, _B, 2, 7, 8, _B, _B, 1, 9, _B, _B, _B, _B, _B]],
}

# 宿迁市 2023, 2024
SUQIAN_2023 = (
    "<p>全年共制作119期政策简明问答，其中，市级47期、宿城区28期、宿豫区22期、泗阳县15期、沭阳县5期、泗洪县2期。"
    "全市全年共收办政府信息公开申请案件3607件（市政府349件、市各有关部门933件、沭阳县477件、泗阳县301件、"
    "泗洪县874件、宿豫区216件、宿城区348件、宿迁经济技术开发区55件、市湖滨新区26件、苏州宿迁工业园区12件、"
    "市洋河新区16件），同比增长70.3%，其中，自然人申请3493件，法人或其他组织申请114件；予以公开1191件、"
    "部分公开328件、不予公开142件、无法提供1078件、不予处理406件、作其他处理（含申请人主动撤回申请）341件、"
    "转下年度办理121件。</p><p>2023年对25件政府信息公开申请案件收取了信息处理费2950元。其中，沭阳县自然资源和规划局"
    "1件，收取420元；泗洪县人民政府2件，收取290元；泗洪县公安局15件，收取1500元；宿迁市自然资源和规划局宿城分局"
    "1件，收取140元；宿迁市公安局6件，收取600元。</p>"
)
SUQIAN_2023_TABLES = {
    "b": [
        [3402, 99, 0, 4, 5, 1, 3511],
        [91, 3, 0, 0, 2, 0, 96],
        [1175, 12, 0, 3, 1, 0, 1191],
        [319, 7, 0, 0, 2, 0, 328],
        ZEROS,
        [27, 0, 0, 0, 0, 0, 27],
        [6, 0, 0, 0, 0, 0, 6],
        [38, 0, 0, 0, 0, 0, 38],
        [20, 0, 0, 0, 0, 0, 20],
        [9, 0, 0, 0, 0, 0, 9],
        [21, 0, 0, 0, 0, 0, 21],
        [20, 1, 0, 0, 0, 0, 21],
        [968, 74, 0, 1, 3, 1, 1047],
        [26, 2, 0, 0, 0, 0, 28],
        [3, 0, 0, 0, 0, 0, 3],
        [305, 0, 0, 0, 0, 0, 305],
        [39, 0, 0, 0, 0, 0, 39],
        ZEROS,
        [58, 0, 0, 0, 0, 0, 58],
        [4, 0, 0, 0, 0, 0, 4],
        [40, 0, 0, 0, 0, 0, 40],
        [10, 0, 0, 0, 0, 0, 10],
        [287, 3, 0, 0, 1, 0, 291],
        [3375, 99, 0, 4, 7, 1, 3486],
        [118, 3, 0, 0, 0, 0, 121],
    ],
}
SUQIAN_2024 = (
    "<p>全市全年共收办政府信息公开申请案件3646件，同比增长1.05%，其中，予以公开1431件、部分公开471件。</p>"
    "<p>对涉及政府信息公开的行政复议、行政诉讼2类案件，按月完成备案管理。全市全年备案政府信息依申请公开领域"
    "行政复议案件134件，行政诉讼案件57件。共归集政策文件10219件，其中，市级文件8140件，县区级文件2079件。</p>"
)
SUQIAN_2024_TABLES = {
    "b": [
        [3440, 75, 0, 1, 6, 3, 3525],
        [118, 3, 0, 0, 0, 0, 121],
        row(1431),
        row(471),
        *[row(0) for _ in range(21)],
    ],
    "c": [[88, 18, 28, 36, 170, 7, 0, 11, 7, 25, 33, 0, 6, 13, 52]],
}
