"""Reading a year's notice, and entering it at the desk."""

import datetime as dt

import pytest
from django.contrib.auth.models import Permission, User

from workdays.actions import enter_notice
from workdays.calendar import add_workdays, is_announced
from workdays.models import WorkCalendarDay
from workdays.notices import NoticeError, read_notice

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
    stored = WorkCalendarDay.objects.filter(date__year=2026).values_list("date", "is_workday", "name")
    assert [(one.date, one.is_workday, one.name) for one in read_notice(NOTICE_2026, 2026)] == list(stored)


def test_it_reads_plain_rows():
    days = {one.date: one.is_workday for one in read_notice(ROWS_2027, 2027)}
    assert (days[day("2027-01-02")], days[day("2027-10-09")]) == (True, True)
    assert [date for date in days if date.month == 2] == [dt.date(2027, 2, number) for number in range(5, 12)]
    assert len(days) == 1 + 1 + 7 + 3 + 7 + 1


def test_it_reads_new_year_days_of_the_december_before():
    # The sentence of 国办发明电〔2018〕15号.
    text = (
        "一、元旦：2018年12月30日至2019年1月1日放假调休，共3天。2018年12月29日（星期六）上班。\n5月1日 休\n10月1日 休"
    )
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
    enter_notice(year=2027, days=read_notice(ROWS_2027, 2027), notice_no="国办发明电〔2026〕9号", by=make_user())
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
    page = office.post("/admin/workdays/workcalendarday/notice/", {"year": 2027, "text": "2月30日 休", "confirm": "1"})
    assert "没有这一天" in page.content.decode()
    assert "2月30日 休</textarea>" in page.content.decode()


def test_a_working_weekday_in_the_notice_is_pointed_out(office):
    page = office.post("/admin/workdays/workcalendarday/notice/", {"year": 2027, "text": ROWS_2027 + "3月8日 班"})
    assert "2027年3月8日本来就是工作日" in page.content.decode()


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
