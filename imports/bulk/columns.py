"""Items as rows of a table: which column is which field, in words a clerk knows. For import and
export alike.
"""

import datetime as dt
import re

from django.core.exceptions import ValidationError
from django.utils import timezone
from import_export import fields, resources, widgets

from catalog.fields import active_departments, filing_paths
from catalog.tree import Tree
from disclosure.choices import DisclosureMode, Genre, Scope, Term
from disclosure.desk.forms.widgets import RichTextField
from disclosure.models import Item, Theme
from documents.customs.document_numbers import normalise_document_number
from documents.extraction.filled_in import CellFault
from documents.files.cells import csv_cell

_HOUR = r"(?:[T ]\s*(\d{1,2}):(\d{2})(?::\d{2})?)?\s*"
_DAY = re.compile(rf"\s*(\d{{4}})\s*[-/.年]\s*(\d{{1,2}})\s*[-/.月]\s*(\d{{1,2}})\s*日?\s*{_HOUR}")
_EIGHT = re.compile(rf"\s*(\d{{4}})(\d{{2}})(\d{{2}})\s*{_HOUR}")
_TOO_FEW = re.compile(r"\s*(\d{4})(\d{2,3})\s*")
_UNTEXT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
PATH = " › "


def words(value):
    """A cell as text: a number typed into a text column keeps its digits. Raises ValueError for
    what is no value.
    """
    if isinstance(value, CellFault):
        raise ValueError(value.message)
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return _UNTEXT.sub("", "" if value is None else str(value)).strip()


class TextWidget(widgets.Widget):
    """Text as it stands. The apostrophe with which our own exports keep a text a text is taken off
    again.
    """

    def clean(self, value, row=None, **kwargs):
        text = words(value)
        return text[1:] if text.startswith("'") and csv_cell(text[1:]) == text else text

    def render(self, value, obj=None, **kwargs):
        return "" if value is None else str(value)


class NumberWidget(widgets.Widget):
    """A number that stays one."""

    def render(self, value, obj=None, **kwargs):
        return value


class BodyWidget(TextWidget):
    """A body: lines become paragraphs, HTML passes the same gate as in the form."""

    def clean(self, value, row=None, **kwargs):
        """The sanitised body. Raises ValueError in words."""
        try:
            return RichTextField(required=False).clean(super().clean(value))
        except ValidationError as error:
            raise ValueError("；".join(error.messages)) from error


class MomentWidget(widgets.Widget):
    """A day, or with `is_moment` a moment, however it was typed: 2026-03-02, 2026/3/2,
    2026年3月2日, 20260302.
    """

    def __init__(self, *, is_moment=False):
        super().__init__()
        self.is_moment = is_moment

    def clean(self, value, row=None, **kwargs):
        """The day or moment, or None. Raises ValueError in words."""
        if words(value) == "":
            return None
        moment = value if isinstance(value, dt.datetime) else _moment(words(value))
        return timezone.make_aware(moment) if self.is_moment else moment.date()

    def render(self, value, obj=None, **kwargs):
        """As a clerk would type it."""
        if value is None:
            return ""
        return (
            timezone.localtime(value).strftime("%Y-%m-%d %H:%M")
            if self.is_moment
            else value.isoformat()
        )


def _moment(text):
    match = _DAY.fullmatch(text) or _EIGHT.fullmatch(text)
    try:
        if match:
            return dt.datetime(*(int(part) for part in match.groups() if part))
    except ValueError:
        pass
    if days := _possible_days(text):
        raise ValueError(f"“{text[:30]}”的月和日分不清，请写成 {' 或 '.join(days)}。")
    raise ValueError(f"“{text[:30]}”不是日期，请写成 2026-03-02 的样子。")


def _possible_days(text):
    """What six or seven figures may mean: 2026112 is 2026-01-12 or 2026-11-02."""
    match, found = _TOO_FEW.fullmatch(text), []
    for cut in range(1, len(match[2]) if match else 1):
        try:
            found.append(
                dt.date(int(match[1]), int(match[2][:cut]), int(match[2][cut:])).isoformat()
            )
        except ValueError:
            continue
    return found


class ChoiceWidget(widgets.Widget):
    """One of a closed list, by its label."""

    def __init__(self, choices, default=""):
        super().__init__()
        self.values = {label: value for value, label in choices.choices} | {
            value: value for value in choices.values
        }
        self.labels, self.default = dict(choices.choices), default

    def clean(self, value, row=None, **kwargs):
        """The value. Raises ValueError in words."""
        text = words(value)
        if not text:
            return self.default
        if text not in self.values:
            raise ValueError(
                f"“{text[:30]}”不在可选的范围内，只能填：{'、'.join(self.labels.values())}。"
            )
        return self.values[text]

    def render(self, value, obj=None, **kwargs):
        return self.labels.get(value, value or "")


class NamedWidget(widgets.Widget):
    """A record known by several names, among those offered. `offer()` is called once for all rows."""

    unknown = "没有找到“{}”，请从模板的“可选值”中选用。"
    required = ""

    def __init__(self):
        super().__init__()
        self.by_name = {}

    def offer(self, names):
        """Pairs of (name, record); a name that means two records means none."""
        self.by_name = {}
        for name, record in names:
            self.by_name[name] = None if self.by_name.get(name, record) != record else record

    def clean(self, value, row=None, **kwargs):
        """The record. Raises ValueError in words."""
        name = re.sub(r"\s*[›>/]\s*", PATH, words(value))
        if not name and not self.required:
            return None
        record = self.by_name.get(name)
        if record is None:
            raise ValueError(self.unknown.format(name[:60]) if name else self.required)
        return record

    def render(self, value, obj=None, **kwargs):
        """The record's own name."""
        return "" if value is None else str(value)


class DepartmentWidget(NamedWidget):
    """A department the importer may publish for: by full name, short name or code."""

    unknown = "没有找到发布机构“{}”，或者它不在您负责的范围内。"
    required = "请填写发布机构。"

    def render(self, value, obj=None, **kwargs):
        return value.name


class CategoryWidget(NamedWidget):
    """A column of the catalogue: by its path, or by its name where no other has it."""

    unknown = "没有找到栏目“{}”，或者有几个同名的栏目。请填写“可选值”中的完整路径。"
    required = "请填写所属栏目。"
    paths = {}  # by id

    def render(self, value, obj=None, **kwargs):
        """The path, as it may be filled in again."""
        return self.paths.get(value.pk, value.name)


def identity(item):
    """What two records of the same information have in common."""
    return item.department_id, item.document_number or item.title, item.created_on


# Of what the database demands of an item, the one thing that the cells of a draft can break.
TERM = next(one for one in Item._meta.constraints if one.name == "item_limited_term_has_end")


def _faults_of(item, known, validate_unique):
    """{field: messages} of a draft, besides what is known. Asking the database for all its
    constraints took three quarters of the time.
    """
    faults = {}
    looks = (
        lambda: item.full_clean(
            exclude=known.keys(), validate_unique=validate_unique, validate_constraints=False
        ),
        lambda: TERM.validate(Item, item, exclude={*known, *faults}),
    )
    for look in looks:
        try:
            look()
        except ValidationError as error:
            faults = error.update_error_dict(faults)
    return faults


class ItemTable(resources.ModelResource):
    """The columns. For export all of them; for import those a clerk may fill in."""

    title = fields.Field("title", "标题", TextWidget())
    department = fields.Field("department", "发布机构", DepartmentWidget())
    category = fields.Field("category", "所属栏目", CategoryWidget())
    created_on = fields.Field("created_on", "成文日期", MomentWidget())
    document_number = fields.Field("document_number", "发文字号", TextWidget())
    body = fields.Field("body", "正文", BodyWidget())
    summary = fields.Field("summary", "内容概述", TextWidget())
    genre = fields.Field("genre", "体裁", ChoiceWidget(Genre))
    theme = fields.Field("theme", "主题分类", NamedWidget())
    keywords = fields.Field("keywords", "关键词", TextWidget())
    disclosure_mode = fields.Field(
        "disclosure_mode", "公开方式", ChoiceWidget(DisclosureMode, DisclosureMode.PROACTIVE)
    )
    term = fields.Field("term", "公开时限", ChoiceWidget(Term, Term.PERMANENT))
    disclosed_until = fields.Field("disclosed_until", "公开至", MomentWidget())
    scope = fields.Field("scope", "公开范围", ChoiceWidget(Scope, Scope.SOCIETY))
    source = fields.Field("source", "来源", TextWidget())
    issuer = fields.Field("issuer", "制作机关", TextWidget())
    originally_published_at = fields.Field(
        "originally_published_at", "原公开时间", MomentWidget(is_moment=True)
    )
    index_number = fields.Field("index_number", "索引号", TextWidget(), readonly=True)
    status = fields.Field("get_status_display", "状态", TextWidget(), readonly=True)
    published_at = fields.Field(
        "published_at", "公开时间", MomentWidget(is_moment=True), readonly=True
    )
    view_count = fields.Field("view_count", "浏览次数", NumberWidget(), readonly=True)

    class Meta:
        model = Item
        fields = (
            "title", "department", "category", "created_on", "document_number", "body", "summary", "genre", "theme",
            "keywords", "disclosure_mode", "term", "disclosed_until", "scope", "source", "issuer",
            "originally_published_at", "index_number", "status", "published_at", "view_count",
        )  # fmt: skip
        import_order = export_order = fields
        force_init_instance = True  # every row is a new draft; nothing that stands is changed
        clean_model_instances = False  # see `_faults_of`
        skip_diff = True
        store_instance = True

    related = ("department", "category", "theme__parent")
    required = ("标题", "发布机构", "所属栏目", "成文日期")

    def __init__(self, *, user=None):
        super().__init__()
        self.user, self.tree, self._seen = user, Tree.load(), {}
        self.paths = self.fields["category"].widget.paths = filing_paths(self.tree)
        if user is not None:
            self._offer()

    def _offer(self):
        departments = [
            (name, department)
            for department in active_departments(self.user)
            for name in {department.name, department.short_name, department.code}
        ]
        self.fields["department"].widget.offer(departments)
        self.fields["category"].widget.offer(self._categories())
        themes = Theme.objects.select_related("parent")
        self.fields["theme"].widget.offer(
            (name, theme) for theme in themes for name in {theme.name, str(theme)}
        )

    def _categories(self):
        nodes = self.tree.nodes
        for pk, path in self.paths.items():
            yield path, nodes[pk].category
            if path != nodes[pk].category.name:
                yield nodes[pk].category.name, nodes[pk].category

    def choices(self):
        """{heading: values} of the columns that take one of a list, for the template."""
        departments = [department.name for department in active_departments(self.user)]
        closed = {
            field.column_name: list(field.widget.labels.values())
            for field in self.fields.values()
            if isinstance(field.widget, ChoiceWidget)
        }
        themes = [str(theme) for theme in Theme.objects.select_related("parent")]
        return {
            "发布机构": departments,
            "所属栏目": list(self.paths.values()),
            **closed,
            "主题分类": themes,
        }

    @classmethod
    def columns(cls):
        """Headings a clerk may fill in, in their order."""
        found = (cls.fields[name] for name in cls._meta.fields)
        return [field.column_name for field in found if not field.readonly]

    def validate_instance(self, instance, import_validation_errors=None, validate_unique=True):
        """Also what concerns today, and what is there already."""
        errors = dict(import_validation_errors or {})
        until = instance.disclosed_until
        if "disclosed_until" not in errors and until and until < timezone.localdate():
            errors["disclosed_until"] = ValidationError(
                "“公开至”已经过去，公开后公众看不到这条信息。"
            )
        instance.created_by = self.user
        super().validate_instance(instance, errors | _faults_of(instance, errors, validate_unique))

    def after_init_instance(self, instance, new, row, **kwargs):
        """Empty cells leave the model's own beginnings."""
        for field in self.get_import_fields():
            row.setdefault(field.column_name, None)

    def before_save_instance(self, instance, row, **kwargs):
        """Refuse what is there already, in the portal or in an earlier row. Raises ValidationError."""
        instance.document_number = normalise_document_number(instance.document_number)
        number, key = kwargs["row_number"], identity(instance)
        if earlier := self._seen.get(key):
            raise ValidationError(
                f"与第 {earlier} 行重复（发布机构、成文日期、发文字号或标题相同）。"
            )
        self._seen[key] = number
        same = Item.objects.filter(department=instance.department, created_on=instance.created_on)
        same = (
            same.filter(document_number=key[1])
            if instance.document_number
            else same.filter(title=key[1])
        )
        if same.exists():
            raise ValidationError(
                "已有一条发布机构、成文日期、发文字号（或标题）相同的信息，没有重复导入。"
            )
