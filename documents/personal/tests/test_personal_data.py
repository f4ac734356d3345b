"""Personal data is found, and nothing else is: a labelled corpus. All numbers are made up here."""

import datetime as dt
import re
import sys
from collections import Counter

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from documents.personal import find_personal_data
from documents.personal.numbers import (
    PROVINCES,
    identity_check_character,
    is_identity_number,
    passes_luhn,
)


def identity(first_seventeen):
    return first_seventeen + identity_check_character(first_seventeen)


def card(first):
    return next(number for digit in range(10) if passes_luhn(number := f"{first}{digit}"))


ID = identity("23010919900307451")
ID_X = next(
    number for n in range(1000) if (number := identity(f"23010319851120{n:03d}")).endswith("X")
)
WRONG_ID = ID[:-1] + str((int(ID[-1]) + 1) % 10)
CARD = card("621799260000123456")  # 19 digits
SHORT_CARD = card("622848000012345")  # 16 digits
VISA = card("433390001234567")
FULL_WIDTH = str.maketrans("0123456789X", "０１２３４５６７８９Ｘ")

# What stands in ⟦⟧ must be found, as the kind after the bar; nothing else may be.
FOUND = [
    f"申请人张某，公民身份号码⟦{ID}|identity⟧，住址略。",
    f"身份证号：⟦{ID_X}|identity⟧。",
    f"身份证号：⟦{ID_X.lower()}|identity⟧",
    f"⟦{ID[:6]} {ID[6:14]} {ID[14:]}|identity⟧",
    f"⟦{ID[:6]}-{ID[6:14]}-{ID[14:]}|identity⟧",
    f"⟦{ID.translate(FULL_WIDTH)}|identity⟧",
    f"⟦{ID_X.translate(FULL_WIDTH)}|identity⟧",
    f"号码⟦{' '.join(ID)}|identity⟧有误",
    f"号码⟦{ID[:9]}\n{ID[9:]}|identity⟧被换行断开",
    f"号码⟦{ID[:9]}\u200b{ID[9:]}|identity⟧中有零宽字符",
    f"1 ⟦{ID}|identity⟧ 2",
    f"1\t张某\t⟦{ID}|identity⟧\t男",
    f"张某⟦{ID}|identity⟧李某⟦{ID_X}|identity⟧",
    f"⟦{ID}|identity⟧、⟦{ID_X}|identity⟧",
    f"ID⟦{ID}|identity⟧",
    f"港澳台居民居住证⟦{identity('81000019900307451')}|identity⟧",
    f"外国人永久居留身份证⟦{identity('92315619900307451')}|identity⟧",
    "身份证号⟦230103900307451|old_identity⟧",
    "证件号码为⟦230103520830001|old_identity⟧，已换证",
    "联系人：张某，手机⟦13845678901|mobile⟧。",
    "电话：⟦138 4567 8901|mobile⟧",
    "电话：⟦138-4567-8901|mobile⟧",
    "电话：⟦138 456 78901|mobile⟧",
    "电话：⟦1 3 8 4 5 6 7 8 9 0 1|mobile⟧",
    "电话：⟦１３８４５６７８９０１|mobile⟧",
    "电话：+86⟦13845678901|mobile⟧",
    "电话：+86-⟦13845678901|mobile⟧",
    "电话：+86 ⟦138 4567 8901|mobile⟧",
    "电话：0086⟦13845678901|mobile⟧",
    "张某⟦13845678901|mobile⟧，李某⟦19945678901|mobile⟧",
    "⟦13845678901|mobile⟧ ⟦19945678901|mobile⟧",
    "0451-88104567，⟦15545678901|mobile⟧",
    "0451-88104567 ⟦15545678901|mobile⟧",
    "0451-88104567/⟦15545678901|mobile⟧",
    "张某/⟦17745678901|mobile⟧",
    "微信同号⟦16645678901|mobile⟧",
    "Tel:⟦13845678901|mobile⟧",
    "tel⟦13845678901|mobile⟧",
    "支付宝账号：⟦13845678901|mobile⟧",
    "3\t李某\t⟦18945678901|mobile⟧\t松北区",
    f"开户行：某银行松北支行，卡号：⟦{CARD}|bank_card⟧。",
    f"⟦{CARD}|bank_card⟧",
    f"⟦{SHORT_CARD}|bank_card⟧",
    f"补贴发放账号 ⟦{SHORT_CARD[:4]} {SHORT_CARD[4:8]} {SHORT_CARD[8:12]} {SHORT_CARD[12:]}|bank_card⟧",
    f"⟦{CARD[:4]} {CARD[4:8]} {CARD[8:12]} {CARD[12:16]} {CARD[16:]}|bank_card⟧",
    f"⟦{CARD[:6]} {CARD[6:]}|bank_card⟧",
    f"银行卡⟦{VISA}|bank_card⟧",
    f"李某\t⟦{CARD.translate(FULL_WIDTH)}|bank_card⟧\t2000",
    "来信请寄⟦zhangsan2026@163.com|email⟧。",
    "邮箱：⟦zhang.san@qq.com|email⟧；",
    "邮箱：⟦zhangsan＠163.com|email⟧",
    "邮箱⟦zhangsan @ 126.com|email⟧",
    "⟦gov.cn@example.com|email⟧",
    "家庭住址：⟦哈尔滨市松北区世茂大道1号2单元301室|address⟧。",
    "家庭住址：⟦松北区利民街道某某花园3栋|address⟧",
    "现住⟦松北区龙川路88号5号楼1单元602|address⟧，",
    "张某，男，1990年生，住⟦哈尔滨市松北区中源大道100号|address⟧。",
    "户籍所在地：⟦黑龙江省某县永安乡永安村3组|address⟧",
    "户籍地址为⟦某市某区和平街12号|address⟧，",
    "李某，女，公民身份号码略，住所地⟦哈尔滨市道里区中央大街一百号2单元301室|address⟧。",
    "姓名\t家庭住址\t金额\n张某\t⟦松北区世茂大道1号2单元301室|address⟧\t300\n李某\t⟦利民大道8号|address⟧\t300",
    "居住地址：⟦松浦镇新兴屯12号|address⟧",
]
NOT_FOUND = [
    f"校验码不对的号码{WRONG_ID}不是身份证号码",
    "索引号：11230109MB1234567X/2026-00012",
    "索引号：014416330/2018-04736",
    "索引号：1150022873659872X5/2023-00005",
    "索引号：01527918X-2020-153077",
    "索引号 20191202-189769",
    "统一社会信用代码：11230109MB0012345X",
    "统一社会信用代码 912301097028471234",
    f"统一社会信用代码：{identity('23010919000307451')}",
    "哈松政规〔2026〕3号",
    "哈松政办发〔2026〕13号、〔2025〕118号",
    "联系电话：0451-88104567",
    "联系电话：0451—88104567、88104568",
    "联系电话：(0451)88104567转8012",
    "联系电话：045188104567",
    "服务热线：12345，全国统一热线400-820-8820",
    "传真：0451 8810 4567",
    "邮政编码：150028",
    "合同金额13845678901元",
    "总投资13845678901.50元",
    "累计 138,456,789.01 万元",
    "占地面积13845678901平方米",
    "金额：1384567890123456.00",
    "中标价：251000元，预算数2510000.00元",
    "项目代码：2026-230109-48-01-123456",
    "投资项目统一代码2026-230109-70-03-138456",
    "合同编号：13845678901",
    "采购编号 JX20261384567890123",
    "项目编号：SB-2026-13845678901",
    "编号为13845678901的档案",
    "统计登记号：13845678901",
    "许可证号：138456789012345",
    "营业执照注册号：230109100012345",
    f"订单流水号：{CARD}",
    f"合同编号：{SHORT_CARD}",
    f"序列号{VISA}",
    f"16位数字{VISA}前没有银行字样",
    "6217992600001234560不符合校验规则的号码",
    "不动产单元号230109001001GB00001F00010001",
    "宗地号：230109001001GB00001",
    "2026年3月2日至2026年12月31日",
    "20260302 20261231",
    "2023 2024 2025 2026",
    "158 1234 2356 889",
    "158\t1234\t2356",
    "网址：https://www.example.gov.cn/art/13845678901.html",
    "http://www.example.gov.cn/art/2026/3/2/art_13845678901_230109.html",
    "IP地址：138.45.67.89",
    "经度126.53845678901，纬度45.13845678901",
    "版本号13845678901b",
    "设备号A13845678901",
    "邮箱：songbei@hrb.gov.cn",
    "邮箱：xxgk@songbei.gov.cn；",
    "邮箱：office@organ.example.com",
    "办公地址：哈尔滨市松北区世茂大道1号2单元301室",
    "地址：松北区龙川路88号政务大厅3号楼2层",
    "受理地点：松北区中源大道100号一楼5号窗口",
    "区住建局：松北区龙川路88号",
    "住房和城乡建设局办公楼位于世茂大道1号",
    "公租房住户应当在3号楼1单元登记",
    "住院期间产生的费用到人民路12号报销",
    "入住世茂大道12号院的居民",
    "某某有限公司，住所：哈尔滨市松北区世茂大道1号301室",
    "企业住所地哈尔滨市松北区世茂大道1号",
    "住宅小区世茂大道12号1号楼至5号楼列入改造",
    "居住区道路改造：龙川路12号至88号",
    "项目住址登记表共3张",
    "家庭住址填写到区县，不写门牌。",
    "常住人口13845人，户籍人口12号统计",
    "名称\t地址\n某公司\t松北区世茂大道1号2单元301室",
    "全年受理申请349件，其中933件转办，第12345678901次会议",
    "GB 11643-1999、GB/T 9704-2012、ISBN 978-7-5000-1234-5",
    "国债代码019547，基金账户12345678",
    "行政区划代码230109，组织机构代码01441633-0",
    "开户银行：某银行松北支行，账号：17012345678",
    "公共维修资金专户 3500040109008812345",
    "2-13845678901",
    f"{CARD[:9]} {CARD[9:16]} {CARD[16:]}",
    f"样品AB{ID}",
    f"流水1{ID[:17]}{ID[17]}2",
]
OFFICIAL = {
    "official_emails": frozenset({"office@organ.example.com"}),
    "official_numbers": frozenset({"13900001111"}),
}
_MARK = re.compile(r"⟦(.*?)\|(\w+)⟧", re.DOTALL)


@pytest.mark.parametrize("marked", FOUND)
def test_it_finds_personal_data(marked):
    text, expected = "", []
    position = 0
    for mark in _MARK.finditer(marked):
        text += marked[position : mark.start()]
        expected.append((mark[2], len(text), len(text) + len(mark[1])))
        text += mark[1]
        position = mark.end()
    text += marked[position:]
    assert [
        (hit.kind, hit.start, hit.end) for hit in find_personal_data(text, **OFFICIAL)
    ] == expected


@pytest.mark.parametrize("text", NOT_FOUND)
def test_it_leaves_other_numbers_alone(text):
    assert find_personal_data(text, **OFFICIAL) == []


def test_an_office_mobile_that_is_published_as_its_line_is_not_personal():
    assert find_personal_data("值班手机13900001111", **OFFICIAL) == []
    assert find_personal_data("值班手机13900001112", **OFFICIAL) != []


# Around the number stands anything but digits, ASCII letters and words that name another kind of
# number.
around = st.text(st.characters(min_codepoint=0x4E00, max_codepoint=0x9FFF), max_size=30).map(
    lambda text: re.sub("[住址号码邮]", "", text)
)
identities = st.builds(
    lambda region, rest, day, serial: identity(f"{region}{rest:04d}{day:%Y%m%d}{serial:03d}"),
    st.sampled_from(sorted(PROVINCES)),
    st.integers(0, 9999),
    st.dates(dt.date(1900, 1, 1), dt.date(2026, 1, 1)),
    st.integers(0, 999),
)
gaps = st.sampled_from(["", " ", "  ", "-", "\u3000", "\u200b"])


@settings(deadline=None, max_examples=300)
@given(around, identities, around, gaps, gaps)
@example("", "230109199003074510"[:17] + identity_check_character("23010919900307451"), "", "", "")
def test_any_valid_identity_number_is_found_in_chinese_text(
    before, number, after, first_gap, second_gap
):
    written = number[:6] + first_gap + number[6:14] + second_gap + number[14:]
    for shape in (written, written.translate(FULL_WIDTH)):
        hits = find_personal_data(before + shape + after)
        assert [(hit.kind, hit.start, hit.end) for hit in hits] == [
            ("identity", len(before), len(before) + len(shape))
        ]


@settings(deadline=None, max_examples=300)
@given(around, identities, around, st.integers(1, 10))
def test_none_with_a_wrong_check_character_is(before, number, after, shift):
    characters = "0123456789X"
    wrong = number[:-1] + characters[(characters.index(number[-1]) + shift) % 11]
    assert not is_identity_number(wrong)
    assert find_personal_data(before + wrong + after) == []


@settings(deadline=None)
@given(st.text(st.sampled_from("0123456789X -.@住址号路室省市\t\n张a"), max_size=300))
def test_any_jumble_is_read_without_fault_and_hits_lie_inside(text):
    for hit in find_personal_data(text):
        assert 0 <= hit.start < hit.end <= len(text)


def born_on(day):
    return identity(f"110105{day:%Y%m%d}002")


def test_nobody_is_born_in_the_future_or_before_1900():
    today = dt.date(2026, 6, 1)
    assert is_identity_number(born_on(today), today)
    assert not is_identity_number(born_on(dt.date(2026, 6, 2)), today)
    assert is_identity_number(born_on(dt.date(1900, 1, 1)), today)
    assert not is_identity_number(born_on(dt.date(1899, 12, 31)), today)


def test_a_number_whose_day_of_birth_is_to_come_is_no_finding():
    tomorrow = dt.date.today() + dt.timedelta(days=1)
    assert find_personal_data(f"身份证号：{born_on(tomorrow)}。") == []
    assert [hit.kind for hit in find_personal_data(f"身份证号：{born_on(dt.date.today())}。")] == [
        "identity"
    ]


def test_the_regions_are_those_of_the_division_codes():
    """GB/T 2260: each tens digit is a part of the country, counted from its first region."""
    last = {1: 5, 2: 3, 3: 7, 4: 6, 6: 5}
    regions = {10 * part + one for part, number in last.items() for one in range(1, number + 1)}
    assert regions | {50, 51, 52, 53, 54, 71, 81, 82, 83} == PROVINCES


@given(st.text("0123456789", min_size=17, max_size=17))
def test_the_check_character_makes_the_sum_one(first_seventeen):
    """GB 11643-1999 with ISO 7064 MOD 11-2: each place weighs twice the one after it."""
    check = identity_check_character(first_seventeen)
    total = sum(int(digit) * 2 ** (17 - place) for place, digit in enumerate(first_seventeen))
    assert (total + (10 if check == "X" else int(check))) % 11 == 1


@pytest.mark.parametrize("region", sorted(set(range(100)) - PROVINCES))
def test_a_number_of_no_region_is_none(region):
    """But for 9 and a region: residence permits of foreigners."""
    number = identity(f"{region:02d}010919900307451"[:17])
    assert is_identity_number(number) == (region // 10 == 9 and int(number[1:3]) in PROVINCES)


def test_eighteen_digits_with_a_day_of_birth_are_no_card_without_the_word():
    """Sooner an identity number that was mistyped; longer and shorter ones are cards."""
    born = card("620109" + "19900301" + "745")
    assert find_personal_data(f"号码{born}") == []
    assert [hit.kind for hit in find_personal_data(f"卡号{born}")] == ["bank_card"]
    for number in (card("620109" + "19900301" + "7456"), card("620109" + "19900301" + "7")):
        assert [hit.kind for hit in find_personal_data(f"号码{number}")] == ["bank_card"]


def calls_for(text):
    """How many functions are called, Python's own and those in C, while a text is read."""
    counted = Counter()
    sys.setprofile(lambda frame, event, argument: counted.update([event]))
    try:
        find_personal_data(text)
    finally:
        sys.setprofile(None)
    return counted["call"] + counted["c_call"]


@pytest.mark.parametrize(
    "piece", ["1", " 1", "1-", "家庭住址", "a@", "住", "a@b.c ", "13800138000 ", "户籍地址："]
)
def test_long_texts_cost_work_in_proportion(piece):
    short, long = calls_for(piece * 500), calls_for(piece * 2_000)
    assert long <= 4.2 * short
