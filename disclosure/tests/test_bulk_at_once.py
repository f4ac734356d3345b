"""A large import lets others write, shows nothing before it is complete, and leaves nothing behind where it is not."""

import datetime as dt
import threading

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import close_old_connections, connection
from django.utils import timezone

from catalog.models import Section
from catalog.tests.builders import make_category, make_department, make_user
from disclosure.desk import staging
from disclosure.desk.bulk_import import Outcome, Progress, keep_upload, take_in
from disclosure.models import BulkImport, Item, StagedItem
from disclosure.tests.builders import make_item
from disclosure.tests.test_bulk_import import GOOD, xlsx

ROWS = 250


@pytest.fixture
def batch(db):
    make_category("人事任免", parent=make_category("政府信息", section=Section.CONTENT))
    user = make_user(department=make_department("区财政局"))
    data = xlsx(*(GOOD | {"标题": f"第{n}条", "正文": f"第{n}条的正文<b"} for n in range(ROWS)))
    return keep_upload(file=SimpleUploadedFile("信息.xlsx", data), by=user)


def until_writing(steps):
    return next(step for step in steps if isinstance(step, Progress) and step.is_writing)


@pytest.mark.django_db(transaction=True)
def test_others_write_between_the_steps_and_see_nothing_of_it(batch, monkeypatch):
    monkeypatch.setattr(staging, "SHORTEST_PAUSE", 0)
    user, steps, written = batch.uploaded_by, take_in(batch, by=batch.uploaded_by), []

    def write():
        make_item("别人的信息", status="draft", department=make_department("别的局"))
        written.append(Item.objects.visible_to(user).count())
        connection.close()

    assert until_writing(steps).done == staging.ROWS_A_STEP
    other = threading.Thread(target=write)
    other.start()
    other.join(20)
    assert written == [0]
    assert Item.objects.filter(staged__batch=batch).count() == staging.ROWS_A_STEP
    outcome = list(steps)[-1]
    assert (len(outcome.rows), StagedItem.objects.count()) == (ROWS, 0)
    assert Item.objects.visible_to(user).count() == ROWS
    item = Item.objects.get(title="第7条")
    assert (item.text, list(item.contributors.all()), item.created_by) == ("第7条的正文<b", [user], user)
    close_old_connections()


@pytest.mark.django_db
def test_who_goes_away_in_the_middle_of_writing_leaves_nothing_behind(batch):
    steps = take_in(batch, by=batch.uploaded_by)
    until_writing(steps)
    steps.close()
    assert (Item.objects.count(), StagedItem.objects.count()) == (0, 0)
    assert len(list(take_in(batch, by=batch.uploaded_by))[-1].rows) == ROWS


@pytest.mark.django_db
def test_two_presses_at_once_import_once(batch):
    first = take_in(batch, by=batch.uploaded_by)
    until_writing(first)
    second = list(take_in(batch, by=batch.uploaded_by))
    assert "正在导入" in second[-1].trouble
    assert len(list(first)[-1].rows) == ROWS
    assert Item.objects.count() == ROWS


@pytest.mark.django_db
def test_what_a_process_that_died_left_is_taken_back(batch):
    items = [
        Item(
            title=f"残{n}", department=make_department(), category=make_item().category, created_on=dt.date(2026, 3, 2)
        )
        for n in range(3)
    ]
    before = Item.objects.count()
    list(staging.stage(staging.claim(batch), items, by=batch.uploaded_by))
    assert staging.forget_abandoned() == 0  # it may still be at work
    long_ago = timezone.now() - dt.timedelta(hours=1)
    BulkImport.objects.update(claimed_at=long_ago)
    assert staging.forget_abandoned() == 1
    assert (Item.objects.count(), StagedItem.objects.count()) == (before, 0)
    outcome = list(take_in(batch, by=batch.uploaded_by))[-1]
    assert isinstance(outcome, Outcome)
    assert len(outcome.rows) == ROWS


@pytest.mark.django_db
def test_what_somebody_entered_meanwhile_keeps_all_rows_out(batch):
    steps = take_in(batch, by=batch.uploaded_by)
    until_writing(steps)
    organ, shelf = batch.staged.first().item.department, batch.staged.first().item.category
    make_item("第9条", status="draft", department=organ, category=shelf, created_on=dt.date(2026, 3, 2))
    outcome = list(steps)[-1]
    assert "第 11 行刚刚已由别人录入" in outcome.trouble
    assert Item.objects.count() == 1
