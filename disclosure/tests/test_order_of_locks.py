"""Acts on many items lock in the order of every act on one: what is corrected, then its correction.

Otherwise each waits for the other, and PostgreSQL ends one of the two.
"""

import pytest

from catalog.models import Section
from catalog.tests.builders import make_category, make_department
from disclosure import acts
from disclosure.models import Item
from disclosure.tests.builders import make_draft, make_public
from disclosure.tests.waiting import begun_meanwhile

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def shelf():
    return make_category("通知", parent=make_category("政府信息", section=Section.CONTENT))


@pytest.fixture
def public(shelf):
    return make_public(make_draft("关于防汛工作的通知", category=shelf))


@pytest.fixture
def bureau(public):
    return public.department


def test_a_move_waits_for_who_gives_a_correction_up(shelf, public, clerk, office):
    other = make_category("文件", parent=shelf.parent)
    draft = acts.start_correction(item=public, by=clerk)

    def move():
        return acts.move_category_contents(category=shelf, target=other, by=office)

    begun_meanwhile(move, lambda: acts.discard_correction(item=draft, by=clerk))
    assert list(Item.objects.values_list("pk", "category")) == [(public.pk, other.pk)]


def test_a_merger_waits_for_who_gives_a_correction_up(public, clerk, office):
    draft = acts.start_correction(item=public, by=clerk)
    other = make_department("另一个局")

    def merge():
        return acts.merge_departments(
            source=public.department, target=other, by=office, reason="机构改革"
        )

    begun_meanwhile(merge, lambda: acts.discard_correction(item=draft, by=clerk))
    assert list(Item.objects.values_list("pk", "department")) == [(public.pk, other.pk)]


def test_a_merger_waits_for_who_begins_a_correction(public, clerk, office):
    """The new draft names the organ, which the merger holds."""
    other = make_department("另一个局")

    def merge():
        return acts.merge_departments(
            source=public.department, target=other, by=office, reason="机构改革"
        )

    begun_meanwhile(merge, lambda: acts.start_correction(item=public, by=clerk))
    assert (
        Item.objects.get(corrects=public).department_id
        == Item.objects.get(pk=public.pk).department_id
    )
