"""A large import lets others write, shows nothing before it is complete, and leaves nothing behind
where it is not.
"""

import datetime as dt
import threading

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import close_old_connections, connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from background.models import Job
from background.tests.working import do_all
from catalog.models import Category, Department, Section
from catalog.tests.builders import make_category, make_department, make_user
from disclosure.models import BulkImport, Item, StagedItem
from disclosure.tests.builders import make_item
from imports.bulk import importing as bulk_import
from imports.bulk import staging
from imports.bulk.importing import import_rows, keep_upload
from imports.bulk.jobs import enqueue_import
from imports.tests.test_bulk_import import GOOD, xlsx

ROWS = 60


class GoneError(Exception):
    """The process dies."""


@pytest.fixture
def batch(db):
    make_category("人事任免", parent=make_category("政府信息", section=Section.CONTENT))
    user = make_user(
        department=make_department("区财政局"),
        permissions=["disclosure.add_item", "disclosure.view_item"],
    )
    data = xlsx(*(GOOD | {"标题": f"第{n}条", "正文": f"第{n}条的正文<b"} for n in range(ROWS)))
    return keep_upload(file=SimpleUploadedFile("信息.xlsx", data), by=user)


@pytest.fixture(autouse=True)
def _small_steps_in_a_hurry(monkeypatch):
    monkeypatch.setattr(staging, "SHORTEST_PAUSE", 0)
    monkeypatch.setattr(staging, "ROWS_A_STEP", 10)
    monkeypatch.setattr(bulk_import, "STEP", 10)


def at_row(number, act):
    """A `tell` that does something once, when so many rows are done."""

    def tell(done, total):
        if done == number:
            act()

    return tell


def die():
    raise GoneError


@pytest.mark.django_db(transaction=True)
def test_others_write_between_the_steps_and_see_nothing_of_it(batch, client):
    user, seen = batch.uploaded_by, []
    client.force_login(user)

    def write():
        make_item("别人的信息", status="draft", department=make_department("别的局"))
        seen.append(Item.objects.visible_to(user).count())
        connection.close()

    def look():
        other = threading.Thread(target=write)
        other.start()
        other.join(20)
        seen.append(Item.objects.filter(staged__batch=batch).count())
        seen.append("第7条" in client.get("/admin/disclosure/item/").content.decode())
        staged = Item.objects.get(title="第7条")
        seen.append(client.get(f"/admin/disclosure/item/{staged.pk}/change/").status_code)

    outcome = import_rows(batch, by=user, tell=at_row(10, look))
    assert seen == [0, staging.ROWS_A_STEP, False, 302]
    assert (outcome.is_sound, StagedItem.objects.count()) == (True, 0)
    assert Item.objects.visible_to(user).count() == ROWS
    item = Item.objects.get(title="第7条")
    assert (item.text, list(item.contributors.all()), item.created_by) == (
        "第7条的正文<b",
        [user],
        user,
    )
    close_old_connections()


@pytest.mark.django_db
def test_all_rows_appear_by_one_row_and_marks_go_afterwards(batch, monkeypatch):
    """The last step holds SQLite's lock no longer for ten thousand rows than for ten."""
    monkeypatch.setattr("imports.bulk.importing.forget_marks", lambda batches: None)
    with CaptureQueriesContext(connection) as queries:
        import_rows(batch, by=batch.uploaded_by)
    assert not [query for query in queries if query["sql"].startswith("DELETE")]
    assert StagedItem.objects.count() == ROWS
    assert Item.objects.visible_to(batch.uploaded_by).count() == ROWS
    monkeypatch.setattr(staging, "MARKS_A_STEP", 25)
    with CaptureQueriesContext(connection) as queries:
        staging.forget_marks([batch])
    assert len([query for query in queries if query["sql"].startswith("DELETE")]) == 3
    assert (StagedItem.objects.count(), Item.objects.count()) == (0, ROWS)


@pytest.mark.django_db
def test_what_is_applied_is_never_taken_back(batch, monkeypatch):
    monkeypatch.setattr("imports.bulk.importing.forget_marks", lambda batches: None)
    mine = []
    monkeypatch.setattr(staging.Staging, "undo", lambda self: mine.append(self.batch))
    import_rows(batch, by=batch.uploaded_by)
    staging.undo(mine[0])
    with pytest.raises(ValidationError, match="已经导入过了"):
        staging.claimed(batch)
    BulkImport.objects.update(applied_at=timezone.now() - dt.timedelta(hours=1))
    staging.forget_abandoned()  # a process died before it deleted the marks
    assert (Item.objects.count(), StagedItem.objects.count()) == (ROWS, 0)


@pytest.mark.django_db
def test_who_goes_away_in_the_middle_of_writing_leaves_nothing_behind(batch):
    with pytest.raises(GoneError):
        import_rows(batch, by=batch.uploaded_by, tell=at_row(40, die))
    assert (Item.objects.count(), StagedItem.objects.count()) == (0, 0)
    assert import_rows(batch, by=batch.uploaded_by).is_sound
    assert Item.objects.count() == ROWS


@pytest.mark.django_db
def test_a_bad_row_behind_written_ones_takes_all_of_them_back_and_the_rest_is_looked_through(batch):
    rows = [GOOD | {"标题": f"第{n}条"} for n in range(40)]
    rows[20]["成文日期"], rows[39]["发布机构"] = "三月", "没有这个局"
    batch = keep_upload(file=SimpleUploadedFile("信息.xlsx", xlsx(*rows)), by=batch.uploaded_by)
    outcome = import_rows(batch, by=batch.uploaded_by)
    assert [error.row for error in outcome.errors] == [22, 41]
    assert (Item.objects.count(), StagedItem.objects.count()) == (0, 0)


@pytest.mark.django_db
def test_one_that_was_thought_dead_and_comes_back_writes_nothing(batch):
    def follow():
        assert import_rows(batch, by=batch.uploaded_by).is_sound

    assert not import_rows(batch, by=batch.uploaded_by, tell=at_row(20, follow)).is_sound
    assert (Item.objects.count(), StagedItem.objects.count()) == (ROWS, 0)
    assert BulkImport.objects.get().findings["errors"] == []


@pytest.mark.django_db
def test_who_has_lost_the_table_can_neither_write_nor_take_back(batch):
    first = staging.Staging(batch, by=batch.uploaded_by)
    second = staging.Staging(batch, by=batch.uploaded_by)
    shelf, organ, day = (
        Category.objects.get(name="人事任免"),
        Department.objects.get(),
        dt.date(2026, 3, 2),
    )
    for writer, title in ((first, "先"), (second, "后")):
        writer.add(Item(title=title, department=organ, category=shelf, created_on=day))
    with pytest.raises(ValidationError, match="接着办理"):
        first.write()
    second.write()
    first.undo()
    assert Item.objects.get().title == "后"
    with pytest.raises(ValidationError, match="接着办理"):
        first.reveal(address="", require=lambda: None, findings={})
    assert not Item.objects.visible_to(batch.uploaded_by).exists()


@pytest.mark.django_db
def test_what_a_process_that_died_left_is_taken_back(batch, monkeypatch):
    with monkeypatch.context() as patch:
        patch.setattr(staging.Staging, "undo", lambda self: None)
        with pytest.raises(GoneError):
            import_rows(batch, by=batch.uploaded_by, tell=at_row(40, die))
    assert Item.objects.count() == 40
    assert staging.forget_abandoned() == 0  # it may still be at work
    BulkImport.objects.update(claimed_at=timezone.now() - dt.timedelta(hours=1))
    assert staging.forget_abandoned() == 1
    assert (Item.objects.count(), StagedItem.objects.count()) == (0, 0)
    assert import_rows(batch, by=batch.uploaded_by).is_sound


@pytest.mark.django_db
def test_two_presses_are_one_job_and_a_job_done_twice_leads_to_the_same(batch, monkeypatch):
    jobs = {enqueue_import(batch).pk, enqueue_import(batch).pk}
    do_all()
    assert len(jobs) == 1
    enqueue_import(batch)
    do_all()
    assert set(Job.objects.values_list("state", flat=True)) == {Job.State.DONE}
    assert (Item.objects.count(), StagedItem.objects.count()) == (ROWS, 0)


@pytest.mark.django_db
def test_what_somebody_entered_meanwhile_keeps_all_rows_out(batch):
    def enter():
        first = batch.staged.first().item
        make_item(
            "第9条",
            status="draft",
            department=first.department,
            category=first.category,
            created_on=dt.date(2026, 3, 2),
        )

    outcome = import_rows(batch, by=batch.uploaded_by, tell=at_row(10, enter))
    assert "第 11 行刚刚已由别人录入" in outcome.trouble
    assert Item.objects.count() == 1
    assert "第 11 行" in BulkImport.objects.get().findings["trouble"]
