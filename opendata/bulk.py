"""Everything public in one package, written every night, so that nobody needs to crawl.

    items.jsonl.gz        one public item a line, as its .json file has it; in the order of index numbers
    catalog.csv.gz        索引、名称、内容概述、生成日期 and the other columns of lists
    attachments.jsonl.gz  every public file: address, size, SHA-256
    attachments.tar       the files themselves, each once, named by its SHA-256
    withdrawn.jsonl.gz    tombstones: what was public and is not any more, since when and why
    changes.jsonl.gz      what is new, changed or gone since the package before
    revisions.jsonl.gz    every published revision in its canonical text
    register.jsonl.gz     the register they are recorded in, and checkpoints.json.gz
    verify_*.py           the programs that check all of it without us
    MANIFEST.json         size and SHA-256 of each file, and the seal of the register's key under them

Files are named by their content, so a download that has begun is finished from the same package;
the last three packages are kept.
"""

import gzip
import hashlib
import json
import os
import shutil
import tarfile
import tempfile
from pathlib import Path

from django.conf import settings
from django.http import FileResponse, Http404
from django.utils import timezone

from disclosure.erasing.clearing import clears, taken_away
from disclosure.files.editions import public_items
from disclosure.files.facts import absolute, item_facts
from disclosure.files.lists import COLUMNS, Listing
from disclosure.models import Attachment, Item
from disclosure.revisions.evidence import revision_lines
from disclosure.revisions.standalone import verify_revisions
from documents.files.cells import csv_chunks
from ledger import export as register
from ledger.canonical import sha256
from ledger.outside import seals
from ledger.standalone import verify_register, verify_seal
from opendata.standalone import verify_package

FORMAT = "lantai-bulk-1"
KEPT = 3
WANTED = "wanted"  # an empty file: the package was taken away and is to be written anew
AT_ONCE = 200
TYPES = {
    ".csv.gz": "text/csv",
    ".tar": "application/x-tar",
    ".jsonl.gz": "application/jsonl",
    ".json.gz": "application/json",
    ".py": "text/x-python",
}
SERVED_AS = {"json": "application/json", "tar": "application/x-tar", "gz": "application/gzip"}
SERVED_AS |= {"py": "text/x-python"}
PROGRAMS = tuple(
    Path(program.__file__)
    for program in (verify_package, verify_register, verify_revisions, verify_seal)
)


def folder():
    """Where packages lie."""
    return Path(settings.DATA_DIR) / "bulk"


def newest():
    """The manifest of the newest package, or None."""
    try:
        package = json.loads((folder() / "MANIFEST.json").read_text())
    except (OSError, ValueError):
        return None
    # Whatever has been taken out of public view since may be in it: it is not given away any more,
    # on whichever machine it lies.
    return package if package.get("taken_away") == taken_away() else None


@clears
def discard_package(*, erased):
    """Take the package away, with those before it: it holds what has just left the public's sight.
    `tick` writes it anew.
    """
    wanted = folder() / WANTED
    if not (folder() / "MANIFEST.json").exists():
        return
    wanted.touch()
    for path in folder().iterdir():
        if path.is_file() and path.name != WANTED:
            path.unlink(missing_ok=True)


def rewrite_if_wanted():
    """A step of tick: the package that `discard_package` took away. (1, 0) where it was written."""
    wanted = folder() / WANTED
    if not wanted.exists():
        return 0, 0
    write_package()
    wanted.unlink(missing_ok=True)
    return 1, 0


def response_for(name):
    """A file of the newest package as an answer; MANIFEST.json too. Raises Http404."""
    package = newest()
    if package is None:
        raise Http404("还没有数据包")
    stored = {"MANIFEST.json": "MANIFEST.json"} | {f["name"]: f["stored"] for f in package["files"]}
    if name not in stored or not (folder() / stored[name]).is_file():
        raise Http404("没有这个文件")
    response = FileResponse(
        (folder() / stored[name]).open("rb"), as_attachment=name != "MANIFEST.json", filename=name
    )
    response["Content-Type"] = SERVED_AS[name.rpartition(".")[2]]
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "public, no-cache"
    return response


def write_package(*, progress=lambda done, total: None):
    """Write a package and make it the newest in one step. Returns its manifest."""
    folder().mkdir(parents=True, exist_ok=True)
    taken = taken_away()  # first: what goes while the package is written makes it stale
    begun, before = seals.begin(), _hashes_of(newest())
    with tempfile.TemporaryDirectory(dir=folder(), prefix=".package-") as name:
        place = Path(name)
        now = _write_items(place / "items.jsonl.gz", progress)
        _write_catalog(place / "catalog.csv.gz")
        _write_lines(place / "attachments.jsonl.gz", _attachments())
        _write_files(place / "attachments.tar")
        _write_lines(place / "withdrawn.jsonl.gz", _withdrawn())
        _write_lines(place / "changes.jsonl.gz", _changes(before, now))
        head = register.head_of_register()
        _write_proof(place, until=head["sequence"])
        _write_lines(
            place / "hashes.jsonl.gz", ([key, value] for key, value in sorted(now.items()))
        )
        files = [_stored(path) for path in sorted(place.iterdir())]
    manifest = {
        "format": FORMAT,
        "made_at": timezone.localtime().isoformat(timespec="seconds"),
        "items": len(now),
        "taken_away": taken,
        "files": files,
    }
    manifest["seal"] = seals.seal(manifest_sha256=sha256(manifest), head=head, begun=begun)
    _replace(folder() / "MANIFEST.json", json.dumps(manifest, ensure_ascii=False, indent=1))
    _prune(files)
    return manifest


def _write_items(path, progress):
    """Write the items; {index number: SHA-256 of its line}."""
    numbers = list(Item.objects.published().order_by("index_number").values_list("pk", flat=True))
    found = {}
    with _writer(path) as out:
        for first in range(0, len(numbers), AT_ONCE):
            items = public_items().in_bulk(numbers[first : first + AT_ONCE])
            for pk in numbers[first : first + AT_ONCE]:
                if pk in items:
                    line = _line(item_facts(items[pk]))
                    out.write(line)
                    found[items[pk].index_number] = hashlib.sha256(line).hexdigest()
            progress(min(first + AT_ONCE, len(numbers)), len(numbers))
    return found


def _write_catalog(path):
    numbers = list(Item.objects.published().order_by("index_number").values_list("pk", flat=True))
    listing = Listing("政府信息公开目录", absolute("/catalog/"), (), numbers, is_cut=False)

    def rows():
        yield COLUMNS
        yield from listing.rows()

    with _writer(path) as out:
        for chunk in csv_chunks(rows()):
            out.write(chunk)


def _attachments():
    files = (
        Attachment.objects.published()
        .select_related("item")
        .order_by("item__index_number", "position", "pk")
    )
    for file in files.iterator(500):
        yield {
            "index_number": file.item.index_number,
            "name": file.served_name,
            "size": file.size,
            "sha256": file.sha256,
            "address": absolute(file.get_absolute_url()),
        }


def _write_files(path):
    """Every public file once, without owner or time: the same files are the same archive."""
    files = Attachment.objects.published().order_by("sha256", "pk").only("file", "sha256")
    last = None
    with tarfile.open(path, "w", format=tarfile.PAX_FORMAT) as tar:
        for attachment in files.iterator(500):
            if attachment.sha256 == last or not Path(attachment.file.path).is_file():
                continue
            last = attachment.sha256
            info = tarfile.TarInfo(f"{last}.{attachment.extension}")
            with attachment.file.storage.open(attachment.file.name, "rb") as file:
                info.size = file.size
                tar.addfile(info, file)


def _withdrawn():
    for item in (
        Item.objects.withdrawn().defer("body", "text").order_by("index_number").iterator(500)
    ):
        yield {
            "index_number": item.index_number,
            "withdrawn_at": item.withdrawn_at
            and timezone.localtime(item.withdrawn_at).isoformat(timespec="seconds"),
            "reason": item.withdrawal_reason,
            "removed_by_law": item.is_removed_by_law,
        }


def _write_proof(place, *, until):
    """The register, its checkpoints, the revisions it records, and the programs that compare them."""
    with _writer(place / "register.jsonl.gz") as out:
        out.writelines(line.encode() for line in register.register_lines(until=until))
    _write_lines(place / "revisions.jsonl.gz", revision_lines(until))
    _write_lines(place / "checkpoints.json.gz", [register.checkpoints(until=until)])
    for program in PROGRAMS:
        shutil.copyfile(program, place / program.name)


def _changes(before, now):
    for number in sorted({*before, *now}):
        if before.get(number) != now.get(number):
            change = "gone" if number not in now else "changed" if number in before else "new"
            yield {"index_number": number, "change": change, "sha256": now.get(number)}


def _hashes_of(package):
    stored = (
        {file["name"]: file["stored"] for file in package["files"]}.get("hashes.jsonl.gz")
        if package
        else None
    )
    if not stored or not (folder() / stored).is_file():
        return {}
    with gzip.open(folder() / stored, "rt") as lines:
        return dict(json.loads(line) for line in lines)


def _write_lines(path, values):
    with _writer(path) as out:
        for value in values:
            out.write(_line(value))


def _line(value):
    return (json.dumps(value, ensure_ascii=False, separators=(",", ":")) + "\n").encode()


def _writer(path):
    """gzip without a time in it: the same content is the same file."""
    return gzip.GzipFile(filename="", mode="wb", fileobj=path.open("wb"), mtime=0)


def _stored(path):
    with path.open("rb") as file:
        digest, size = hashlib.file_digest(file, "sha256").hexdigest(), path.stat().st_size
    stored = f"{digest[:20]}-{path.name}"
    os.replace(path, folder() / stored)
    kind = next(
        (kind for ending, kind in TYPES.items() if path.name.endswith(ending)),
        "application/octet-stream",
    )
    return {"name": path.name, "stored": stored, "size": size, "sha256": digest, "type": kind}


def _replace(path, text):
    partial = path.with_suffix(".partial")
    partial.write_text(text)
    partial.replace(path)


def _prune(files):
    """Files of packages long gone; those of the last few stay for downloads that have begun."""
    newest_names = {file["stored"] for file in files}
    for name in {file["name"] for file in files}:
        older = sorted(
            folder().glob(f"*-{name}"), key=lambda path: path.stat().st_mtime, reverse=True
        )
        for path in [path for path in older if path.name not in newest_names][KEPT - 1 :]:
            path.unlink()
