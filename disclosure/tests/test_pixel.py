"""Pages that somebody else delivers are counted by the picture in them, and no page twice."""

import io
import re

import pytest
from PIL import Image

from catalog.tests.builders import make_user
from disclosure import counting
from disclosure.tests.builders import make_item
from disclosure.tests.test_counting import totals

pytestmark = pytest.mark.django_db


@pytest.fixture
def item(shelves, settings):
    settings.COUNT_BY_PIXEL = True
    return make_item(category=shelves["personnel"], index_number="A/2026-00001")


@pytest.fixture
def address(client, item):
    page = client.get(item.get_absolute_url()).content.decode()
    return re.search(r'<img src="([^"]+)" width="1" height="1" alt="">', page)[1]


def test_the_picture_counts_and_the_page_does_not(client, item, address):
    assert totals(item) == (0, 0)
    answer = client.get(address)
    assert answer["Content-Type"] == "image/gif"
    assert answer["Cache-Control"] == "no-store"
    assert Image.open(io.BytesIO(answer.content)).size == (1, 1)
    assert not answer.cookies
    client.get(address)  # a repeat
    client.head(address, REMOTE_ADDR="203.0.113.3")
    client.get(address, REMOTE_ADDR="203.0.113.4", headers={"User-Agent": "Googlebot"})
    client.get(address, REMOTE_ADDR="203.0.113.5")
    assert totals(item) == (2, 2)


def test_the_delivery_of_a_kept_page_is_not_counted(item):
    environ = {"REQUEST_METHOD": "GET", "REMOTE_ADDR": "203.0.113.1"}
    assert (
        counting.counter_for_cache()(environ, item.pk, 7) == 0
    )  # the number is the current one all the same
    assert totals(item) == (0, 0)


def test_staff_who_preview_count_nothing(client, item, address):
    client.force_login(make_user("clerk", is_staff=True))
    client.get(address)
    assert totals(item) == (0, 0)


def test_without_the_setting_the_picture_counts_nothing(client, item, address, settings):
    settings.COUNT_BY_PIXEL = False
    client.get(address, REMOTE_ADDR="203.0.113.9")
    assert totals(item) == (0, 0)
    assert "view.gif" not in client.get(item.get_absolute_url()).content.decode()
