import datetime as dt
import threading

import pytest
from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.utils import timezone

from catalog.tests.builders import make_department, make_user
from disclosure.actions import publish_item, withdraw_item
from disclosure.choices import DisclosureMode, Status
from disclosure.models import Item
from disclosure.numbering import next_index_number
from disclosure.tests.builders import make_item


@pytest.mark.django_db
class TestPublish:
    def test_it_gives_the_number_of_organ_and_year(self):
        department = make_department()
        first = publish_item(item=make_item(status=Status.DRAFT, department=department), by=make_user())
        second = publish_item(item=make_item(status=Status.DRAFT, department=department), by=make_user())
        year = timezone.localdate().year
        assert [first.index_number, second.index_number] == [
            f"{department.code}/{year}-00001",
            f"{department.code}/{year}-00002",
        ]
        assert first.status == Status.PUBLISHED
        assert Item.objects.published().count() == 2

    def test_a_future_moment_is_kept_and_hidden_until_then(self):
        later = timezone.now() + dt.timedelta(days=1)
        item = publish_item(item=make_item(status=Status.DRAFT), by=make_user(), at=later)
        assert not Item.objects.published().exists()
        assert list(Item.objects.published(later)) == [item]

    def test_an_imported_number_is_kept(self):
        item = make_item(status=Status.DRAFT, index_number="0142768-8/2022-00185")
        assert publish_item(item=item, by=make_user()).index_number == "0142768-8/2022-00185"

    def test_a_number_an_imported_item_holds_is_passed_over(self):
        department = make_department()
        year = timezone.localdate().year
        make_item(department=department, index_number=f"{department.code}/{year}-00001")
        item = publish_item(item=make_item(status=Status.DRAFT, department=department), by=make_user())
        assert item.index_number == f"{department.code}/{year}-00002"

    @pytest.mark.parametrize("mode", [DisclosureMode.ON_REQUEST, DisclosureMode.CLOSED])
    def test_what_is_not_for_the_public_is_refused(self, mode):
        with pytest.raises(ValidationError, match="主动公开"):
            publish_item(item=make_item(status=Status.DRAFT, disclosure_mode=mode), by=make_user())

    def test_publishing_twice_is_refused(self):
        with pytest.raises(ValidationError, match="已经公开"):
            publish_item(item=make_item(), by=make_user())


@pytest.mark.django_db
class TestWithdraw:
    def test_it_keeps_number_moment_and_reason(self):
        item = make_item()
        withdrawn = withdraw_item(item=item, by=make_user(), reason=" 内容有误 ")
        assert (withdrawn.status, withdrawn.withdrawal_reason) == (Status.WITHDRAWN, "内容有误")
        assert withdrawn.index_number == item.index_number
        assert not Item.objects.published().exists()

    def test_a_reason_is_required(self):
        with pytest.raises(ValidationError, match="撤回原因"):
            withdraw_item(item=make_item(), by=make_user(), reason="  ")

    def test_a_draft_cannot_be_withdrawn(self):
        with pytest.raises(ValidationError, match="已公开"):
            withdraw_item(item=make_item(status=Status.DRAFT), by=make_user(), reason="x")

    def test_it_can_be_published_again_under_its_number(self):
        item = make_item()
        withdrawn = withdraw_item(item=item, by=make_user(), reason="内容有误")
        again = publish_item(item=withdrawn, by=make_user())
        assert (again.index_number, again.withdrawal_reason) == (item.index_number, "")


@pytest.mark.django_db(transaction=True)
def test_clerks_publishing_at_once_never_share_a_number():
    department = make_department()
    numbers, errors = [], []

    def publish():
        try:
            for _ in range(5):
                with transaction.atomic():
                    numbers.append(next_index_number(department, 2026))
        except Exception as error:
            errors.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=publish) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not errors
    assert sorted(numbers) == [f"{department.code}/2026-{serial:05d}" for serial in range(1, 31)]


@pytest.mark.django_db(transaction=True)
def test_a_rolled_back_publication_gives_its_number_back():
    department = make_department()
    with transaction.atomic():
        next_index_number(department, 2026)
        transaction.set_rollback(True)
    with transaction.atomic():
        assert next_index_number(department, 2026) == f"{department.code}/2026-00001"
