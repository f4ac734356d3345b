"""What a stranger may write to the offices, and what is refused with a sentence."""

import re
import unicodedata
from urllib.parse import unquote, urlsplit

from django import forms
from django.conf import settings
from django.http.request import split_domain_port, validate_host

from inquiries.guard import GuardedForm
from inquiries.models import ErrorReport
from inquiries.models.error_report import LONGEST_TEXT, SHORTEST_TEXT

# Controls, what turns the direction of writing, halves of characters: nobody types them, and they
# disguise what is read.
_UNWRITTEN = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ufeff\ud800-\udfff]"
)
_DESK = re.compile(r"/admin(/|\Z)")
LONGEST_PATH = ErrorReport._meta.get_field("page").max_length
_NOT_OURS = "请填写本网站内的网页地址，例如 /catalog/，或者从地址栏复制的完整地址。"


def written(text):
    """The text without what nobody types, with plain line ends."""
    return _UNWRITTEN.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))


class WrittenField(forms.CharField):
    """Text of a stranger. It is shown as text and never as markup."""

    def to_python(self, value):
        """Cleaned before its length is judged: browsers send a line end as two characters."""
        value = super().to_python(value)
        return written(value).strip() if value else value


def own_path(address):
    """The path of a page of this portal that an address names; None of any other."""
    try:
        parts = urlsplit(written(address).strip())
    except ValueError:
        return None
    if parts.scheme or parts.netloc:
        domain, _ = split_domain_port(parts.netloc.lower())
        if parts.scheme not in ("http", "https") or not validate_host(
            domain, settings.ALLOWED_HOSTS
        ):
            return None
    path = unquote(parts.path, errors="replace")
    is_plain = (
        path == written(path)
        and "\\" not in path
        and "\n" not in path
        and len(path) <= LONGEST_PATH
    )
    is_ours = path.startswith("/") and not path.startswith("//") and not _DESK.match(path)
    return path if is_plain and is_ours else None


class ErrorReportForm(GuardedForm):
    """A reader reports an error on a page."""

    guarded = "correction"
    field_order = ("page", "kind", "text", "name", "contact")
    page = WrittenField(
        label="网页地址",
        max_length=2000,
        help_text="出错的网页。从网页底部的链接进来时已经填好。",
        error_messages={
            "required": "请填写出错的网页地址。",
            "max_length": "网页地址太长，请检查是否复制有误。",
        },
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    kind = forms.ChoiceField(
        label="问题类别",
        choices=[("", "请选择"), *ErrorReport.Kind.choices],
        error_messages={
            "required": "请选择问题类别。",
            "invalid_choice": "请从列表中选择问题类别。",
        },
    )
    text = WrittenField(
        label="问题说明",
        min_length=SHORTEST_TEXT,
        max_length=LONGEST_TEXT,
        help_text=f"{SHORTEST_TEXT} 至 {LONGEST_TEXT} 字。请写明哪一处、错在哪里；不要写入您自己或者他人的个人信息。",
        error_messages={
            "required": "请写明哪一处有错、错在哪里。",
            "min_length": f"请写得再具体一些：至少 {SHORTEST_TEXT} 个字，现在有 %(show_value)d 个字。",
            "max_length": f"问题说明最多 {LONGEST_TEXT} 个字，现在有 %(show_value)d 个字，请写得简短一些。",
        },
        widget=forms.Textarea(attrs={"rows": 6}),
    )
    name = WrittenField(
        label="称呼（可以不填）",
        required=False,
        max_length=50,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    contact = WrittenField(
        label="联系方式（可以不填）",
        required=False,
        max_length=100,
        help_text="电话或者电子邮箱，只在需要向您核实时使用。",
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )

    def clean_page(self):
        """A path of this portal, whether or not anything stands there."""
        path = own_path(self.cleaned_data["page"])
        if path is None:
            raise forms.ValidationError(_NOT_OURS)
        return path


class QueryForm(forms.Form):
    """Number and query code of a receipt."""

    number = forms.CharField(
        label="编号",
        max_length=40,
        error_messages={"required": "请填写回执上的编号，例如 JC20260301-0001。"},
    )
    code = forms.CharField(
        label="查询码",
        max_length=40,
        error_messages={"required": "请填写回执上的查询码，10 位字母和数字。"},
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.widget.attrs |= {
                "autocomplete": "off",
                "spellcheck": "false",
                "autocapitalize": "characters",
            }

    def clean_number(self):
        """As it may be typed: small letters, full-width characters, blanks."""
        return _squeezed(self.cleaned_data["number"])

    def clean_code(self):
        """Likewise, and without its hyphen."""
        return _squeezed(self.cleaned_data["code"]).replace("-", "")


def _squeezed(text):
    text = unicodedata.normalize("NFKC", written(text)).upper()
    return re.sub(r"\s", "", re.sub("[‐-―−]", "-", text))
