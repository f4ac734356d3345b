"""Nobody is sent to another site, whatever an address or a form says; and what is not kept believes
no header either.
"""

from urllib.parse import urlsplit

import pytest
from django.urls import reverse

from catalog.tests.builders import make_department
from disclosure.tests.builders import make_attachment, make_item, make_report, make_staff
from portal.pagecache.pages import NOT_KEPT
from portal.tests.public_routes import filled, patterns
from portal.tests.test_page_cache import UNKEYED

pytestmark = pytest.mark.django_db
# Their tokens against forms sent from other sites stand in a cookie.
FORMS = {"preferences", "correction-new", "correction-query"}
ELSEWHERE = (
    *(
        "https://evil.example/",
        "//evil.example/",
        "///evil.example",
        "/\\evil.example",
        "\\\\evil.example",
        "https:evil.example",
    ),
    *(
        "/\t/evil.example",
        "\t//evil.example",
        " https://evil.example",
        "http:///evil.example",
        "javascript:alert(1)",
    ),
    *(
        "//evil.example%2f@127.0.0.1",
        "https://127.0.0.1@evil.example/",
        "//evil。example/",
        "data:text/html,x",
        "/%09/evil.example",
    ),
    *(
        "/%5cevil.example",
        "https://testserver.evil.example/",
        "//[::1]@evil.example",
        "\u2028//evil.example",
        "////evil.example",
    ),
)


def leads_away(response):
    """Whether a browser that follows the answer leaves the portal."""
    target = response.get("Location", "")
    plain = target.replace("\\", "/").translate({ord(mark): None for mark in "\t\r\n"}).strip()
    parts = urlsplit(plain)
    return (
        plain.startswith("//")
        or parts.scheme not in ("", "http")
        or parts.netloc not in ("", "testserver")
    )


@pytest.mark.parametrize("target", ELSEWHERE)
def test_no_form_sends_its_sender_away(client, target):
    assert not leads_away(client.post("/preferences/", {"next": target, "size": "large"}))
    assert not leads_away(
        client.post(f"/preferences/?next={target}", {"size": "large"}, headers={"referer": target})
    )


@pytest.mark.parametrize("target", ELSEWHERE[::3])
def test_the_log_in_leads_to_the_desk(client, target):
    user = make_staff("信息员", make_department())
    sent = {"username": user.username, "password": "示例口令 2026", "next": target}
    response = client.post(reverse("admin:login"), sent)
    assert response.status_code == 302
    assert not leads_away(response)
    assert not leads_away(
        client.get(reverse("admin:login"), {"next": target})
    )  # of somebody who is signed in


@pytest.mark.parametrize(
    "path",
    [
        "//evil.example",
        "//evil.example/admin",
        "/\\evil.example",
        "/%2f%2fevil.example",
        "///evil.example/x/..",
    ],
)
def test_no_path_leads_away(client, path):
    """Not even by the slash that is added where one is missing."""
    assert not leads_away(client.get(path))
    assert not leads_away(client.get(f"/admin{path}"))


def test_what_is_not_kept_repeats_no_header_and_sets_no_cookie(client, shelves, government):
    item = make_item(
        "示例通知", category=shelves["personnel"], index_number="示例/1", department=government
    )
    file = make_attachment(item, "示例.txt", b"x")
    make_report(2024, department=government, category=shelves["annual-reports"])
    values = {
        "index_number": "示例/1",
        "slug": "songbei",
        "organ": "songbei",
        "year": "2024",
        "extension": "json",
    }
    values |= {
        "pk": str(file.pk),
        "name": file.name,
        "sha256": "0" * 64,
        "number": "1",
        "section": "2026",
        "path": "x.html",
    }
    headers = {name.replace("_", "-"): said for name, said in UNKEYED.items()} | {
        "cookie": "prefs=canary"
    }
    asked = 0
    for name, route in patterns():
        if name in NOT_KEPT or name.startswith("api:"):
            response = client.get(filled(route, values), headers=headers)
            said = (response.getvalue() if response.streaming else response.content).decode(
                errors="replace"
            )
            assert "canary" not in said + str(response.headers), name
            assert set(response.cookies) <= ({"csrftoken"} if name in FORMS else set()), name
            asked += 1
    assert asked > 40
