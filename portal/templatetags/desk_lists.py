"""Rows of the desk's lists."""

from django import template
from django.utils.safestring import SafeString

register = template.Library()


@register.filter
def row_header(cell):
    """A cell as Django's admin made it; where it is the head of its row, it says so."""
    return SafeString(cell.replace("<th", '<th scope="row"', 1)) if cell.startswith("<th") else cell
