"""Showing rich text. `body` is the only place of the portal that marks stored HTML as safe."""

import re
from itertools import count

from django import template
from django.utils.safestring import mark_safe

from disclosure.richtext import sanitize_for_display

register = template.Library()
_TABLE = re.compile(r"<table>.*?</table>", re.DOTALL)


@register.simple_tag
def body(html):
    """The body of an item or section: cleaned once more, each table in a frame that scrolls and takes the keyboard."""
    number = count(1)

    def frame(match):
        return f'<div class="table-scroll" role="group" tabindex="0" aria-label="表格{next(number)}">{match[0]}</div>'

    return mark_safe(_TABLE.sub(frame, sanitize_for_display(html or "")))  # noqa: S308 – the gate itself
