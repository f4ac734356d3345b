"""Checkpoints leave the house: by mail through a real SMTP server, to a real time-stamping authority
(`openssl ts`) on loopback, as a feed; what happens where nobody answers; what the doctor says.
"""

import datetime as dt
import json
import re
import shutil
import subprocess
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from xml.etree import ElementTree

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.utils import timezone

from background.models import Job
from background.tests.working import do_all
from ledger import actions, guards, memory
from ledger.models import Checkpoint, Entry, Receipt
from ledger.outside import timestamps, witnesses
from ledger.outside.old_checkpoints import Outcome, compare
from ledger.tests.atom import problems
from ledger.tests.builders import make_entry, sql
from ledger.verification import FURTHER_CHECKS, verify_chain
from portal.operations.witnessing import witness_symptoms
from portal.tests.test_mail import inbox, now_do_all  # noqa: F401 – a fixture
from portal.watching.witnesses import hand_out

pytestmark = pytest.mark.django_db
WITNESS = "witness@archive.example.gov.cn"
ATOM = "{http://www.w3.org/2005/Atom}"
EXTENSIONS = "extendedKeyUsage=critical,timeStamping"
CONFIGURATION = """
[tsa]
default_tsa = one
[one]
serial = {0}/serial
crypto_device = builtin
signer_cert = {0}/tsa.pem
certs = {0}/root.pem
signer_key = {0}/tsa.key
signer_digest = sha256
default_policy = 1.2.3.4.1
digests = sha256
accuracy = secs:1
ess_cert_id_alg = sha256
"""


def openssl(*arguments, given=None):
    return subprocess.run(
        ["openssl", *map(str, arguments)], input=given, check=True, capture_output=True
    ).stdout


class Authority:
    """A time-stamping authority, its certificates, and ways for it to be out of order."""

    def __init__(self, folder):
        self.folder, self.answer = folder, None
        (folder / "serial").write_text("01")
        (folder / "tsa.cnf").write_text(CONFIGURATION.format(folder))
        (folder / "extensions").write_text(EXTENSIONS)
        new = ("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "9")
        openssl(*new, "-subj", "/CN=root", "-keyout", folder / "root.key", "-out", self.roots)
        request = ("req", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=tsa")
        openssl(*request, "-keyout", folder / "tsa.key", "-out", folder / "tsa.csr")
        sign = ("x509", "-req", "-in", folder / "tsa.csr", "-CA", self.roots, "-days", "9")
        sign += ("-CAkey", folder / "root.key", "-CAcreateserial")
        openssl(*sign, "-extfile", folder / "extensions", "-out", folder / "tsa.pem")

    @property
    def roots(self):
        return self.folder / "root.pem"

    def stamped(self, question):
        (self.folder / "question").write_bytes(question)
        made = ("ts", "-reply", "-config", self.folder / "tsa.cnf", "-section", "one")
        return openssl(*made, "-queryfile", self.folder / "question")


@pytest.fixture(scope="module")
def made_authority(tmp_path_factory):
    if shutil.which("openssl") is None:
        pytest.skip("needs the program openssl, which plays the authority")
    return Authority(tmp_path_factory.mktemp("tsa"))


@pytest.fixture
def authority(made_authority, settings):
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            question = self.rfile.read(int(self.headers["Content-Length"]))
            status, body = made_authority.answer or (200, made_authority.stamped(question))
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *args):
            pass

    made_authority.answer = None
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    settings.TSA_URL = f"http://127.0.0.1:{server.server_port}/tsr"
    settings.TSA_CERTIFICATES = str(made_authority.roots)
    yield made_authority
    server.shutdown()
    server.server_close()


def signed():
    make_entry()
    return actions.make_checkpoint()


# --- by mail


def test_a_witness_gets_the_checkpoint_by_mail_and_can_prove_a_rewriting_with_it(inbox, settings):  # noqa: F811
    settings.WITNESSES = [WITNESS, "library@example.org"]
    point = signed()
    assert hand_out() == (2, 0)
    now_do_all()
    assert [to for to, _ in inbox.mails] == [[WITNESS], ["library@example.org"]]
    mail = inbox.mails[0][1]
    assert f"检查点 {point.number}" in mail["Subject"]
    assert point.signature in mail.get_body().get_content()
    [file] = mail.iter_attachments()
    assert file.get_filename() == "checkpoint-1.json"
    kept = json.loads(file.get_content())
    assert [one.outcome for one in compare(json.dumps(kept))] == [Outcome.AGREES]
    assert hand_out() == (0, 0)
    assert Receipt.objects.count() == 2
    connection.check_constraints()
    guards.remove(connection)
    sql("UPDATE ledger_entry SET entry_hash = %s", "a" * 64)
    assert [one.outcome for one in compare(json.dumps(kept))] == [Outcome.REWRITTEN]


def test_a_mail_server_that_is_away_is_tried_again_and_tick_goes_on(inbox, settings):  # noqa: F811
    settings.WITNESSES = [WITNESS]
    signed()
    inbox.answer = "451 later"
    hand_out()
    now_do_all()
    assert Job.objects.get().words.endswith("稍后再试。")
    assert not Receipt.objects.exists()
    inbox.answer = "250 OK"
    now_do_all()
    assert Receipt.objects.get().witness == WITNESS


# --- by a time stamp


def test_an_authority_stamps_the_checkpoint_and_openssl_agrees(client, authority, tmp_path):
    point = signed()
    assert hand_out() == (1, 0)
    do_all()
    receipt = Receipt.objects.get()
    assert (receipt.way, receipt.checkpoint) == ("timestamp", point)
    for name in ("1.json", "1.tsr"):
        (tmp_path / name).write_bytes(client.get(f"/register/checkpoints/{name}").content)
    given = ("ts", "-verify", "-data", tmp_path / "1.json", "-in", tmp_path / "1.tsr")
    assert openssl(*given, "-CAfile", authority.roots).replace(b"Verification: OK\n", b"") == b""
    assert client.get("/register/checkpoints/2.tsr").status_code == 404
    assert client.get("/register/checkpoints/99999999999.json").status_code == 404
    assert verify_chain() == []


def test_a_checkpoint_rewritten_with_the_key_contradicts_its_time_stamp(authority):
    signed()
    hand_out()
    do_all()
    connection.check_constraints()
    guards.remove(connection)
    entry, point = Entry.objects.get(), Checkpoint.objects.get()
    entry.note = "从来就是这样"
    point.entry_hash = entry.compute_hash()
    point.signature = actions.keys.sign(actions.keys.private_key(), point.signed())
    sql("UPDATE ledger_entry SET note = %s, entry_hash = %s", entry.note, point.entry_hash)
    sql(
        "UPDATE ledger_checkpoint SET entry_hash = %s, signature = %s",
        *(point.entry_hash, point.signature),
    )
    connection.check_constraints()
    guards.install_missing(connection)
    [fault] = verify_chain()
    assert "与时间戳服务" in fault.message
    assert "摘要不同" in fault.message


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        ((503, b""), "HTTP 503"),
        ((200, b"no timestamp"), "应答不对"),
        ((200, b"x" * 300_000), "应答不对"),
    ],
)
def test_an_authority_out_of_order_is_tried_again(authority, answer, words):
    signed()
    authority.answer = answer
    hand_out()
    do_all()
    assert words in Job.objects.get().words
    authority.answer = None
    now_do_all()
    assert Receipt.objects.count() == 1


def test_an_answer_to_another_question_is_no_time_stamp(authority, settings):
    roots = timestamps.certificates(authority.roots)
    first = timestamps.stamp(b"one", address=settings.TSA_URL, roots=roots)
    authority.answer = (200, first)
    for data in (b"one", b"two"):  # the nonce is another; the bytes are others
        with pytest.raises(timestamps.NoTimestampError):
            timestamps.stamp(data, address=settings.TSA_URL, roots=roots)


def test_an_authority_that_another_root_signed_is_refused(authority, settings, tmp_path_factory):
    stranger = Authority(tmp_path_factory.mktemp("stranger"))
    settings.TSA_CERTIFICATES = str(stranger.roots)
    signed()
    hand_out()
    do_all()
    assert "应答不对" in Job.objects.get().words
    assert not Receipt.objects.exists()


def test_an_address_where_nobody_listens_is_told(settings):
    settings.TSA_URL = "http://127.0.0.1:9/tsr"
    signed()
    hand_out()
    do_all()
    assert "没有应答" in Job.objects.get().words


# --- the feed


def test_the_feed_of_checkpoints_can_be_pasted_back(client, settings):
    settings.ALLOWED_HOSTS = ["*"]
    signed()
    signed()
    answer = client.get("/register/checkpoints.atom")
    assert problems(answer.content) == []
    entries = ElementTree.fromstring(answer.content).findall(f"{ATOM}entry")
    assert [entry.findtext(f"{ATOM}title")[:3] for entry in entries] == ["检查点", "检查点"]
    shown = entries[0].findtext(f"{ATOM}summary")
    kept = re.sub("&quot;", '"', shown)
    assert [one.outcome for one in compare(kept)] == [Outcome.AGREES]


# --- the doctor


def test_the_doctor_says_when_no_witness_has_taken_one_for_a_week(settings):
    assert "没有设置" in next(witness_symptoms()).what
    settings.WITNESSES = [WITNESS]
    assert list(witness_symptoms()) == []
    make_entry()
    week = timezone.now() - dt.timedelta(days=8)
    point = actions.make_checkpoint(at=week)
    assert "还从来没有" in next(witness_symptoms()).what
    witnesses.record(checkpoint=point, way="mail", witness=WITNESS)
    assert list(witness_symptoms()) == []
    connection.check_constraints()
    guards.remove(connection)
    sql("UPDATE ledger_receipt SET taken_at = %s", week)
    [symptom] = witness_symptoms()
    assert "一周以上" in symptom.what
    assert symptom.is_grave


# --- what this machine remembers: an administrator of the database without the key


@pytest.fixture
def remembered():
    for _ in range(3):
        make_entry()
    actions.make_checkpoint()
    make_entry()
    assert memory.remember() == 2
    assert memory.remember() == 0
    connection.check_constraints()
    guards.remove(connection)


def rewrite():
    previous_hash = "0" * 64
    for entry in list(Entry.objects.order_by("sequence")):
        entry.previous_hash, entry.note = previous_hash, "从来就是这样"
        previous_hash = entry.compute_hash()
        sql(
            "UPDATE ledger_entry SET note = %s, previous_hash = %s, entry_hash = %s WHERE sequence = %s",
            *(entry.note, entry.previous_hash, previous_hash, entry.sequence),
        )


@pytest.mark.parametrize(
    ("statements", "words"),
    [
        (["DELETE FROM ledger_checkpoint"], "检查点 1"),
        (["DELETE FROM ledger_checkpoint", "DELETE FROM ledger_signingkey"], "检查点 1"),
        (["DELETE FROM ledger_checkpoint", rewrite], "被改写过"),
        (["DELETE FROM ledger_checkpoint", "DELETE FROM ledger_signingkey", rewrite], "被改写过"),
        (["DELETE FROM ledger_entry WHERE sequence = 4"], "末尾被截去"),
        (["DELETE FROM ledger_checkpoint", "DELETE FROM ledger_entry"], "末尾被截去"),
    ],
)
def test_without_the_key_it_is_always_found_and_never_signed(remembered, statements, words):
    sql("DELETE FROM ledger_filedigest")
    for statement in statements:
        statement() if callable(statement) else sql(statement)
    connection.check_constraints()
    guards.install_missing(connection)
    found = [fault.message for check in FURTHER_CHECKS for fault in check()]
    assert any(words in message for message in found), found
    make_entry()
    if "末尾" in words or callable(statements[-1]):
        with pytest.raises(ValidationError):
            actions.make_checkpoint()
    assert memory.remember() in (0, 1)


def test_a_memory_that_a_crash_cut_off_is_read_and_goes_on(remembered, settings):
    text = settings.LEDGER_MEMORY_FILE.read_text()
    settings.LEDGER_MEMORY_FILE.write_text(text[:-30])
    assert list(memory.memory_faults()) == []
    assert memory.remember() == 1
    assert [line["sequence"] for line in memory.remembered()] == [3, 4]
