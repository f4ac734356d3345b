"""Addresses of the archive. One published is never removed."""

from django.urls import path, re_path, register_converter
from django.urls.converters import IntConverter, PathConverter, StringConverter
from django.views.decorators.http import require_safe

from disclosure.files.formats import EXTENSIONS
from disclosure.files.lists import TYPES
from disclosure.pages import attachments as views_attachments
from disclosure.pages import browsing as views
from disclosure.pages import codes as views_codes
from disclosure.pages import counts as views_counts
from disclosure.pages import export as views_export
from disclosure.pages import feeds
from disclosure.pages import files as views_files
from disclosure.pages import findings as views_findings
from disclosure.pages import history as views_history
from disclosure.pages import lists as views_lists
from disclosure.pages import old_addresses as views_old_addresses
from disclosure.pages import search as views_search
from disclosure.pages import tables as statutory_views
from disclosure.pages.mergers import follows_mergers


class IndexNumberConverter(PathConverter):
    """Any index number, with its slash; but no NUL, which PostgreSQL refuses to compare with."""

    regex = r"[^\x00]+"


class ExtensionConverter(StringConverter):
    """One of the formats items are given in."""

    regex = EXTENSIONS


class ListExtensionConverter(StringConverter):
    """One of the formats lists are given in."""

    regex = "|".join(TYPES)


class RevisionNumberConverter(IntConverter):
    """The number of a revision: from 1, and no larger than a database can look for."""

    regex = "[1-9][0-9]{0,5}"


class DigestConverter(StringConverter):
    """A SHA-256."""

    regex = "[0-9a-f]{64}"


register_converter(RevisionNumberConverter, "revision_number")
register_converter(DigestConverter, "sha256")
register_converter(IndexNumberConverter, "index_number")
register_converter(ExtensionConverter, "extension")
register_converter(ListExtensionConverter, "list_extension")

urlpatterns = [
    path("items.atom", require_safe(feeds.ItemFeed()), name="item-feed"),
    path("search.atom", require_safe(feeds.SearchFeed()), name="search-feed"),
    path(
        "organs/<slug:slug>.atom",
        follows_mergers(require_safe(feeds.OrganFeed())),
        name="organ-feed",
    ),
    path("catalog/<slug:slug>.atom", require_safe(feeds.CategoryFeed()), name="category-feed"),
    path("catalog/", views.CategoryIndex.as_view(), name="category-index"),
    path(
        "catalog/<slug:slug>.<list_extension:extension>",
        views_lists.category_list,
        name="category-list-file",
    ),
    path(
        "catalog/<slug:slug>/table/", views.CategoryCatalogue.as_view(), name="category-catalogue"
    ),
    path(
        "organs/<slug:slug>.<list_extension:extension>",
        follows_mergers(views_lists.organ_list),
        name="organ-list-file",
    ),
    path(
        "organs/<slug:slug>/table/",
        follows_mergers(views.OrganCatalogue.as_view()),
        name="organ-catalogue",
    ),
    path("organs/<slug:slug>/", follows_mergers(views.OrganDetail.as_view()), name="organ-detail"),
    path("catalog/<slug:slug>/", views.CategoryDetail.as_view(), name="category-detail"),
    path(
        "items/<index_number:index_number>/history/",
        views_history.item_history,
        name="item-history",
    ),
    path(
        "items/<index_number:index_number>/revisions/<revision_number:number>/changes/",
        views_history.item_changes,
        name="item-revision-changes",
    ),
    path(
        "items/<index_number:index_number>/revisions/<revision_number:number>/",
        views_history.item_revision,
        name="item-revision",
    ),
    path("revisions/<sha256:sha256>/", views_history.by_hash, name="revision-by-hash"),
    path("revisions/<sha256:sha256>.json", views_history.content, name="revision-content"),
    path("items/<index_number:index_number>/counts/", views_counts.item_counts, name="item-counts"),
    path("items/<index_number:index_number>.view.gif", views_counts.item_view, name="item-view"),
    path("items/<index_number:index_number>.qr.svg", views_codes.item_code, name="item-code"),
    path(
        "items/<index_number:index_number>.<extension:extension>",
        views_files.item_file,
        name="item-file",
    ),
    path("items/<index_number:index_number>/", views.item_detail, name="item-detail"),
    path("reports.<list_extension:extension>", views_lists.report_list, name="report-list-file"),
    path("reports/", views.report_list, name="report-list"),
    path("reports/findings/", views_findings.finding_list, name="finding-list"),
    path("reports/export/", views_export.report_export, name="report-export"),
    path("reports/export.zip", views_export.report_export_file, name="report-export-file"),
    path("reports/tables/<slug:key>/<int:year>/", statutory_views.year_table, name="year-table"),
    path(
        "reports/<slug:slug>.<list_extension:extension>",
        views_lists.organ_report_list,
        name="organ-report-list-file",
    ),
    path("reports/<slug:slug>/", views.organ_report_list, name="organ-report-list"),
    path("reports/<slug:slug>/<int:year>.qr.svg", views_codes.report_code, name="report-code"),
    path(
        "reports/<slug:slug>/<int:year>.<extension:extension>",
        views_files.report_file,
        name="report-file",
    ),
    path(
        "reports/<slug:slug>/<int:year>/history/",
        views_history.report_history,
        name="report-history",
    ),
    path(
        "reports/<slug:slug>/<int:year>/revisions/<revision_number:number>/changes/",
        views_history.report_changes,
        name="report-revision-changes",
    ),
    path(
        "reports/<slug:slug>/<int:year>/revisions/<revision_number:number>/",
        views_history.report_revision,
        name="report-revision",
    ),
    path("reports/<slug:slug>/<int:year>/", views.report_detail, name="report-detail"),
    path(
        "reports/<slug:slug>/<int:year>/figures/",
        views_findings.report_figures,
        name="report-figures",
    ),
    path("reports/<slug:slug>/tables/<slug:key>/", statutory_views.organ_table, name="organ-table"),
    path(
        "reports/<slug:slug>/<int:year>/counts/", views_counts.report_counts, name="report-counts"
    ),
    path("attachments/<uuid:pk>/<str:name>", views_attachments.attachment, name="attachment"),
    path("search.<list_extension:extension>", views_lists.search_list, name="search-list-file"),
    path("search/", views_search.Search.as_view(), name="search"),
    path("search/suggestions/", views_search.suggestions, name="search-suggestions"),
    path("guide/", views.guide, name="guide"),
    path("rules.<list_extension:extension>", views_lists.rules_list, name="rules-list-file"),
    path("rules/", views.Rules.as_view(), name="rules"),
    # Last: what a page of an older portal was called, whatever its system.
    re_path(
        r"^(?P<path>(?:[^\x00]*/)?[^/\x00]+\.(?:s?html?|jspx?|aspx?|php|do|action))\Z",
        views_old_addresses.old_address,
        name="old-address",
    ),
]
