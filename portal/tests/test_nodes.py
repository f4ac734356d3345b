"""Two machines with data folders of their own on one database: the second is not sent readers until
it has what all share.
"""

import shutil

import pytest
from django.core.management import CommandError, call_command

from disclosure.models import Node
from disclosure.tests.builders import make_attachment, make_draft, make_item, make_public
from ledger.actions import make_checkpoint
from ledger.models import SigningKey
from portal.machines import nodes
from portal.models import SharedFolder
from portal.operations import diagnosis
from portal.operations.archive import media_files
from portal.operations.sweeping import strays

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("other_worker")]


class Machines:
    """Folders by name; `go_to` makes this process the machine of that name."""

    def __init__(self, folder, settings, monkeypatch):
        self.folder, self.settings, self.monkeypatch = folder, settings, monkeypatch
        self.go_to("first")

    def go_to(self, name):
        data = self.folder / name
        data.mkdir(exist_ok=True)
        self.settings.DATA_DIR, self.settings.MEDIA_ROOT = data, data / "media"
        self.settings.LEDGER_KEY_FILE, self.settings.JOURNAL_DIR = (
            data / "ledger-key",
            data / "journal",
        )
        self.settings.CONFIDENTIAL_KEY_FILE = data / "confidential-key"
        self.monkeypatch.setattr("socket.gethostname", lambda: name)
        return data

    def copy(self, *names):
        """Files of the first machine to the second."""
        for name in names:
            (self.folder / "second" / name).write_bytes((self.folder / "first" / name).read_bytes())


@pytest.fixture
def machines(tmp_path, settings, monkeypatch):
    return Machines(tmp_path, settings, monkeypatch)


@pytest.fixture
def second(machines):
    """The folder of a second machine, on which we are; the first has published something with an
    attachment and ticked.
    """
    make_attachment(make_item())
    make_public(make_draft())
    call_command("tick")
    return machines.go_to("second")


def asked(client):
    """Status of /healthz/ready, and the check that failed."""
    answer = client.get("/healthz/ready")
    return answer.status_code, {
        name: word for name, word in answer.json()["checks"].items() if word != "ok"
    }


def said_by_doctor():
    return [
        f"{symptom.what}{symptom.remedy}"
        for symptom in diagnosis.shared_with_others()
        if symptom.is_grave
    ]


def test_the_first_machine_is_ready_before_and_after_its_first_tick(client, machines):
    assert asked(client) == (200, {})
    make_attachment(make_item())
    assert asked(client) == (200, {})
    call_command("tick")
    assert asked(client) == (200, {})
    assert (
        SharedFolder.objects.get().identity
        == (machines.folder / "first/media" / nodes.MARK).read_text()
    )
    assert said_by_doctor() == []


def test_without_the_media_folder_it_is_not_ready_and_doctor_says_so(client, second):
    assert asked(client) == (503, {"media": "media folder missing"})
    assert any("不存在" in words and "挂载" in words for words in said_by_doctor())


def test_with_an_empty_folder_or_one_of_its_own_it_is_not_ready(client, second):
    (second / "media").mkdir()
    assert asked(client) == (503, {"media": "another media folder"})
    (second / "media" / nodes.MARK).write_text("of another installation")
    assert asked(client) == (503, {"media": "another media folder"})
    assert any("不是数据库所对应的那一个" in words for words in said_by_doctor())
    with pytest.raises(SystemExit):
        call_command("tick")  # says so every minute
    assert (second / "media" / nodes.MARK).read_text() == "of another installation"


def test_a_folder_of_last_month_without_a_mark_is_not_taken_for_the_one_of_today(
    client, second, machines
):
    shutil.copytree(machines.folder / "first/media", second / "media")
    (second / "media" / nodes.MARK).unlink()
    machines.go_to("first")
    make_attachment(make_item(), content=b"uploaded since")
    machines.go_to("second")
    assert asked(client) == (503, {"media": "another media folder"})


def test_a_copy_that_left_the_mark_out_is_taken_and_marked_again(client, second, machines):
    machines.copy("ledger-key", "confidential-key")
    shutil.copytree(machines.folder / "first/media", second / "media")
    (second / "media" / nodes.MARK).unlink()
    assert asked(client) == (200, {})
    call_command("tick")
    assert (second / "media" / nodes.MARK).read_text() == SharedFolder.objects.get().identity


def test_without_the_registers_key_it_is_not_ready_and_makes_none(client, second, machines):
    (second / "media").symlink_to(machines.folder / "first/media")
    assert asked(client) == (503, {"ledger_key": "not the register's key"})
    make_public(make_draft())
    with pytest.raises(CommandError, match="复制"):
        call_command("ledger_checkpoint")
    assert not (second / "ledger-key").exists()
    assert SigningKey.objects.count() == 1
    assert any("复制" in words and "ledger-key" in words for words in said_by_doctor())


def test_with_all_that_is_shared_it_is_ready_and_signs_with_the_same_key(client, second, machines):
    (second / "media").symlink_to(machines.folder / "first/media")
    machines.copy("ledger-key")
    assert asked(client) == (503, {"confidential_key": "not the key of personal data"})
    machines.copy("confidential-key")
    assert asked(client) == (200, {})
    make_public(make_draft())
    assert make_checkpoint().key == SigningKey.objects.get()
    assert said_by_doctor() == []


def test_attachments_that_are_not_there_are_missed_without_any_mark_too(client, machines):
    make_attachment(make_item())
    shutil.rmtree(machines.folder / "first/media")
    assert asked(client) == (
        503,
        {"media": "media folder missing"},
    )  # as after an upgrade from a version without marks


def test_the_mark_is_nobodys_stray_and_lies_in_every_backup(machines):
    call_command("tick")
    assert strays(older_than=-60) == []
    assert f"media/{nodes.MARK}" in media_files()


def test_another_secret_key_is_named_and_forgotten_when_the_machine_has_gone(machines, settings):
    nodes.report_in()
    machines.go_to("second")
    settings.SECRET_KEY = "another-" * 8
    nodes.report_in()
    assert ["first" in words and "secret-key" in words for words in said_by_doctor()] == [True]
    Node.objects.filter(name__startswith="first").update(seen_at="2026-01-01T00:00:00Z")
    assert said_by_doctor() == []
    nodes.report_in()
    assert [node.name.split()[0] for node in Node.objects.all()] == ["second"]


def test_no_part_of_the_secret_key_is_stored(settings, machines):
    nodes.report_in()
    assert settings.SECRET_KEY not in str(Node.objects.values())
    assert len(Node.objects.get().secret_key_digest) == 32
