"""Going up from a version whose settings had defaults keeps what was printed, and says so."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder

from portal.operations import former_defaults

TAKEN_AWAY_BY = ("portal", "what_machines_share")
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def of_the_version_before(monkeypatch, settings, tmp_path):
    """A real installation, none of whose variables of the site is set; its database is of the
    version before.
    """
    settings.DEMO, settings.BASE_DIR, settings.BACKUP_DIR = False, tmp_path, tmp_path / "backups"
    for name in former_defaults.FORMER:
        monkeypatch.delenv(name, raising=False)
    # Any migration will do for the one that came with the loss of the defaults.
    monkeypatch.setattr(former_defaults, "TAKEN_AWAY_BY", TAKEN_AWAY_BY)
    MigrationRecorder(connection).record_unapplied("portal", "0010_what_machines_share")
    return tmp_path


def upgrade(*words):
    said = StringIO()
    call_command("upgrade", *words, stdout=said)
    return said.getvalue()


def test_they_are_listed_as_lines_of_a_file_of_variables():
    assert upgrade("--former-defaults").splitlines() == [
        "SITE_NAME=松北区人民政府",
        "SITE_PLATFORM=政府信息公开",
        "SITE_DOMAIN=www.songbei.gov.cn",
        "SITE_ID_CODE=2301090001",
        "SITE_ORGANISER=松北区人民政府办公室",
        "SITE_ICP=黑ICP备00000000号",
    ]


def test_what_is_set_is_left_alone_even_where_it_is_set_to_nothing(monkeypatch):
    monkeypatch.setenv("SITE_NAME", "示例区人民政府")
    monkeypatch.setenv("SITE_ICP", "")
    said = upgrade("--former-defaults")
    assert "SITE_NAME" not in said
    assert "SITE_ICP" not in said
    assert "SITE_ID_CODE=2301090001" in said


def test_a_demonstration_keeps_its_own(settings):
    settings.DEMO = True
    assert upgrade("--former-defaults") == ""


def test_an_installation_that_began_without_defaults_is_given_none():
    MigrationRecorder(connection).record_applied("portal", "0010_what_machines_share")
    assert upgrade("--former-defaults") == ""


def test_they_are_written_into_the_env_file_beside_the_code(of_the_version_before, monkeypatch):
    for name in former_defaults.FORMER:
        monkeypatch.setenv(name, "x")  # put back when the test is over
        monkeypatch.delenv(name)
    env = of_the_version_before / ".env"
    env.write_text("DATA_DIR=/var/lib/lantai")  # without an end of line
    said = upgrade("--check")
    assert "将写入" in said
    assert env.read_text() == "DATA_DIR=/var/lib/lantai"
    former_defaults.write(env, former_defaults.lines())
    first, blank, comment, *rest = env.read_text().splitlines()
    assert (first, blank) == ("DATA_DIR=/var/lib/lantai", "")
    assert comment.startswith("# 升级时由程序写入")
    assert rest == [f"{name}={value}" for name, value in former_defaults.FORMER.items()]


def test_where_the_variables_come_from_elsewhere_the_upgrade_waits_and_says_which_lines_to_add(
    tmp_path,
):
    said = StringIO()
    with pytest.raises(CommandError, match="没有升级"):
        call_command("upgrade", stdout=said)
    assert "SITE_ID_CODE=2301090001" in said.getvalue()
    assert "加入服务的变量文件" in said.getvalue()
    assert not (tmp_path / "backups").exists()
