"""The stamp by which caches know that something public has changed."""

import pytest
from django.db import transaction

from catalog.locks import tree_write
from catalog.models import Category, PublicStamp
from catalog.models.stamp import KEPT
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


def test_old_stamps_go_seldom_and_the_newest_stay(monkeypatch):
    monkeypatch.setattr("catalog.models.stamp.PRUNED_ABOVE", 150)
    PublicStamp.objects.bulk_create(PublicStamp() for _ in range(150))
    assert PublicStamp.objects.prune() == 0
    newest = PublicStamp.objects.bump()
    PublicStamp.objects.prune()
    assert PublicStamp.objects.count() == KEPT
    assert PublicStamp.objects.filter(pk=newest.pk).exists()
