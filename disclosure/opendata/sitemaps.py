"""Site maps (sitemaps.org): an index, then one by year of publication for items and reports, and one of columns.

Years never grow once they are over, so a crawler that has read one need not read it again.
"""

from types import SimpleNamespace
from urllib.parse import urlsplit

from django.contrib.sitemaps import Sitemap
from django.contrib.sitemaps.views import sitemap as sitemap_view
from django.http import Http404
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from catalog.models import Department
from catalog.tree import Tree
from disclosure.exports.facts import absolute, origin
from disclosure.models import Item
from disclosure.paging import ByKeys
from disclosure.shelves import shelves

PER_FILE = 1_000  # the protocol allows fifty times as many; a map is made while its reader waits


class _OurSite:
    """Addresses of the installation, never of the host that was asked for."""

    limit = PER_FILE

    def get_urls(self, page=1, site=None, protocol=None):
        parts = urlsplit(origin())
        return super().get_urls(page=page, site=SimpleNamespace(domain=parts.netloc), protocol=parts.scheme)


class ColumnMap(_OurSite, Sitemap):
    """Every visible column, every organ, and the fixed pages."""

    def items(self):
        """Addresses."""
        fixed = ["/", "/catalog/", "/reports/", "/guide/", "/rules/", "/register/", "/about/"]
        columns = [f"/catalog/{node.slug}/" for node in Tree.load().nodes.values()]
        organs = Department.objects.order_by("pk").values_list("slug", flat=True)
        return fixed + columns + [f"/organs/{slug}/" for slug in organs]

    def location(self, address):
        """Itself."""
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
        numbers = pages.page_range if pages.count else ()  # the protocol knows no map without an address
        address = reverse("sitemap-section", args=[name])
        names += [address + (f"?p={page}" if page > 1 else "") for page in numbers]
    context = {"addresses": [absolute(name) for name in names]}
    return _for_all(render(request, "disclosure/sitemap_index.xml", context, content_type="application/xml"))


@require_safe
def sitemap_section(request, section):
    """One of the index's maps."""
    maps = sections(request)
    if section not in maps or not maps[section].paginator.count:
        raise Http404("没有这一部分")
    return _for_all(sitemap_view(request, maps, section=section))


def _for_all(response):
    response["Cache-Control"] = "public, max-age=3600"
    return response
