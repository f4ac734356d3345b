"""What the workbook asks for: sheets, their columns, and how each is filled in."""

from dataclasses import dataclass, field

from django.contrib.auth.models import Group

from catalog.models import ColumnType, Department, Section
from catalog.regulation import ARTICLES
from portal.models import SiteIdentity

YES, NO = "是", "否"
MOST_ROWS = 2_000  # of a sheet


@dataclass(frozen=True)
class Column:
    """One thing to fill in. `attribute`: of the record; `choices`: what may be chosen, in the words
    of the sheet.
    """

    heading: str
    attribute: str
    help: str
    is_required: bool = False
    choices: tuple[str, ...] = ()
    width: int = 16


@dataclass(frozen=True)
class Sheet:
    """One sheet. An upright one has its headings in the first column and one record; the others a
    record a row.
    """

    name: str
    columns: tuple[Column, ...]
    is_upright: bool = False

    def column(self, attribute: str) -> Column | None:
        """The column of an attribute, or None."""
        return next((column for column in self.columns if column.attribute == attribute), None)


@dataclass(frozen=True)
class Cell:
    """Where something stands (`B3`; empty where it was asked for by a question), and what."""

    place: str
    text: str


@dataclass
class Row:
    """One record as it was filled in: {attribute: Cell} of the cells that are not empty."""

    sheet: str
    number: int
    cells: dict[str, Cell] = field(default_factory=dict)
    place: str = ""  # of its first cell
    spoilt: set[str] = field(
        default_factory=set
    )  # attributes whose cells could not be read, which is said already

    def text(self, attribute: str) -> str:
        """What was filled in, or an empty string."""
        cell = self.cells.get(attribute)
        return cell.text if cell else ""


def _site() -> Sheet:
    fields = SiteIdentity._meta.fields[1:]
    columns = tuple(
        Column(str(one.verbose_name), one.attname, str(one.help_text), width=40) for one in fields
    )
    return Sheet("网站", columns, is_upright=True)


def _organs() -> Sheet:
    kinds = tuple(str(label) for label in Department.Kind.labels)
    return Sheet(
        "发布机构",
        (
            Column("机构全称", "name", "必填。法定全称，与印章一致。", True, width=30),
            Column("简称", "short_name", "必填。列表中显示，例如“区财政局”。", True, width=18),
            Column(
                "机构代码",
                "code",
                "必填。18 位统一社会信用代码，或 9 位组织机构代码，含校验码；索引号以它开头。",
                True,
                width=22,
            ),
            Column(
                "类别",
                "kind",
                f"从下拉列表选择：{'、'.join(kinds)}。留空为“{kinds[1]}”。",
                choices=kinds,
                width=24,
            ),
            Column(
                "上级机关", "parent", "填上级机关的全称、简称或机构代码；区政府自己留空。", width=24
            ),
            Column(
                "地址名",
                "slug",
                "网址中的英文名，小写字母、数字和连字符；留空时为 organ-机构代码。公布后不要再改。",
            ),
            Column(
                "机关代字", "document_mark", "发文字号开头的代字，例如“示财”。可以留空。", width=12
            ),
            Column("办公地址", "address", "《条例》第十二条要求公布。", width=36),
            Column(
                "办公时间", "office_hours", "例如“周一至周五 8:30—11:30，13:30—17:00”。", width=30
            ),
            Column("联系电话", "telephone", "例如 010-00000000。", width=18),
            Column("传真号码", "fax", "没有的留空。", width=18),
            Column("电子邮箱", "email", "互联网联系方式，例如 office@example.gov.cn。", width=24),
            Column("排序", "position", "整数，小的在前；留空时按表中的先后。", width=8),
        ),
    )


def _catalogue() -> Sheet:
    return Sheet(
        "公开目录",
        (
            Column("栏目名称", "name", "必填。同一上级之下不能重名。", True, width=24),
            Column(
                "上级栏目", "parent", "上级栏目的地址名或名称；只有最上面的一个栏目留空。", width=20
            ),
            Column(
                "地址名",
                "slug",
                "网址中的英文名，小写字母、数字和连字符；留空时自动编号。公布后不要再改。",
                width=22,
            ),
            Column(
                "固定栏目",
                "section",
                "61号文件规定的栏目，全站各一个，其他栏目留空。",
                choices=tuple(Section.labels),
                width=20,
            ),
            Column(
                "栏目类别",
                "column_type",
                "从下拉列表选择，写入页面标签 ColumnType。",
                choices=tuple(ColumnType.values),
            ),
            Column(
                "对应条款",
                "regulation_items",
                f"《条例》条款的编号，用“;”隔开：{'、'.join(ARTICLES)}。",
            ),
            Column(
                "更新期限（天）",
                "update_within_days",
                "超过这么多天没有新内容即提醒；不要求定期更新的留空。",
                width=14,
            ),
            Column("责任机构", "department", "负责维护的机构：全称、简称或机构代码。", width=20),
            Column(
                "栏目描述",
                "description",
                "设置目的和主要内容；留空时写成“公开……方面的政府信息。”",
                width=50,
            ),
            Column("栏目关键词", "keywords", "用英文分号隔开；留空时用栏目名称。", width=24),
            Column("排序", "position", "整数，小的在前；留空时按表中的先后。", width=8),
            Column(
                "公开显示",
                "is_visible",
                f"填“{YES}”或“{NO}”；留空为“{YES}”。停用的栏目填“{NO}”。",
                choices=(YES, NO),
                width=10,
            ),
        ),
    )


def _staff() -> Sheet:
    roles = tuple(Group.objects.order_by("pk").values_list("name", flat=True))
    return Sheet(
        "工作人员",
        (
            Column(
                "登录名",
                "username",
                "必填。字母、数字和 @ . + - _，例如姓名的拼音；已有的账号按登录名对应。",
                True,
                width=18,
            ),
            Column("姓名", "last_name", "必填。显示在工作台和审核记录中。", True, width=14),
            Column(
                "角色",
                "groups",
                f"必填。几个角色用“、”隔开：{'、'.join(roles)}。",
                True,
                choices=roles,
                width=18,
            ),
            Column(
                "所属机构",
                "departments",
                "信息员和审核员必填。全称、简称或机构代码，几个用“、”隔开；含其下级机构。",
                width=30,
            ),
            Column("邮箱", "email", "可以留空。", width=26),
        ),
    )


def sheets() -> tuple[Sheet, ...]:
    """All of them, in the order in which one is built on the other."""
    return _site(), _organs(), _catalogue(), _staff()
