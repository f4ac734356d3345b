"""What follows from every act of publication."""

import pytest

from catalog.models import PublicStamp
from disclosure.acts import restore_item, withdraw_item
from disclosure.tests.builders import correct, make_draft, make_public, make_staff

pytestmark = pytest.mark.django_db


def test_every_act_of_publication_tells_every_page_cache():
    item, office = make_draft(), make_staff("公开办")
    readings = [PublicStamp.objects.reading()]
    item = make_public(item)
    readings.append(PublicStamp.objects.reading())
    withdraw_item(item=item, by=office, reason="内容有误")
    readings.append(PublicStamp.objects.reading())
    restore_item(item=item, by=office, note="核实无误")
    readings.append(PublicStamp.objects.reading())
    correction = correct(item, title="新标题")
    assert PublicStamp.objects.reading() == readings[-1]  # nothing public has changed yet
    make_public(correction)
    readings.append(PublicStamp.objects.reading())
    assert len(set(readings)) == len(readings)
