"""`manage.py sweep_files` removes what nothing refers to, and nothing else."""

import os
import time
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from disclosure.models import Attachment
from disclosure.tests.builders import make_attachment, make_item
from ledger.models import AuditEntry
from portal.operations.diagnosis import files

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def places(settings, tmp_path):
    settings.DATA_DIR, settings.MEDIA_ROOT = tmp_path, tmp_path / "media"
    settings.EXPORTS_DIR, settings.BACKUP_DIR = tmp_path / "exports", tmp_path / "backups"
    return tmp_path


def old(path, content=b"left behind", *, hours=48):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    os.utime(path, (time.time() - hours * 3600,) * 2)
    return path


def sweep(*words):
    said = StringIO()
    call_command("sweep_files", *words, stdout=said, stderr=said)
    return said.getvalue()


def test_it_only_names_files_unless_told_to_delete(places):
    stray = old(places / "media/attachments/x.pdf")
    assert str(stray) in sweep()
    assert stray.exists()


def test_it_deletes_strays_and_writes_it_down(places):
    strays = [
        old(places / "media/attachments/x.pdf"),
        old(places / "exports/ab/new-123"),
        old(places / "bulk/MANIFEST.partial"),
        old(places / "backups/lantai-20260101-000000.tar.partial"),
    ]
    assert "已删除 4 个" in sweep("--delete")
    assert not any(path.exists() for path in strays)
    entry = AuditEntry.objects.first()
    assert (entry.account, entry.detail["files"]) == ("manage.py", 4)


def test_it_keeps_files_in_use_and_the_retired_and_the_young(places):
    item = make_item()
    used, retired = make_attachment(item), make_attachment(item, content=b"other")
    Attachment.everything.filter(pk=retired.pk).update(retired_at=item.published_at)
    for attachment in (used, retired):
        os.utime(attachment.file.path, (1, 1))
    young = old(places / "media/attachments/under-way.pdf", hours=2)
    sweep("--delete")
    assert young.exists()
    assert Path(used.file.path).exists()
    assert Path(retired.file.path).exists()
    sweep("--delete", "--hours", "1")
    assert not young.exists()


def test_it_refuses_an_age_at_which_uploads_are_under_way():
    with pytest.raises(CommandError, match="至少为 1"):
        sweep("--hours", "0")


def test_a_record_without_its_file_is_named_and_left():
    attachment = make_attachment(make_item())
    Path(attachment.file.path).unlink()
    with pytest.raises(CommandError, match="1 条记录"):
        sweep("--delete")
    assert Attachment.objects.filter(pk=attachment.pk).exists()


def test_the_doctor_tells_of_strays(places):
    assert list(files()) == []
    old(places / "media/attachments/x.pdf")
    assert "sweep_files" in next(files()).remedy
