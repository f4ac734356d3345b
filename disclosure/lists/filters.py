"""The filters of every list of items: category, organ, year, genre, theme, validity, files, day,
text, order.
"""

import datetime as dt
from functools import lru_cache, partial

import django_filters
from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Exists, OuterRef, Q
from django.forms.utils import flatatt
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django_filters.fields import ModelChoiceField, ModelChoiceIterator

from catalog.models import Category, Department
from catalog.tree import Tree
from disclosure.choices import FileKind, Genre
from disclosure.lists.shelves import shelves
from disclosure.models import Attachment, Item, Theme, Validity
from disclosure.search.finding import search
from disclosure.search.results import Results

SORTS = {
    "newest": ("-listed_at", "-pk"),
    "oldest": ("listed_at", "pk"),
    "views": ("-view_count", "-pk"),
    "created": ("-created_on", "-pk"),
}
RELEVANCE = ("relevance", "相关程度")
ORDERS = [
    ("newest", "最新公开"),
    ("oldest", "最早公开"),
    ("created", "成文日期"),
    ("views", "浏览最多"),
]
LONGEST_QUERY = 300  # a whole title
SELECTED = format_html(" {}", "selected")
OLDEST_DAY = dt.date(1949, 10, 1)


class PlainSelect(forms.Select):
    """A select without groups, written out at once: Django renders a template for every option, and
    a page of filters has two hundred (a third of the time of a search page).
    """

    def render(self, name, value, attrs=None, renderer=None):
        """The HTML of the select."""
        attributes = flatatt(self.build_attrs(self.attrs, {"name": name, **(attrs or {})}))
        pairs = tuple((str(key), str(label)) for key, label in self.choices)
        chosen = "" if value is None else str(value)
        return format_html(
            "<select{}>{}</select>",
            attributes,
            _options(pairs, chosen if chosen in dict(pairs) else ""),
        )


@lru_cache(maxsize=256)
def _options(pairs, chosen):
    rows = ((key, SELECTED if key == chosen else "", label) for key, label in pairs)
    return format_html_join("", '<option value="{}"{}>{}</option>', rows)


class PlainChoices(ModelChoiceIterator):
    """The choices of a model as the list knows them (`Choosable`): no object is made of each of two
    hundred.
    """

    def __iter__(self):
        if self.field.empty_label is not None:
            yield "", self.field.empty_label
        yield from self.field.rows()


class PlainModelChoiceField(ModelChoiceField):
    """Takes and gives a record, as its parent does. `rows`: a function that gives (value, label) of
    the choices.
    """

    iterator = PlainChoices
    rows = staticmethod(tuple)


class PlainModelChoiceFilter(django_filters.ModelChoiceFilter):
    """A filter by one record."""

    field_class = PlainModelChoiceField


def validate_day(day):
    """A day of the republic that has begun."""
    if not OLDEST_DAY <= day <= timezone.localdate():
        raise ValidationError("请填写1949年10月1日至今天之间的日期。")


class ItemFilter(django_filters.FilterSet):
    """Choices of a reader, each a word in the query string. A value that makes no sense is ignored,
    with a note.
    """

    q = django_filters.CharFilter(
        label="关键词",
        method="filter_text",
        max_length=LONGEST_QUERY,
        widget=forms.TextInput(attrs={"type": "search", "maxlength": LONGEST_QUERY}),
    )
    category = PlainModelChoiceFilter(
        label="栏目",
        queryset=Category.objects.visible().order_by("tree_id", "lft"),
        to_field_name="slug",
        method="filter_category",
        empty_label="全部栏目",
        widget=PlainSelect,
    )
    organ = PlainModelChoiceFilter(
        label="发布机构",
        field_name="department",
        queryset=Department.objects.all(),
        to_field_name="slug",
        empty_label="全部机构",
        widget=PlainSelect,
    )
    year = django_filters.ChoiceFilter(
        label="年份", method="filter_year", empty_label="全部年份", widget=PlainSelect
    )
    genre = django_filters.ChoiceFilter(
        label="体裁", choices=Genre.choices, empty_label="全部体裁", widget=PlainSelect
    )
    theme = PlainModelChoiceFilter(
        label="主题",
        queryset=Theme.objects.filter(parent=None),
        method="filter_theme",
        empty_label="全部主题",
        widget=PlainSelect,
    )
    validity = django_filters.ChoiceFilter(
        label="有效性",
        choices=Validity.State.choices,
        method="filter_validity",
        empty_label="全部",
        widget=PlainSelect,
    )
    file = django_filters.ChoiceFilter(
        label="附件类型",
        choices=FileKind.choices,
        method="filter_file",
        empty_label="全部",
        widget=PlainSelect,
    )
    on = django_filters.DateFilter(
        label="截至日期",
        method="filter_on",
        validators=[validate_day],
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    sort = django_filters.ChoiceFilter(
        label="排序",
        choices=[*ORDERS, RELEVANCE],  # what stands first is what holds without a choice
        method="filter_sort",
        empty_label=None,
        widget=PlainSelect,
    )

    class Meta:
        model = Item
        fields = []

    def __init__(self, data=None, *args, **kwargs):
        super().__init__(data, *args, **kwargs)
        if data and data.get("q", "").strip():
            self.filters["sort"].extra["choices"] = [RELEVANCE, *ORDERS]

        self.choosable = shelves.choosable(self.request)
        self.filters["year"].extra["choices"] = lambda: self.choosable.years

    def get_form_class(self):
        """With the choices of the lists of this moment."""
        form_class = super().get_form_class()
        for name in ("category", "organ", "theme"):
            if field := form_class.base_fields.get(name):
                field.rows = partial(self.choosable.rows, name)
        return form_class

    def value(self, name):
        """A choice that makes sense, or None."""
        return (
            self.form.cleaned_data.get(name) if self.is_bound and self.errors is not None else None
        )

    @property
    def day(self):
        """The past day the list is asked for, or None."""
        return self.value("on")

    @property
    def text(self):
        """The words looked for."""
        return (self.value("q") or "").strip()

    @property
    def narrowed(self):
        """The items by every choice but words and order."""
        queryset = self.queryset.all()
        for name in self.form.fields:
            if name not in ("q", "sort") and (value := self.value(name)):
                queryset = self.filters[name].filter(queryset, value)
        return queryset

    @property
    def results(self):
        """What a page of results pages through: a queryset, or where words are looked for
        `Results`.
        """
        if not self.text:
            return self.filter_sort(self.narrowed, "sort", self.value("sort"))
        first_day, last_day = self.listed_between
        found = search(
            self.text,
            self.narrowed,
            sort=self.value("sort"),
            day=self.day,
            first_day=first_day,
            last_day=last_day,
        )
        return Results(found)

    @property
    def listed_between(self):
        """The first and the last listed day the choices leave, or None each."""
        year, day = self.value("year"), self.day
        first = dt.date(int(year), 1, 1) if year else None
        lasts = [dt.date(int(year), 12, 31)] if year else []
        return first, min([*lasts, *([day] if day else [])], default=None)

    def filter_queryset(self, queryset):
        """For lists that are no pages of results (feeds, exports): words narrow last, to the first
        thousand found.
        """
        queryset = self.narrowed
        if self.text:
            queryset = self.filter_text(queryset, "q", self.text)
        return self.filter_sort(queryset, "sort", self.value("sort"))

    def filter_text(self, queryset, name, value):
        """The first thousand found, as a queryset."""
        return queryset.filter(pk__in=[hit.pk for hit in search(value, queryset).hits])

    def filter_category(self, queryset, name, category):
        """A visible category and all below it, by explicit ids."""
        node = Tree.load().nodes.get(category.pk)
        return queryset.in_categories(node.subtree_ids if node else [])

    def filter_year(self, queryset, name, value):
        """The year the public could first read it, in local time: an index range, not an extraction
        per row.
        """
        return queryset.listed_in_year(int(value))

    def filter_theme(self, queryset, name, theme):
        """A class of the first level and all below it."""
        return queryset.filter(theme__in=[theme, *theme.children.all()])

    def filter_validity(self, queryset, name, state):
        """In this state today, or on the day the list is asked for."""
        ruling = Validity.objects.in_effect(self.day or timezone.localdate()).filter(state=state)
        return queryset.filter(pk__in=ruling.values("item_id"))

    def filter_file(self, queryset, name, kind):
        """With an attachment of this kind."""
        endings = Q()
        for extension in FileKind(kind).extensions:
            endings |= Q(file__endswith=f".{extension}")
        return queryset.filter(Exists(Attachment.objects.filter(endings, item=OuterRef("pk"))))

    def filter_on(self, queryset, name, day):
        """What was public and, as far as the record says, in force on a day."""
        end = timezone.make_aware(dt.datetime.combine(day + dt.timedelta(days=1), dt.time()))
        return queryset.filter(listed_at__lt=end).exclude(pk__in=Validity.objects.not_in_force(day))

    def filter_sort(self, queryset, name, value):
        """One of the orders of `SORTS`; where no words are looked for, relevance is the newest
        first.
        """
        return queryset.order_by(*SORTS.get(value, SORTS["newest"]))

    @property
    def ignored(self):
        """Labels of the choices that made no sense and were ignored."""
        return [self.form.fields[name].label for name in self.errors] if self.is_bound else []

    @property
    def chosen(self):
        """The choices in force as (parameter, label, value in words), for removable chips."""
        if not self.is_bound:
            return []
        found = []
        for name, value in self.form.cleaned_data.items():
            if value and name != "sort":
                words = (
                    dict(self.form.fields[name].choices).get(value, value)
                    if name in self.worded
                    else value
                )
                found.append((name, self.form.fields[name].label, str(words)))
        return found

    worded = ("year", "genre", "validity", "file")


class CategoryItemFilter(ItemFilter):
    """The filters of a category's own page: the category is the page's."""

    category = None


class OrganItemFilter(ItemFilter):
    """The filters of an organ's own page: the organ is the page's."""

    organ = None
