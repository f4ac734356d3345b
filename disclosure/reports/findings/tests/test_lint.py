import datetime as dt

import pytest
from django.utils import timezone

from catalog.tests.builders import make_department
from disclosure.checks.report_lint import as_data, lint
from statutory.prose.tests.excerpts import sections_of

OLD_TABLE = "<table><tr><td>信息内容</td><td>本年新<br>制作数量</td></tr><tr><td>规章</td><td>0</td></tr></table>"
SPLIT = (
    "<table><tr><td>自然人</td><td>商业</td><td>科研</td></tr><tr><td></td><td>企业</td><td>机构</td></tr>"
    "<tr><td>1</td><td>0</td><td>0</td></tr></table>"
)


def codes(html, *, title="五、存在的主要问题及改进情况", year=2023, **more):
    return [finding.code for finding in lint([("", ""), (title, html)], year=year, **more)]


@pytest.mark.parametrize(
    ("html", "section", "code"),
    [
        ("<p>无。</p>", "五、存在的主要问题及改进情况", "report-problems-short"),
        ("<p>主动公开信息  条。</p>", "一、总体情况", "slip-number-forgotten"),
        (
            "<table><tr><td>5</td></tr><tr><td>251000元</td></tr></table>",
            "二、主动公开",
            "slip-unit-in-cell",
        ),
        ("<table><tr><td>5</td><td>/</td></tr></table>", "二、主动公开", "report-empty-cells"),
        ("<table><tr><td>5</td><td>? 0</td></tr></table>", "二、主动公开", "slip-question-mark"),
        ("<p>按照国办公开办函〔2019〕60号要求编制。</p>", "一、总体情况", "report-old-form"),
        (OLD_TABLE, "二、主动公开", "report-form-of-2019"),
        (SPLIT, "三、收到和处理", "report-split-header"),
        ("<p>数据统计期限为2022年1月1日至12月31日。</p>", "一、总体情况", "report-other-year"),
        ("<p>现公布2021年政府信息公开工作年度报告。</p>", "一、总体情况", "report-other-year"),
        (
            '<p><img src="/attachments/a/b.png" alt="表"></p>',
            "三、收到和处理政府信息公开申请情况",
            "report-table-picture",
        ),
    ],
)
def test_a_fault_of_form_is_found(html, section, code):
    assert code in codes(html, title=section)


@pytest.mark.parametrize(
    ("html", "section"),
    [
        ("<p>按时发布2022年政府信息公开工作年度报告。</p>", "一、总体情况"),
        ("<p>数据统计期限为2023年1月1日至12月31日。</p>", "一、总体情况"),
        (
            "<table><tr><td>商业企业</td><td>科研机构</td></tr><tr><td>0</td><td>1</td></tr></table>",
            "三、收到和处理",
        ),
        (
            "<p>一是解读形式不够多，二是培训不够及时，下一步将加强解读和培训，扩大覆盖面，提高质量和水平。</p>",
            "五、问题",
        ),
    ],
)
def test_what_is_in_order_is_left_alone(html, section):
    assert codes(html, title=section) == []


def test_title_of_another_year():
    found = lint([("", "<p>内容</p>")], year=2023, title="区财政局2022年政府信息公开工作年度报告")
    assert [finding.code for finding in found] == ["report-title-year"]


@pytest.mark.django_db
def test_late_publication():
    department = make_department("区财政局")
    late = timezone.make_aware(dt.datetime(2024, 2, 1, 9, 0))
    assert codes("", title="一、总体情况", department=department, listed_at=late) == [
        "report-published-late"
    ]


def test_the_report_of_2009_has_no_fault_of_form():
    assert (
        lint(
            sections_of("songbei-2009.txt"), year=2009, title="松北区2009年政府信息公开工作年度报告"
        )
        == []
    )


def test_a_fault_is_plain_data():
    fault = as_data(lint([("五、问题", "<p>无</p>")], year=2023)[0])
    assert (fault["severity_label"], fault["place_label"]) == ("请核对", "五、问题")
