"""What the API takes and gives. Names are those of the pages' own filters and of the files
(docs/exports.md).
"""

import datetime as dt
import re
from typing import Annotated, Literal

from ninja import Field, Schema
from pydantic import BeforeValidator, ConfigDict, StringConstraints, WithJsonSchema, field_validator

from disclosure.choices import FileKind, Genre
from disclosure.lists.filters import LONGEST_QUERY
from disclosure.models import Validity
from statutory.kinds import KINDS, VERDICTS

Slug = Annotated[str, StringConstraints(pattern=r"^[-a-zA-Z0-9_]{1,100}$")]
# In a query a form sends what is left empty as empty: not chosen.
Chosen = Annotated[str, StringConstraints(pattern=r"^[-a-zA-Z0-9_]{0,100}$")]
Cursor = Annotated[str, StringConstraints(pattern=r"^[-a-zA-Z0-9_]{0,200}$")]
Words = Annotated[str, StringConstraints(max_length=LONGEST_QUERY, pattern=r"^[^\x00]*$")]
MOST = 100


def _as_a_calendar_writes_it(value):
    """2015-06-30, and not the seconds since 1970 that pydantic would take as well."""
    if isinstance(value, str) and not _DAY.fullmatch(value):
        raise ValueError("日期写作 2015-06-30")
    return value


_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_DAY_OR_EMPTY = {
    "anyOf": [{"type": "string", "format": "date"}, {"type": "string", "maxLength": 0}]
}
Day = Annotated[dt.date, BeforeValidator(_as_a_calendar_writes_it), WithJsonSchema(_DAY_OR_EMPTY)]


class Problem(Schema):
    """An error, in a sentence that says what to do."""

    detail: str


class Choices(Schema):
    """Parameters of a form: one left empty is one not chosen."""

    model_config = ConfigDict(extra="ignore")

    @field_validator("*", mode="before")
    @classmethod
    def _absent_if_empty(cls, value, info):
        field = cls.model_fields[info.field_name]
        return field.get_default() if value == "" and not field.is_required() else value


class Paging(Choices):
    """Where a list goes on."""

    limit: int = Field(20, ge=1, le=MOST, description="一页几条，最多 100 条")
    cursor: Cursor | None = Field(None, description="上一页给出的 next_cursor；不写从头开始")


class ItemQuery(Paging):
    """The choices of the list pages, by the same names."""

    q: Words | None = Field(None, description="关键词，写法同搜索框")
    category: Chosen | None = Field(None, description="栏目（含下级），见 /categories")
    organ: Chosen | None = Field(None, description="发布机构，见 /organs")
    year: int | None = Field(None, ge=1949, le=9999, description="公开年份")
    genre: Literal[tuple(Genre.values)] | None = Field(None, description="体裁")
    theme: int | None = Field(
        None, ge=1, le=2**31 - 1, description="主题分类的编号，见栏目页的筛选"
    )
    validity: Literal[tuple(Validity.State.values)] | None = Field(None, description="有效性")
    file: Literal[tuple(FileKind.values)] | None = Field(None, description="附件类型")
    on: Day | None = Field(None, description="截至这一天公开并有效的信息")
    sort: Literal["newest", "oldest"] | None = Field(None, description="有关键词时不写按相关程度")


class ReportQuery(Paging):
    """Which annual reports."""

    organ: Chosen | None = Field(None, description="报告机关，见 /organs")
    year: int | None = Field(None, ge=2008, le=2100, description="报告年度")


class FindingQuery(Paging):
    """Which findings of annual reports."""

    verdict: Literal[tuple(VERDICTS)] | None = Field(
        None, description="结论：broken 不符，unknown 无法核对，holds 相符"
    )
    organ: Chosen | None = Field(None, description="报告机关，见 /organs")
    year: int | None = Field(None, ge=2008, le=2100, description="报告年度")
    kind: Literal[tuple(KINDS)] | None = Field(None, description="核对的内容")


class RegisterQuery(Choices):
    """Which entries of the register."""

    after: int = Field(0, ge=0, le=2**31 - 1, description="从这个序号之后")
    limit: int = Field(100, ge=1, le=1000)


class Category(Schema):
    """A column of the catalogue."""

    slug: str
    name: str
    parent: str | None
    items: int = Field(description="本栏目和下级栏目的信息条数")
    answers: list[str] = Field(description="对应《条例》第二十条的项")
    address: str
    feed: str


class Organ(Schema):
    """A publishing organ."""

    slug: str
    name: str
    short_name: str
    code: str
    parent: str | None
    feed: str


class ItemRow(Schema):
    """An item in a list: the four legal facts first (条例 Art. 12)."""

    index_number: str
    title: str
    summary: str
    created_on: dt.date
    document_number: str
    organ: str
    category: str
    genre: str
    published_on: dt.date
    validity: str
    views: int
    kind: Literal["item", "report"]
    address: str
    data: str


class Page(Schema):
    """A page of a list. `next_cursor` is null on the last one."""

    next_cursor: str | None


class CategoryList(Schema):
    """All columns."""

    categories: list[Category]


class OrganList(Schema):
    """All organs."""

    organs: list[Organ]


class ItemPage(Page):
    """Items."""

    items: list[ItemRow]


class RevisionRow(Schema):
    """A published state."""

    number: int
    published_at: dt.datetime
    content_sha256: str
    note: str
    register_entry: int
    address: str


class RevisionList(Schema):
    """The published states of an item, newest first."""

    index_number: str
    revisions: list[RevisionRow]


class ReportRow(Schema):
    """A report in a list."""

    organ: str
    organ_slug: str
    year: int
    regime: str
    title: str
    index_number: str
    published_on: dt.date
    address: str
    data: str


class ReportPage(Page):
    """Reports, newest years first."""

    reports: list[ReportRow]


class FindingRow(Schema):
    """One thing that was checked in a report. `numbers`: those of the text it speaks of, as they
    are written there; a finding about a table has neither sentence nor numbers.
    """

    organ: str
    organ_slug: str
    year: int
    code: str
    kind: str
    verdict: str
    verdict_label: str
    section: str
    sentence: str
    explanation: str
    arithmetic: str
    numbers: list[str]
    address: str


class FindingPage(Page):
    """Findings, newest years first; of a report the gravest first."""

    findings: list[FindingRow]


class FourLists(Schema):
    """Every number of a report, in exactly one of four lists. `kind`: `text` (place, section, start,
    end in the plain text, and the words around) or `table` (table, row, column, name); each with
    `written`, and `code` and `reason` of why it stands here.
    """

    organ: str
    year: int
    summary: str
    checked: int
    holds: list[dict]
    broken: list[dict]
    unknown: list[dict]
    no_figure: list[dict]
    address: str


class RegisterPage(Schema):
    """Entries of the register, oldest first."""

    entries: list[dict]
    next_after: int | None
