"""Addresses for programs: the API, the packages, and what search engines ask for."""

from django.urls import path, re_path

from opendata import robots, sitemaps
from opendata import views as data_views
from opendata.api import api, no_such_address
from opendata.dcat import dcat

urlpatterns = [
    path("api/v1/", api.urls),
    re_path(r"^api/v1/(?P<path>(?s:.*))\Z", no_such_address),
    path(".well-known/api-catalog", data_views.api_catalog, name="api-catalog"),
    path("data/", data_views.DataIndex.as_view(), name="data"),
    path("data/api/", data_views.TryApi.as_view(), name="data-api"),
    path("data/files/<str:name>", data_views.data_file, name="data-file"),
    path("data/dcat.jsonld", dcat, name="data-dcat"),
    path("robots.txt", robots.robots, name="robots"),
    path("sitemap.xml", sitemaps.sitemap_index, name="sitemap-index"),
    path("sitemap-<slug:section>.xml", sitemaps.sitemap_section, name="sitemap-section"),
]
