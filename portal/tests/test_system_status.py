"""系统状态 at the desk: what is wrong and what to do, for those it concerns."""

import os

import pytest
from django.core.management import call_command
from django.db import OperationalError, connection

from catalog.tests.builders import make_department
from disclosure.tests.builders import make_staff
from portal.operations import diagnosis

ADDRESS = "/admin/status/"


@pytest.fixture
def desk(client, settings, tmp_path):
    """Signed in as 系统管理员, on an installation that has run for a while."""
    settings.DEMO, settings.BACKUP_DIR, settings.STATIC_ROOT = False, tmp_path, tmp_path
    (tmp_path / "lantai-20260101.tar").touch()
    client.force_login(make_staff("系统管理员", make_department()))
    return client


@pytest.mark.django_db
def test_it_tells_what_the_doctor_finds_with_what_to_do(desk):
    page = desk.get(ADDRESS).content.decode()
    assert "静态文件：严重" in page
    assert "请运行 manage.py collectstatic" in page
    assert "十分钟没有运行" in page
    assert "lantai-20260101.tar" in page
    assert "数据库文件、多余的文件" in page


@pytest.mark.django_db
@pytest.mark.usefixtures("other_worker")
def test_a_tick_is_seen(desk):
    call_command("tick", verbosity=0)
    page = desk.get(ADDRESS).content.decode()
    assert "十分钟没有运行" not in page


@pytest.mark.django_db
def test_a_tick_long_ago_is_a_grave_symptom(settings, tmp_path):
    settings.DEMO, settings.BACKUP_DIR, settings.JOURNAL_DIR = False, tmp_path, tmp_path
    (tmp_path / "last-tick").touch()
    os.utime(tmp_path / "last-tick", (0, 0))
    assert "tick" in next(diagnosis.regular_work()).what


@pytest.mark.django_db
def test_it_answers_while_a_query_fails(desk):
    def refuse(execute, sql, params, many, context):
        if "disclosure_review" in sql:
            raise OperationalError("gone")
        return execute(sql, params, many, context)

    with connection.execute_wrapper(refuse):
        page = desk.get(ADDRESS)
    assert page.status_code == 200
    assert "数据库没有回应" in page.content.decode()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("role", "status"), [("公开办", 200), ("审计员", 200), ("信息员", 403), ("审核员", 403)]
)
def test_it_is_for_those_who_keep_the_portal(client, role, status):
    client.force_login(make_staff(role, make_department()))
    assert client.get(ADDRESS).status_code == status
    assert ("系统状态" in client.get("/admin/").content.decode()) == (status == 200)


@pytest.mark.django_db
def test_it_refuses_the_wrong_method(desk):
    assert desk.post(ADDRESS).status_code == 405
