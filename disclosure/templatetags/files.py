"""Links to the files of an item."""

from functools import lru_cache

from django import template
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.html import format_html

from disclosure.files.formats import FORMATS
from disclosure.files.lists import MOST_ROWS
from disclosure.files.store import known_sizes
from disclosure.lists.rendering import rendering

register = template.Library()
FIRST = ("pdf", "docx", "odt", "xlsx")
# Lists that are also given as a catalogue with its four legal columns.
CATALOGUES = {"category-detail": "category-catalogue", "organ-detail": "organ-catalogue"}
# Pages whose list can be subscribed to: the page's url name and its feed's.
FEEDS = {
    "home": "item-feed",
    "category-detail": "category-feed",
    "search": "search-feed",
    "category-catalogue": "category-feed",
    "organ-detail": "organ-feed",
    "organ-catalogue": "organ-feed",
    "organ-report-list": "organ-feed",
    "register": "register-feed",
}


@register.simple_tag
def file_address(item, extension):
    """The address of an item's file in a format."""
    return item.kind.address("file", extension)


@register.simple_tag
def code_address(item):
    """The address of the picture of an item's permanent address, to be scanned from paper."""
    return item.kind.address("code")


def has_tables(item):
    """Whether the page of an item shows any table."""
    report = item.report
    bodies = (
        [item.body, *(section.body for section in report.sections.all())] if report else [item.body]
    )
    return any("<table>" in body for body in bodies) or bool(report and report.tables.all())


@register.simple_tag(takes_context=True)
def file_links(context, item):
    """The 下载 line: usual formats as buttons, the others folded; the size where the file has been
    made before.

    No sizes on the pages that a backup and its restoring compare: made files are in no backup.
    """
    request = context.get("request")
    is_of_records_alone = request is not None and rendering(request).of_records_alone
    sizes = {} if is_of_records_alone else known_sizes(item)
    address = file_address(item, FIRST[0]).removesuffix(FIRST[0])
    return format_html(
        _line_of_files(has_tables(item), tuple(sorted(sizes.items()))), address=address
    )


@lru_cache(maxsize=256)  # most files have never been made
def _line_of_files(with_tables, sizes):
    """The line, with `{address}` where that of the item's files goes: nothing else of it is the
    item's own.
    """
    sizes = dict(sizes)
    links = [
        {"format": one, "size": sizes.get(one.extension)}
        for one in FORMATS.values()
        if with_tables or not one.is_table
    ]
    parts = {
        "address": "{address}",
        "first": [link for link in links if link["format"].extension in FIRST],
        "others": [link for link in links if link["format"].extension not in FIRST],
    }
    return render_to_string("partials/file_links.html", parts)


@register.inclusion_tag("partials/list_files.html", takes_context=True)
def list_files(context, number=0):
    """Links to the list of this page as files, with the choices in force. `number`: how many items
    it holds.
    """
    request = context["request"]
    query = request.GET.copy()
    query.pop("page", None)
    suffix = f"?{query.urlencode()}" if query else ""
    path, name = request.path.rstrip("/"), request.resolver_match.url_name
    if name in CATALOGUES.values():
        path = path.removesuffix("/table")
    table = f"{path}/table/{suffix}" if name in CATALOGUES else ""
    files = [
        (label, f"{path}.{name}{suffix}")
        for label, name in (("CSV", "csv"), ("Excel", "xlsx"), ("JSON", "json"))
    ]
    return {
        "files": files,
        "most": MOST_ROWS,
        "is_long": number > MOST_ROWS,
        "feed": feed_address(context),
        "table": table,
    }


@register.simple_tag(takes_context=True)
def feed_address(context):
    """The Atom feed of this page's list with the choices in force; empty where the page has none."""
    request = context.get("request")
    match = getattr(request, "resolver_match", None)
    if match is None or match.url_name not in FEEDS:
        return ""
    query = request.GET.copy()
    for name in ("page", "before"):
        query.pop(name, None)
    if match.url_name not in ("home", "organ-report-list", "register") and query:
        return f"{reverse(FEEDS[match.url_name], kwargs=match.kwargs)}?{query.urlencode()}"
    return "" if match.url_name == "search" else reverse(FEEDS[match.url_name], kwargs=match.kwargs)
