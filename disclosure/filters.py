"""The filters of every list of items: organ, year, genre, theme, validity, text, order."""

import django_filters
from django import forms
from django.utils import timezone

from catalog.models import Department
from disclosure.choices import Genre
from disclosure.models import Item, Theme, Validity

SORTS = {
    "newest": ("-listed_at", "-pk"),
    "oldest": ("listed_at", "pk"),
    "views": ("-view_count", "-pk"),
    "created": ("-created_on", "-pk"),
}


def listed_years():
    """Years from the present one back to that of the oldest public item: one indexed look-up."""
    oldest = Item.objects.published().order_by("listed_at").values_list("listed_at", flat=True).first()
    this_year = timezone.localdate().year
    first = timezone.localtime(oldest).year if oldest else this_year
    return [(str(year), f"{year}年") for year in range(this_year, first - 1, -1)]


class ItemFilter(django_filters.FilterSet):
    """Choices of a reader, each a word in the query string. A value that makes no sense is ignored, with a note."""

    q = django_filters.CharFilter(
        label="关键词", method="filter_text", max_length=100, widget=forms.TextInput(attrs={"type": "search"})
    )
    organ = django_filters.ModelChoiceFilter(
        label="发布机构",
        field_name="department",
        queryset=Department.objects.all(),
        to_field_name="slug",
        empty_label="全部机构",
    )
    year = django_filters.ChoiceFilter(label="年份", choices=listed_years, method="filter_year", empty_label="全部年份")
    genre = django_filters.ChoiceFilter(label="体裁", choices=Genre.choices, empty_label="全部体裁")
    theme = django_filters.ModelChoiceFilter(
        label="主题", queryset=Theme.objects.filter(parent=None), method="filter_theme", empty_label="全部主题"
    )
    validity = django_filters.ChoiceFilter(
        label="有效性", choices=Validity.State.choices, method="filter_validity", empty_label="全部"
    )
    sort = django_filters.ChoiceFilter(
        label="排序",
        choices=[("newest", "最新公开"), ("oldest", "最早公开"), ("created", "成文日期"), ("views", "浏览最多")],
        method="filter_sort",
        empty_label=None,
    )

    class Meta:
        model = Item
        fields = []

    def filter_text(self, queryset, name, value):
        """Every word occurs in title, numbers, summary or text."""
        return queryset.search(value)

    def filter_year(self, queryset, name, value):
        """The year the public could first read it, in local time: an index range, not an extraction per row."""
        return queryset.listed_in_year(int(value))

    def filter_theme(self, queryset, name, theme):
        """A class of the first level and all below it."""
        return queryset.filter(theme__in=[theme, *theme.children.all()])

    def filter_validity(self, queryset, name, state):
        """In this state today."""
        ruling = Validity.objects.in_effect(timezone.localdate()).filter(state=state)
        return queryset.filter(pk__in=ruling.values("item_id"))

    def filter_sort(self, queryset, name, value):
        """One of the orders of `SORTS`."""
        return queryset.order_by(*SORTS[value])

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
                words = dict(self.form.fields[name].choices).get(value, value) if name in self.worded else value
                found.append((name, self.form.fields[name].label, str(words)))
        return found

    worded = ("year", "genre", "validity")
