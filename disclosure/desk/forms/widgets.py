"""The field a body is written in: a plain text area that becomes an editor where JavaScript runs.

The editor is TipTap as django-prose-editor bundles it (docs/decisions/0012-editor.md); toolbar,
dialogs and paste are ours, because the content security policy allows neither inline scripts (its
import map) nor inline styles.
"""

import json

from django import forms
from django.forms.widgets import Script
from django.templatetags.static import static
from django.urls import reverse
from django.utils.functional import lazystr

from documents.html.paste import clean_pasted
from documents.html.richtext import html_to_text
from documents.html.stray_marks import paragraphs

PICTURE_EXTENSIONS = {"png", "jpg", "jpeg"}


def pictures_of(item):
    """The pictures among an item's saved attachments, as the editor offers them."""
    if item is None or item.pk is None:
        return []
    files = (file for file in item.attachments.all() if file.extension in PICTURE_EXTENSIONS)
    return [{"name": file.served_name, "src": file.get_absolute_url()} for file in files]


class RichTextWidget(forms.Textarea):
    """A text area with what the editor needs to know. `pictures`: those it may insert (see
    `pictures_of`).
    """

    pictures = ()

    class Media:
        css = {"all": ["disclosure/editor.css"]}
        js = [Script("disclosure/editor.js", type="module")]

    def __init__(self, attrs=None):
        super().__init__({"rows": 16, "class": "vLargeTextField", **(attrs or {})})

    def get_context(self, name, value, attrs):
        """Add the addresses of the editor's code and of the paste cleaner, and the pictures."""
        context = super().get_context(name, value, attrs)
        context["widget"]["attrs"] |= {
            "data-rich-text": static("django_prose_editor/editor.js"),
            "data-paste": reverse("admin:disclosure_item_paste"),
            "data-pictures": json.dumps(list(self.pictures), ensure_ascii=False),
        }
        return context


class RichTextField(forms.CharField):
    """A body in a form: typed lines become paragraphs, pasted HTML is put in order before the one
    gate sanitises it.
    """

    widget = RichTextWidget
    default_help_text = lazystr(
        "标题、列表、表格用工具栏；从 Word、WPS 粘贴时样式会去掉，文字、数字和表格保留。"
    )

    def __init__(self, **kwargs):
        kwargs.setdefault("help_text", "")
        kwargs["help_text"] = kwargs["help_text"] or self.default_help_text
        super().__init__(**kwargs)

    @staticmethod
    def as_words(value):
        """A body as a clerk reads it, for comparisons."""
        return html_to_text(str(value))

    def clean(self, value):
        """The body as it is kept; what is no document is refused in words."""
        return clean_pasted(paragraphs(super().clean(value) or ""))
