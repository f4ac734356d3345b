"""Links to the files of an item."""

from django import template
from django.urls import reverse

from disclosure.exports.formats import FORMATS
from disclosure.exports.lists import MOST_ROWS
from disclosure.exports.store import known_sizes

register = template.Library()
FIRST = ("pdf", "docx", "odt", "xlsx")


@register.simple_tag
def file_address(item, extension):
    """The address of an item's file in a format."""
    if report := getattr(item, "annual_report", None):
        return reverse("report-file", args=[report.department.slug, report.year, extension])
    return reverse("item-file", args=[item.index_number, extension])


def has_tables(item):
    """Whether the page of an item shows any table."""
    report = getattr(item, "annual_report", None)
    bodies = [item.body, *(section.body for section in report.sections.all())] if report else [item.body]
    return any("<table>" in body for body in bodies) or bool(report and report.tables.all())


@register.inclusion_tag("partials/file_links.html")
def file_links(item):
    """The 下载 line: usual formats as buttons, the others folded; the size where the file has been made before."""
    sizes = known_sizes(item)
    links = [
        {"format": one, "address": file_address(item, one.extension), "size": sizes.get(one.extension)}
        for one in FORMATS.values()
        if not one.is_table or has_tables(item)
    ]
    return {
        "first": [link for link in links if link["format"].extension in FIRST],
        "others": [link for link in links if link["format"].extension not in FIRST],
    }


@register.inclusion_tag("partials/list_files.html", takes_context=True)
def list_files(context, number=0):
    """Links to the list of this page as files, with the choices in force. `number`: how many items it holds."""
    request = context["request"]
    query = request.GET.copy()
    query.pop("page", None)
    suffix = f"?{query.urlencode()}" if query else ""
    path = request.path.rstrip("/")
    files = [(label, f"{path}.{name}{suffix}") for label, name in (("CSV", "csv"), ("Excel", "xlsx"), ("JSON", "json"))]
    return {"files": files, "most": MOST_ROWS, "is_long": number > MOST_ROWS}
