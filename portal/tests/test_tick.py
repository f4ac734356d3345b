"""`manage.py tick`: what time makes due."""

import datetime as dt

import pytest
from django.core.management import call_command
from django.db import connection
from django.utils import timezone

from catalog.models import PublicStamp
from disclosure import acts
from disclosure.choices import DisclosureMode, Status
from disclosure.models import Item, Validity
from disclosure.tests.builders import correct, make_draft, make_public, make_staff
from ledger.models import Checkpoint, Entry
from portal.watching import ticking

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("other_worker")]


@pytest.fixture(autouse=True)
def _journals_in_a_temporary_folder(settings, tmp_path):
    settings.JOURNAL_DIR = tmp_path / "journal"


def plan(item, moment):
    """Take a draft to where it waits for its moment."""
    reviewer = make_staff("审核员", item.department)
    acts.submit_item(item=item, by=make_staff("信息员", item.department))
    item = acts.approve_item(item=item, by=reviewer, mode=DisclosureMode.PROACTIVE, basis="20-1")
    acts.publish_item(item=item, by=reviewer, at=timezone.now() + dt.timedelta(days=1))
    Item.objects.filter(pk=item.pk).update(published_at=moment)
    return Item.objects.get(pk=item.pk)


def an_hour_ago():
    return timezone.now() - dt.timedelta(hours=1)


def test_it_publishes_what_is_due_under_the_true_moment_and_says_so(capsys):
    item = plan(make_draft(), an_hour_ago())
    assert not Item.objects.published().exists()
    call_command("tick")
    item.refresh_from_db()
    assert item.status == Status.PUBLISHED
    assert timezone.now() - item.published_at < dt.timedelta(
        minutes=5
    )  # late is late: nothing is dated back
    assert "定时公开：办理 1 件" in capsys.readouterr().out
    entry = Entry.objects.get(act="publish")
    assert (entry.by, entry.role) == (None, "系统按计划办理")


def test_what_is_not_due_waits():
    item = plan(make_draft(), timezone.now() + dt.timedelta(hours=1))
    call_command("tick")
    item.refresh_from_db()
    assert item.status == Status.SCHEDULED


def test_a_planned_correction_takes_the_place_of_the_public_state():
    public = make_public(make_draft())
    plan(correct(public, title="新标题"), an_hour_ago())
    call_command("tick")
    public.refresh_from_db()
    assert (public.title, public.current_revision.number) == ("新标题", 2)


def test_a_limited_term_ends_with_a_notice_at_the_address(client):
    item = make_public(make_draft())
    Item.objects.filter(pk=item.pk).update(
        term="limited", disclosed_until=timezone.localdate() - dt.timedelta(days=1)
    )
    call_command("tick")
    page = client.get(item.get_absolute_url())
    assert (page.status_code, "公开期限届满" in page.content.decode()) == (200, True)


def test_a_change_of_validity_is_registered_on_its_day_and_once():
    item = make_public(make_draft())
    Validity.objects.create(
        item=item, state=Validity.State.REPEALED, starts_on=timezone.localdate()
    )
    tomorrow = timezone.localdate() + dt.timedelta(days=1)
    Validity.objects.create(item=item, state=Validity.State.LAPSED, starts_on=tomorrow)
    for _ in range(2):
        call_command("tick")
    assert Entry.objects.get(act="validity").payload["state"] == "repealed"


def test_the_checkpoint_is_signed_once_a_day():
    make_public(make_draft())
    for _ in range(2):
        call_command("tick")
    assert Checkpoint.objects.count() == 1


def test_one_that_cannot_be_done_holds_up_no_other_and_is_reported(client):
    broken, fine = (plan(make_draft(title), an_hour_ago()) for title in ("坏的通知", "好的公告"))
    Item.objects.filter(pk=broken.pk).update(body="<p>审核后改过</p>")
    with pytest.raises(SystemExit):
        call_command("tick")
    fine.refresh_from_db()
    assert fine.status == Status.PUBLISHED
    assert list(Item.objects.overdue()) == [broken]
    assert client.get("/healthz/ready").json()["overdue"] == 1


def test_nothing_due_says_nothing(capsys):
    call_command("tick")  # the first has organs and columns on record, and a checkpoint of that
    capsys.readouterr()
    call_command("tick")
    assert capsys.readouterr().out == ""


@pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL keeps statistics of its own")
def test_the_first_tick_of_a_day_tells_sqlite_what_is_rare(django_assert_num_queries):
    make_public(make_draft("公告"))
    assert ticking.refresh_statistics() == (0, 0)
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM sqlite_stat1 WHERE tbl = 'disclosure_item'")
        assert cursor.fetchone()[0]
    with django_assert_num_queries(0):
        ticking.refresh_statistics()


def test_it_folds_the_marks_of_past_changes(capsys):
    PublicStamp.objects.bulk_create(PublicStamp() for _ in range(150))
    before = PublicStamp.objects.reading()
    call_command("tick")
    assert PublicStamp.objects.count() < 10
    assert PublicStamp.objects.reading() == before
    assert "合并公开内容变更标记：办理" in capsys.readouterr().out
