"""A published revision changed in the database behind the product's back is found."""

import datetime as dt
import hashlib

import pytest
from django.db import DatabaseError, connection, transaction
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from disclosure import actions
from disclosure.models import Item, Revision, RevisionContent
from disclosure.tests.builders import correct, make_draft, make_public, make_staff
from ledger import guards
from ledger.tests.builders import sql, standalone_faults
from ledger.verification import verify_chain

TEXTS = st.text(st.characters(exclude_characters="\0", exclude_categories=("Cs",)), max_size=70)
VALUES = {
    "entry_id": st.integers(1, 9),
    "item_id": st.integers(1, 9),
    "revision_id": st.integers(1, 9),
    "number": st.integers(1, 9),
    "published_at": st.datetimes(dt.datetime(1990, 1, 1), dt.datetime(2100, 1, 1), timezones=st.just(dt.UTC)),
    "content_sha256": TEXTS | st.text("0123456789abcdef", min_size=64, max_size=64),
    "content": TEXTS,
}
COLUMNS = [(Revision, field.column) for field in Revision._meta.concrete_fields]
COLUMNS += [(RevisionContent, field.column) for field in RevisionContent._meta.concrete_fields]


@pytest.fixture
def published(db):
    """Two items, one of them amended, and one removed by law."""
    first, _, third = (make_public(make_draft(title)) for title in ("甲通知", "乙公告", "丙名单"))
    make_public(correct(first, title="甲通知（更正）"))
    actions.remove_item(item=third, by=make_staff("公开办"), reason="法院判决")
    assert verify_chain() == []
    connection.check_constraints()


def serious():
    return [fault.message for fault in verify_chain() if not fault.is_warning]


@pytest.mark.parametrize(("model", "column"), COLUMNS, ids=lambda value: getattr(value, "__name__", value))
def test_any_single_change_to_any_column_is_found(published, model, column):
    table, key = model._meta.db_table, model._meta.pk.column
    keys = list(model.objects.order_by("pk").values_list("pk", flat=True))

    @settings(max_examples=8, deadline=None, suppress_health_check=list(HealthCheck))
    @given(data=st.data())
    def found(data):
        pk, value = data.draw(st.sampled_from(keys)), data.draw(VALUES[column])
        before = list(model.objects.filter(pk=pk).values_list(column, flat=True))
        with transaction.atomic():
            guards.remove(connection)
            try:
                with transaction.atomic():
                    sql(f"UPDATE {table} SET {column} = %s WHERE {key} = %s", value, pk)
                    connection.check_constraints()
            except (DatabaseError, UnicodeEncodeError):
                value = before[0]
            guards.install_missing(connection)
            if value != before[0]:
                assert serious()
            transaction.set_rollback(True)

    found()


def test_a_revision_taken_away_is_missed_and_a_text_taken_away_is_too(published):
    revision = Revision.objects.get(item__title="乙公告")
    with transaction.atomic():
        guards.remove(connection)
        sql("DELETE FROM disclosure_revisioncontent WHERE revision_id = %s", revision.pk)
        connection.check_constraints()  # PostgreSQL changes no table while deferred checks wait
        guards.install_missing(connection)
        assert any("没有内容" in message for message in serious())
        guards.remove(connection)
        sql("DELETE FROM disclosure_revision WHERE entry_id = %s", revision.pk)
        connection.check_constraints()  # PostgreSQL changes no table while deferred checks wait
        guards.install_missing(connection)
        assert any("不见了" in message for message in serious())
        transaction.set_rollback(True)


def test_the_stand_alone_verifier_tells_a_changed_copy_from_the_registered_one(published, client):
    revision = Revision.objects.get(item__title="乙公告")
    assert standalone_faults() == []
    copy = client.get(f"/revisions/{revision.content_sha256}.json").content
    assert hashlib.sha256(copy).hexdigest() == revision.content_sha256
    RevisionContent.objects.filter(pk=revision.pk).update(content=copy.decode().replace("乙公告", "丁公告"))
    forged = client.get(f"/revisions/{revision.content_sha256}.json").content
    assert hashlib.sha256(forged).hexdigest() != revision.content_sha256


def test_a_public_item_changed_in_the_database_no_longer_says_what_its_revision_says(published):
    Item.objects.filter(title="乙公告").update(body="<p>改了</p>", updated_at=timezone.now())
    assert any("现在显示的内容" in message for message in serious())
