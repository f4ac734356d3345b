"""Reading a year's notice, and entering it at the desk."""

import datetime as dt

import chinese_calendar
import pytest
from django.contrib.auth.models import Permission, User
from hypothesis import given
from hypothesis import strategies as st

from documents.intake.numbering import chinese_number
from workdays.actions import enter_notice
from workdays.calendar import add_workdays, is_announced
from workdays.forms import NoticeForm
from workdays.models import WorkCalendarDay
from workdays.notices import NoticeError, _number, read_notice
from workdays.tests.state_council import NOTICES

pytestmark = pytest.mark.any_database

# The seven items of 国办发明电〔2025〕7号.
NOTICE_2026 = """
一、元旦：1月1日（周四）至3日（周六）放假调休，共3天。1月4日（周日）上班。
二、春节：2月15日（农历腊月二十八、周日）至23日（农历正月初七、周一）放假调休，共9天。2月14日（周六）、2月28日（周六）上班。
三、清明节：4月4日（周六）至6日（周一）放假，共3天。
四、劳动节：5月1日（周五）至5日（周二）放假调休，共5天。5月9日（周六）上班。
五、端午节：6月19日（周五）至21日（周日）放假，共3天。
六、中秋节：9月25日（周五）至27日（周日）放假，共3天。
七、国庆节：10月1日（周四）至7日（周三）放假调休，共7天。9月20日（周日）、10月10日（周六）上班。
鼓励单位和个人结合落实带薪年休假等制度，实际形成较长假期，推动错峰出行。
国务院办公厅
2025年11月4日
"""
ROWS_2027 = """2027-01-01 休 元旦
1月2日 班
2027/2/5至2027/2/11 休 春节
5月1日—3日 休 劳动节
10月1日~10月7日 休 国庆节
10月9日，班
"""
day = dt.date.fromisoformat


def make_user(*verbs):
    user = User.objects.create_user("office", is_staff=True)
    codenames = [f"{verb}_workcalendarday" for verb in verbs]
    user.user_permissions.set(Permission.objects.filter(codename__in=codenames))
    return user


def test_it_reads_the_notice_as_it_was_published(db):
    stored = WorkCalendarDay.objects.filter(date__year=2026).values_list(
        "date", "is_workday", "name"
    )
    assert [(one.date, one.is_workday, one.name) for one in read_notice(NOTICE_2026, 2026)] == list(
        stored
    )


def test_it_reads_plain_rows():
    days = {one.date: one.is_workday for one in read_notice(ROWS_2027, 2027)}
    assert (days[day("2027-01-02")], days[day("2027-10-09")]) == (True, True)
    assert [date for date in days if date.month == 2] == [
        dt.date(2027, 2, number) for number in range(5, 12)
    ]
    assert len(days) == 1 + 1 + 7 + 3 + 7 + 1


def test_it_reads_new_year_days_of_the_december_before():
    # The sentence of 国办发明电〔2018〕15号.
    text = "一、元旦：2018年12月30日至2019年1月1日放假调休，共3天。2018年12月29日（星期六）上班。\n5月1日 休\n10月1日 休"
    days = {one.date.isoformat(): one.is_workday for one in read_notice(text, 2019)}
    assert days == {
        "2018-12-29": True, "2018-12-30": False, "2018-12-31": False, "2019-01-01": False,
        "2019-05-01": False, "2019-10-01": False,
    }  # fmt: skip


def test_it_reads_both_verbs_in_one_sentence():
    text = "1月1日 休\n5月1日至5日放假调休，4月28日、5月11日上班\n10月1日 休"
    days = {one.date.isoformat(): one.is_workday for one in read_notice(text, 2024)}
    assert [date for date, worked in days.items() if worked] == ["2024-04-28", "2024-05-11"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "没有读到1月1日、5月1日、10月1日放假"),
        ("1月1日 休\n10月1日 休", "没有读到5月1日放假"),
        ("2月30日 休", "没有这一天"),
        ("14日 班", "看不懂这一行的日期"),
        ("1月1日 休\n1月1日 班", "既写成放假又写成上班"),
        ("2026-10-01 休", "不属于2027年度"),
        ("5月9日至5月1日 休", "起止日期不对"),
        ("1" * 20_001, "过长"),
    ],
)
def test_it_says_what_it_could_not_read(text, said):
    with pytest.raises(NoticeError, match=said):
        read_notice(text, 2027)


def test_entering_a_notice_settles_what_was_provisional(db):
    assert add_workdays(day("2026-12-25"), 10).is_provisional
    enter_notice(
        year=2027,
        days=read_notice(ROWS_2027, 2027),
        notice_no="国办发明电〔2026〕9号",
        by=make_user(),
    )
    deadline = add_workdays(day("2026-12-25"), 10)
    # 28–31 December, 2 January (Saturday, worked), 4–8 January.
    assert (deadline.date, deadline.is_provisional) == (day("2027-01-08"), False)
    assert is_announced(2027)


def test_entering_it_again_replaces_the_year_and_no_other(db):
    before = WorkCalendarDay.objects.filter(date__year=2026).count()
    office = make_user()
    for text in (ROWS_2027, ROWS_2027.replace("10月9日，班", "")):
        enter_notice(year=2027, days=read_notice(text, 2027), notice_no="", by=office)
    assert not WorkCalendarDay.objects.filter(date=day("2027-10-09")).exists()
    assert WorkCalendarDay.objects.filter(date__year=2026).count() == before


@pytest.fixture
def office(client, db):
    client.force_login(make_user("view", "add", "change", "delete"))
    return client


def test_the_desk_shows_what_it_read_before_it_writes(office):
    data = {"year": 2027, "notice_no": "", "text": ROWS_2027, "read": "1"}
    page = office.post("/admin/workdays/workcalendarday/notice/", data)
    assert "2027年共" in page.content.decode()
    assert "2027年2月5日（星期五）至2月11日（星期四）" in page.content.decode()
    assert "2027年10月9日（星期六）" in page.content.decode()
    assert not WorkCalendarDay.objects.filter(date__year=2027).exists()


def test_the_desk_writes_when_confirmed(office):
    data = {"year": 2027, "notice_no": "国办发明电〔2026〕9号", "text": ROWS_2027, "confirm": "1"}
    page = office.post("/admin/workdays/workcalendarday/notice/", data, follow=True)
    assert "已录入2027年放假安排，共 20 天" in page.content.decode()
    assert WorkCalendarDay.objects.filter(notice_no="国办发明电〔2026〕9号").count() == 20


def test_the_desk_keeps_what_was_typed_and_says_what_is_wrong(office):
    page = office.post(
        "/admin/workdays/workcalendarday/notice/",
        {"year": 2027, "text": "2月30日 休", "confirm": "1"},
    )
    assert "没有这一天" in page.content.decode()
    assert "2月30日 休</textarea>" in page.content.decode()


def test_a_working_weekday_in_the_notice_is_pointed_out(office):
    page = office.post(
        "/admin/workdays/workcalendarday/notice/", {"year": 2027, "text": ROWS_2027 + "3月8日 班"}
    )
    assert "2027年3月8日本来就是工作日" in page.content.decode()


def test_only_days_are_pointed_out_that_are_worked_anyway():
    """Each day of a week in turn is written as one to work: those from Monday to Friday are odd."""
    monday = dt.date(2027, 3, 8)
    for weekday in range(7):
        one = monday + dt.timedelta(weekday)
        form = NoticeForm({"year": 2027, "text": f"{ROWS_2027}{one} 班\n"})
        assert form.is_valid()
        assert [odd.date for odd in form.summary["oddities"]] == [one] * (weekday < 5)


def test_days_at_the_end_of_the_year_may_run_into_the_next():
    found = [one.date for one in read_notice(ROWS_2027 + "12月30日至1月2日 休\n", 2027)]
    assert found[-4:] == [day(f"2027-12-{one}") for one in (30, 31)] + [
        day(f"2028-01-0{one}") for one in (1, 2)
    ]


def test_a_day_of_signing_hides_nothing_that_stands_below():
    assert read_notice("2026年11月4日\n" + ROWS_2027, 2027) == read_notice(ROWS_2027, 2027)


@pytest.mark.parametrize("number", [*range(1, 21), *range(30, 100, 10)])
def test_the_number_of_days_is_read_in_figures_and_in_numerals(number):
    assert _number(str(number)) == _number(chinese_number(number)) == number


def test_only_who_keeps_the_calendar_may_enter_a_notice(client, db):
    client.force_login(make_user("view"))
    assert client.get("/admin/workdays/workcalendarday/notice/").status_code == 403
    listing = client.get("/admin/workdays/workcalendarday/")
    assert listing.status_code == 200
    assert "录入一年的放假通知" not in listing.content.decode()


def test_the_list_links_to_the_form(office):
    listing = office.get("/admin/workdays/workcalendarday/").content.decode()
    assert "/admin/workdays/workcalendarday/notice/" in listing
    assert "星期" in listing


# Of later notices and orders of their own: the parade of 2015.
ELSEWHERE = {day("2015-09-03"), day("2015-09-04"), day("2015-09-06")}
WHOLE = "1月1日 休\n5月1日 休\n10月1日 休\n"


@pytest.mark.parametrize("year", sorted(NOTICES))
def test_the_notices_of_every_year_are_read_as_they_were_published(year):
    entered = {one.date: one.is_workday for one in read_notice(NOTICES[year], year)}
    date = dt.date(year, 1, 1)
    while date < dt.date(year, 12, 25):  # the last days belong to the notice of the year after
        if date not in ELSEWHERE:
            assert entered.get(date, date.weekday() < 5) == chinese_calendar.is_workday(date), date
        date += dt.timedelta(days=1)


@pytest.mark.parametrize("year", sorted(NOTICES))
def test_the_form_says_how_many_days_of_the_year_are_worked(year):
    """What a clerk compares with the notice before anything is written; in a leap year too, and to
    the last day.
    """
    form = NoticeForm({"year": year, "text": NOTICES[year]})
    assert form.is_valid(), form.errors
    rests = {one.date: one.is_workday for one in read_notice(NOTICES[year], year)}
    first, after = dt.date(year, 1, 1).toordinal(), dt.date(year + 1, 1, 1).toordinal()
    days = [dt.date.fromordinal(number) for number in range(first, after)]
    assert form.summary["working_days"] == sum(rests.get(one, one.weekday() < 5) for one in days)
    assert form.summary["working_days"] == {2023: 249, 2024: 251, 2025: 248, 2026: 248}.get(
        year, form.summary["working_days"]
    )


def entered(text, year=2027):
    return {one.date.isoformat(): one.is_workday for one in read_notice(f"{WHOLE}{text}", year)}


def offs(days):
    return sorted(
        date
        for date, worked in days.items()
        if not worked and not date.endswith(("-01-01", "-05-01", "-10-01"))
    )


DASHES = [
    "至",
    "到",
    "-",
    "–",
    "—",
    "——",
    "~",
    "～",
    "－",
    "−",
    "‐",
    "‑",
    "―",
    "﹣",
    "〜",
    " 至 ",
    " - ",
    "起至",
]
NINE = [f"2027-02-{number:02}" for number in range(15, 24)]


@pytest.mark.parametrize("dash", DASHES)
@pytest.mark.parametrize(
    "form",
    [
        "二、春节：2月15日{}23日放假调休，共9天。",
        "2月15日（周一）{}23日（周二）放假，共9天",
        "2月15日（农历腊月二十八、周一）{}2月23日（农历正月初七、周二）放假调休，共九天。",
        "春节：2027年2月15日{}2027年2月23日放假9天",
        "2月15{}23日 休 春节",
        "2027-02-15{}2027-02-23 休",
        "2027/2/15{}2027/2/23 休",
        "春节:2月15日{}23日调休放假",
    ],
)
def test_every_dash_makes_a_range(form, dash):
    assert offs(entered(form.format(dash))) == NINE


@pytest.mark.parametrize(
    "text",
    [
        "2月6日（周六）、14日（周日）上班。",
        "2月6日、2月14日补班",
        "2月6日和2月14日上班",
        "2月6日和14日（周日）正常上班",
        "补班：2月6日、2月14日",
        "调休上班：2月6日和14日",
        "补班日期：2027-02-06、2027-02-14",
        "2月6日（周六），2月14日（周日）上班",
        "2月6日、14日调休",
        "2027-02-06 班\n2月14日 班",
    ],
)
def test_lists_of_working_weekends(text):
    assert [date for date, worked in entered(text).items() if worked] == [
        "2027-02-06",
        "2027-02-14",
    ]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("春节：2月15日至23日放假，共8天。", "文中写共 8 天，读出的是 9 天"),
        ("春节：2月15日、23日放假，共9天。", "共 9 天"),
        ("春节：2月15日（周日）至23日放假", "2027-02-15 是星期一"),
        ("春节：2月15日……23日放假", "看不懂"),
        ("春节：2月15日／23日放假", "看不懂|没有这一天|起止"),
        ("春节：2月15日至放假", "只有开始"),
        ("春节：2月15日至23日", "没有写明放假还是上班"),
        ("春节：2月15日至23日放假，2月14日", "没有写明放假还是上班"),
        ("春节：正月初一至初七放假。", "没有写明日期"),
        ("春节：2月15日至23日（除18日外）放假，19日除外", "看不懂|没有写明"),
        ("春节：2月15日至23日（不含20日）除2月19日放假", "看不懂"),
        ("2月14日（周日）、2月16日（周二）调休", "没有说明哪天上班"),
        ("2月14日前后放假", "看不懂"),
        ("2月14日值班", "看不懂"),
        ("2月23日至15日放假", "起止日期不对"),
    ],
)
def test_a_sentence_is_refused_rather_than_half_taken(text, said):
    with pytest.raises(NoticeError, match=said):
        entered(text)


def test_a_line_of_festivals_takes_no_time():
    with pytest.raises(NoticeError):
        entered("春节" * 5000 + "x2月15日放假")


def test_ranges_across_months_and_years():
    assert offs(entered("春节：1月31日至2月6日放假调休，共7天。"))[0] == "2027-01-31"
    assert len(offs(entered("春节：1月31日至2月6日放假调休，共7天。"))) == 7
    across = read_notice(
        "一、元旦：12月30日至1月1日放假调休，共3天。12月26日上班。\n5月1日 休\n10月1日 休", 2027
    )
    assert [one.date.isoformat() for one in across][:4] == [
        "2026-12-26",
        "2026-12-30",
        "2026-12-31",
        "2027-01-01",
    ]


def test_advice_and_letterheads_say_nothing():
    text = "鼓励单位安排职工在2月9日休息。\n现将2027年元旦、春节放假调休日期的具体安排通知如下。\n国务院办公厅\n2026年11月4日"
    assert len(entered(text)) == 3


WRITTEN = st.sampled_from(
    [
        "{m}月{d}日",
        "{m}月{d}日（{w}）",
        "2027年{m}月{d}日",
        "2027-{m:02}-{d:02}",
        "{m}月{d}日(农历初一、{w})",
    ]
)


@given(
    st.dates(dt.date(2027, 1, 4), dt.date(2027, 4, 20)),
    st.integers(1, 8),
    WRITTEN,
    WRITTEN,
    st.sampled_from(DASHES[:12]),
    st.sampled_from(["放假", "放假调休", "调休放假", "放假公休", "休息", " 休"]),
    st.booleans(),
)
def test_generated_sentences_are_read_whole(first, length, one, other, dash, verb, says_total):
    def written(date, form):
        weekday = ("周", "星期")[date.day % 2] + "一二三四五六日"[date.weekday()]
        return form.format(m=date.month, d=date.day, w=weekday)

    last = first + dt.timedelta(days=length)
    worked = first - dt.timedelta(days=2)
    text = f"二、春节：{written(first, one)}{dash}{written(last, other)}{verb}"
    text += f"，共{length + 1}天。" if says_total else "。"
    text += f"{written(worked, other)}上班。"
    days = entered(text)
    assert offs(days) == [
        (first + dt.timedelta(days=passed)).isoformat() for passed in range(length + 1)
    ]
    assert days[worked.isoformat()] is True
