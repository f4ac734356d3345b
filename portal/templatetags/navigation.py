"""The main navigation: the fixed sections of a disclosure platform (国办公开办函〔2019〕61号, 二)."""

from functools import lru_cache

from django import template
from django.urls import reverse
from django.utils.html import format_html_join

from catalog.models import Section

register = template.Library()

# (section, label, url name, fragment). The names are the notice's own; 依申请公开 leads to the
# guide's chapter on it.
ENTRIES = [
    ("home", "首页", "home", ""),
    (Section.GUIDE, "公开指南", "guide", ""),
    (Section.RULES, "公开制度", "rules", ""),
    (Section.CONTENT, "法定主动公开内容", "category-index", ""),
    (Section.REPORTS, "政府信息公开年报", "report-list", ""),
    ("apply", "依申请公开", "guide", "#apply"),
]
PAGES = {
    "home": "home",
    "guide": Section.GUIDE,
    "rules": Section.RULES,
    "category-index": Section.CONTENT,
    "category-detail": Section.CONTENT,
    "item-detail": Section.CONTENT,
    "item-counts": Section.CONTENT,
    "report-list": Section.REPORTS,
    "organ-report-list": Section.REPORTS,
    "report-detail": Section.REPORTS,
    "report-counts": Section.REPORTS,
    "report-figures": Section.REPORTS,
    "finding-list": Section.REPORTS,
}


@register.simple_tag(takes_context=True)
def current_section(context):
    """The innermost fixed section on the page's trail, else the one its address stands for; None on
    pages of neither.
    """
    for node in reversed(context.get("trail") or []):
        if node.section:
            return node.section
    match = getattr(context.get("request"), "resolver_match", None)
    return PAGES.get(match.url_name) if match else None


@register.inclusion_tag("partials/navigation.html")
def main_navigation(current):
    """The entries, with the current one marked."""
    return {
        "entries": [
            {"label": label, "url": reverse(url_name) + fragment, "is_current": section == current}
            for section, label, url_name, fragment in ENTRIES
        ]
    }


SECTION_PAGES = {section: url_name for section, _, url_name, fragment in ENTRIES if not fragment}


@register.simple_tag
def category_url(node):
    """The one address of a category: fixed sections have pages of their own."""
    return category_address(node.section, node.slug)


@register.simple_tag
def trail_steps(trail, is_own_page=False):
    """The steps of a breadcrumb from the home page on. `is_own_page`: the last column is the page
    itself and no link.
    """
    return _steps(
        tuple((node.section, node.slug, node.name) for node in trail or ()), bool(is_own_page)
    )


@lru_cache(maxsize=2_048)
def _steps(trail, is_own_page):
    links = [
        (reverse("home"), "首页"),
        *((category_address(section, slug), name) for section, slug, name in trail),
    ]
    page = [links.pop()[1:]] if is_own_page and trail else []
    steps = format_html_join("\n    ", '<li><a href="{}">{}</a></li>', links)
    return steps + format_html_join("", '\n    <li aria-current="page">{}</li>', page)


@lru_cache(maxsize=10_000)
def category_address(section, slug):
    """The same, found once: every page prints some, and Django looks through all its patterns each
    time.
    """
    if url_name := SECTION_PAGES.get(section):
        return reverse(url_name)
    return reverse("category-detail", args=[slug])
