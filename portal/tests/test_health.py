import pytest
from django.db import OperationalError, connection
from django.db.migrations.recorder import MigrationRecorder

from catalog.models import Category


def test_live_asks_no_database_and_says_its_version(client, settings):
    # No database is allowed in this test: asking it would fail.
    response = client.get("/healthz/live")
    assert (response.status_code, response.json()) == (
        200,
        {"status": "ok", "version": settings.VERSION},
    )


def test_it_answers_under_the_address_of_the_machine_and_no_page_does(client, settings):
    settings.ALLOWED_HOSTS = ["www.example.gov.cn"]
    assert client.get("/healthz/live", HTTP_HOST="127.0.0.1:8001").status_code == 200
    assert client.get("/metrics", HTTP_HOST="127.0.0.1:8001").status_code in (
        401,
        403,
        404,
    )  # its own refusal, not 400
    assert client.get("/about/", HTTP_HOST="127.0.0.1:8001").status_code == 400


@pytest.mark.django_db
def test_ready_when_all_is_well(client):
    response = client.get("/healthz/ready")
    assert response.status_code == 200
    checks = {
        "migrations": "ok",
        "tree": "ok",
        "media": "ok",
        "ledger_key": "ok",
        "confidential_key": "ok",
    }
    assert response.json() == {"status": "ok", "checks": checks}
    assert "no-store" in response["Cache-Control"]


@pytest.mark.django_db
def test_not_ready_while_a_migration_is_missing(client):
    MigrationRecorder(connection).record_unapplied("sessions", "0001_initial")
    response = client.get("/healthz/ready")
    assert (response.status_code, response.json()["status"]) == (503, "failing")
    assert response.json()["checks"] == {"migrations": "1 unapplied"}


@pytest.mark.django_db
def test_not_ready_while_the_tree_is_damaged(client, shelves):
    Category.objects.filter(slug="personnel").update(lft=900, rght=901)
    response = client.get("/healthz/ready")
    assert response.status_code == 503
    assert response.json()["checks"]["tree"].endswith("faults")


@pytest.mark.django_db
def test_not_ready_while_the_database_does_not_answer(client):
    def refuse(execute, sql, params, many, context):
        raise OperationalError("connection refused")

    with connection.execute_wrapper(refuse):
        response = client.get("/healthz/ready")
    assert response.status_code == 503
    assert response.json()["checks"] == {"migrations": "database does not answer"}


@pytest.mark.parametrize("address", ["/healthz/live", "/healthz/ready"])
def test_it_refuses_the_wrong_method(client, address):
    assert client.post(address).status_code == 405
