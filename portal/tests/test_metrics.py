"""Figures for Prometheus."""

import datetime as dt
import os

import pytest
from django.db import OperationalError, connection
from django.utils import timezone
from prometheus_client.parser import text_string_to_metric_families

from disclosure.acts import record_first_revision
from disclosure.choices import Status
from disclosure.models import Review
from disclosure.tests.builders import make_item
from portal.watching.health import pending_migrations

TOKEN = "示例-token-0123456789"


@pytest.fixture
def scrape(client, settings, tmp_path):
    """Ask as Prometheus does: {(name, status or ""): value}."""
    settings.METRICS_TOKEN, settings.BACKUP_DIR = TOKEN, tmp_path

    def ask():
        answer = client.get("/metrics", HTTP_AUTHORIZATION=f"Bearer {TOKEN}")
        assert answer.status_code == 200
        assert answer["Content-Type"].startswith("text/plain; version=0.0.4")
        families = text_string_to_metric_families(answer.content.decode())
        return {
            (s.name, s.labels.get("status", "")): s.value
            for family in families
            for s in family.samples
        }

    return ask


@pytest.mark.django_db
def test_it_tells_what_an_operator_must_know(scrape, tmp_path):
    item = make_item("公开的信息")
    record_first_revision(item=item)
    make_item("草稿", status=Status.DRAFT)
    late = timezone.now() - dt.timedelta(hours=1)
    make_item("没有按时公开", status=Status.SCHEDULED, published_at=late)
    review = Review.objects.create(item=item, content_sha256="0" * 64)
    Review.objects.filter(pk=review.pk).update(submitted_at=timezone.now() - dt.timedelta(days=3))
    (tmp_path / "lantai-20260101.tar").touch()
    os.utime(tmp_path / "lantai-20260101.tar", (timezone.now().timestamp() - 7200,) * 2)
    told = scrape()
    assert [
        told["lantai_items", status] for status in ("published", "draft", "scheduled", "withdrawn")
    ] == [1, 1, 1, 0]
    assert told["lantai_items_overdue", ""] == 1
    assert told["lantai_reviews_waiting", ""] == 1
    assert 3 * 86_400 <= told["lantai_review_oldest_seconds", ""] < 3 * 86_400 + 600
    assert told["lantai_register_head", ""] == 1
    assert told["lantai_register_checkpoint_age_seconds", ""] == float("inf")
    assert 7200 <= told["lantai_backup_age_seconds", ""] < 7800
    assert told["lantai_disk_free_bytes", ""] > 0
    assert told["lantai_journal_bytes", ""] >= 0
    assert told["lantai_migrations_pending", ""] == pending_migrations() == 0
    assert told["lantai_database_up", ""] == 1


@pytest.mark.django_db
def test_what_never_happened_rings_the_alarm_and_an_empty_queue_does_not(scrape):
    told = scrape()
    assert told["lantai_backup_age_seconds", ""] == float("inf")
    assert told["lantai_review_oldest_seconds", ""] == 0
    assert told["lantai_register_checkpoint_age_seconds", ""] == 0


@pytest.mark.django_db
def test_the_disk_is_told_while_the_database_does_not_answer(scrape):
    def refuse(execute, sql, params, many, context):
        raise OperationalError("connection refused")

    with connection.execute_wrapper(refuse):
        told = scrape()
    assert told["lantai_database_up", ""] == 0
    assert told["lantai_disk_free_bytes", ""] > 0
    assert ("lantai_items_overdue", "") not in told


def test_without_a_token_in_the_settings_there_is_no_such_page(client):
    assert client.get("/metrics", HTTP_AUTHORIZATION="Bearer ").status_code == 404


@pytest.mark.parametrize(
    "said", [{}, {"HTTP_AUTHORIZATION": f"Bearer {TOKEN}x"}, {"HTTP_AUTHORIZATION": TOKEN}]
)
def test_it_tells_nobody_else(client, settings, said):
    settings.METRICS_TOKEN = TOKEN
    answer = client.get("/metrics", **said)
    assert (answer.status_code, answer["WWW-Authenticate"]) == (401, "Bearer")
    assert b"lantai_" not in answer.content


def test_it_refuses_the_wrong_method(client):
    assert client.post("/metrics").status_code == 405


@pytest.mark.django_db
def test_it_costs_few_queries(scrape, django_assert_max_num_queries):
    with django_assert_max_num_queries(9):
        scrape()
