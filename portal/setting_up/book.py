"""The workbook on its way out: the template, filled with how the portal stands now; on an empty
portal with the neutral catalogue.
"""

import io

from django.contrib.auth.models import User
from openpyxl import Workbook
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from catalog.models import Category, Department
from documents.extraction.escapes import escaped
from documents.files.cells import plain_text
from portal.models import SiteIdentity
from portal.setting_up.neutral import neutral_columns
from portal.setting_up.sheets import NO, YES, Column, Sheet, sheets

NAME = "门户设置.xlsx"
ROWS_WITH_LISTS = 500
EXPLAINED = (
    "一、填四张表：网站、发布机构、公开目录、工作人员。带 * 的列必填。可以先填一部分，以后接着填，再次导入。",
    "二、已有的机构按地址名或机构代码对应，栏目按地址名对应，工作人员按登录名对应：内容不同的会修改，相同的不变。",
    "三、空着的格子表示“不改”；没有写在表里的机构、栏目和账号都保留，导入不会删除任何东西。停用栏目请填“公开显示：否”。",
    "四、导入前先检查：哪张表、哪一格、为什么不对、怎么改，会一次全部列出；有一处不对就一条也不写入。",
    "五、公开目录已按通行的十五类和 61 号文件的固定栏目填好，可以增删、改名、改先后，再导入。“地址名”用在网址里，公布后不要再改。",
    "六、工作人员的初始口令由系统生成，导入后只显示一次，首次登录必须修改；请不要把口令写进表格。",
)
_HEAD = PatternFill("solid", fgColor="F7F4EE")
_WRAPPED = Alignment(vertical="top", wrap_text=True)


def workbook() -> bytes:
    """The bytes of the XLSX."""
    book = Workbook()
    explanation = book.active
    known = sheets()
    values = {"网站": _site, "发布机构": _organs, "公开目录": _catalogue, "工作人员": _staff}
    for sheet in known:
        page = book.create_sheet(sheet.name)
        (_write_upright if sheet.is_upright else _write_across)(page, sheet, values[sheet.name]())
    _lists(book, known)
    _explain(explanation, known)
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def _write_upright(page: Worksheet, sheet: Sheet, records: list[dict]) -> None:
    for place, (text, width) in enumerate((("项目", 26), ("内容", 44), ("怎样填", 70)), start=1):
        _head(page, place, text, width)
    record = records[0]
    for number, column in enumerate(sheet.columns, start=2):
        _text(page, number, 1, column.heading)
        _text(page, number, 2, record.get(column.attribute, ""))
        _text(page, number, 3, column.help).alignment = _WRAPPED
    page.freeze_panes = "B2"


def _write_across(page: Worksheet, sheet: Sheet, records: list[dict]) -> None:
    for place, column in enumerate(sheet.columns, start=1):
        _head(
            page,
            place,
            f"{column.heading}*" if column.is_required else column.heading,
            column.width,
        )
    for number, record in enumerate(records, start=2):
        for place, column in enumerate(sheet.columns, start=1):
            if text := record.get(column.attribute, ""):
                _text(page, number, place, text)
    page.freeze_panes = "B2"


def _head(page: Worksheet, place: int, text: str, width: int) -> None:
    """A heading; and the whole column is text, so that codes and telephone numbers stay as they are
    typed.
    """
    cell = page.cell(1, place, text)
    cell.font, cell.fill = Font(bold=True), _HEAD
    dimension = page.column_dimensions[get_column_letter(place)]
    dimension.width, dimension.number_format = width, "@"


def _text(page: Worksheet, number: int, place: int, value: str):
    cell = page.cell(number, place, escaped(plain_text(value)))
    cell.data_type, cell.number_format = (
        "s",
        "@",
    )  # a text that begins with an equals sign is a text
    return cell


def _lists(book: Workbook, known: tuple[Sheet, ...]) -> None:
    """The sheet 可选值, and the drop-down lists that refer to it."""
    page, place = book.create_sheet("可选值"), 0
    for sheet in known:
        for at, column in enumerate(sheet.columns, start=1):
            if not column.choices:
                continue
            place += 1
            _head(page, place, f"{sheet.name}：{column.heading}", 28)
            for number, choice in enumerate(column.choices, start=2):
                _text(page, number, place, choice)
            letter = get_column_letter(place)
            reference = f"'可选值'!${letter}$2:${letter}${len(column.choices) + 1}"
            choose = DataValidation(
                "list", formula1=reference, allow_blank=True, showErrorMessage=False
            )
            choose.add(f"{get_column_letter(at)}2:{get_column_letter(at)}{ROWS_WITH_LISTS}")
            book[sheet.name].add_data_validation(choose)


def _explain(page: Worksheet, known: tuple[Sheet, ...]) -> None:
    page.title = "填写说明"
    for place, width in ((1, 14), (2, 20), (3, 110)):
        page.column_dimensions[get_column_letter(place)].width = width
    _text(page, 1, 1, "门户设置工作簿：怎样填写").font = Font(bold=True, size=14)
    for number, line in enumerate(EXPLAINED, start=2):
        _text(page, number, 1, line)
    number = len(EXPLAINED) + 3
    for place, text in enumerate(("工作表", "列", "怎样填"), start=1):
        cell = _text(page, number, place, text)
        cell.font, cell.fill = Font(bold=True), _HEAD
    for sheet in known:
        for column in sheet.columns:
            number += 1
            _explain_one(page, number, sheet, column)


def _explain_one(page: Worksheet, number: int, sheet: Sheet, column: Column) -> None:
    _text(page, number, 1, sheet.name)
    _text(page, number, 2, column.heading)
    _text(page, number, 3, column.help).alignment = _WRAPPED


def _site() -> list[dict]:
    return [SiteIdentity.objects.filter(pk=1).values().first() or {}]


def _organs() -> list[dict]:
    return [
        {
            **{
                name: str(getattr(organ, name))
                for name in ("name", "short_name", "code", "slug", "document_mark")
            },
            **{
                name: getattr(organ, name)
                for name in ("address", "office_hours", "telephone", "fax", "email")
            },
            "kind": organ.get_kind_display(),
            "parent": organ.parent.name if organ.parent else "",
            "position": str(organ.position),
        }
        for organ in Department.objects.select_related("parent")
    ]


def _catalogue() -> list[dict]:
    found = Category.objects.select_related("parent", "department").order_by("tree_id", "lft")
    columns = [
        {
            **{
                name: getattr(category, name)
                for name in ("name", "slug", "column_type", "description", "keywords")
            },
            "parent": category.parent.slug if category.parent else "",
            "section": category.get_section_display() or "",
            "regulation_items": ";".join(category.regulation_items),
            "update_within_days": str(category.update_within_days or ""),
            "department": category.department.name if category.department else "",
            "position": str(category.position),
            "is_visible": YES if category.is_visible else NO,
        }
        for category in found
    ]
    return columns or neutral_columns()


def _staff() -> list[dict]:
    people = User.objects.filter(is_staff=True, is_superuser=False, is_active=True).order_by(
        "username"
    )
    return [
        {
            "username": user.username,
            "last_name": user.last_name,
            "groups": "、".join(group.name for group in user.groups.all()),
            "departments": "、".join(
                membership.department.name for membership in user.memberships.all()
            ),
            "email": user.email,
        }
        for user in people.prefetch_related("groups", "memberships__department")
    ]
