import pytest

from disclosure.choices import Status
from disclosure.tests.builders import make_item

pytestmark = pytest.mark.django_db


def test_it_lists_the_categories_with_their_counts(client, shelves):
    make_item(category=shelves["appointments"])
    make_item(category=shelves["appointments"], status=Status.DRAFT)
    page = client.get("/catalog/").content.decode()
    assert "人事任免" in page
    assert "任免通知" in page
    node = next(
        node for node in client.get("/catalog/").context["tree"].content if node.slug == "personnel"
    )
    assert node.count == 1


def test_the_fixed_sections_are_no_categories_of_content(client, shelves):
    names = [node.name for node in client.get("/catalog/").context["tree"].content]
    assert names == ["人事任免", "招标采购"]


def test_an_empty_catalogue_is_a_page_too(client, db):
    assert client.get("/catalog/").status_code == 200


def test_it_refuses_the_wrong_method(client, shelves):
    assert client.post("/catalog/").status_code == 405
