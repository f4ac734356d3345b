import pytest

from statutory.prose.figures import read_figures
from statutory.prose.passages import fold


def read(text):
    return [
        (
            float(figure.value) if figure.value % 1 else int(figure.value),
            figure.unit,
            figure.is_exact,
        )
        for figure in read_figures(fold(text))
    ]


@pytest.mark.parametrize(
    ("text", "figures"),
    [
        ("共受理6836件", [(6836, "件", True)]),
        ("共１２３条", [(123, "条", True)]),
        ("收取1.5万元", [(15000, "元", True)]),
        ("收费72701.2578万元", [(727012578, "元", True)]),
        ("公开18万余条", [(180000, "条", False)]),
        ("访问36万余人次", [(360000, "人次", False)]),
        ("约200件", [(200, "件", False)]),
        ("十余件", [(10, "件", False)]),
        ("近百件，35件以上", [(35, "件", False)]),
        ("10—20件", [(20, "件", False)]),
        ("三十五件", [(35, "件", True)]),
        ("占62%", [(62, "%", True)]),
        ("占62.5％", [(62.5, "%", True)]),
        ("占百分之七十八点五", [(78.5, "%", True)]),
        ("占七成", [(70, "%", True)]),
        ("分别为12、15和18件", [(12, "件", True), (15, "件", True), (18, "件", True)]),
        ("條目345條", [(345, "条", True)]),
    ],
)
def test_it_reads(text, figures):
    assert read(text) == figures


@pytest.mark.parametrize(
    "text",
    [
        "2019年1月1日至12月31日",
        "二〇一九年五月",
        "国办公开办函〔2019〕60号",
        "松政发[2009]12号",
        "第二十条第（一）项",
        "第3期第4批",
        "一是加强领导；二是完善制度",
        "（一）主动公开",
        "联系电话：0451-84015515，邮编：150021",
        "手机13812345678",
        "《2009年5项措施》",
        "“两微一端”“12345热线”",
        "进一步统一思想，唯一一次机会，万方数据",
        "十四五规划、党的二十大、三中全会",
        "连续三年，12个季度，5天内",
        "创新一路618号3楼",
        "1，234件",
        "取得成功，成为第一",
        "http://a.cn/12?a=3件",
        "9" * 30 + "件",
    ],
)
def test_it_leaves_alone_what_counts_nothing(text):
    assert [figure for figure in read(text) if figure[1] != "次"] == []
