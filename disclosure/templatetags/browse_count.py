"""The browse count of a page (浏览次数)."""

from django import template
from django.utils.html import format_html

register = template.Library()
# The longest count, 999,999,999,999, with a space after it. Always as wide, so that a page cache
# can write another count over it.
DIGITS = 16


@register.simple_tag
def browse_count(item):
    """The count, linked to the daily table behind it. The spaces stand inside the end tag, where
    they show nowhere.
    """
    digits = f"{item.view_count:,}"
    link = '<a class="views" href="{}" title="每日浏览次数">{}</a{}>'
    return format_html(link, item.get_counts_url(), digits, " " * (DIGITS - len(digits)))
