"""Who may read which file: nginx what it delivers, whichever way it came there, and nothing else."""

import os
import shutil
import socket
import stat
import subprocess
import tempfile
from pathlib import Path

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import TemporaryUploadedFile
from django.core.management import CommandError, call_command

from portal.machines import modes
from portal.operations import delivery

IS_ROOT = os.geteuid() == 0
as_root = pytest.mark.skipif(not IS_ROOT, reason="only root can ask as another account")


@pytest.fixture(autouse=True)
def _umask_of_the_units():
    before = os.umask(0o027)
    yield
    os.umask(before)


@pytest.fixture
def data(settings):
    """A data folder as the manual makes it, where other accounts can come at all."""
    folder = Path(tempfile.mkdtemp(prefix="lantai-modes-"))
    folder.chmod(0o750)
    if IS_ROOT:
        shutil.chown(folder, group="www-data")
    settings.DATA_DIR, settings.MEDIA_ROOT, settings.STATIC_ROOT = (
        folder,
        folder / "media",
        folder / "static",
    )
    settings.X_ACCEL_LOCATION = "/protected/"
    yield folder
    shutil.rmtree(folder)


def mode(path):
    return stat.S_IMODE(Path(path).stat().st_mode)


def saved(name, content=None):
    return Path(default_storage.path(default_storage.save(name, content or ContentFile(b"x"))))


def uploaded(name):
    """A file that arrived in a temporary one, which is then moved."""
    file = TemporaryUploadedFile(name, "application/pdf", 1, None)
    file.write(b"x")
    file.seek(0)
    return file


def reads(path):
    """Whether the web server's account gets at it."""
    asked = subprocess.run(
        ["cat", path], user="www-data", group="www-data", extra_groups=[], capture_output=True
    )
    return asked.returncode == 0


@pytest.mark.parametrize(
    "content", [lambda: ContentFile(b"x"), lambda: uploaded("a.pdf")], ids=["written", "moved"]
)
def test_an_attachment_is_open_to_who_gets_into_the_data_folder(data, content):
    file = content()
    path = saved("attachments/a.pdf", file)
    file.close()
    assert [mode(each) for each in (path, path.parent, data / "media", data)] == [
        0o644,
        0o755,
        0o751,
        0o750,
    ]


@pytest.mark.parametrize("name", ["legacy/ab/original", "imports/1.csv", "what-comes-next/x"])
def test_everything_else_is_the_portals_alone(data, name):
    path = saved(name)
    assert mode(path) == 0o600
    assert mode(data / "media" / name.partition("/")[0]) == 0o700


def test_where_nginx_delivers_no_attachments_they_are_the_portals_alone_too(data, settings):
    settings.X_ACCEL_LOCATION = ""
    path = saved("attachments/a.pdf")
    assert (mode(path), mode(path.parent)) == (0o600, 0o700)


@as_root
def test_the_web_servers_account_reads_what_it_delivers_and_nothing_else(data):
    shown, hidden = saved("attachments/a.pdf"), saved("legacy/ab/original")
    key = data / "secret-key"
    key.write_text("x")
    key.chmod(0o600)
    backups = data / "backups"
    backups.mkdir()
    (backups / "lantai-1.tar").write_text("x")
    assert [reads(path) for path in (shown, hidden, key, backups / "lantai-1.tar")] == [
        True,
        False,
        False,
        False,
    ]


def old_installation(data):
    """As versions before left it: everything 0640 and 0750."""
    places = [
        data / "media/attachments/old.pdf",
        data / "media/legacy/ab/x",
        data / "static/portal/old.png",
    ]
    for path in places:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"x")
        path.chmod(0o640)
    return places


def test_an_installation_of_before_is_mended(data, capsys):
    attachment, original, picture = old_installation(data)
    call_command("mend_modes")
    assert "已校正" in capsys.readouterr().out
    assert [mode(each) for each in (attachment, picture, original)] == [0o644, 0o644, 0o600]
    assert [mode(each) for each in (picture.parent, data / "static", data / "media/legacy")] == [
        0o755,
        0o755,
        0o700,
    ]
    assert modes.mend() == (0, [])


@as_root
def test_files_of_another_account_are_named_with_what_to_do(data):
    attachment, *_ = old_installation(data)
    shutil.chown(data, "nobody")
    for path in (data / "media", data / "media/attachments", data / "static"):
        path.chmod(0o755)
    before = os.geteuid()
    os.seteuid(65534)
    try:
        with pytest.raises(CommandError, match="chown -R"):
            call_command("mend_modes")
    finally:
        os.seteuid(before)
    assert mode(attachment) == 0o640


@pytest.mark.django_db
@pytest.mark.parametrize("is_set_up", [True, False], ids=["set up here", "elsewhere"])
def test_an_nginx_that_is_set_up_here_and_does_not_answer_is_told_once(
    data, settings, monkeypatch, is_set_up
):
    style = data / "static/portal/a.css"
    style.parent.mkdir(parents=True)
    style.write_text("a {}")
    modes.mend()
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        settings.SITE_ORIGIN = f"https://www.example.gov.cn:{free.getsockname()[1]}"
    monkeypatch.setattr(delivery, "INSTALLED", style if is_set_up else data / "none")
    told = [one for one in delivery.delivery() if "没有应答" in one.what]
    assert len(told) == int(is_set_up)
    assert all("nginx -t" in one.remedy and one.is_grave for one in told)


@as_root
@pytest.mark.parametrize("group", ["www-data", "root"])
def test_who_is_kept_out_is_found_out_as_the_kernel_would(data, group):
    shutil.chown(data, group=group)
    path = saved("attachments/a.pdf")
    _, uid, gids = delivery.account()
    assert (modes.may_read(path, uid, gids) is None) == reads(path) == (group == "www-data")
