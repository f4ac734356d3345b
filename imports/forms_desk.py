"""Forms of the desk for files of older portals."""

from django import forms

from catalog.fields import CategoryField, active_departments, filing_paths
from catalog.models import Category, Department, Section
from catalog.tree import Tree
from disclosure.models import Validity
from disclosure.models.reports.report import FIRST_YEAR
from disclosure.models.rules.day_bounds import validate_made_on, validate_originally_published
from documents.old_pages.reading import MAX_BYTES
from documents.old_pages.result import ITEM, REPORT

MAX_FILES = 200
STATES = [("", "没有写明"), *((state.label, state.label) for state in Validity.State)]


class SeveralFiles(forms.ClearableFileInput):
    """A field for many files at once."""

    allow_multiple_selected = True


class FilesField(forms.FileField):
    """Every file of the field, checked one by one."""

    def clean(self, data, initial=None):
        """The list of files."""
        files = list(data) if isinstance(data, list | tuple) else [data]
        files = files or [None]
        if len(files) > MAX_FILES:
            raise forms.ValidationError(
                f"一次最多 {MAX_FILES} 个文件；更多的请交技术人员用命令成批导入。"
            )
        return [super(FilesField, self).clean(file, initial) for file in files]


class BringInForm(forms.Form):
    """Files of an older portal."""

    files = FilesField(
        label="旧网站的文件",
        max_length=255,
        allow_empty_file=True,
        widget=SeveralFiles(
            attrs={
                "multiple": True,
                "accept": ".html,.htm,.shtml,.mht,.mhtml,.txt,.docx,.doc,.wps,.pdf",
            }
        ),
        error_messages={"required": "请选择文件。"},
        help_text=f"保存的网页（HTML、MHT）、TXT、DOCX 或有文字的 PDF，可以一次选多个，每个不超过 {MAX_BYTES // 1_000_000} MB。",
    )


class ConfirmForm(forms.Form):
    """What was recognised, for the clerk to mend before it becomes a draft."""

    kind = forms.ChoiceField(label="类型", choices=[(REPORT, "年度报告"), (ITEM, "一般信息")])
    title = forms.CharField(label="标题", max_length=300, widget=forms.Textarea(attrs={"rows": 2}))
    department = forms.ModelChoiceField(
        Department.objects.none(), label="发布机构", empty_label="请选择发布机构"
    )
    category = CategoryField(
        queryset=Category.objects.none(), label="所属栏目", empty_label="请选择栏目"
    )
    year = forms.IntegerField(
        label="报告年度", required=False, min_value=FIRST_YEAR, max_value=2100
    )
    created_on = forms.DateField(
        label="成文日期",
        validators=[validate_made_on],
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    published_on = forms.DateField(
        label="原发布日期",
        required=False,
        validators=[validate_originally_published],
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text="它在旧网站上最初公开的日期，照原件填写，不要改成今天。",
    )
    document_number = forms.CharField(label="发文字号", max_length=100, required=False)
    index_number = forms.CharField(
        label="索引号",
        max_length=64,
        required=False,
        help_text="照原件填写；原件没有的留空，公开时自动生成。",
    )
    validity = forms.ChoiceField(label="有效性", choices=STATES, required=False)

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["department"].queryset = active_departments(user)
        tree = Tree.load()
        reports = tree.section(Section.REPORTS)
        offered = filing_paths(tree) | ({reports.pk: reports.name} if reports else {})
        self.fields["category"].offer(offered)

    def clean(self):
        """A report needs its year."""
        cleaned = super().clean()
        if cleaned.get("kind") == REPORT and not cleaned.get("year") and "year" not in self.errors:
            self.add_error("year", "年度报告必须填写报告年度。")
        return cleaned


class SetAsideForm(forms.Form):
    """Why a file is not imported."""

    reason = forms.CharField(label="原因", max_length=200)
