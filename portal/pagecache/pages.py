"""Which addresses are kept, and by which query parameters each differs: the one declaration of
both.

A parameter not named here is no part of the address: the view never sees it, and no cache keeps a
second copy for it.
"""

from dataclasses import dataclass

from disclosure.lists.filters import ItemFilter
from ledger.pages.forms import EntryFilter

LIST = (*ItemFilter.base_filters, "page")
MINUTE = 60


@dataclass(frozen=True)
class Page:
    """One kind of page: its parameters, and for how many seconds the browse counts in its lists may
    stand still.
    """

    parameters: tuple = ()
    seconds: int = 60 * MINUTE


PAGES = {
    "home": Page(seconds=MINUTE),
    "sitemap": Page(),
    "about": Page(),
    "about-counts": Page(),
    "about-accessibility": Page(),
    "about-privacy": Page(),
    "category-index": Page(),
    "category-detail": Page((*LIST, "after", "before"), seconds=5 * MINUTE),
    "category-catalogue": Page((*LIST, "after", "before")),
    "organ-detail": Page(LIST, seconds=5 * MINUTE),
    "organ-catalogue": Page(LIST),
    "rules": Page(("page",), seconds=5 * MINUTE),
    "search": Page(LIST, seconds=5 * MINUTE),
    "guide": Page(),
    "item-detail": Page(("on",)),
    "item-counts": Page(seconds=MINUTE),
    "item-history": Page(),
    "item-revision": Page(),
    "item-revision-changes": Page(),
    "report-history": Page(),
    "report-revision": Page(),
    "report-revision-changes": Page(),
    "report-list": Page(),
    "organ-report-list": Page(),
    "report-detail": Page(("on",)),
    "organ-table": Page(("applicant",)),
    "year-table": Page(),
    "report-counts": Page(seconds=MINUTE),
    "report-figures": Page(),
    "finding-list": Page(("verdict", "organ", "year", "kind", "page")),
    "register": Page(tuple(EntryFilter.base_filters)),
    "register-entry": Page(),
    "register-about": Page(),
}

# These pass untouched, and why.
NOT_KEPT = {
    "preferences": "a form",
    "preferences-css": "differs by cookie",
    "healthz-live": "must be asked each time",
    "healthz-ready": "must be asked each time",
    "csp-report": "takes what browsers report",
    "metrics": "must be asked each time",
    "correction-new": "a form with a stamp of its own for everybody",
    "correction-query": "a form, and an answer for one reader",
    "search-suggestions": "kept by browsers for five minutes",
    "attachment": "files, delivered by nginx",
    "item-view": "counts each time it is asked",
    "report-export": "says how far its files are",
    "old-address": "leads on, or is not there",
    **dict.fromkeys(
        ("item-file", "report-file"), "files, kept by their own store and asked about by their tags"
    ),
    **dict.fromkeys(
        (
            "category-list-file",
            "organ-list-file",
            "search-list-file",
            "rules-list-file",
            "report-list-file",
            "organ-report-list-file",
            "report-export-file",
        ),
        "files of any length",
    ),
    "data": "seldom asked, and changes with the nightly package",
    "data-api": "seldom asked",
    "data-file": "files of any length",
    **dict.fromkeys(("data-dcat", "api-catalog"), "asked by other catalogues, seldom"),
    **dict.fromkeys(
        ("security-txt", "favicon"), "asked seldom, and kept by whoever asks for a day"
    ),
    **dict.fromkeys(("robots", "sitemap-index", "sitemap-section"), "asked by crawlers, seldom"),
    **dict.fromkeys(
        (
            *("item-feed", "search-feed", "organ-feed", "category-feed", "register-feed"),
            "register-checkpoint-feed",
        ),
        "kept by whoever subscribes",
    ),
    **dict.fromkeys(("item-code", "report-code"), "pictures, kept by browsers for a day"),
    "revision-by-hash": "leads on",
    "revision-content": "for programs that check a copy",
    "register-verify": "takes uploads",
    "register-export": "a stream of any length",
    "register-checkpoints": "asked once a day",
    **dict.fromkeys(
        ("register-checkpoint", "register-digests", "register-timestamp"), "asked seldom"
    ),
    "register-verifier": "a file",
}
# What goes on while the database is down: answered without it, or, as readiness, meant to say so.
NEED_NO_DATABASE = ("/static/", "/healthz/", "/metrics", "/preferences")
