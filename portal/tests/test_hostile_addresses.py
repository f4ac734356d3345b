"""Whatever an address holds, no public page answers with an error of ours: every pattern, every
parameter it knows, and some that it does not, with what attackers and broken programs send.
Generated from the URL configuration.
"""

import logging

import pytest
from django.test import Client

from disclosure.lists.filters import ItemFilter
from disclosure.tests.builders import make_attachment, make_item, make_report
from portal.pagecache.pages import PAGES
from portal.tests.public_routes import FIELD, filled, patterns

pytestmark = pytest.mark.django_db
LIST = (*ItemFilter.base_filters, "page", "after", "before")
API_LIST = (*ItemFilter.base_filters, "limit", "cursor")
# What is not a page of `PAGES`, which says its parameters itself: {name or route: parameters}.
PARAMETERS = {
    **dict.fromkeys(("category-list-file", "organ-list-file", "search-list-file"), LIST),
    **dict.fromkeys(("category-feed", "organ-feed", "search-feed"), LIST),
    **dict.fromkeys(
        ("report-export", "report-export-file"), ("organ", "year", "format", "part", "done")
    ),
    "search-suggestions": ("q",),
    "register-verify": ("hash",),
    "correction-new": ("page",),
    "correction-query": (),
    "api:items": API_LIST,
    "api:reports": ("organ", "year", "limit", "cursor"),
    "api:findings": ("verdict", "organ", "year", "kind", "limit", "cursor"),
    "api:report-figures": (),
    "api:register": ("after", "limit"),
    **dict.fromkeys(
        ("api:categories", "api:organs", "api:item", "api:item-revisions", "api:report"), ()
    ),
    **dict.fromkeys(("api:openapi-json", "api:api-root", "^api/v1/(?P<path>(?s:.*))\\Z"), ()),
    **dict.fromkeys(
        (
            "preferences",
            "preferences-css",
            "csp-report",
            "healthz-live",
            "healthz-ready",
            "metrics",
        ),
        (),
    ),
    **dict.fromkeys(("rules-list-file", "report-list-file", "organ-report-list-file"), ()),
    **dict.fromkeys(
        (
            "item-file",
            "report-file",
            "item-code",
            "report-code",
            "item-view",
            "attachment",
            "old-address",
        ),
        (),
    ),
    **dict.fromkeys(
        (
            "data",
            "data-api",
            "data-file",
            "data-dcat",
            "api-catalog",
            "robots",
            "security-txt",
            "favicon",
        ),
        (),
    ),
    **dict.fromkeys(("sitemap-index", "sitemap-section", "item-feed", "register-feed"), ()),
    **dict.fromkeys(("revision-by-hash", "revision-content"), ()),
    **dict.fromkeys(("register-export", "register-checkpoints", "register-verifier"), ()),
    **dict.fromkeys(
        (
            "register-checkpoint-feed",
            "register-digests",
            "register-checkpoint",
            "register-timestamp",
        ),
        (),
    ),
}
VALUES = (
    *(
        "%00",
        "a%00b",
        "%ED%A0%80",
        "%FF",
        "%C0%AF",
        "%F4%90%80%80",
        "%EF%BB%BF",
        "%E2%80%AE",
        "%F0%A0%AE%B7",
    ),
    *(
        "1" + "0" * 30,
        "-1",
        "-" + "9" * 20,
        "9223372036854775808",
        "1e309",
        "NaN",
        "０１２３４５６７８９ＡＢＣＤＥＦ",
    ),
    *(
        "0000-00-00",
        "9999-12-31",
        "10000-01-01",
        "2026-02-30",
        "x" * 10_000,
        "通" * 3_000,
        "[" * 200,
        "'\"()%25%5C",
        "{{7*7}}",
    ),
    *("__proto__", "../../etc/passwd", "%25s%25n", "1 OR 1=1--", "*%20AND%20NEAR(", "\\"),
)
IN_PATHS = (
    "%00",
    "a%00.html",
    "%ED%A0%80",
    "%FF",
    "1" + "0" * 30,
    "-1",
    "１２３",
    "..%2F..%2Fetc",
    "x" * 3_000,
    "[",
    "%0A",
)
UNKNOWN = "&".join(f"__proto__[{number}]={value}" for number, value in enumerate(VALUES))


def parameters(name):
    """Those an address knows."""
    return PAGES[name].parameters if name in PAGES else PARAMETERS[name]


@pytest.fixture
def ask(shelves, government):
    """Addresses that answered with an error of ours, of those asked."""
    logging.disable(logging.CRITICAL)
    client = Client(raise_request_exception=False)

    def failing(addresses):
        return [
            (address[:200], answer.status_code)
            for address in addresses
            if is_error(answer := client.get(address))
        ]

    def is_error(answer):
        if answer.streaming:
            b"".join(answer.streaming_content)
        return answer.status_code >= 500 and "healthz/ready" not in answer.wsgi_request.path

    yield failing
    logging.disable(logging.NOTSET)


@pytest.fixture
def real(shelves, government):
    """{parameter of a route: a value that exists}, so that hostile parameters meet pages that are
    there.
    """
    item = make_item(
        "公开的信息", category=shelves["personnel"], index_number="G/1", department=government
    )
    make_report(2011, department=government, category=shelves["annual-reports"])
    attachment = make_attachment(item, "附件.txt", b"x")
    return {
        "index_number": "G/1",
        "slug": "songbei",
        "organ": "songbei",
        "year": "2011",
        "number": "1",
        "extension": "json",
        "key": "a",
        "pk": str(attachment.pk),
        "name": "附件.txt",
        "sha256": "0" * 64,
        "section": "2026",
        "sequence": "1",
        "path": "x.html",
    }


def test_every_address_says_what_it_knows():
    names = {name for name, _ in patterns()}
    assert names == set(PAGES) | set(PARAMETERS)


def test_no_parameter_breaks_a_page(ask, real):
    """Ten addresses share the filter of items: search meets every value, the others every third, in
    turn.
    """
    asked = []
    for number, (name, route) in enumerate(patterns()):
        address, known = filled(route, real), parameters(name)
        asked.append(f"{address}?{UNKNOWN}")
        if not known:
            continue
        values = VALUES[number % 3 :: 3] if "genre" in known and name != "search" else VALUES
        # The forms judge each field by itself; the API refuses at the first it cannot read, so
        # there one at a time.
        together = (
            [[parameter] for parameter in known]
            if name in ("api:reports", "api:register")
            else [known]
        )
        for names in together:
            asked += [
                f"{address}?" + "&".join(f"{one}={value}" for one in names) for value in values
            ]
        asked.append(
            f"{address}?" + "&".join(f"{one}=1&{one}=%00&{one}[]=2&{one}[x]=3" for one in known)
        )
        asked.append(f"{address}?" + "&".join(f"{one}=a" for one in known) * 700)
    assert ask(asked) == []


def test_no_parameter_of_the_api_breaks_it(ask, real):
    """Each by itself."""
    values = (*VALUES[::2], "%00")
    assert ask(f"/api/v1/items?{one}={value}" for one in API_LIST for value in values) == []


def test_no_path_breaks_the_portal(ask, real):
    asked = [
        "/%00",
        "/%ED%A0%80/",
        "/" + "x" * 5_000,
        "//evil.example/",
        "/\\evil.example/",
        "/%0d%0aX: y",
        "/admin/%00/",
    ]
    for _, route in patterns():
        for match in FIELD.finditer(route):
            asked += [filled(route, real, match[1] or match[2], hostile) for hostile in IN_PATHS]
    assert len(asked) > 300
    assert ask(asked) == []


@pytest.mark.parametrize(
    "value", [*VALUES[:4], "x" * 100_000, "//evil.example", VALUES[15], "__proto__"]
)
def test_no_form_of_the_public_breaks(client, value):
    """Nor, of a hundred kilobytes, does what the log says of it take longer than reading them."""
    sent = "&".join(
        f"{name}={value}"
        for name in ("next", "size", "contrast", "view", "hash", "file", "username", "password")
    )
    client.raise_request_exception = False
    for address in ("/preferences/", "/register/verify/", "/admin/login/"):
        answer = client.post(address, sent, content_type="application/x-www-form-urlencoded")
        assert answer.status_code < 500
        assert "evil.example" not in answer.get("Location", "")
