"""Forms of the category's desk."""

from django import forms
from mptt.forms import TreeNodeChoiceField

from catalog.contents import held_by
from catalog.models import Category
from catalog.regulation import ARTICLES

INDENT = "　"  # an ideographic space: read aloud as nothing, where mptt's dashes are spelt out


def _keep_in_order(tags):
    """The chosen articles in the order of the Regulation, whatever order the browser sent."""
    return [tag for tag in ARTICLES if tag in tags]


class CategoryForm(forms.ModelForm):
    """A category as the office writes it, the Regulation's items as ticks."""

    tree_is_busy = False  # the sentence to refuse with, set by TreeLockedAdmin.get_form

    regulation_items = forms.MultipleChoiceField(
        label="对应《条例》条款",
        choices=ARTICLES.items(),
        widget=forms.CheckboxSelectMultiple,
        required=False,
        help_text="本栏目回应《政府信息公开条例》的哪些条款，可多选。",
    )

    class Meta:
        widgets = {
            "description": forms.Textarea(attrs={"rows": 3, "class": "vLargeTextField"}),
            "keywords": forms.TextInput(attrs={"class": "vLargeTextField"}),
        }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        parent = self.fields.get("parent")
        if parent and self.instance.pk:
            below = self.instance.get_descendants(include_self=True).values("pk")
            parent.queryset = parent.queryset.exclude(pk__in=below)

    def clean_regulation_items(self):
        """Ticks come in any order."""
        return _keep_in_order(self.cleaned_data["regulation_items"])

    def clean(self):
        """Refuse while another writer holds the tree; everything typed stays in the form."""
        if self.tree_is_busy:
            raise forms.ValidationError(
                f"{self.tree_is_busy}您填写的内容仍在本页，再按一次“保存”即可。"
            )
        return super().clean()


class MoveContentsForm(forms.Form):
    """Which kinds of a category's contents go to which other category."""

    parts = forms.MultipleChoiceField(
        label="移走哪些内容",
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "请至少选择一类要移走的内容。"},
    )
    target = TreeNodeChoiceField(
        Category.objects.all(),
        label="移到哪个栏目",
        level_indicator=INDENT,
        empty_label="请选择",
        error_messages={"required": "请选择要移到的栏目。"},
    )

    def __init__(self, category, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["target"].queryset = Category.objects.exclude(
            pk__in=category.get_descendants(include_self=True).values("pk")
        )
        holdings = held_by(category)
        self.fields["parts"].choices = [
            (holding.kind.key, f"{holding.kind.label} {holding.count} 个") for holding in holdings
        ]
        self.fields["parts"].initial = [holding.kind.key for holding in holdings]
