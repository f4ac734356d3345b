"""What follows from every act of publication."""

import pytest

from catalog.models import PublicStamp
from catalog.tests.builders import make_user
from disclosure.actions import publish_item, withdraw_item
from disclosure.choices import Status
from disclosure.tests.builders import make_item

pytestmark = pytest.mark.django_db


def test_publishing_and_withdrawing_tell_every_page_cache():
    item, clerk = make_item(status=Status.DRAFT), make_user()
    drafted = PublicStamp.objects.reading()
    item = publish_item(item=item, by=clerk)
    published = PublicStamp.objects.reading()
    withdraw_item(item=item, by=clerk, reason="内容有误")
    assert len({drafted, published, PublicStamp.objects.reading()}) == 3
