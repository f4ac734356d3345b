"""What a reader may ask the register."""

import datetime
import re

import django_filters
from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import connection
from django.db.models import Q
from django.utils import timezone

from ledger.models import Act, Entry

LARGEST_SEQUENCE = 2**31 - 1
# Far enough for every document, near enough that no time zone leads out of the calendar.
SANE_DAYS = [
    MinValueValidator(datetime.date(1900, 1, 1), "日期太早。"),
    MaxValueValidator(datetime.date(2999, 12, 31), "日期太晚。"),
]
DAY_INPUT = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


def midnight(day):
    """The moment a day begins here."""
    return timezone.make_aware(datetime.datetime.combine(day, datetime.time.min))


class EntryFilter(django_filters.FilterSet):
    """Narrows the list of entries; `before` is where the next page begins."""

    q = django_filters.CharFilter(label="名称、索引号或校验码", method="search", max_length=200)
    act = django_filters.ChoiceFilter(label="事项", choices=Act, empty_label="全部")
    department = django_filters.ChoiceFilter(
        label="机构", field_name="department_name", empty_label="全部"
    )
    since = django_filters.DateFilter(
        label="登记日期从", method="from_day", widget=DAY_INPUT, validators=SANE_DAYS
    )
    until = django_filters.DateFilter(
        label="到", method="to_day", widget=DAY_INPUT, validators=SANE_DAYS
    )
    before = django_filters.NumberFilter(
        field_name="sequence",
        lookup_expr="lt",
        widget=forms.HiddenInput,
        min_value=1,
        max_value=LARGEST_SEQUENCE,
        decimal_places=0,
        max_digits=10,
    )

    class Meta:
        model = Entry
        fields = []

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.filters["department"].extra["choices"] = department_choices

    def search(self, queryset, name, text):
        """Titles that may be read, subject keys, and the exact hash of an entry or its content."""
        text = text.strip()
        digest = text.lower()
        found = Q(subject_title__icontains=text, is_redacted=False) | Q(subject_key__icontains=text)
        if re.fullmatch("[0-9a-f]{64}", digest):
            found = Q(entry_hash=digest) | Q(content_sha256=digest)
        return queryset.filter(found)

    def from_day(self, queryset, name, day):
        """On that day or later."""
        return queryset.filter(made_at__gte=midnight(day))

    def to_day(self, queryset, name, day):
        """On that day or earlier."""
        return queryset.filter(made_at__lt=midnight(day + datetime.timedelta(days=1)))


# From each name to the next by the index: DISTINCT would read every entry of the register for a
# list of forty names.
_NAMES = """
    WITH RECURSIVE names(name) AS (
        SELECT MIN(department_name) FROM ledger_entry WHERE department_name > ''
        UNION ALL
        SELECT (SELECT MIN(department_name) FROM ledger_entry WHERE department_name > names.name)
        FROM names WHERE names.name IS NOT NULL
    ) SELECT name FROM names WHERE name IS NOT NULL
"""


def department_choices():
    """The departments that appear in the register."""
    with connection.cursor() as cursor:
        cursor.execute(_NAMES)
        return [(name, name) for (name,) in cursor.fetchall()]


class DigestForm(forms.Form):
    """A hash, as it may be copied from anywhere."""

    hash = forms.CharField(
        label="校验码（SHA-256）",
        max_length=200,
        help_text="64 位十六进制数，印在每个下载的文件里，信息页“核对”一栏也有；"
        "也可以用 sha256sum、certutil -hashfile 文件 SHA256 算出。",
        error_messages={"required": "请填写校验码，或者在下面上传文件。"},
        widget=forms.TextInput(attrs={"spellcheck": "false", "autocomplete": "off"}),
    )

    def clean_hash(self):
        """Take blanks, line breaks and a leading `sha256:` away, and insist on 64 hexadecimal
        digits.
        """
        digest = re.sub(r"\s", "", self.cleaned_data["hash"]).lower().removeprefix("sha256:")
        if not re.fullmatch("[0-9a-f]{64}", digest):
            raise forms.ValidationError(
                f"校验码应为 64 位十六进制数（0–9、a–f），这里有 {len(digest)} 位，请检查是否复制完整。"
            )
        return digest


class CopyForm(forms.Form):
    """A file that was hashed while it came in, and not kept."""

    file = forms.FileField(
        label="文件",
        allow_empty_file=True,
        help_text="只计算它的校验码，不保存。",
        error_messages={"required": "请先选择要核对的文件。"},
    )
