"""The virus scanner: a small one of our own that speaks ClamAV's INSTREAM over a real socket."""

import socketserver
import struct
import threading

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command

from catalog.models import Section
from catalog.tests.builders import make_category, make_department
from desk.tests.forms import versioned
from disclosure.acts.checklist import Checklist
from disclosure.acts.corrections import make_correction
from disclosure.choices import ScanState
from disclosure.models import Attachment
from disclosure.tests.builders import make_attachment, make_draft, make_item, make_staff
from documents.tests.office_files import jpeg
from portal.operations import diagnosis
from portal.watching.ticking import scan_attachments

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]
VIRUS = b"EICAR"  # what the scanner of these tests takes for one


class Clamd(socketserver.BaseRequestHandler):
    """One INSTREAM."""

    def handle(self):
        stream = self.request.makefile("rb")
        assert stream.read(10) == b"zINSTREAM\0"
        data = b""
        while length := struct.unpack("!I", stream.read(4))[0]:
            data += stream.read(length)
        self.server.seen.append(data)
        if len(data) > 2_000_000:
            self.request.sendall(b"INSTREAM size limit exceeded. ERROR\0")
        else:
            self.request.sendall(
                b"stream: Eicar-Test FOUND\0" if VIRUS in data else b"stream: OK\0"
            )


@pytest.fixture(params=["tcp", "unix"])
def clamd(request, settings, tmp_path):
    """The scanner, running and named in the settings."""
    if request.param == "tcp":
        server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), Clamd)
        settings.CLAMD = f"127.0.0.1:{server.server_address[1]}"
    else:
        server = socketserver.ThreadingUnixStreamServer(str(tmp_path / "clamd"), Clamd)
        settings.CLAMD = f"unix:{tmp_path / 'clamd'}"
    server.seen = []
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield server
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def away(settings):
    """A scanner is named, but nobody listens there."""
    settings.CLAMD = "127.0.0.1:1"


@pytest.fixture
def draft():
    root = make_category(section=Section.CONTENT)
    return make_draft(department=make_department(), category=make_category(parent=root))


@pytest.fixture
def bureau(draft):
    return draft.department


def upload(clerk_desk, draft, name, content):
    fields = {
        "title": "示例",
        "department": draft.department_id,
        "category": draft.category_id,
        "created_on": "2026-03-02",
    }
    fields |= {
        "disclosure_mode": "proactive",
        "term": "permanent",
        "scope": "society",
        "_continue": "1",
    }
    fields |= {"validities-TOTAL_FORMS": 0, "validities-INITIAL_FORMS": 0}
    fields |= {
        "attachments-TOTAL_FORMS": 1,
        "attachments-INITIAL_FORMS": 0,
        "attachments-0-position": 0,
    }
    fields["attachments-0-file"] = SimpleUploadedFile(name, content)
    address = f"/admin/disclosure/item/{draft.pk}/change/"
    return clerk_desk.post(
        address, versioned(clerk_desk, address, fields), follow=True
    ).content.decode()


def open_points(item):
    return {point.finding.code for point in Checklist.of(item).absolute}


def test_an_infected_file_is_refused_with_what_was_found(clamd, clerk_desk, draft):
    page = upload(clerk_desk, draft, "示例.txt", b"x" + VIRUS)
    assert "文件中发现病毒或恶意程序（Eicar-Test），不能上传" in page
    assert not Attachment.everything.exists()


def test_a_clean_file_comes_in_and_is_sent_once(clamd, clerk_desk, draft):
    upload(clerk_desk, draft, "示例.txt", b"clean")
    assert draft.attachments.get().scan_state == ScanState.CLEAN
    assert clamd.seen == [b"clean"]
    assert not open_points(draft) & {"attachment-infected", "attachment-not-scanned"}


def test_what_is_kept_is_what_was_scanned(clamd, clerk_desk, draft):
    """A picture loses its place on the way in: it is scanned as it is kept."""
    upload(clerk_desk, draft, "示例.jpg", jpeg(gps=True))
    kept = draft.attachments.get()
    assert kept.scan_state == ScanState.CLEAN
    assert clamd.seen[-1] == kept.file.read()


def test_while_the_scanner_is_away_a_file_waits_at_the_desk(away, clerk_desk, draft, caplog):
    page = upload(clerk_desk, draft, "示例.txt", b"clean")
    assert "已保存，但查毒程序没有应答" in page
    assert draft.attachments.get().scan_state == ScanState.UNSCANNED
    assert "attachment-not-scanned" in open_points(draft)
    assert "scanner is away" in caplog.text
    assert scan_attachments() == (0, 1)


def test_nothing_unscanned_or_infected_is_public(clamd, client):
    item = make_item()
    file = make_attachment(item, "示例.txt", b"clean")
    assert client.get(file.get_absolute_url()).status_code == 200
    for state in (ScanState.UNSCANNED, ScanState.INFECTED):
        Attachment.objects.filter(pk=file.pk).update(scan_state=state)
        assert client.get(file.get_absolute_url()).status_code == 404
        assert not Attachment.objects.published().exists()
        assert not item.attachments.served().exists()


def test_tick_makes_up_for_what_was_not_scanned(away, clamd, client, settings):
    place, settings.CLAMD = settings.CLAMD, ""
    item = make_item()
    clean, bad = make_attachment(item, "好.txt", b"clean"), make_attachment(item, "坏.txt", VIRUS)
    assert client.get(bad.get_absolute_url()).status_code == 200  # there is no scanner
    settings.CLAMD = place
    assert scan_attachments() == (2, 0)
    assert client.get(clean.get_absolute_url()).status_code == 200
    assert client.get(bad.get_absolute_url()).status_code == 404
    client.force_login(make_staff("公开办"))
    assert client.get(bad.get_absolute_url()).status_code == 404  # staff have computers as well
    assert scan_attachments() == (0, 0)
    said = [symptom.what for symptom in diagnosis.scanner()]
    assert said == ["有 1 个附件含有病毒，已不再提供。"]


def test_the_command_looks_again_with_new_signatures(clamd, capsys):
    file = make_attachment(make_item(), "示例.txt", b"clean")
    file.file.storage.delete(file.file.name)
    file.file.storage.save(file.file.name, SimpleUploadedFile("x", VIRUS))
    call_command("scan_attachments")
    assert "已查毒 0 个" in capsys.readouterr().out
    call_command("scan_attachments", "--all")
    assert "已查毒 1 个附件；含病毒而不再提供的共 1 个" in capsys.readouterr().out


def test_without_a_scanner_the_command_says_how_to_get_one():
    with pytest.raises(CommandError, match="CLAMD"):
        call_command("scan_attachments")


def test_a_file_the_scanner_does_not_take_stays_unscanned(clamd):
    assert (
        make_attachment(make_item(), "长.txt", b"x" * 2_000_001).scan_state == ScanState.UNSCANNED
    )


def test_a_correction_takes_the_state_along(clamd):
    public = make_item()
    make_attachment(public, "示例.txt", b"clean")
    copy = make_correction(public, make_staff("信息员", public.department))
    assert copy.attachments.get().scan_state == ScanState.CLEAN


def test_without_a_scanner_nothing_is_asked_and_no_condition_added(
    django_assert_num_queries, settings
):
    assert settings.CLAMD == ""
    assert "scan_state" not in str(Attachment.objects.published().query).split("WHERE")[1]
    with django_assert_num_queries(0):
        assert scan_attachments() == (0, 0)
