"""Addresses of narrowed lists."""

from django import template

register = template.Library()
# What says where in a list a page stands.
PLACE = ("page", "after", "before")


@register.simple_tag(takes_context=True)
def address_with(context, name, value):
    """This list's address with one choice made, back on its first page."""
    query = context["request"].GET.copy()
    for key in PLACE:
        query.pop(key, None)
    query[name] = value
    return f"?{query.urlencode()}"


@register.simple_tag(takes_context=True)
def address_without(context, name):
    """This list's address with one choice dropped, back on its first page."""
    query = context["request"].GET.copy()
    for key in (name, *PLACE):
        query.pop(key, None)
    return f"?{query.urlencode()}" if query else context["request"].path
