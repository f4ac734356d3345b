"""What a stranger sees of a machine of `make drill-bare`, through nginx over TLS, and what lies on
its disk.
"""

import contextlib
import hashlib
import re
from pathlib import Path

from bare_desk import CONTENT, TITLE
from bare_lines import DISTRICT, HOST

WWW_DATA = 33  # Debian's number of the account
TABLES = [
    "disclosure_item",
    "disclosure_revision",
    "disclosure_attachment",
    "catalog_category",
    "catalog_department",
]
TABLES += ["ledger_entry", "auth_user"]


def ask(machine, address, *, scheme="https"):
    """(status, head and body as bytes in the tongue of curl) of an address, as a stranger asks
    nginx.
    """
    port = {"https": 443, "http": 80}[scheme]
    command = f"curl -sk --max-time 60 --resolve {HOST}:{port}:127.0.0.1 -D /tmp/head -o /tmp/body -w '%{{http_code}}' '{scheme}://{HOST}{address}'"
    _, said = machine.run(command)
    body = (
        (machine.folder / "tmp/body").read_bytes()
        if (machine.folder / "tmp/body").exists()
        else b""
    )
    return said.strip()[-3:], (machine.folder / "tmp/head").read_text(errors="replace"), body


def look(machine, published):
    """What a reader is shown, and what not."""
    runs_as_www_data(machine)
    first_page(machine)
    status, _, body = ask(machine, published["item"])
    machine.expect(
        "the item is read", status == "200" and TITLE in body.decode(), status + body.decode()[:500]
    )
    status, head, body = ask(machine, published["attachment"])
    machine.expect(
        "its attachment is read, byte for byte",
        status == "200" and body == CONTENT,
        f"{status} {len(body)} bytes {head}",
    )
    machine.expect(
        "as a file, not as a page", "content-disposition: attachment" in head.lower(), head
    )
    status, head, _ = ask(machine, "/", scheme="http")
    machine.expect(
        "plain HTTP leads to HTTPS", status == "301" and f"https://{HOST}/" in head, status + head
    )
    for address in (
        "/media/attachments/",
        "/protected/",
        "/static/../secret-key",
        "/items/no-such-item/",
    ):
        status, _, body = ask(machine, address)
        machine.expect(
            f"{address} shows nothing",
            status in ("403", "404"),
            status + body.decode(errors="replace")[:300],
        )


def runs_as_www_data(machine):
    """The accounts of the processes of nginx."""
    accounts = set()
    for number in machine.processes():
        with contextlib.suppress(OSError):  # one that has just ended, at a reload
            if Path(f"/proc/{number}/comm").read_text().strip() == "nginx":
                accounts.add(Path(f"/proc/{number}").stat().st_uid)
    machine.expect("nginx's workers run as www-data", WWW_DATA in accounts, str(accounts))


def first_page(machine):
    """It names this district and no other; what it is dressed in is delivered."""
    status, head, body = ask(machine, "/")
    text = body.decode()
    machine.expect(
        "the first page names the district",
        status == "200" and DISTRICT in text and "松北" not in text,
        status + head + text[:2000],
    )
    sheets = re.findall(r'href="(/static/[^"]+\.css)"', text)
    answers = {sheet: ask(machine, sheet)[0] for sheet in sheets}
    machine.expect(
        "its styles are delivered", bool(sheets) and set(answers.values()) == {"200"}, str(answers)
    )


def verify(machine):
    """The register, the installation, as the portal proves them; and the register as a stranger
    checks it.
    """
    for command in ("verify_ledger", "verify"):
        code, said = machine.run(f"/opt/lantai/deploy/lantai-manage {command}")
        machine.expect(f"manage.py {command}", code == 0, said)
    for address, name in (
        ("/register/verify_register.py", "verify_register.py"),
        ("/register/export.jsonl", "register.jsonl"),
    ):
        status, _, body = ask(machine, address)
        machine.expect(f"{address} is read", status == "200" and bool(body), status)
        (machine.folder / "tmp" / name).write_bytes(body)
    code, said = machine.run(
        "cd /tmp && python3 verify_register.py register.jsonl; code=$?; cd /opt/lantai; (exit $code)"
    )
    machine.expect("a stranger's check of the register", code == 0, said)


def facts_of(machine):
    """{what: value} of everything that another machine must have again."""
    data = machine.folder / "var/lib/lantai"
    counts = "; ".join(f"SELECT '{table}', count(*) FROM {table}" for table in TABLES)
    _, said = machine.run(f'cd / && runuser -u postgres -- psql -At lantai -c "{counts}"')
    _, modes = machine.run(
        "cd /var/lib/lantai && stat -c '%a %U:%G' .; stat -c '%a %U %n' media static secret-key ledger-key confidential-key;"
        " find media/attachments -printf '%m %u %P\\n' | sort; find static -printf '%y %m %u\\n' | sort -u"
    )
    _, _, register = ask(machine, "/register/export.jsonl")
    return {
        "counts of rows": sorted(line for line in said.split() if "|" in line),
        "files": {
            str(path.relative_to(data)): digest(path.read_bytes())
            for path in sorted(data.glob("media/**/*"))
            if path.is_file()
        },
        "keys": {
            name: digest((data / name).read_bytes())
            for name in ("secret-key", "ledger-key", "confidential-key")
        },
        "modes and owners": modes.replace("\r", "").splitlines(),
        "the register": digest(register),
    }


def digest(data):
    """SHA-256."""
    return hashlib.sha256(data).hexdigest()
