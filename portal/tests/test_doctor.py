"""`manage.py doctor` names what is wrong and what to do, whatever is broken."""

import datetime as dt

import pytest
from django.db import connection
from django.utils import timezone

from disclosure.erasing import clearing
from disclosure.models import Takedown
from disclosure.tests.builders import make_item
from ledger import guards
from portal.operations import diagnosis
from portal.tests.served import MIGRATED, installation
from search.models import SearchEntry


@pytest.fixture
def installed(tmp_path_factory):
    """An installation without content or static files."""
    with installation(tmp_path_factory.mktemp("sick"), "sick", like=MIGRATED) as portal:
        yield portal


def test_a_sound_portal_has_no_grave_symptom(demonstration):
    said = demonstration.manage("doctor")
    assert "没有严重问题" in said
    assert "演示安装" in said
    for name in diagnosis.CHECKS:
        assert f"{name}：" in said


def test_it_names_what_is_wrong_and_what_to_do(installed, tmp_path):
    key = tmp_path / "ledger-key"
    key.write_text("x")
    key.chmod(0o644)
    examined = installed.run("doctor", LEDGER_KEY_FILE=str(key))
    assert examined.returncode == 1
    assert "chmod 600" in examined.stdout
    assert "collectstatic" in examined.stdout


def test_a_database_that_does_not_answer_is_a_symptom_and_no_traceback(installed):
    examined = installed.run("doctor", DATABASE_URL="postgres://nobody:x@127.0.0.1:1/none")
    assert examined.returncode == 1
    assert "数据库：有问题" in examined.stdout
    assert "Traceback" not in examined.stderr


@pytest.mark.django_db
def test_a_lost_trigger_is_grave():

    guards.remove(connection)
    found = list(diagnosis.database())
    assert [symptom.is_grave for symptom in found] == [True]
    assert "migrate" in found[0].remedy


@pytest.mark.django_db
def test_what_no_search_finds_is_named_with_what_to_do():
    make_item()
    assert list(diagnosis.search_index()) == []
    SearchEntry.objects.all().delete()
    [symptom] = diagnosis.search_index()
    assert "有 1 条" in symptom.what
    assert "reindex --missing" in symptom.remedy


@pytest.mark.django_db
@pytest.mark.parametrize("demo", [True, False])
def test_what_is_not_cleared_everywhere_is_grave_where_a_tick_should_have_done_it(settings, demo):
    settings.DEMO = demo
    takedown = clearing.begin(item=make_item(), kind=Takedown.Kind.WITHDRAWN)
    assert list(diagnosis.taken_away()) == []
    Takedown.objects.filter(pk=takedown.pk).update(made_at=timezone.now() - dt.timedelta(hours=1))
    [symptom] = diagnosis.taken_away()
    assert symptom.is_grave is not demo
    assert "manage.py tick" in symptom.remedy


@pytest.mark.django_db
def test_a_phantom_item_is_named():
    phantom = make_item("幽灵文件")
    [symptom] = diagnosis.vouched_for()
    assert phantom.index_number in symptom.what
    assert "verify_ledger" in symptom.remedy
