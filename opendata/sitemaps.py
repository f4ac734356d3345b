"""Site maps (sitemaps.org): an index, then one by year of publication for items and reports, and
one of columns.

Years never grow once they are over, so a crawler that has read one need not read it again.
"""

import re
from types import SimpleNamespace
from urllib.parse import urlsplit

from django.contrib.sitemaps import Sitemap
from django.http import Http404, HttpResponsePermanentRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from catalog.models import Department
from catalog.tree import Tree
from disclosure.files.facts import absolute, origin
from disclosure.lists.paging import ByKeys
from disclosure.lists.shelves import shelves
from disclosure.models import Item

_PAGE = re.compile(r"[1-9][0-9]{0,5}")
_SECTION = re.compile(rf"(?P<name>columns|[0-9]{{4}})(?:-(?P<page>{_PAGE.pattern}))?")
PER_FILE = 1_000  # the protocol allows fifty times as many; a map is made while its reader waits


class _OurSite:
    """Addresses of the installation, never of the host that was asked for."""

    limit = PER_FILE

    def get_urls(self, page=1, site=None, protocol=None):
        parts = urlsplit(origin())
        return super().get_urls(
            page=page, site=SimpleNamespace(domain=parts.netloc), protocol=parts.scheme
        )


class ColumnMap(_OurSite, Sitemap):
    """Every visible column, every organ, and the fixed pages."""

    def items(self):
        fixed = ["/", "/catalog/", "/reports/", "/guide/", "/rules/", "/register/", "/about/"]
        columns = [f"/catalog/{node.slug}/" for node in Tree.load().nodes.values()]
        organs = Department.objects.order_by("pk").values_list("slug", flat=True)
        return fixed + columns + [f"/organs/{slug}/" for slug in organs]

    def location(self, address):
        return address


class YearMap(_OurSite, Sitemap):
    """What the public could first read in one year."""

    def __init__(self, year, request):
        self.year, self.request = year, request

    def items(self):
        """In the order in which they appeared: what comes goes to the end."""
        items = Item.objects.published().listed_in_year(self.year).order_by("listed_at", "pk")
        rows = items.select_related("annual_report__department").defer("body", "text")
        return ByKeys(rows, lambda: shelves.number(("year", self.year), self.request, items.count))

    def lastmod(self, item):
        """When its public face last changed."""
        return timezone.localtime(max(item.listed_at, item.published_at))


def sections(request):
    """{name: map}: columns, then the years."""
    return {"columns": ColumnMap()} | {
        year: YearMap(int(year), request) for year, _ in shelves.choosable(request).years
    }


@require_safe
def sitemap_index(request):
    """/sitemap.xml"""
    names = []
    for name, one in sections(request).items():
        pages = one.paginator
        numbers = (
            pages.page_range if pages.count else ()
        )  # the protocol knows no map without an address
        names += [_address(name, page) for page in numbers]
    context = {"addresses": [absolute(name) for name in names]}
    return _for_all(
        render(request, "disclosure/sitemap_index.xml", context, content_type="application/xml")
    )


@require_safe
def sitemap_section(request, section):
    """One of the index's maps: /sitemap-2026.xml, its second part /sitemap-2026-2.xml. robots.txt
    keeps crawlers from every query.
    """
    found = _SECTION.fullmatch(section)
    if found is None:
        raise Http404("没有这一部分")
    name, page = found["name"], int(found["page"] or 1)
    maps = sections(request)
    if (
        name not in maps
        or not 1 <= page <= maps[name].paginator.num_pages
        or not maps[name].paginator.count
    ):
        raise Http404("没有这一部分")
    asked = request.GET.get("p", "")
    if asked and (
        found["page"] or not _PAGE.fullmatch(asked) or int(asked) > maps[name].paginator.num_pages
    ):
        raise Http404("没有这一部分")
    if asked or found["page"] == "1":  # as parts were called before, and the first by its number
        return HttpResponsePermanentRedirect(_address(name, int(asked or 1)))
    response = render(
        request,
        "sitemap.xml",
        {"urlset": maps[name].get_urls(page)},
        content_type="application/xml",
    )
    response["X-Robots-Tag"] = "noindex"  # the map itself is nothing to be found
    return _for_all(response)


def _address(name, page):
    return reverse("sitemap-section", args=[f"{name}-{page}" if page > 1 else name])


def _for_all(response):
    response["Cache-Control"] = "public, max-age=3600"
    return response
