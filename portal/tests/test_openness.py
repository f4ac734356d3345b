"""Open data: readable by scripts of other sites, asked by OPTIONS, sent once."""

import pytest

from disclosure.tests.builders import make_attachment, make_item, make_report
from opendata.openness import OPEN, is_open
from portal.tests.public_routes import patterns

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]


@pytest.fixture
def addresses(settings, tmp_path):
    """One address of every kind of open data."""
    item, report = make_item("示例信息"), make_report()
    file = make_attachment(item=item)
    settings.DATA_DIR = tmp_path
    return [
        "/api/v1/items",
        f"/api/v1/items/{item.index_number}",
        "/api/v1/openapi.json",
        "/.well-known/api-catalog",
        "/data/dcat.jsonld",
        file.get_absolute_url(),
        "/items.atom",
        f"/items/{item.index_number}.json",
        f"/items/{item.index_number}.qr.svg",
        f"/reports/{report.department.slug}/{report.year}.txt",
        "/reports.csv",
        "/register/export.jsonl",
        "/register/checkpoints.json",
        "/register/verify_register.py",
        "/robots.txt",
        "/sitemap.xml",
        "/rules.json",
    ]


def test_scripts_of_other_sites_may_read_it(client, addresses):
    for address in addresses:
        response = client.get(address, headers={"origin": "https://elsewhere.example"})
        assert response.status_code == 200, address
        assert response["Access-Control-Allow-Origin"] == "*", address
        assert not response.cookies


def test_options_says_what_is_allowed_without_asking_the_database(
    client, addresses, django_assert_num_queries
):
    asked = {"origin": "https://elsewhere.example", "access-control-request-method": "GET"}
    for address in addresses:
        with django_assert_num_queries(0):
            response = client.options(
                address, headers={**asked, "access-control-request-headers": "if-none-match"}
            )
        assert (response.status_code, response.content) == (204, b""), address
        assert response["Allow"] == "GET, HEAD, OPTIONS"
        assert "If-None-Match" in response["Access-Control-Allow-Headers"]


def test_it_is_sent_once(client, addresses):
    for address in addresses:
        first = client.get(address)
        if first.streaming and not first.has_header("ETag"):
            continue
        assert first["ETag"], address
        again = client.get(address, headers={"if-none-match": first["ETag"]})
        assert (again.status_code, again.content, again["ETag"]) == (304, b"", first["ETag"]), (
            address
        )
        assert again["Access-Control-Allow-Origin"] == "*"


def test_the_api_answers_another_tag_when_something_is_published(client):
    before = client.get("/api/v1/items")["ETag"]
    make_item("新公开的信息")
    response = client.get("/api/v1/items", headers={"if-none-match": before})
    assert response.status_code == 200
    assert response["ETag"] != before


def test_head_is_answered_as_get_without_its_body(client, addresses):
    for address in addresses:
        got, asked = client.get(address), client.head(address)
        assert asked.status_code == 200, address
        assert b"".join(asked) == b""
        assert asked.get("ETag") == got.get("ETag"), address


@pytest.mark.parametrize(
    "address",
    ["/", "/admin/login/", "/corrections/new/", "/preferences.css", "/metrics", "/healthz/live"],
)
def test_pages_and_forms_are_not_open(client, address):
    assert not is_open(address)
    assert "Access-Control-Allow-Origin" not in client.get(address)


def test_a_refusal_of_the_api_is_readable_too(client):
    response = client.get("/api/v1/nothing-here")
    assert (response.status_code, response["Access-Control-Allow-Origin"]) == (404, "*")
    assert "ETag" not in response


def test_every_name_declared_open_is_an_address_and_every_file_is_declared():
    names = {name for name, _ in patterns()}
    assert OPEN - names == set()
    files = {
        name
        for name, route in patterns()
        if "." in route.rpartition("/")[2].replace("\\.", ".") and "admin" not in route
    }
    not_open = {"preferences-css", "item-view", "old-address", "favicon"}
    assert {name for name in files - not_open if name not in OPEN and "api" not in name} == set()
