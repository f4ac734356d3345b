"""Addresses of narrowed lists."""

from django import template

register = template.Library()


@register.simple_tag(takes_context=True)
def address_with(context, name, value):
    """This list's address with one choice made, back on its first page."""
    query = context["request"].GET.copy()
    query.pop("page", None)
    query[name] = value
    return f"?{query.urlencode()}"


@register.simple_tag(takes_context=True)
def address_without(context, name):
    """This list's address with one choice dropped, back on its first page."""
    query = context["request"].GET.copy()
    for key in (name, "page"):
        query.pop(key, None)
    return f"?{query.urlencode()}" if query else context["request"].path
