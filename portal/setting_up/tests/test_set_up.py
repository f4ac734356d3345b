"""A workbook makes a portal: all or nothing, repeatable, every wrong cell named."""

import re

import openpyxl
import pytest
from django.contrib.auth.models import Group, User
from django.core.exceptions import PermissionDenied
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from catalog.integrity import tree_faults
from catalog.models import Category, Department, PublicStamp, Section
from catalog.tests.builders import make_category, make_department, make_user
from disclosure.tests.builders import make_staff
from ledger.models import AuditEntry, Entry
from ledger.verification import verify_chain
from portal.accounts import passwords
from portal.identity import Site
from portal.models import SiteIdentity
from portal.setting_up.actions import look_through, set_up
from portal.setting_up.outcome import Kind
from portal.setting_up.reading import read_workbook
from portal.setting_up.sheets import sheets
from portal.setting_up.staff import new_password
from portal.setting_up.tests.books import ORGANS, Book, code, small_book, whole_book

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]


def everything():
    """All that a workbook may write, and what tells of it."""
    models = (Department, Category, User, SiteIdentity, AuditEntry, Entry, PublicStamp)
    return {model.__name__: list(model.objects.order_by("pk").values()) for model in models}


@pytest.fixture(scope="module")
def site_alone(django_db_setup, django_db_blocker):
    """The sheet 网站 and no other."""
    with django_db_blocker.unblock():
        book = Book()
    for name in book.book.sheetnames:
        if name != "网站":
            del book.book[name]
    return book.data


def said(outcome):
    return [str(fault) for fault in outcome.faults]


def test_a_filled_in_template_makes_a_portal_of_ones_own():
    outcome = set_up(whole_book().data, by=None)
    assert said(outcome) == []
    assert outcome.is_done
    assert SiteIdentity.objects.get().id_code == "0000000001"
    finance = Department.objects.get(code=code(3))
    assert (finance.parent.slug, finance.document_mark, finance.slug) == (
        "shili",
        "示财",
        f"organ-{code(3).lower()}",
    )
    assert Category.objects.count() == 107
    assert tree_faults() == []
    assert set(Category.objects.exclude(section=None).values_list("section", flat=True)) == set(
        Section.values
    )
    assert Category.objects.get(section=Section.CONTENT).get_children().count() == 15
    clerk = User.objects.get(username="zhang")
    assert [group.name for group in clerk.groups.all()] == ["信息员"]
    assert clerk.memberships.get().department == finance
    assert verify_chain() == []


def test_no_word_of_the_demonstration_is_in_it():
    look = set_up(whole_book().data, by=None)
    assert look.is_done
    words = str([list(model.objects.values()) for model in (Department, Category, SiteIdentity)])
    assert "松北" not in words
    assert "songbei" not in words


def test_looking_through_writes_nothing():
    before = everything()
    outcome = look_through(whole_book().data, by=None)
    assert outcome.is_sound
    assert outcome.counts()[1] == ("发布机构", 3, 0, 0)
    assert not outcome.is_done
    assert outcome.passwords == []
    assert everything() == before


def test_the_second_time_everything_is_unchanged():
    data = whole_book().data
    set_up(data, by=None)
    before = everything()
    again = set_up(data, by=None)
    assert {change.kind for change in again.changes} == {Kind.SAME}
    assert not again.is_done
    assert everything() == before


def test_the_template_of_a_running_portal_holds_it_and_changes_nothing():
    set_up(whole_book().data, by=None)
    again = look_through(Book().data, by=None)
    assert said(again) == []
    assert {change.kind for change in again.changes} == {Kind.SAME}
    assert len(again.changes) == 1 + 3 + 107 + 3


def test_it_goes_on_where_it_was_left_and_names_what_changes():
    set_up(whole_book().data, by=None)
    book = Book()
    page = book["发布机构"]
    page[book.place("发布机构", "联系电话", 4)] = "010-11111111"
    book.put("公开目录", [{"栏目名称": "示例专栏", "上级栏目": "法定主动公开内容"}])
    outcome = set_up(book.data, by=None)
    assert [c.details for c in outcome.changes if c.kind == Kind.CHANGED] == [
        (("联系电话", "（空）", "010-11111111"),)
    ]
    assert [c.name for c in outcome.changes if c.kind == Kind.NEW] == ["示例专栏"]
    assert Category.objects.get(name="示例专栏").slug == "column-1"


def test_what_is_not_in_the_workbook_stays_and_an_empty_cell_changes_nothing():
    make_department("别的机构", telephone="010-22222222", code=code(9), slug="other")
    book = Book()
    book["发布机构"][book.place("发布机构", "联系电话", 2)] = None
    outcome = look_through(book.data, by=None)
    assert [c.kind for c in outcome.changes if c.sheet == "发布机构"] == [Kind.SAME]
    assert Department.objects.get(slug="other").telephone == "010-22222222"


def test_a_district_may_rename_the_categories_and_hang_them_elsewhere():
    book = whole_book()
    page = book["公开目录"]
    for row in page.iter_rows(min_row=2):
        if row[0].value == "区长之窗":
            row[0].value = "县长之窗"
        if row[0].value == "招商信息":
            row[1].value = "机构职能"  # under another column, by its name
    assert said(set_up(book.data, by=None)) == []
    assert Category.objects.get(slug="mayor-profile").parent.name == "县长之窗"
    assert Category.objects.get(slug="investment").parent.slug == "functions"
    assert tree_faults() == []


def test_parents_may_stand_below_their_children():
    book = Book().put("发布机构", [ORGANS[1], ORGANS[0]])
    assert said(set_up(book.data, by=None)) == []
    assert Department.objects.get(code=code(2)).parent.code == code(1)


# (sheet, heading, value, what is said of it, what is said of the remedy)
WRONG = [
    ("发布机构", "机构代码", code(3)[:-1] + "!", "请填写 9 位组织机构代码或 18 位", "含校验码"),
    (
        "发布机构",
        "机构代码",
        code(11)[:-1] + ("0" if code(11)[-1] != "0" else "1"),
        "校验码不对",
        "含校验码",
    ),
    ("发布机构", "机构代码", 110000000000000012, "末尾几位已经丢失", "格式改为“文本”"),
    ("发布机构", "类别", "局", "没有“局”这个类别", "请从下拉列表选择"),
    ("发布机构", "上级机关", "不存在的机关", "没有这个机构", "请照“发布机构”表填写"),
    ("发布机构", "地址名", "示例 区", "地址名", "小写字母、数字和连字符"),
    ("发布机构", "电子邮箱", "没有", "电子邮箱", "office@example.gov.cn"),
    ("发布机构", "排序", "一", "不是 0 到 32767 的整数", "请只写数字"),
    ("发布机构", "联系电话", "#REF!", "公式的结果是 #REF!", "请直接写上值"),
    ("公开目录", "对应条款", "20-99", "没有“20-99”这个条款编号", "20-15"),
    ("公开目录", "栏目类别", "新闻", "没有“新闻”这个栏目类别", "工作动态"),
    ("公开目录", "责任机构", "没有的局", "没有这个机构", "机构全称或机构代码"),
    ("公开目录", "上级栏目", "没有的栏目", "没有这个栏目", "地址名"),
    ("公开目录", "公开显示", "也许", "没有“也许”这个公开显示", "是、否"),
    ("公开目录", "固定栏目", "政府信息公开指南", "固定栏目", "全站各一个"),
    ("公开目录", "更新期限（天）", "-3", "不是 0 到", "请只写数字"),
    ("工作人员", "角色", "局长", "没有“局长”这个角色", "信息员"),
    ("工作人员", "所属机构", "没有的局", "没有这个机构", "机构全称或机构代码"),
    ("工作人员", "登录名", "张 三", "登录名", "字母、数字"),
]


def sound_row(sheet, number):
    """A row that is right, to put one wrong value into."""
    if sheet == "发布机构":
        return {
            "机构全称": f"示例机构{number}",
            "简称": f"机构{number}",
            "机构代码": code(100 + number),
            "上级机关": "区政府",
        }
    if sheet == "公开目录":
        return {"栏目名称": f"示例栏目{number}", "上级栏目": "content"}
    return {"登录名": f"person{number}", "姓名": "示例", "角色": "信息员", "所属机构": "区财政局"}


def test_every_wrong_cell_is_named_with_its_place_why_and_what_to_do():
    book, expected = small_book(), {}
    for number, (sheet, heading, value, what, remedy) in enumerate(WRONG):
        book.put(sheet, [sound_row(sheet, number) | {heading: value}])
        row = next(n for n in range(1, 99) if book[sheet].cell(n + 1, 1).value is None)
        expected[sheet, book.place(sheet, heading, row)] = (what, remedy)
    before = everything()
    outcome = set_up(book.data, by=None)
    found = {(fault.sheet, fault.place): fault for fault in outcome.faults}
    assert set(found) == set(expected), said(outcome)
    for place, (what, remedy) in expected.items():
        assert what in found[place].what
        assert remedy in found[place].remedy
    assert everything() == before


def test_two_rows_for_one_record_are_a_fault():
    book = small_book().put("发布机构", [ORGANS[2] | {"机构代码": code(12)}])
    [fault] = look_through(book.data, by=None).faults
    assert (fault.place, "与 A4 所在的行是同一条记录" in fault.what) == ("A5", True)


@pytest.mark.parametrize("heading", ["机构全称", "简称", "机构代码"])
def test_what_is_missing_is_named(heading):
    book = small_book()
    book["发布机构"][book.place("发布机构", heading, 4)] = None
    [fault] = [
        fault for fault in look_through(book.data, by=None).faults if fault.sheet == "发布机构"
    ]
    assert f"缺少“{heading}”" in fault.what
    assert fault.place in {"A4", "B4"}


@pytest.mark.parametrize(
    ("values", "place", "what"),
    [
        ({"网站标识码": "12"}, "B3", "10 位政府网站标识码"),
        ({"网站域名": "示例"}, "B4", "请填写域名本身"),
        ({"ICP 备案号": "没有"}, "B8", "请照备案证书填写"),
    ],
)
def test_the_sites_own_values_are_checked(values, place, what):
    [fault] = look_through(Book().site(**values).data, by=None).faults
    assert (fault.sheet, fault.place) == ("网站", place)
    assert what in fault.what


def test_a_fault_is_said_once_and_not_again_of_everything_that_hangs_on_it():
    book = small_book()
    book["发布机构"][book.place("发布机构", "机构代码", 2)] = (
        "1"  # the government, above all others and named by none but them
    )
    assert [fault.place for fault in look_through(book.data, by=None).faults] == ["C2"]


def test_a_circle_of_parents_is_a_fault_and_no_endless_loop():
    book = Book().put("发布机构", [ORGANS[0] | {"上级机关": "区财政局"}, ORGANS[2]])
    faults = said(look_through(book.data, by=None))
    assert any("绕了一圈" in fault for fault in faults)


def test_a_mistyped_heading_and_a_missing_one_are_named():
    book = small_book()
    book["发布机构"]["A1"] = "机构名字"
    faults = said(look_through(book.data, by=None))
    assert any("A1" in fault and "“机构名字”不是模板中的项目" in fault for fault in faults)
    assert any("缺少表头：机构全称" in fault for fault in faults)


@pytest.mark.parametrize("data", [b"", b"PK\x03\x04", b"not a workbook", b"\xd0\xcf\x11\xe0" * 300])
def test_what_is_no_workbook_is_refused_with_a_sentence(data):
    assert said(look_through(data, by=None)) == [
        "文件无法读取，可能已损坏、设置了密码，或者不是 XLSX。 → 请用模板填写，另存为 XLSX 后再试。"
    ]


def test_a_workbook_without_our_sheets_is_refused():
    book = Book()
    for name in book.book.sheetnames[:-1]:
        del book.book[name]
    [fault] = look_through(book.data, by=None).faults
    assert "没有找到工作表" in fault.what


@hypothesis_settings(max_examples=25)
@given(text=st.text(max_size=80))
def test_whatever_stands_in_a_cell_is_taken_or_named(site_alone, text):
    book = Book(site_alone)
    try:
        book.site(网站名称=text)
    except openpyxl.utils.exceptions.IllegalCharacterError:
        return
    outcome = look_through(book.data, by=None)
    assert outcome.is_sound or all(fault.what and fault.remedy for fault in outcome.faults)


def test_cells_of_the_template_are_text_so_that_codes_stay_whole():
    book = Book()
    assert book["发布机构"].column_dimensions["C"].number_format == "@"
    make_department("=cmd", code=code(8), slug="formula")
    assert Book()["发布机构"]["A2"].data_type == "s"


def test_every_heading_of_the_template_is_explained():
    words = {cell.value for row in Book()["填写说明"].iter_rows() for cell in row}
    for sheet in sheets():
        for column in sheet.columns:
            assert column.heading in words
            assert column.help in words


class TestPasswords:
    """Made, shown once, kept as hashes, changed at the first log-in."""

    def test_each_new_account_gets_one_of_its_own_that_works_once(self, client):
        outcome = set_up(small_book().data, by=None)
        assert [name for name, _, _ in outcome.passwords] == ["zhang", "li", "wang"]
        assert len({password for _, _, password in outcome.passwords}) == 3
        for name, _, password in outcome.passwords:
            user = User.objects.get(username=name)
            assert user.check_password(password)
            assert "别人为您设置" in passwords.must_change(user)

    def test_none_is_stored_in_clear(self):
        outcome = set_up(small_book().data, by=None)
        stored = str(everything())
        assert not [password for _, _, password in outcome.passwords if password in stored]

    def test_they_are_many_and_in_order(self):
        made = {new_password() for _ in range(200)}
        assert len(made) == 200
        assert all(
            re.fullmatch(r"[2-9a-zA-HJ-NP-Z]{4}(-[2-9a-zA-HJ-NP-Z]{4}){2}", password)
            for password in made
        )

    def test_a_second_run_gives_nobody_a_new_one(self):
        set_up(small_book().data, by=None)
        before = list(User.objects.order_by("pk").values_list("password", flat=True))
        book = Book().put("工作人员", [{"登录名": "zhao", "姓名": "赵示例", "角色": "审计员"}])
        outcome = set_up(book.data, by=None)
        assert [name for name, _, _ in outcome.passwords] == ["zhao"]
        assert list(User.objects.order_by("pk").values_list("password", flat=True))[:3] == before


class TestRights:
    """系统管理员 alone, within the limits of the account's own page."""

    @pytest.mark.parametrize("role", ["信息员", "审核员", "公开办", "审计员", "安全管理员"])
    def test_nobody_else_sets_a_portal_up(self, role):
        with pytest.raises(PermissionDenied):
            set_up(small_book().data, by=make_staff(role))
        with pytest.raises(PermissionDenied):
            look_through(small_book().data, by=make_staff(role))

    def test_the_log_tells_who_and_what_and_no_password(self):
        admin = make_staff("系统管理员", username="admin")
        outcome = set_up(small_book().data, by=admin, address="10.0.0.1")
        entry = AuditEntry.objects.get(act="设置门户")
        assert (entry.account, entry.address) == ("admin", "10.0.0.1")
        assert "发布机构 新增 示例市示例区财政局" in str(entry.detail)
        assert not [
            password for _, _, password in outcome.passwords if password in str(entry.detail)
        ]

    def test_the_command_line_is_on_record_too(self):
        set_up(small_book().data, by=None)
        assert AuditEntry.objects.get(act="设置门户").account == "命令行"

    def test_nobody_gives_a_role_to_themselves(self):
        admin = make_staff("系统管理员", username="admin", last_name="示例")
        book = Book().put("工作人员", [{"登录名": "admin", "角色": "审核员"}])
        book["工作人员"].delete_rows(2)
        [fault] = set_up(book.data, by=admin).faults
        assert "不能给自己增加角色" in fault.what
        assert admin.groups.count() == 1

    def test_nobody_but_a_superuser_touches_a_superuser(self):
        make_user("root", is_superuser=True)
        admin = make_staff("系统管理员", username="admin")
        book = Book().put("工作人员", [{"登录名": "root", "姓名": "改名", "角色": "信息员"}])
        [fault] = set_up(book.data, by=admin).faults
        assert "只有超级用户可以修改" in fault.what

    def test_roles_are_added_and_never_taken_away(self):
        set_up(small_book().data, by=None)
        User.objects.get(username="zhang").groups.add(Group.objects.get(name="审计员"))
        outcome = set_up(small_book().data, by=None)
        assert not outcome.changes_something
        assert User.objects.get(username="zhang").groups.count() == 2


def test_what_the_environment_fixes_is_left_alone_and_said(settings):
    settings.SITE = Site(fixed={"name": "固定区人民政府"}, otherwise={})
    outcome = set_up(small_book().data, by=None)
    assert "由环境变量 SITE_NAME 固定为“固定区人民政府”" in outcome.notices[0]
    assert SiteIdentity.objects.get().name == ""


def test_a_second_root_is_refused_by_the_catalogues_own_rule():
    make_category("别的根栏目", slug="root")
    book = Book()
    book.put("公开目录", [{"栏目名称": "第二个根"}])
    [fault] = look_through(book.data, by=None).faults
    assert "目录只有一个根栏目" in fault.what


def test_two_organs_of_one_short_name_are_no_ones_reference():
    make_department("甲机构", short_name="同名", code=code(7), slug="one")
    make_department("乙机构", short_name="同名", code=code(6), slug="two")
    book = Book().put(
        "工作人员", [{"登录名": "zhao", "姓名": "赵示例", "角色": "信息员", "所属机构": "同名"}]
    )
    [fault] = look_through(book.data, by=None).faults
    assert "有两个机构叫这个名称" in fault.what


def test_a_file_of_many_rows_is_bounded():
    book = Book()
    page = book["工作人员"]
    for number in range(2, 2_100):
        page.cell(number, 1, f"user{number}")
    _, faults = read_workbook(book.data, sheets())
    assert "超过 2000 行" in faults[0].what
