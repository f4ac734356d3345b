"""Workbooks as a district fills them in: the template, with what a test writes into its cells."""

import io

import openpyxl

from catalog.organ_codes import credit_check_character
from portal.setting_up.book import workbook
from portal.setting_up.sheets import sheets


def code(number):
    """An invented 统一社会信用代码 with a right check character."""
    first = f"11000000MB{number:07d}"
    return first + credit_check_character(first)


SITE = {
    "网站名称": "示例区人民政府",
    "网站标识码": "0000000001",
    "网站域名": "www.example.gov.cn",
    "主办单位": "示例区人民政府办公室",
    "联系方式": "010-00000000",
}
ORGANS = [
    {
        "机构全称": "示例市示例区人民政府",
        "简称": "区政府",
        "机构代码": code(1),
        "类别": "区政府",
        "地址名": "shili",
    },
    {
        "机构全称": "示例市示例区人民政府办公室",
        "简称": "区政府办",
        "机构代码": code(2),
        "上级机关": "区政府",
        "办公地址": "示例路1号",
        "联系电话": "010-00000000",
    },
    {
        "机构全称": "示例市示例区财政局",
        "简称": "区财政局",
        "机构代码": code(3),
        "上级机关": "区政府",
        "机关代字": "示财",
    },
]
STAFF = [
    {"登录名": "zhang", "姓名": "张示例", "角色": "信息员", "所属机构": "区财政局"},
    {"登录名": "li", "姓名": "李示例", "角色": "审核员", "所属机构": code(3)},
    {"登录名": "wang", "姓名": "王示例", "角色": "公开办、系统管理员", "所属机构": "区政府办"},
]


class Book:
    """The template, to be written into by sheet and cell."""

    def __init__(self, data=None):
        self.book = openpyxl.load_workbook(io.BytesIO(data or workbook()))

    def __getitem__(self, sheet):
        return self.book[sheet]

    def site(self, **values):
        """Values by the names of the first column."""
        page = self.book["网站"]
        for row in page.iter_rows(min_row=2):
            if row[0].value in values:
                row[1].value = values[row[0].value]
        return self

    def put(self, sheet, records):
        """Rows after the last that is filled in."""
        page = self.book[sheet]
        heads = {str(cell.value).rstrip("*"): cell.column for cell in page[1] if cell.value}
        start = next(n for n in range(2, 10_000) if page.cell(n, 1).value is None)
        for number, record in enumerate(records, start=start):
            for heading, value in record.items():
                page.cell(number, heads[heading], value)
        return self

    def place(self, sheet, heading, row):
        """Where a cell is: `C2`."""
        return next(
            cell.coordinate[:-1] + str(row)
            for cell in self.book[sheet][1]
            if str(cell.value).rstrip("*") == heading
        )

    @property
    def data(self):
        buffer = io.BytesIO()
        self.book.save(buffer)
        return buffer.getvalue()


def whole_book():
    """A district that is not the demonstration's: site, three organs, the neutral catalogue, three
    people.
    """
    return Book().site(**SITE).put("发布机构", ORGANS).put("工作人员", STAFF)


def small_book():
    """The same with the first eight columns alone: the whole catalogue takes a second each time."""
    book = whole_book()
    book["公开目录"].delete_rows(10, 200)
    return book


def headings():
    """{sheet: headings}."""
    return {sheet.name: [column.heading for column in sheet.columns] for sheet in sheets()}
