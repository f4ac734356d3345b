"""What an examiner of reports may ask for."""

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator

from catalog.models import Department
from disclosure.files.editions import chosen_reports
from disclosure.files.formats import FORMATS
from disclosure.files.package import MOST_REPORTS, Order
from disclosure.models import AnnualReport

PARTS = (
    ("attachments", "报告的附件"),
    ("figures", "统计表中的全部数字（一个 CSV 文件）"),
    ("findings", "文字数据核对的结果（一个 CSV 文件）"),
    ("register", "公开登记簿和核验程序"),
)
_CHECKBOXES = forms.CheckboxSelectMultiple


def organs_with_reports():
    """Organs of which any report is public."""
    return Department.objects.filter(annual_reports__in=AnnualReport.objects.published()).distinct()


def years_with_reports():
    """Years on which any report is public, newest first."""
    years = (
        AnnualReport.objects.published().order_by("-year").values_list("year", flat=True).distinct()
    )
    return [(str(year), f"{year} 年度") for year in years]


class ExportForm(forms.Form):
    """Organs, years (none chosen: all), formats and parts of a package."""

    organ = forms.ModelMultipleChoiceField(
        label="机关",
        queryset=Department.objects.none(),
        to_field_name="slug",
        required=False,
        widget=_CHECKBOXES,
        error_messages={
            "invalid_choice": "没有地址名为“%(value)s”的机关，或者它没有公开年度报告。"
        },
    )
    year = forms.MultipleChoiceField(
        label="报告年度",
        required=False,
        widget=_CHECKBOXES,
        error_messages={"invalid_choice": "没有 %(value)s 年度的报告。"},
    )
    format = forms.MultipleChoiceField(
        label="文件格式",
        choices=[(one.extension, f"{one.label}（.{one.extension}）") for one in FORMATS.values()],
        required=False,
        initial=["pdf", "json"],
        widget=_CHECKBOXES,
    )
    part = forms.MultipleChoiceField(
        label="同时导出",
        choices=PARTS,
        required=False,
        initial=[key for key, _ in PARTS],
        widget=_CHECKBOXES,
    )
    done = forms.IntegerField(
        required=False,
        widget=forms.HiddenInput,
        validators=[MinValueValidator(0), MaxValueValidator(MOST_REPORTS)],
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["organ"].queryset = organs_with_reports()
        self.fields["year"].choices = years_with_reports()

    def clean(self):
        """Something must be chosen, and not more than a package may hold."""
        data = super().clean()
        if self.errors:
            return data
        if not data["format"] and not data["part"]:
            raise forms.ValidationError("请至少选择一种文件格式，或者一项“同时导出”的内容。")
        self.reports = chosen_reports(
            organs=data["organ"], years=[int(year) for year in data["year"]]
        )
        self.number = self.reports.count()
        if not self.number:
            raise forms.ValidationError(
                "所选的机关在所选的年度没有公开报告，请换一个年度或者机关。"
            )
        if self.number > MOST_REPORTS:
            raise forms.ValidationError(
                f"一次最多导出 {MOST_REPORTS} 份报告，现在选了 {self.number} 份。请减少机关或者年度，分次导出。"
            )
        return data

    @property
    def order(self):
        """The order of a valid form."""
        return Order(
            self.reports, tuple(self.cleaned_data["format"]), frozenset(self.cleaned_data["part"])
        )
