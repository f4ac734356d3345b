"""What Django's own templates of the desk (5.2) leave without a name gets one in what they have
rendered: none of them is copied.
"""

import re

from django import template
from django.utils.safestring import SafeString

register = template.Library()
_FIELDSET = re.compile(r"</?fieldset\b[^>]*>")
_GROUP = re.compile(r'<fieldset class="module([^"]*)"(?: aria-labelledby="([^"]+)")?>')
_PICTURE = re.compile(
    r'(<a class="related-widget-wrapper-link[^>]*\btitle="([^"]*)"[^>]*>\s*<img [^>]*\balt=)""'
)
_ROW_HEAD = re.compile(r'<th(?= class="field-)')
_FORM = re.compile(
    r'<form [^>]*\bid="(\w+_form|changelist-form)"[^>]*>'
    r'(?:<input type="hidden" name="csrfmiddlewaretoken"[^>]*>)?(.*?)</form>',
    re.DOTALL,
)


@register.filter
def named(markup):
    """A fieldset without a legend becomes a group named by its heading, a picture that is all of a
    link says what the link does, and the head of a row says so. In text that people wrote there is
    none of these tags: it has been escaped.
    """
    markup = _PICTURE.sub(r'\1"\2"', _groups(markup))
    return SafeString(_ROW_HEAD.sub('<th scope="row"', markup))


def _groups(markup):
    """Fieldsets that have a legend stay what they are; each end goes with its beginning."""
    ends = []

    def exchanged(tag):
        if tag[0] == "</fieldset>":
            return ends.pop() if ends else tag[0]
        group = _GROUP.fullmatch(tag[0])
        ends.append("</div>" if group else "</fieldset>")
        if not group:
            return tag[0]
        name = f' role="group" aria-labelledby="{group[2]}"' if group[2] else ""
        return f'<div class="module fieldset{group[1]}"{name}>'

    return _FIELDSET.sub(exchanged, markup)


@register.filter
def formless(markup):
    """The same without the form around what may only be read; a list keeps its place in Django's
    styles.
    """
    return SafeString(_FORM.sub(_read_only, markup, count=1))


def _read_only(match):
    place = ' id="changelist-form"' if match[1] == "changelist-form" else ""
    return f"<div{place}>{match[2]}</div>"
