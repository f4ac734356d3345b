"""Every public address as the URL configuration has it, and how one is filled in."""

import re

from django.urls import URLPattern, URLResolver, get_resolver

FIELD = re.compile(r"<(?:[\w:]+:)?(\w+)>|\(\?P<(\w+)>(?:[^()]|\([^()]*(?:\([^()]*\)[^()]*)*\))*\)")


def patterns(found=None, prefix="", namespace=""):
    """(name or route, route) of every public address."""
    for one in get_resolver().url_patterns if found is None else found:
        route = prefix + str(one.pattern)
        if isinstance(one, URLResolver) and route != "admin/":
            yield from patterns(one.url_patterns, route, one.namespace or namespace)
        elif isinstance(one, URLPattern):
            yield (f"{namespace}:{one.name}" if namespace else one.name) or route, route


def filled(route, values, changed=None, hostile=""):
    """The address of a route; in the place of `changed` stands the hostile text."""

    def value(match):
        name = match[1] or match[2]
        if name == changed:
            return hostile
        return "personnel" if name == "slug" and "catalog/" in route else values[name]

    return "/" + re.sub(r"\\Z|[\^$]", "", FIELD.sub(value, route))
