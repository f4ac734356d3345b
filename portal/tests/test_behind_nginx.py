"""The portal as strangers reach it: through the shipped nginx, which runs as www-data, the portal
under an account of its own.
"""

import hashlib
import importlib
import os
import shutil
import socket
import sqlite3
import ssl
import sys
import tempfile
import time
from http.client import HTTPResponse
from pathlib import Path

import pytest
from django.conf import settings

pytestmark = pytest.mark.any_database

DRILLS = settings.BASE_DIR / "deploy/drills"
MB = 1_000_000


@pytest.fixture(scope="module")
def drills():
    """The modules that `make drill-deploy` and figure 22 use as well."""
    if not shutil.which("nginx") or not shutil.which("openssl"):
        if os.environ.get("REQUIRE_NGINX"):
            pytest.fail("nginx or openssl is missing")
        pytest.skip("nginx or openssl is not installed")
    sys.path.insert(0, str(DRILLS))
    yield importlib.import_module("front"), importlib.import_module("strangers")
    sys.path.remove(str(DRILLS))


class Stranger:
    """What is asked of the site from outside."""

    def __init__(self, site, host):
        self.site, self.host = site, host

    def __getattr__(self, name):
        return getattr(self.site, name)

    def tell(self, request):
        """(status, head, body) of what is answered to these bytes."""
        context = ssl._create_unverified_context()
        with (
            socket.create_connection(("127.0.0.1", self.nginx.https), 30) as plain,
            context.wrap_socket(plain, server_hostname=self.host) as client,
        ):
            client.sendall(request)
            answer = HTTPResponse(client)
            answer.begin()
            return answer.status, str(answer.headers), answer.read()

    def ask(self, target, method="GET", body=b"", **headers):
        """(status, head, body) of a request that is sent whole."""
        told = {"Host": self.host, "Connection": "close"} | headers
        told |= (
            {"Content-Length": str(len(body))} if body and "Content_Length" not in headers else {}
        )
        lines = "".join(f"{name.replace('_', '-')}: {value}\r\n" for name, value in told.items())
        return self.tell(f"{method} {target} HTTP/1.1\r\n{lines}\r\n".encode() + body)


@pytest.fixture(scope="module")
def site(drills, demonstration):
    """The demonstration once more, set up where accounts other than root's can come."""
    front, _ = drills
    folder = Path(tempfile.mkdtemp(prefix="lantai-front-"))
    folder.chmod(0o755)
    source, data = Path(demonstration.environment["DATA_DIR"]), folder / "data"
    data.mkdir()
    for name in ("media", "static"):
        shutil.copytree(source / name, data / name)
    for key in source.glob("*-key"):  # the register's among them: a machine without is not ready
        shutil.copy2(key, data / key.name)
    environment = dict(demonstration.environment)
    if environment["DATABASE_URL"].startswith("sqlite"):
        with (
            sqlite3.connect(source / "db.sqlite3") as base,
            sqlite3.connect(data / "db.sqlite3") as copy,
        ):
            base.backup(copy)
        environment["DATABASE_URL"] = f"sqlite:///{data}/db.sqlite3"
    here = front.Site(folder, data, environment, webs=1)
    try:
        here.start()
        yield Stranger(here, front.HOST)
    finally:
        here.stop()
        shutil.rmtree(folder)


def test_nginx_finds_nothing_to_warn_of(site):
    assert "test is successful" in site.told
    assert "[warn]" not in site.told


def test_pages_come_through_with_their_headers(site):
    status, head, body = site.ask("/reports/")
    assert status == 200
    assert b"</html>" in body
    assert head.count("Strict-Transport-Security") == 1


@pytest.mark.parametrize("ending", ["css", "png", "svg", "woff2", "js", "ico"])
def test_nginx_reads_static_files_of_every_kind(site, ending):
    for path in sorted((site.data / "static").rglob(f"*.{ending}"))[:3]:
        status, head, body = site.ask(
            f"/static/{path.relative_to(site.data / 'static').as_posix()}"
        )
        assert (status, body) == (200, path.read_bytes())
        assert "immutable" in head


ATTACHMENT = (
    "from disclosure.models import Attachment as A; a = A.objects.published().filter(name__endswith='.pdf').first();"
    "print(a.get_absolute_url(), a.sha256)"
)


def test_nginx_reads_attachments_after_the_portal_has_decided(site):
    address, digest = site.manage("shell", "-v", "0", "-c", ATTACHMENT).split()
    status, head, body = site.ask(address)
    assert (status, hashlib.sha256(body).hexdigest()) == (200, digest)
    assert "sandbox" in head
    assert site.ask("/protected/attachments/")[0] == 404


DELIVERY = "from portal.operations.delivery import delivery; [print(one.what, one.remedy) for one in delivery()]"


def test_doctor_reads_as_nginx_does_and_says_what_to_do(site):
    folder = site.data / "media/attachments"
    for path in (folder, *folder.iterdir()):
        path.chmod(0o750 if path.is_dir() else 0o640)  # as versions before saved them
    try:
        told = site.manage("shell", "-v", "0", "-c", DELIVERY)
    finally:
        site.manage("mend_modes")
    assert "manage.py mend_modes" in told
    assert "得到 403" in told or os.geteuid() != 0
    assert (
        "经 nginx 提供文件：正常" in site.service.run("doctor", environment=site.environment).stdout
    )


@pytest.mark.parametrize("code", ["utf-8", "gbk"])
def test_an_address_sent_as_it_is_read_is_taken(site, code):
    """Old browsers, chat programs and scripts do not write %E6…; gunicorn alone answers 400 in
    English.
    """
    lines = f"Host: {site.host}\r\nConnection: close\r\n\r\n"
    asked = {
        target: site.tell(f"GET {target} HTTP/1.1\r\n{lines}".encode(code))
        for target in ("/search/?q=供热", "/公开/")
    }
    status, _, body = asked["/search/?q=供热"]
    assert status == 200
    assert code == "gbk" or 'value="供热"' in body.decode()
    assert asked["/公开/"][0] == 404
    assert "没有" in asked["/公开/"][2].decode()


# --- What is refused ----------------------------------------------------------------------
def test_without_a_host_nothing_is_answered(site):
    assert site.tell(b"GET / HTTP/1.1\r\nConnection: close\r\n\r\n")[0] == 400


@pytest.mark.parametrize("method", ["TRACE", "PUT", "DELETE"])
def test_other_methods_are_refused(site, method):
    assert site.ask("/", method)[0] == 405


@pytest.mark.parametrize(
    "query", ["q=" + "x" * 4_500, "q=" + "x" * 9_000], ids=["for the portal", "for nginx"]
)
def test_an_address_too_long_is_refused_in_words(site, query):
    status, _, body = site.ask(f"/search/?{query}")
    assert status == 414
    assert "缩短" in body.decode()


FORM = {"Content_Type": "application/x-www-form-urlencoded"}


@pytest.mark.parametrize("path", ["/preferences/", "/corrections/new/", "/admin", "/no-such-page/"])
def test_what_strangers_send_is_small_and_refused_before_it_arrives(site, path):
    status, _, body = site.ask(path, "POST", Content_Length="70000", **FORM)
    assert status == 413
    assert "提交的内容太大" in body.decode()


UPLOADS = {
    "a length": {"Content_Length": "50000000"},
    "chunks": {"Transfer_Encoding": "chunked"},
    "a cookie made up": {
        "Content_Length": "50000000",
        "Cookie": "__Host-sessionid=abcdefghijklmnopqrstuvwxyz012345",
    },
}


@pytest.mark.parametrize("kind", UPLOADS)
@pytest.mark.parametrize(
    "path", ["/admin/", "/admin/login/", "/admin/disclosure/item/add/", "//admin/", "/x/../admin/"]
)
def test_a_stranger_uploads_nothing_to_the_desk(site, path, kind):
    status, _, body = site.ask(path, "POST", **UPLOADS[kind], **FORM)
    assert status == 401
    assert "请先登录" in body.decode()
    assert site.nginx.gathered() == 0


def test_a_clerk_uploads_to_the_desk(site):
    cookie = site.manage("shell", "-v", "0", "-c", SIGNED_IN).split()[-1]
    told = {
        "Cookie": f"__Host-sessionid={cookie}",
        "Content_Type": "application/x-www-form-urlencoded",
    }
    status, _, body = site.ask(
        "/admin/disclosure/item/add/", "POST", b"title=" + b"x" * 3 * MB, **told
    )
    assert status == 403  # without a token; but the portal has read it
    assert "请先登录" not in body.decode()
    told["Content_Length"] = "120000000"
    assert site.ask("/admin/disclosure/item/add/", "POST", **told)[0] == 413


SIGNED_IN = """
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.auth.models import User
from django.contrib.sessions.backends.db import SessionStore
user = User.objects.get(username="clerk")
store = SessionStore()
store[SESSION_KEY], store[BACKEND_SESSION_KEY] = str(user.pk), "portal.accounts.backends.StaffBackend"
store[HASH_SESSION_KEY] = user.get_session_auth_hash()
store.create()
print(store.session_key)
"""


def multipart(size):
    body = (
        b'--b\r\nContent-Disposition: form-data; name="file"; filename="copy.pdf"\r\n\r\n'
        + b"x" * size
        + b"\r\n--b--\r\n"
    )
    return body, {"Content_Type": "multipart/form-data; boundary=b"}


@pytest.mark.parametrize(
    ("size", "status", "words"),
    [
        (5 * MB, 200, "没有"),
        (21 * MB, 413, "校验码（SHA-256），再填到下面"),
        (26 * MB, 413, "算出文件的校验码"),
    ],
    ids=["compared", "too large for the portal", "too large for nginx"],
)
def test_a_copy_is_compared_or_the_reader_is_told_how(site, size, status, words):
    body, headers = multipart(size)
    answer = site.ask("/register/verify/", "POST", body, **headers)
    assert answer[0] == status
    assert words in answer[2].decode()


# --- What strangers do --------------------------------------------------------------------
PAGES = ["/", "/catalog/", "/reports/", "/reports/songbei/2009/", "/guide/", "/register/"]
ALL_COPIES = 12 * 24 * MB


@pytest.mark.parametrize(
    "kind", ["SlowSockets", "Unclosed", "Aborted", "SlowBodies", "BadRequests"]
)
def test_strangers_hold_nobody_up_and_end_no_process(site, drills, kind):
    _, strangers = drills
    before = site.processes()
    with (
        strangers.crowd(getattr(strangers, kind), site.nginx.https),
        strangers.Readers(site.nginx.https, PAGES, number=2) as readers,
    ):
        deadline = time.monotonic() + 60
        while len(readers.answers) < 20 and time.monotonic() < deadline:
            time.sleep(0.2)
        gathered = site.nginx.gathered()
    assert readers.lost == []
    assert len(readers.answers) >= 20
    assert site.processes() == before
    assert gathered <= ALL_COPIES
