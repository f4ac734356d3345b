"""Forms of the clerk's desk."""

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone

from catalog.fields import CategoriesField, CategoryField, filing_paths
from catalog.models import Category
from catalog.tree import Tree
from disclosure.desk.forms.widgets import RichTextField, RichTextWidget, pictures_of
from disclosure.models import AnnualReport, Item, Validity
from disclosure.models.reports.report import FIRST_YEAR, Regime
from disclosure.models.rules.day_bounds import validate_made_on


def _as_filed(item, name, paths):
    """`paths`, and the categories in which an item stands already although no other may be filed
    there: hidden ones.
    """
    if not item.pk:
        return paths
    filed = Category.objects.filter(items=item) if name == "category" else item.further_categories
    others = filed.exclude(pk__in=paths).with_shown()
    return paths | {
        one.pk: one.name if one.is_shown else f"{one.name}（已停用，公众看不到）" for one in others
    }


def with_unseen(form, name):
    """What was chosen in a form for a link to other items, and what it does not show to this
    reader: that is not his to take away.

    An item that was withdrawn, or is another department's draft again, is no longer among the
    choices.
    """
    chosen, choices = form.cleaned_data[name], form.fields[name].queryset
    if not form.instance.pk:
        return chosen
    if not isinstance(form.fields[name], forms.ModelMultipleChoiceField):
        stored = getattr(form.instance, f"{name}_id")
        return (
            Item.objects.get(pk=stored)
            if stored and not chosen and not choices.filter(pk=stored).exists()
            else chosen
        )
    unseen = getattr(form.instance, name).exclude(pk__in=choices.values("pk"))
    return Item.objects.filter(pk__in=[one.pk for one in [*chosen, *unseen]])


class ItemForm(forms.ModelForm):
    """An item as a clerk fills it in."""

    category = CategoryField(
        queryset=Category.objects.none(), label="所属栏目", empty_label="请选择栏目"
    )
    further_categories = CategoriesField(
        queryset=Category.objects.none(),
        label="同时列入的栏目",
        required=False,
        help_text="一般不用；确有需要时再选。",
    )

    class Meta:
        model = Item
        fields = "__all__"  # noqa: DJ007 – the admin names the fields
        field_classes = {"body": RichTextField}
        widgets = {"body": RichTextWidget}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        paths = filing_paths(Tree.load())
        for name in ("category", "further_categories"):
            if name in self.fields:
                self.fields[name].offer(_as_filed(self.instance, name, paths))
        if "body" in self.fields:
            self.fields["body"].widget.pictures = pictures_of(self.instance)

    def clean_interprets(self):
        """Links that the form does not show stay."""
        return with_unseen(self, "interprets")

    def clean(self):
        """What concerns several fields at once, each said beside the field that is to be mended."""
        data = super().clean()
        created_on, published_at = data.get("created_on"), data.get("published_at")
        if created_on and published_at and timezone.localdate(published_at) < created_on:
            self.add_error("published_at", "公开时间早于成文日期，请核对这两个日期。")
        if data.get("department") and data["department"] in (data.get("joint_departments") or []):
            self.add_error("joint_departments", "联合发文机构中不要重复选择发布机构本身。")
        until = data.get("disclosed_until")
        if until and "disclosed_until" in self.changed_data and until < timezone.localdate():
            self.add_error(
                "disclosed_until",
                "“公开至”已经过去，公开后公众看不到这条信息。请改为今天以后的日期。",
            )
        return data


class ValidityForm(forms.ModelForm):
    """From which day an item is in which state, and by which other item."""

    class Meta:
        model = Validity
        fields = ("state", "starts_on", "because_of", "note")

    def clean_because_of(self):
        """A link that the form does not show stays."""
        return with_unseen(self, "because_of")


class ReportForm(forms.ModelForm):
    """An annual report together with its item, on one page."""

    title = forms.CharField(
        label="标题",
        max_length=300,
        required=False,
        help_text="留空则按规范生成：机关全称＋年度＋“年政府信息公开工作年度报告”。",
    )
    created_on = forms.DateField(
        label="成文日期",
        validators=[validate_made_on],
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
    )
    source = forms.CharField(label="来源", max_length=100, required=False)
    body = RichTextField(label="引言", required=False)
    change_note = Item._meta.get_field("change_note").formfield()

    item_fields = ("title", "created_on", "source", "body", "change_note")

    class Meta:
        model = AnnualReport
        fields = ("department", "year")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if self.instance.item_id:
            for name in self.item_fields:
                if name in self.fields:
                    self.fields[name].initial = getattr(self.instance.item, name)
        if self.instance.is_correction:  # the report's address is made of these two
            for name in ("department", "year"):
                self.fields[name].disabled = True
        elif "change_note" in self.fields:
            del self.fields["change_note"]

    def clean_year(self):
        """A year that has begun to be reported on."""
        year = self.cleaned_data["year"]
        if not FIRST_YEAR <= year <= timezone.localdate().year:
            raise ValidationError(f"报告年度应在 {FIRST_YEAR} 年到今年之间。")
        if self.instance.pk and year != self.initial.get("year"):
            self._follow_the_form_of(year)
        return year

    def _follow_the_form_of(self, year):
        """Another year may ask for another national form; tables filled in stand in the form of
        theirs.
        """
        regime = Regime.for_year(year)
        if regime != self.instance.regime and self.instance.tables.exists():
            raise ValidationError(
                f"这份报告已经按“{self.instance.get_regime_display()}”填写了统计表，不能改为 {year} 年度（“{regime.label}”）。"
                "请先清空统计表，或者另外新建一份报告。"
            )
        self.instance.regime = regime

    def clean(self):
        """Fill in the title the notice prescribes, and remember the item's part for the admin to
        save.
        """
        data = super().clean()
        department, year = data.get("department"), data.get("year")
        if department and year:
            self._refuse_a_second(department, year)
            data["title"] = (
                data.get("title") or f"{department.name}{year}年政府信息公开工作年度报告"
            )
        return data

    def _refuse_a_second(self, department, year):
        """One report an organ and year. The constraint's condition asks for a field that the form
        does not show, so Django leaves it to the database, which does not say it in words.
        """
        others = AnnualReport.objects.filter(department=department, year=year, is_correction=False)
        if not self.instance.is_correction and others.exclude(pk=self.instance.pk).exists():
            raise ValidationError("这个机关这一年度的报告已经存在。")
