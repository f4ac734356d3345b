"""The API: what the pages show, whole lists by cursor, errors that say what to do."""

import datetime as dt
import json

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from catalog.locks import tree_write
from catalog.models import Category
from disclosure.choices import Status
from disclosure.tests.builders import make_item, make_report
from opendata import bulk
from opendata.api import api

pytestmark = pytest.mark.django_db


def ask(client, address, status=200):
    response = client.get(f"/api/v1{address}")
    assert response.status_code == status, response.content[:500]
    assert response["Access-Control-Allow-Origin"] == "*"
    assert not response.cookies
    return json.loads(response.content)


def walk(client, address, name):
    """All rows of a list, page by page."""
    found, cursor = [], ""
    while True:
        page = ask(client, f"{address}{'&' if '?' in address else '?'}limit=2{cursor}")
        found += page[name]
        if page["next_cursor"] is None:
            return found
        cursor = f"&cursor={page['next_cursor']}"


def test_a_list_is_walked_whole_and_once_while_something_is_published(client, shelves):
    made = [make_item(f"信息{number}", category=shelves["personnel"]) for number in range(5)]
    first = ask(client, "/items?limit=2")
    make_item("其间公开的", category=shelves["personnel"])
    page, seen = first, [row["index_number"] for row in first["items"]]
    while page["next_cursor"]:
        page = ask(client, f"/items?limit=2&cursor={page['next_cursor']}")
        seen += [row["index_number"] for row in page["items"]]
    assert sorted(seen) == sorted(item.index_number for item in made)
    assert len(walk(client, "/items?sort=oldest", "items")) == 6


def test_the_filters_are_those_of_the_pages(client, shelves, government):
    make_item("政府采购目录", category=shelves["procurement"], department=government)
    make_item("任免通知", category=shelves["appointments"])
    assert [row["title"] for row in walk(client, "/items?category=personnel", "items")] == [
        "任免通知"
    ]
    assert [row["title"] for row in walk(client, "/items?organ=songbei", "items")] == [
        "政府采购目录"
    ]
    assert [row["title"] for row in walk(client, "/items?q=采购目录", "items")] == ["政府采购目录"]


def test_an_empty_field_of_the_trial_form_is_no_choice(client, shelves):
    make_item("任免通知", category=shelves["appointments"])
    assert (
        len(ask(client, "/items?q=&category=&organ=&year=&genre=&limit=20&cursor=")["items"]) == 1
    )


def test_an_item_and_a_report_are_their_files(client, shelves, government):
    item = make_item("任免通知", category=shelves["appointments"])
    report = make_report(2011, department=government, category=shelves["annual-reports"])
    for address, page in (
        (f"/items/{item.index_number}", item.get_absolute_url()),
        ("/reports/songbei/2011", report.get_absolute_url()),
    ):
        facts = ask(client, address)
        file = json.loads(b"".join(client.get(page.rstrip("/") + ".json").streaming_content))
        assert facts["title"] == file["title"]
        assert facts["body"] == file["body"]
    assert [row["year"] for row in walk(client, "/reports?organ=songbei", "reports")] == [2011]
    assert ask(client, f"/items/{item.index_number}/revisions")["index_number"] == item.index_number


def test_what_is_not_public_is_nowhere(client, shelves):
    item = make_item("绝不公开的秘密", category=shelves["personnel"])
    for change in (
        {"status": Status.DRAFT},
        {"status": Status.WITHDRAWN, "withdrawal_reason": "x"},
    ):
        type(item).objects.filter(pk=item.pk).update(**change, withdrawn_at="2026-01-01T00:00Z")
        ask(client, f"/items/{item.index_number}", 404)
        ask(client, f"/items/{item.index_number}/revisions", 404)
        assert "秘密" not in json.dumps(ask(client, "/items"), ensure_ascii=False)
    with tree_write():
        shelf = Category.objects.get(pk=shelves["personnel"].pk)
        shelf.is_visible = False
        shelf.save()
    assert "personnel" not in {row["slug"] for row in ask(client, "/categories")["categories"]}


@pytest.mark.parametrize(
    "query",
    [
        "limit=0", "limit=101", "limit=x", "year=99999999999999999999", "genre=nonsense", "on=x", "on=0", "cursor=%00", "q=%00",
        "organ=%ff", "theme=0", f"q={'长' * 301}", "sort=random",
    ],
)  # fmt: skip
def test_a_parameter_that_makes_no_sense_is_refused_with_a_sentence(client, query):
    answer = ask(client, f"/items?{query}", 400)
    assert any("一" <= character <= "鿿" for character in answer["detail"])


@pytest.mark.parametrize(
    "query",
    [
        "on=2999-01-01",
        "cursor=abc",
        "cursor=WzFd",
        "cursor=WyJ4IiwxXQ",
        "category=none",
        "organ=none",
        "theme=999999",
    ],
)
def test_a_parameter_that_names_nothing_is_404_with_a_sentence(client, query):
    answer = ask(client, f"/items?{query}", 404)
    assert any("一" <= character <= "鿿" for character in answer["detail"])


@pytest.mark.parametrize(
    "address",
    [
        "/items/%00",
        "/items/none",
        "/reports/none/2011",
        "/reports/songbei/99999999999999",
        "/none",
        "/items/a%0Ab",
        "/reports/a/b",
    ],
)
def test_what_is_not_there_is_404_with_a_sentence(client, government, address):
    response = client.get(f"/api/v1{address}")
    assert response.status_code in (400, 404)
    assert response["Content-Type"].startswith("application/json")


def test_nothing_can_be_written(client):
    for path, methods in api.get_openapi_schema(path_prefix="/api/v1/")["paths"].items():
        assert set(methods) == {"get"}, path
    assert client.post("/api/v1/items").status_code == 405


def test_a_list_costs_the_same_however_long(client, shelves):
    def cost():
        with CaptureQueriesContext(connection) as queries:
            ask(client, "/items?limit=50")
        return len(queries)

    make_item("一", category=shelves["personnel"])
    first = cost()
    for number in range(5):
        make_item(f"再{number}", category=shelves["personnel"])
    assert cost() == first <= 6


def test_the_pages_about_the_data_work_without_script(client, shelves):
    make_item("任免通知", category=shelves["appointments"])
    assert "数据接口" in client.get("/data/").content.decode()
    page = client.get("/data/api/").content.decode()
    for path in ("/api/v1/items", "/api/v1/reports", "/api/v1/register", "/api/v1/categories"):
        assert f'action="{path}"' in page


def test_the_catalogue_of_apis_is_that_of_rfc_9727(client, settings):
    settings.SITE_ORIGIN = "https://www.example.gov.cn"
    answer = client.get("/.well-known/api-catalog")
    assert (
        answer["Content-Type"]
        == 'application/linkset+json; profile="https://www.rfc-editor.org/info/rfc9727"'
    )
    listed, described = answer.json()["linkset"]
    assert listed["anchor"] == "https://www.example.gov.cn/.well-known/api-catalog"
    assert [one["href"] for one in listed["item"]] == [described["anchor"]]
    for relation in ("service-desc", "service-doc", "service-meta"):
        path = described[relation][0]["href"].removeprefix("https://www.example.gov.cn")
        found = client.get(path)
        assert (found.status_code, found["Content-Type"].partition(";")[0]) == (
            200,
            described[relation][0]["type"],
        )
    head = client.head("/.well-known/api-catalog")
    assert head["Link"] == '<https://www.example.gov.cn/.well-known/api-catalog>; rel="api-catalog"'


def test_the_catalogue_of_data_is_dcat_ap(client, shelves, settings, tmp_path):
    settings.SITE_ORIGIN, settings.DATA_DIR = "https://www.example.gov.cn", tmp_path
    make_item("任免通知", category=shelves["appointments"])
    call_command("bulk_data")
    catalog = client.get("/data/dcat.jsonld").json()
    dataset, service = catalog["dcat:dataset"][0], catalog["dcat:service"][0]
    for thing, needed in (
        (catalog, ("dct:title", "dct:description", "dct:publisher", "dct:license", "dcat:dataset")),
        (
            dataset,
            (
                "dct:title",
                "dct:description",
                "dct:publisher",
                "dct:modified",
                "dct:temporal",
                "dcat:distribution",
            ),
        ),
        (dataset, ("dcat:theme", "dcat:keyword", "dcat:contactPoint")),
        (
            service,
            ("dct:title", "dcat:endpointURL", "dcat:endpointDescription", "dcat:servesDataset"),
        ),
    ):
        assert all(thing.get(name) for name in needed), thing["@type"]
    files = {file["name"]: file for file in bulk.newest()["files"]}
    given = {
        one["dct:title"]: one for one in dataset["dcat:distribution"] if "dcat:downloadURL" in one
    }
    assert set(given) == set(files)
    for name, one in given.items():
        assert one["spdx:checksum"]["spdx:checksumValue"] == files[name]["sha256"]
        assert (
            client.head(
                one["dcat:downloadURL"].removeprefix("https://www.example.gov.cn")
            ).status_code
            == 200
        )
    # Whatever begins with a scheme names something: in JSON-LD it must not stay a text.
    for thing in (catalog, dataset, service, *dataset["dcat:distribution"]):
        for name, value in thing.items():
            if isinstance(value, str) and value.startswith("http") and not name.startswith("@"):
                assert catalog["@context"].get(name) == {"@type": "@id"}, name


def test_the_catalogue_of_data_says_whom_to_ask_and_of_which_period_it_is(
    client, shelves, settings
):
    settings.SITE = {**settings.SITE, "contact": "电话 0451-88100000（工作日）"}
    make_item(
        "旧公告", category=shelves["appointments"], originally_published_at=moment(2009, 5, 1)
    )
    make_item("任免通知", category=shelves["appointments"], published_at=moment(2026, 3, 4))
    dataset = client.get("/data/dcat.jsonld").json()["dcat:dataset"][0]
    assert dataset["dcat:contactPoint"]["vcard:hasTelephone"] == "tel:0451-88100000"
    assert dataset["dcat:contactPoint"]["vcard:hasURL"].endswith("/guide/")
    assert dataset["dct:temporal"] == {
        "@type": "dct:PeriodOfTime",
        "dcat:startDate": "2009-05-01",
        "dcat:endDate": "2026-03-04",
    }
    assert dataset["dct:modified"] == "2026-03-04T00:00:00+08:00"


def test_the_catalogue_of_data_is_the_same_until_something_is_published(client, shelves):
    assert client.get("/data/dcat.jsonld").content == client.get("/data/dcat.jsonld").content


def moment(*day):
    return timezone.make_aware(dt.datetime(*day))
