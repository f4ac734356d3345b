import threading

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection, transaction
from django.utils import timezone

from catalog.tests.builders import make_department
from disclosure.acts import publish_imported, record_first_revision
from disclosure.acts.publishing import next_index_number
from disclosure.choices import DisclosureMode, Status
from disclosure.models import Item, Revision
from disclosure.tests.builders import make_draft, make_item, make_public, make_staff


@pytest.mark.django_db
class TestNumbers:
    def test_they_are_those_of_organ_and_year(self):
        department = make_department()
        year = timezone.localdate().year
        numbers = [
            make_public(make_draft(f"信息{n}号", department=department)).index_number
            for n in "甲乙"
        ]
        assert numbers == [f"{department.code}/{year}-00001", f"{department.code}/{year}-00002"]

    def test_a_number_an_imported_item_holds_is_passed_over(self):
        department = make_department()
        year = timezone.localdate().year
        make_item(department=department, index_number=f"{department.code}/{year}-00001")
        assert (
            make_public(make_draft(department=department)).index_number
            == f"{department.code}/{year}-00002"
        )


@pytest.mark.django_db
class TestImported:
    def test_it_keeps_number_and_moment_and_has_a_revision(self):
        old = timezone.make_aware(timezone.datetime(2022, 3, 1, 9, 0))
        item = make_item(status=Status.DRAFT, index_number="0142768-8/2022-00185", published_at=old)
        item = publish_imported(item=item)
        assert (item.index_number, item.published_at) == ("0142768-8/2022-00185", old)
        assert item.current_revision.published_at == old
        assert Item.objects.published().get() == item

    def test_a_clerk_may_not(self):
        item = make_item(status=Status.DRAFT)
        with pytest.raises(PermissionDenied):
            publish_imported(item=item, by=make_staff("审核员", item.department))

    @pytest.mark.parametrize("mode", [DisclosureMode.ON_REQUEST, DisclosureMode.CLOSED])
    def test_what_is_not_for_the_public_is_refused(self, mode):
        with pytest.raises(ValidationError, match="主动公开"):
            publish_imported(item=make_item(status=Status.DRAFT, disclosure_mode=mode))


@pytest.mark.django_db
def test_what_was_public_before_revisions_were_kept_gets_its_first_one_once():
    item = make_item()
    first = record_first_revision(item=item)
    assert record_first_revision(item=item) == first
    assert Revision.objects.get().number == 1


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
