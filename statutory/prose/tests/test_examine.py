"""What the examination finds in real reports, and that it finds no fault with what is right."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from documents.html.richtext import html_to_text
from statutory.prose.examine import examine
from statutory.prose.finding import Verdict
from statutory.prose.tests import excerpts
from statutory.prose.tests.excerpts import NO_APPLICATIONS, applications, sections_of


def said(findings, verdict=None, code=None):
    return [
        finding.arithmetic or finding.explanation
        for finding in findings
        if verdict in (None, finding.verdict) and code in (None, finding.code)
    ]


def of(text, *, year=2023, **more):
    html = text if text.startswith("<") else f"<p>{text}</p>"
    findings = examine([("一、总体情况", html)], year=year, **more)
    return [finding for finding in findings if finding.code != "contents"]


@pytest.fixture(scope="module")
def findings():
    return examine(sections_of("songbei-2009.txt"), year=2009)


class TestTheReportOf2009:
    def test_it_finds_what_holds(self, findings):
        holding = said(findings, Verdict.HOLDS)
        assert "5605+1231=6836" in holding
        assert "(1893−416)÷1893=78.02%" in holding
        assert "96=96" in holding
        assert "列出4项" in holding
        assert "列出8项" in holding

    def test_it_finds_what_nobody_can_check(self, findings):
        unknown = [
            finding.explanation for finding in findings if finding.verdict == Verdict.UNKNOWN
        ]
        assert any("15大类" in one and "只列出11项" in one for one in unknown)
        assert any("110项" in one and "104项" in one and "这6项" in one for one in unknown)
        assert any("62%" in one for one in unknown)
        assert len(unknown) == 3

    def test_the_only_faults_are_the_contents_the_law_asked_for(self, findings):
        broken = [finding.explanation for finding in findings if finding.verdict == Verdict.BROKEN]
        assert len(broken) == 3
        for words in ("依申请公开", "收费及减免", "行政复议、提起行政诉讼"):
            assert any(words in one for one in broken)

    def test_every_sentence_stands_where_it_is_said_to(self, findings):
        texts = {"body": html_to_text(sections_of("songbei-2009.txt")[0][1])}
        texts |= {
            f"section-{number}": html_to_text(html)
            for number, (_, html) in enumerate(sections_of("songbei-2009.txt")[1:], start=1)
        }
        for finding in findings:
            for spot in (finding.sentence, *finding.others):
                if spot:
                    assert " ".join(texts[spot.place][spot.start : spot.end].split()) == spot.quote


class TestOtherRealReports:
    def test_a_traditional_one_of_2008(self):
        findings = examine(sections_of("shidao-2008.txt"), year=2008)
        assert said(findings, Verdict.HOLDS, "sum") == ["5+36+2+168+1+133=345"]
        assert [finding.verdict for finding in findings if finding.code == "contents"] == [
            Verdict.HOLDS
        ]
        assert said(findings, Verdict.BROKEN) == []

    def test_one_that_is_cut_off_is_not_blamed(self):
        assert said(examine(sections_of("songbei-2019.txt"), year=2019), Verdict.BROKEN) == []

    def test_text_against_table(self):
        findings = of(excerpts.SHANGHAI, year=2019, tables=excerpts.SHANGHAI_TABLES)
        assert said(findings, Verdict.BROKEN, "table") == ["258≠275", "265≠337"]
        assert said(findings, Verdict.BROKEN, "share") == ["258÷805=32.05%"]
        assert said(findings, Verdict.BROKEN, "outcomes") == ["258+35+265+158+0=716 ≠ 805"]
        assert len(said(findings, Verdict.BROKEN)) == 4
        assert {"859=859", "805=805", "18=18", "72=72", "35=35", "158=158", "7=7", "9=9"} <= set(
            said(findings)
        )

    def test_a_total_may_hold_what_was_carried_over(self):
        findings = of(excerpts.SUQIAN_2023, tables=excerpts.SUQIAN_2023_TABLES)
        assert said(findings, Verdict.BROKEN) == []
        total = next(finding for finding in findings if finding.arithmetic == "3607=3607")
        assert "一、本年新收+二、上年结转" in total.explanation
        assert {
            "3493+114=3607",
            "47+28+22+15+5+2=119",
            "349+933+477+301+874+216+348+55+26+12+16=3607",
            "420+290+1500+140+600=2950",
            "1+2+15+1+6=25",
            "3493=3493",
            "114=114",
        } <= set(said(findings, Verdict.HOLDS))

    def test_growth_against_last_years_report(self):
        findings = of(
            excerpts.SUQIAN_2024,
            year=2024,
            tables=excerpts.SUQIAN_2024_TABLES,
            earlier_tables=excerpts.SUQIAN_2023_TABLES,
        )
        assert said(findings, Verdict.BROKEN) == ["(3646−3607)÷3607=1.08%"]
        assert {"134=134", "57=57", "8140+2079=10219"} <= set(said(findings, Verdict.HOLDS))


FAULTS = [
    (
        "本年度，共受理政府信息公开申请2件，都在法定期限内予以答复。",
        applications(new=3, done=3),
        "2≠3",
    ),
    (
        "本报告由总体情况、主动公开政府信息情况、收到和处理政府信息公开申请情况、存在问题及改进情况、其他需要报告的事项等六部分组成。",
        None,
        "列出5个部分，少1个",
    ),
    ("2023年，我局未收到政府信息公开申请。", applications(new=4, done=4), "0≠4"),
    (
        "没有发生因政府信息公开引起的行政复议、行政诉讼。",
        {"c": [[1, 0, 0, 0, 1] + [0] * 10]},
        "0≠1",
    ),
    ("共公开信息100条，其中概况类10条，动态类50条，其他45条。", None, "10+50+45=105 ≠ 100"),
    ("由10件增加到15件，增长60%。", None, "(15−10)÷10=50%"),
    ("今年收到建议12件，去年10件，同比增长30%。", None, "(12−10)÷10=20%"),
    ("重点抓好以下三项工作：一是学习。二是宣传。三是督查。四是考核。", None, "4≠3"),
    (
        "2023年共收到政府信息公开申请10件，上年结转2件，答复8件，结转下年度3件。",
        None,
        "10+2≠8+3",
    ),
    (
        "2023年全年共公开政府信息120条。全年累计主动公开政府信息130条。",
        None,
        "120≠130",
    ),
    (
        "2023年全年共公开政府信息130条。全年累计主动公开政府信息120条。",
        None,
        "130≠120",
    ),
]


@pytest.mark.parametrize(("text", "tables", "arithmetic"), FAULTS)
def test_a_fault_is_found(text, tables, arithmetic):
    assert said(of(text, tables=tables), Verdict.BROKEN) == [arithmetic]


@pytest.mark.parametrize("number", range(3, 10))
def test_a_list_with_and_so_on_is_asked_about_up_to_twice_its_length(number):
    """Of more than that the reader cannot know what is counted, and says nothing."""
    found = of(f"全年制定的制度包括：考核、督查、通报等{number}项制度。")
    wanted = {3: [(Verdict.HOLDS, "列出3项")]} | {
        more: [(Verdict.UNKNOWN, f"{more}−3={more - 3}")] for more in (4, 5, 6)
    }
    assert [(one.verdict, one.arithmetic) for one in found] == wanted.get(number, [])
    if number in (4, 5, 6):
        assert f"其余{number - 3}项没有列出" in found[0].explanation


# Sentences of real reports that are right, or that nobody can call wrong.
RIGHT = [
    (
        "管理区利用门户网站主动公开政府信息188条，其中：工作动态类信息38条；公示公告类信息1条；其他文件信息4条；政策解读1条；规划信息1条；"
        "财政资金类信息5条；公益事业建设类信息127条，公共资源配置类信息7条；其他主动公开类信息4条。"
    ),
    "2023年，共制作政府信息3021条，其中主动公开信息1027条，依申请公开信息459条，不予公开信息1535条。",
    "我镇主动公开政务信息共217条。目前，形式和渠道主要包括政府门户网站和微信公众号等，其中，门户网站公开125条，微信公众号公开92条。",
    "全年累计公开信息59条，内容涵盖政务信息12条、基层政务8条、工作动态29条、通知公告3条、活动集锦6条以及检查公示1条。",
    "中埠镇2023年度累计主动公开政府信息21条，依申请公开0件，网上公开了21件，配发解读材料3件。",
    (
        "上半年，全区各级行政机关共制发公文707件，主动公开673件，平均主动公开率为95.19%。共受理政府信息公开申请267件，答复263件，"
        "申请量比2022年同期上升1.52%。其中同意公开或部分公开共81件，公开率为30.80%。"
    ),
    "主动公开市政府规章13件（含新制定5件，修改4件，废止4件），行政规范性文件42件，人事任免文件106件，其他文件113件。",
    "共举办191场新闻发布活动，领导出席共计25人次。其中，疫情防控新闻发布会累计举行151场。",
    "本区到年底累计主动公开政府信息5928条，全文电子化率达90.3%，其中，本年度新增主动公开政府信息2110条。",
    "提出了6大类30条109项工作任务，专门配备了132名专、兼职工作人员，设立了50个专门的受理点。",
    "本年度通过网站公开信息20条，通过微信公众号公开信息16条。",
    "通过网上平台收到政府信息公开申请5件，当面收到政府信息公开申请2件。",
    "区教育局受理政府信息公开申请5件，区财政局受理政府信息公开申请1件。",
    "去年共收到政府信息公开申请12件。自2008年以来，累计受理政府信息公开申请500件。",
    "全区共有三个街道。一是前进街道。二是光明街道。三是和平街道。四是其他。",
    "制定了考核、督查、通报等12项制度。会同公安、民政等5个部门联合印发通知。",
    "A100条，上年80条，网站访问量增长30%。由10件增加到12件，办结率达98%。",
    "共办理热线47件，已全部办结，回复率和满意率均达100%。力争明年办结率达到95%。",
    "共收到建议30件，其中采纳12件，其余正在研究。",
    "收到政府信息公开申请3件，转送其他机关1件，本机关答复2件。",
    "召开会议3次，培训2期120人，发放宣传单200份。编发简报4期，印发通报2期。",
    "本年度新收政府信息公开申请3件，较上年增加1件，增长50%。发布信息1560条，同比增长20%；其中政策解读80条，占5.1%。",
    "受理12345工单1302件，办结1302件，满意率98.5%。今年共收到行政复议申请25件，行政诉讼案件4件，出庭应诉率100%。",
    "全区42家单位共发布信息2.3万条，其中区政府网站1.5万条，新媒体0.8万条。公开率由85%提升到96%，提升11个百分点。",
    "全年累计主动公开各类政府信息1867余条，其中人事信息28条，各类监督检查18条。其中预算公开15条，决算公开15条。",
    "没有行政诉讼败诉案件，未发生行政复议被纠正的情况。",
    "全年共公开政府信息120条，其中网站公开80条，微信公开70条，公告栏公开30条。",
]


@pytest.mark.parametrize("text", RIGHT)
def test_what_is_right_is_left_alone(text):
    tables = applications(new=3, done=3) | {"c": [[1, 0, 0, 0, 1] + [0] * 10]}
    assert said(of(text, tables=tables), Verdict.BROKEN) == []


def test_nothing_received_and_no_dispute_agree_with_empty_tables():
    text = "2023年，我镇未收到依申请公开请求；没有发生因政府信息公开工作引发举报、投诉、行政复议或行政诉讼等事件。"
    assert said(of(text, tables=NO_APPLICATIONS), Verdict.HOLDS) == ["0=0", "0=0"]


def test_a_county_in_its_own_order_of_words():
    text = "全年共收到政府信息依申请公开89件次，已经答复88件，1件结转下年度继续办理；产生行政复议13件和行政诉讼1件。"
    tables = applications(new=89, done=88, out=1) | {
        "c": [[13, 0, 0, 0, 13, 1, 0, 0, 0, 1, 0, 0, 0, 0, 0]]
    }
    findings = of(text, tables=tables)
    assert said(findings, code="table") == ["89=89", "88=88", "1=1", "13=13", "1=1"]
    assert said(findings, code="flow") == ["89+0=88+1"]


def test_growth_by_so_much():
    assert said(of("共12件，较上年增加3件，增长33.3%。")) == ["(12−9)÷9=33.33%"]


def test_units_may_differ_between_whole_and_parts():
    text = (
        "区政府办公室共收到8份政府信息公开申请，均为自然人申请。其中，予以公开2件，部分公开2件，属于四类过程性信息1件，"
        "本办不掌握相关政府信息2件，其他1件（申请人自主撤销）。无下年度结转。"
    )
    tables = applications(new=8, granted=2, partly=2, deliberative=1, not_held=2, other=1, done=8)
    findings = of(text, tables=tables)
    assert said(findings, Verdict.BROKEN) == []
    assert {"2+2+1+2+1=8", "8=8"} <= set(said(findings, Verdict.HOLDS))


def test_one_channel_with_two_numbers_is_asked_about():
    text = (
        "2023年，我局通过示范区网站审计信息栏目公开信息20条。全年通过审计信息专栏公开政府信息16条。"
    )
    assert said(of(text), Verdict.UNKNOWN) == ["20≠16"]


def test_what_comes_and_goes_is_no_whole_with_parts():
    text = "本年度新收政府信息公开申请7件，上年结转0件；办结6件，结转下年度1件。"
    assert said(of(text), code="sum") == []
    assert said(of(text), code="flow") == ["7+0=6+1"]


def test_lines_broken_by_a_printer_are_read_as_one():
    text = "<p>全年共制作政策简明问答119期并向社会公开，其中，市级47</p><p>期、宿城区28期、宿豫区22期、泗阳县22期。</p>"
    assert said(of(text)) == ["47+28+22+22=119"]


def test_figures_of_tables_are_not_read_as_prose():
    assert (
        of(
            "<table><tr><td><p>共5件</p></td><td>其中1件</td><td>其他1件</td><td>3件</td></tr></table>"
        )
        == []
    )


def test_a_complete_report_of_today_is_complete():
    titles = ("总体情况", "主动公开政府信息情况", "收到和处理政府信息公开申请情况")
    titles += (
        "政府信息公开行政复议、行政诉讼情况",
        "存在的主要问题及改进情况",
        "其他需要报告的事项",
    )
    sections = [
        (f"{number}、{title}", "<p>内容。</p>" * 40)
        for number, title in zip("一二三四五六", titles, strict=True)
    ]
    assert [finding.verdict for finding in examine(sections, year=2023)] == [Verdict.HOLDS]
    absent = examine(sections[:3] + sections[4:], year=2023)
    assert [finding.verdict for finding in absent] == [Verdict.BROKEN]


@settings(max_examples=40, deadline=None)
@given(
    st.text(
        "共件条其中，。、（）：；12345三一是%占增长由到减少为公开申请收到受理办结未行政复议“”《》 \n",
        max_size=120,
    )
)
def test_no_text_breaks_it(text):
    findings = examine([("", f"<p>{text}</p>")], year=2023, tables=excerpts.SHANGHAI_TABLES)
    assert all(finding.as_data()["verdict_label"] for finding in findings)
