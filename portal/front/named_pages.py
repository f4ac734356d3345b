"""What stands at a path, in public words: for rooms that know no pages (inquiries.pages)."""

from django.urls import Resolver404, resolve

from catalog.models import Department
from disclosure.models import Item
from disclosure.pages.browsing import load_tree
from inquiries.pages import Page


def page_at(path):
    """Title and organ of the page. What is not public, or not there, is nameless: the same answer
    for both.
    """
    try:
        match = resolve(path)
    except Resolver404:
        return Page()
    arguments = match.kwargs
    if "index_number" in arguments:
        return _of_item(index_number=arguments["index_number"])
    if match.url_name and match.url_name.startswith("report-") and "year" in arguments:
        return _of_item(
            annual_report__department__slug=arguments["slug"], annual_report__year=arguments["year"]
        )
    if match.url_name in ("category-detail", "category-catalogue"):
        return _of_category(arguments["slug"])
    if match.url_name in ("organ-detail", "organ-catalogue", "organ-report-list"):
        department = Department.objects.filter(slug=arguments["slug"]).first()
        return Page(department.name, department) if department else Page()
    return Page()


def _of_item(**which):
    item = Item.objects.published().filter(**which).select_related("department").first()
    return Page(item.title, item.department) if item else Page()


def _of_category(slug):
    node = load_tree().by_slug.get(slug)
    if node is None:
        return Page()
    return Page(node.name, node.department)
