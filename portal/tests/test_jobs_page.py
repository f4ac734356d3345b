"""后台任务 at the desk: how far things are, by a page that asks for itself again."""

import pytest
from django.contrib.auth.models import Group

from background.models import Job
from background.tests.working import do_all
from catalog.tests.builders import make_user
from opendata import bulk
from portal.operations.diagnosis import background_work

pytestmark = pytest.mark.django_db
LIST = "/admin/background/job/"


def test_it_says_how_far_and_asks_again_while_something_is_open(office_desk):
    job = Job.objects.create(
        key="x", label="生成示例文件", state=Job.State.RUNNING, done=3, total=10
    )
    response = office_desk.get(LIST)
    page = response.content.decode()
    assert '<progress max="10" value="3"></progress> 3 / 10' in page
    assert response["Refresh"] == f"3; url={LIST}"
    assert "没有专门的后台程序在运行" in page
    Job.objects.filter(pk=job.pk).update(
        state=Job.State.FAILED, words="这份文件不能生成：内容过长。"
    )
    response = office_desk.get(LIST)
    assert "这份文件不能生成：内容过长。" in response.content.decode()
    assert "Refresh" not in response.headers


def test_the_package_of_open_data_is_made_on_demand(office_desk, settings, tmp_path):
    settings.DATA_DIR = tmp_path
    for _ in range(2):
        assert office_desk.post(f"{LIST}bulk-data/").status_code == 302
    job = Job.objects.get()
    assert job.requested_by.username == "office"
    do_all()
    assert bulk.newest()["items"] == 0
    assert '<a href="/data/">打开</a>' in office_desk.get(LIST).content.decode()
    assert office_desk.get(f"{LIST}bulk-data/").status_code == 405


def test_clerks_do_not_see_it(client):
    user = make_user("clerk")
    user.groups.add(Group.objects.get(name="信息员"))
    client.force_login(user)
    assert client.get(LIST).status_code == 403
    assert client.post(f"{LIST}bulk-data/").status_code == 403
    assert not Job.objects.exists()


def test_the_tables_of_the_queue_itself_are_on_no_page(office_desk):
    assert office_desk.get("/admin/django_tasks_database/dbtaskresult/").status_code == 404


def test_doctor_says_that_nobody_works_and_what_failed(settings):
    settings.DEMO = False
    Job.objects.create(
        key="x", label="示例", state=Job.State.FAILED, finished_at="2999-01-01T00:00Z"
    )
    said = [symptom.what for symptom in background_work()]
    assert "没有后台程序在运行" in said[0]
    assert "1 件后台任务没有办成" in said[1]
