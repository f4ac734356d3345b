import datetime as dt

import pytest
from django.utils import timezone

from disclosure.acts.due import register_validities
from disclosure.acts.registering import record_revision
from disclosure.choices import Status
from disclosure.models import Validity
from disclosure.tests.builders import correct, make_draft, make_item, make_public
from ledger.models import Act, Entry

pytestmark = pytest.mark.django_db
State = Validity.State


def look(client, item, day=None):
    response = client.get(f"/items/{item.index_number}/", {"on": day} if day else {})
    assert response.status_code == 200
    return response.content.decode()


@pytest.fixture
def chain(shelves):
    """Three measures, each in the place of the one before, and the page of the first."""
    first, second, third = (make_item(f"供热办法{year}") for year in (2010, 2015, 2020))
    first.validities.create(state=State.IN_FORCE, starts_on=dt.date(2010, 1, 1))
    first.validities.create(state=State.REPEALED, starts_on=dt.date(2015, 1, 1), because_of=second)
    second.validities.create(state=State.REPEALED, starts_on=dt.date(2020, 1, 1), because_of=third)
    third.validities.create(state=State.IN_FORCE, starts_on=dt.date(2020, 1, 1))
    return first, second, third


def test_what_is_not_in_force_says_so_and_leads_to_what_is(client, chain):
    page = look(client, chain[0])
    assert "2015年1月1日</time>起<b>已废止</b>" in page
    assert f'现行有效的是：<a href="/items/{chain[2].index_number}/">供热办法2020</a>' in page
    assert "它现行有效" in look(client, chain[1])
    assert "notice--standing" not in look(client, chain[2])


def test_what_replaced_it_is_not_named_before_it_is_public(client, chain):
    type(chain[2]).objects.filter(pk=chain[2].pk).update(status=Status.DRAFT)
    page = look(client, chain[0])
    assert "已废止" in page
    assert "供热办法2020" not in page


def test_documents_that_replace_each_other_in_a_circle_end(client, shelves):
    one, other = make_item("甲"), make_item("乙")
    one.validities.create(state=State.REPEALED, starts_on=dt.date(2015, 1, 1), because_of=other)
    other.validities.create(state=State.REPEALED, starts_on=dt.date(2015, 1, 1), because_of=one)
    assert "现行有效的是" not in look(client, one)


def test_what_has_not_begun_says_when_it_does(client, shelves):
    item = make_item("新办法")
    item.validities.create(
        state=State.IN_FORCE, starts_on=timezone.localdate() + dt.timedelta(days=30)
    )
    assert "尚未生效" in look(client, item)


def test_a_past_day_shows_what_held_then(client, shelves):
    item = make_item("供热办法", published_at=timezone.make_aware(dt.datetime(2012, 5, 1)))
    item.validities.create(state=State.IN_FORCE, starts_on=dt.date(2012, 6, 1))
    item.validities.create(state=State.LAPSED, starts_on=dt.date(2017, 6, 1))
    assert "当日有效性：<b>现行有效</b>" in look(client, item, "2015-06-30")
    assert "当日有效性：<b>尚未生效</b>" in look(client, item, "2012-05-15")
    assert "<b>尚未公开</b>" in look(client, item, "2011-01-01")
    assert "截至" not in look(client, item)


def test_a_past_day_names_the_revision_that_was_public_then(client, shelves):
    item = make_item("供热办法", published_at=timezone.make_aware(dt.datetime(2012, 5, 1)))
    assert "当日的内容没有单独留存" in look(client, item, "2013-01-01")
    for year in (2012, 2016):
        moment = timezone.make_aware(dt.datetime(year, 5, 1))
        record_revision(Act.PUBLISH, item, None, published_at=moment)
    assert "当日公开的是" in look(client, item, "2013-01-01")
    assert "第 1 版" in look(client, item, "2013-01-01")
    assert "下面的内容与当日相同" in look(client, item, "2016-05-01")


@pytest.mark.parametrize("day", ["x", "0001-01-01", "9999-01-01", "2015-02-30", "\x00", "9" * 5000])
def test_a_day_that_makes_no_sense_is_ignored_and_that_is_said(client, shelves, day):
    assert "日期无法识别，已忽略" in look(client, make_item(), day)


def published_in_force():
    item = make_draft()
    item.validities.create(state=State.IN_FORCE, starts_on=dt.date(2020, 1, 1))
    return make_public(item)


def test_a_correction_does_not_register_a_second_time_what_was_in_force():
    item = published_in_force()
    before = item.validities.get().registered_at
    make_public(correct(item, title="更正后的标题"))
    assert before
    assert item.validities.get().registered_at == before
    assert register_validities() == (0, 0)
    assert not Entry.objects.filter(act=Act.VALIDITY).exists()


def test_a_correction_registers_what_it_says_anew():
    """Another day, or another state, is another statement: it goes into the register, once."""
    item = published_in_force()
    correction = correct(item)
    correction.validities.update(starts_on=dt.date(2019, 1, 1))
    correction.validities.create(state=State.REPEALED, starts_on=dt.date(2021, 1, 1))
    make_public(correction)
    entries = Entry.objects.filter(act=Act.VALIDITY).order_by("sequence")
    assert [entry.payload["starts_on"] for entry in entries] == ["2019-01-01", "2021-01-01"]
    assert all(row.registered_at for row in item.validities.all())
    assert register_validities() == (0, 0)
