"""The stamp by which caches know that something public has changed."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection, transaction

from catalog.locks import tree_write
from catalog.models import Category, PublicStamp
from catalog.tests.builders import make_category, make_department

pytestmark = pytest.mark.django_db


def reading():
    return PublicStamp.objects.reading()


def test_every_change_leaves_another_reading():
    seen = [reading()]
    for _ in range(3):
        PublicStamp.objects.bump()
        seen.append(reading())
    assert len(set(seen)) == 4


def test_a_change_committed_after_a_later_one_is_seen():
    """On PostgreSQL ids become visible out of order; the highest one alone would hide the earlier."""
    first, second = PublicStamp(pk=10), PublicStamp(pk=11)
    second.save(force_insert=True)
    before = reading()
    first.save(force_insert=True)
    assert reading() != before


def test_a_change_rolled_back_leaves_no_trace():
    before = reading()
    with transaction.atomic():
        PublicStamp.objects.bump()
        transaction.set_rollback(True)
    assert reading() == before


def test_departments_and_categories_tell_of_their_changes():
    category, department = make_category("政务公开"), make_department()
    for change in (
        lambda: department.save(),
        lambda: department.delete(),
        lambda: save_under_lock(category),
        lambda: delete_under_lock(category),
    ):
        before = reading()
        change()
        assert reading() != before


def save_under_lock(category):
    with tree_write():
        Category.objects.get(pk=category.pk).save()


def delete_under_lock(category):
    with tree_write():
        Category.objects.get(pk=category.pk).delete()


def add(number, *, takes_away=0):
    PublicStamp.objects.bulk_create(PublicStamp(takes_away=at < takes_away) for at in range(number))


def test_the_stamps_of_the_past_become_one_row_of_a_kind_and_no_reading_changes():
    add(250, takes_away=30)
    before = reading()
    assert PublicStamp.objects.fold() == 248
    assert reading() == before == "30.250"
    assert dict(PublicStamp.objects.values_list("takes_away", "number")) == {True: 30, False: 220}
    PublicStamp.objects.bump()
    assert reading() == "30.251"


def test_few_stamps_are_left_alone():
    add(100)
    assert PublicStamp.objects.fold() == 0
    assert PublicStamp.objects.count() == 100


def test_many_are_folded_some_at_a_time(monkeypatch):
    monkeypatch.setattr("catalog.models.stamp.FOLDED_AT_ONCE", 40)
    add(300, takes_away=3)
    PublicStamp.objects.fold()
    assert PublicStamp.objects.count() <= 100
    assert reading() == "3.300"


def test_a_row_of_the_release_before_counts_once():
    """It knows no number, so the database fills it in."""
    with connection.cursor() as cursor:
        cursor.execute(f"INSERT INTO {PublicStamp._meta.db_table} (takes_away) VALUES (%s)", [True])
    assert reading() == "1.1"


@pytest.mark.django_db(transaction=True)
def test_no_change_is_lost_while_several_fold(monkeypatch):
    """Six write, two fold, one reads: no number is ever smaller than the one before, and all
    changes are there at the end.
    """
    monkeypatch.setattr("catalog.models.stamp.FOLDED_FROM", 3)
    monkeypatch.setattr("catalog.models.stamp.FOLDED_AT_ONCE", 7)
    done, seen = threading.Event(), []

    def closing(work):
        def run():
            try:
                return work()
            finally:
                connection.close()

        return run

    def write():
        for number in range(20):
            with transaction.atomic():
                PublicStamp.objects.bump(takes_away=number % 2 == 0)

    def until_done(work):
        def run():
            while not done.is_set():
                work()

        return run

    with ThreadPoolExecutor(9) as pool:
        others = [pool.submit(closing(until_done(PublicStamp.objects.fold))) for _ in range(2)]
        others.append(
            pool.submit(closing(until_done(lambda: seen.append(int(reading().split(".")[1])))))
        )
        for writer in [pool.submit(closing(write)) for _ in range(6)]:
            writer.result()
        done.set()
        for other in others:
            other.result()
    PublicStamp.objects.fold()
    assert seen == sorted(seen)
    assert reading() == "60.120"


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has one writer at a time")
def test_a_change_that_commits_during_the_folding_with_a_lower_number_is_kept():
    add(200)
    PublicStamp.objects.filter(pk=PublicStamp.objects.earliest("pk").pk + 50).delete()
    free, before = PublicStamp.objects.earliest("pk").pk + 50, reading()
    written, folded = threading.Event(), threading.Event()

    def write_and_wait():
        try:
            with transaction.atomic():
                PublicStamp(pk=free).save(force_insert=True)
                written.set()
                folded.wait(10)
        finally:
            connection.close()

    writer = threading.Thread(target=write_and_wait)
    writer.start()
    written.wait(10)
    PublicStamp.objects.fold()
    assert reading() == before == "0.199"
    folded.set()
    writer.join()
    assert reading() == "0.200"
