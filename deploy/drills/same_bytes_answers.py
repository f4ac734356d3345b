"""Inside one code: everything it answers, written into a folder for `same_bytes.py`, at one fixed
moment.

same_bytes_answers.py public OUT MOMENT     every kind of public address, and what pages link to, read by nobody in particular
same_bytes_answers.py desk OUT MOMENT       the same of the desk, as each of the demonstration's accounts
same_bytes_answers.py readings OUT MOMENT GIVEN CODE   what the readers of documents make of the answers in GIVEN and the samples of CODE
"""

import dataclasses
import datetime as dt
import importlib
import io
import json
import logging
import sys
import warnings
from collections import Counter, deque
from pathlib import Path
from urllib.parse import parse_qsl, urljoin, urlsplit

import django
import time_machine

warnings.simplefilter("ignore")
django.setup()
logging.disable(logging.CRITICAL)

from django.contrib.auth.models import User  # noqa: E402
from django.db import connection  # noqa: E402
from django.test import Client  # noqa: E402
from django.urls import Resolver404, resolve  # noqa: E402
from lxml import html  # noqa: E402

from disclosure.models import Item, OldAddress, Revision  # noqa: E402
from portal.tests.public_routes import FIELD, filled, patterns  # noqa: E402

HOST = "127.0.0.1"
# So many of one kind, with so many parameters: filters combine without end.
PUBLIC, DESK = (6, 2), (2, 1)
# They differ from answer to answer, or with the machine.
HEADERS_LEFT_OUT = {"set-cookie", "server-timing", "x-request-id", "date"}
# What ends a session; what shows a new secret each time; what says the machine's own clock and
# load.
NOT_ASKED = {"logout", "admin:logout", "admin:second-factor", "admin:system-status"}
# What reads documents: the name it is reported by, where it may live, how it is called, and of
# which files.
TEXTS, WORDS = (
    {"html", "htm", "txt", "md", "csv", "json", "xml"},
    {"docx", "doc", "odt", "rtf", "wps"},
)
READERS = (
    ("Word intake", ("documents.intake", "disclosure.intake"), "read_document", "file", WORDS),
    ("old pages", ("imports.recognition", "disclosure.imports", "disclosure.legacy"), "recognise", "named", {*TEXTS, *WORDS, "pdf", "mht"}),
    ("paste", ("documents.html.paste", "disclosure.paste"), "clean_pasted", "text", {"html", "htm"}),
    ("plain text", ("documents.html.plaintext", "disclosure.plaintext"), "recognise", "text", {"txt", "md"}),
    ("sanitised", ("documents.html.richtext", "disclosure.richtext"), "sanitize", "text", {"html", "htm"}),
    ("personal data", ("documents.personal", "checklist.personal"), "find_personal_data", "text", TEXTS),
    ("extraction", ("documents.extraction", "disclosure.extraction"), "extract_text", "kind", None),
    ("upload gate", ("documents.uploads.gate", "disclosure.uploads"), "check_upload", "file", None),
    ("cleaning", ("documents.cleaning", "disclosure.cleaning"), "clean_upload", "file", None),
)  # fmt: skip


class Answers:
    """What is written into the folder: the bytes, and a line about each."""

    def __init__(self, part, folder):
        self.part, self.folder, self.number = part, Path(folder), 0
        self.lines = (self.folder / f"{part}.jsonl").open("w")

    def write(self, key, kind, content, **facts):
        """One answer."""
        self.number += 1
        file = f"{self.part}-{self.number:05}"
        (self.folder / file).write_bytes(content)
        line = {"key": key, "kind": kind, "file": file, "facts": facts}
        self.lines.write(json.dumps(line, ensure_ascii=False) + "\n")


# --- Pages ----------------------------------------------------------------------------------


class Walk:
    """Who reads, from address to address along the links, so many of each kind."""

    def __init__(self, answers, who, bounds, *, prefix=""):
        self.answers, self.who, self.prefix = answers, who, prefix
        self.most, self.most_parameters = bounds
        self.client = Client(headers={"host": HOST})
        if who:
            self.client.force_login(User.objects.get(username=who))
        self.kinds, self.seen, self.queue = Counter(), set(), deque()

    def offer(self, address, kind=None):
        """An address that was found: it waits, if there are too few of its kind yet."""
        kind = kind or kind_of(address, self.most_parameters)
        if (
            kind is None
            or address in self.seen
            or self.kinds[kind] >= self.most
            or kind.split("?")[0] in NOT_ASKED
        ):
            return
        self.seen.add(address)
        self.kinds[kind] += 1
        self.queue.append((address, kind))

    def take(self, address, kind):
        """An address that is asked in any case."""
        if address not in self.seen:
            self.seen.add(address)
            self.queue.append((address, kind))

    def go(self):
        """Until nothing waits."""
        while self.queue:
            address, kind = self.queue.popleft()
            response = self.client.get(address)
            content = response.getvalue() if response.streaming else response.content
            headers = {
                name: value
                for name, value in response.headers.items()
                if name.lower() not in HEADERS_LEFT_OUT
            }
            self.answers.write(
                f"{self.who} {address}", kind, content, status=response.status_code, **headers
            )
            if response.get("Content-Type", "").startswith("text/html"):
                self._links(address, content)

    def _links(self, address, content):
        if not content.strip():
            return
        for link in html.fromstring(content).xpath("//a/@href | //link/@href | //img/@src"):
            target = urlsplit(urljoin(f"http://{HOST}{address}", link.strip()))
            if target.netloc == HOST and bool(self.prefix) == target.path.startswith("/admin/"):
                self.offer(target.path + (f"?{target.query}" if target.query else ""))


def kind_of(address, most_parameters):
    """The name of its view with the names of its parameters; None where no view answers, or too
    much is asked.
    """
    parts = urlsplit(address)
    try:
        match = resolve(parts.path)
    except (Resolver404, ValueError):
        return None
    extension = parts.path.rpartition(".")[2] if "." in parts.path.rpartition("/")[2] else ""
    names = {name for name, _ in parse_qsl(parts.query, keep_blank_values=True)}
    if len(names) > most_parameters:
        return None
    names = "&".join(sorted(names))
    return f"{match.view_name or match.route}?{names} {extension}".strip()


def records():
    """What addresses are made of: items of each state and genre, of each year's report."""
    chosen = {}
    for item in Item.objects.exclude(index_number=None).order_by("pk"):
        report = getattr(item, "annual_report", None)
        key = (
            item.status,
            item.genre,
            bool(report),
            item.attachments.exists(),
            item.validities.exists(),
        )
        chosen.setdefault(key, item)
    for item in chosen.values():
        file, report = item.attachments.first(), getattr(item, "annual_report", None)
        revision = Revision.objects.filter(item=item).order_by("pk").last()
        old = OldAddress.objects.filter(item=item).first() or OldAddress.objects.first()
        yield {
            "index_number": item.index_number,
            "year": str(report.year if report else item.created_on.year),
            "pk": str(file.pk) if file else "00000000-0000-4000-8000-000000000000",
            "name": file.name if file else "无.txt",
            "sha256": revision.content_sha256 if revision else "0" * 64,
            "path": old.path.lstrip("/") if old else "none",
            "slug": item.department.slug,
            "category": item.category.slug,
            "organ": item.department.slug,
            "number": "1",
            "key": "a",
            "section": "2026",
            "sequence": "1",
        }


def address_of(route, name, values):
    """The address of a route for a record."""
    if "catalog/" in route:
        return "/" + FIELD.sub(
            lambda match: values["category" if "slug" in match[0] else match[1]], route
        )
    return filled(route, values | ({"name": "items.jsonl.gz"} if name == "data-file" else {}))


OF_EVERY_FORMAT = 4  # records
FORMATS = ("json", "xml", "csv", "xlsx", "pdf", "docx", "odt", "md", "txt", "zip", "html")


def public(answers):
    """Every address of the configuration with every kind of record and ending, then whatever pages
    link to.
    """
    walk = Walk(answers, "", PUBLIC)
    given = list(records())
    for name, route in patterns():
        wanted = {first or second for first, second in FIELD.findall(route)}
        for number, record in enumerate(given if wanted else given[:1]):
            for extension in (
                FORMATS if "extension" in wanted and number < OF_EVERY_FORMAT else FORMATS[:1]
            ):
                walk.take(address_of(route, name, record | {"extension": extension}), name)
    walk.offer("/")
    walk.go()


def desk(answers):
    """Every account of the demonstration, along the links of the desk."""
    for username in (
        User.objects.filter(is_staff=True).order_by("username").values_list("username", flat=True)
    ):
        walk = Walk(answers, username, DESK, prefix="/admin/")
        walk.offer("/admin/")
        for label in ("item", "annualreport"):
            walk.offer(f"/admin/disclosure/{label}/add/")
        for item in Item.objects.order_by("pk")[:3]:
            walk.offer(f"/admin/disclosure/item/{item.pk}/change/")
        walk.go()


# --- Readings -------------------------------------------------------------------------------

ENDINGS = {
    "text/html": "html", "application/json": "json", "text/csv": "csv", "application/pdf": "pdf",
    "text/markdown": "md", "text/plain": "txt",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": "docx", "application/vnd.oasis.opendocument.text": "odt",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": "xlsx", "application/zip": "zip", "application/xml": "xml",
}  # fmt: skip
OF_ONE_ENDING = 40


def samples(given, code):
    """(name, bytes): answers of both walks, some of each ending, and the samples that the
    repository holds.
    """
    number = Counter()
    for part in ("public", "desk"):
        for line in map(json.loads, (given / f"{part}.jsonl").read_text().splitlines()):
            ending = ENDINGS.get(line["facts"].get("Content-Type", "").partition(";")[0])
            if ending and line["facts"]["status"] == 200 and number[part, ending] < OF_ONE_ENDING:
                number[part, ending] += 1
                yield f"{line['file']}.{ending}", (given / line["file"]).read_bytes()
    for folder in ("bench/import/samples", "fixtures"):
        for path in sorted((code / folder).rglob("*")):
            if path.is_file() and path.suffix not in {".xz", ".py", ".json"}:
                yield path.name, path.read_bytes()


def reader(places, name):
    """The function, wherever this code keeps it."""
    for place in places:
        try:
            return getattr(importlib.import_module(place), name)
        except (ImportError, AttributeError):
            continue
    raise SystemExit(f"no {name} in any of {places}: say in READERS where it lives now")


def readings(answers, given, code):
    """Every reader with every sample of its kind."""
    files = list(samples(Path(given), Path(code)))
    for title, places, name, manner, endings in READERS:
        call = reader(places, name)
        for file_name, data in files:
            ending = file_name.rpartition(".")[2].lower()
            if endings is None or ending in endings:
                answers.write(
                    f"{title} {file_name}", title, told(call, manner, file_name, ending, data)
                )


def told(call, manner, name, ending, data):
    """What a reader makes of the bytes, or the sentence it refuses them with."""
    file = io.BytesIO(data)
    file.name, file.size = name, len(data)
    try:
        match manner:
            case "text":
                result = call(data.decode(errors="replace"))
            case "named":
                result = call(data, name)
            case "kind":
                result = call(file, ending)
            case _:
                result = call(file)
    except Exception as error:  # a refusal is an answer too
        result = f"{type(error).__name__}: {error}"
    return json.dumps(plain(result), ensure_ascii=False, indent=1, sort_keys=True).encode(
        errors="surrogatepass"
    )


def plain(value):
    """Data that JSON can say, whatever the classes are called."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {
            field.name: plain(getattr(value, field.name)) for field in dataclasses.fields(value)
        }
    if isinstance(value, dict):
        return {str(plain(key)): plain(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [plain(one) for one in value]
    if isinstance(value, set | frozenset):
        return sorted(json.dumps(plain(one), ensure_ascii=False) for one in value)
    if isinstance(value, str):
        return str(value)
    if value is None or isinstance(value, bool | int | float):
        return value
    if isinstance(value, bytes):
        return value.hex()
    if hasattr(value, "read"):
        value.seek(0)
        return plain(value.read())
    return str(value) if type(value).__str__ is not object.__str__ else type(value).__name__


if __name__ == "__main__":
    part, folder, moment, *rest = sys.argv[1:]
    with time_machine.travel(dt.datetime.fromisoformat(moment), tick=False):
        answers = Answers(part, folder)
        {"public": public, "desk": desk, "readings": readings}[part](answers, *rest)
        answers.lines.close()
    connection.close()
