"""The workbook a clerk fills in: headings, help, lists of what may be chosen."""

import io

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation

from documents.extraction.escapes import escaped
from documents.files.cells import plain_text
from imports.bulk.columns import ItemTable

ROWS = 1_000  # to which the drop-down lists reach
HELP = {
    "标题": "必填。只写正标题，与文件一致。",
    "发布机构": "必填。负责公开的机构：全称、简称或机构代码。只能填您负责的机构。",
    "所属栏目": "必填。从“可选值”中选用完整路径。",
    "成文日期": "必填。例如 2026-03-02；不能晚于今天。",
    "发文字号": "例如 哈松政规〔2026〕3号；括号、空格会自动规范。没有的留空。",
    "正文": "文字即可，一行是一段；也可以是 HTML，会去掉样式。长文件建议用“从 Word 文件新建”。",
    "内容概述": "三百字以内。",
    "体裁": "从下拉列表选择，可以留空。",
    "主题分类": "从“可选值”中选用，可以留空。",
    "关键词": "用英文分号隔开。",
    "公开方式": "留空为“主动公开”。",
    "公开时限": "留空为“长期公开”。",
    "公开至": "公开时限为“限时公开”时必填，例如 2027-12-31。",
    "公开范围": "留空为“面向社会”。",
    "来源": "留空时显示发布机构。",
    "制作机关": "制作机关不是发布机构时填写全称。",
    "原公开时间": "从旧网站移来的信息：它在旧网站上最初公开的时间。",
}
WIDTHS = {"标题": 40, "正文": 60, "内容概述": 40, "所属栏目": 30, "发布机构": 24}
_HEAD = PatternFill("solid", fgColor="F7F4EE")


def template_file(user):
    """The bytes of the XLSX, with the departments of this user."""
    table = ItemTable(user=user)
    book = Workbook()
    sheet = book.active
    sheet.title = "信息"
    columns, choices = table.columns(), table.choices()
    lists = _lists(book, choices)
    for number, name in enumerate(columns, start=1):
        _head(sheet, number, f"{name}*" if name in table.required else name, WIDTHS.get(name, 16))
        _as_text(sheet, number)
        if name in lists:
            letter = get_column_letter(number)
            choice = DataValidation(
                "list", formula1=lists[name], allow_blank=True, showErrorMessage=False
            )
            choice.add(f"{letter}2:{letter}{ROWS}")
            sheet.add_data_validation(choice)
    sheet.freeze_panes = "A2"
    _explain(book, columns)
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def _head(sheet, column, text, width):
    cell = sheet.cell(1, column, text)
    cell.font, cell.fill = Font(bold=True), _HEAD
    cell.alignment = Alignment(vertical="center")
    sheet.column_dimensions[get_column_letter(column)].width = width


def _as_text(sheet, column):
    """Numbers and dates typed into the column stay as they were typed."""
    sheet.column_dimensions[get_column_letter(column)].number_format = "@"


def _lists(book, choices):
    """The sheet 可选值; {heading: reference to its values}."""
    sheet, references = book.create_sheet("可选值"), {}
    for number, (name, values) in enumerate(choices.items(), start=1):
        _head(sheet, number, name, 30)
        for row, value in enumerate(values, start=2):
            cell = sheet.cell(row, number, escaped(plain_text(value)))
            cell.data_type = "s"  # a name that begins with an equals sign is a name
        letter = get_column_letter(number)
        if values:
            references[name] = f"'可选值'!${letter}$2:${letter}${len(values) + 1}"
    sheet.freeze_panes = "A2"
    return references


def _explain(book, columns):
    sheet = book.create_sheet("填写说明", 1)
    _head(sheet, 1, "列", 16)
    _head(sheet, 2, "怎样填", 80)
    for row, name in enumerate(columns, start=2):
        sheet.cell(row, 1, name)
        sheet.cell(row, 2, HELP[name]).alignment = Alignment(wrap_text=True)
