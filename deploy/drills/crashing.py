"""Inside an installation: acts in a child process that is killed at a random moment. Prints JSON.
Arguments: how often in mid-publish, and how often in mid-upload, -import and -export.
"""

import contextlib
import hashlib
import json
import os
import random
import signal
import sys
import tempfile
import time
import zipfile
from pathlib import Path

import django

django.setup()

from django.core.files.base import ContentFile  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.db import connections, transaction  # noqa: E402

from catalog.models import Category, Department  # noqa: E402
from disclosure import acts  # noqa: E402
from disclosure.choices import DisclosureMode, Status  # noqa: E402
from disclosure.models import Attachment, Item, LegacyOriginal  # noqa: E402
from disclosure.search.indexing import missing_items  # noqa: E402
from disclosure.tests.builders import make_draft, make_staff  # noqa: E402
from ledger.models import Entry  # noqa: E402
from opendata import bulk  # noqa: E402
from portal.operations import proofs, sweeping  # noqa: E402

chance = random.Random(7)
PUBLICATIONS, TRIALS = map(int, sys.argv[1:3])


def killed(act, least, most):
    """Run `act(say)` in a child, kill it after a random time; (what it acknowledged, whether the
    kill came in time).
    """
    connections.close_all()
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)
        with (
            open(os.devnull, "w") as nowhere,
            contextlib.redirect_stdout(nowhere),
            contextlib.redirect_stderr(nowhere),
        ):
            _quietly(act, lambda word: os.write(writing, f"{word}\n".encode()))
        os._exit(0)
    os.close(writing)
    time.sleep(chance.uniform(least, most))
    os.kill(child, signal.SIGKILL)
    _, status = os.waitpid(child, 0)
    with os.fdopen(reading) as said:
        return said.read().split(), os.WIFSIGNALED(status)


def _pace(act, number):
    """Seconds until a child that nobody kills has acknowledged so many."""
    connections.close_all()
    reading, writing = os.pipe()
    child, began = os.fork(), time.monotonic()
    if child == 0:
        os.close(reading)
        _quietly(act, lambda word: os.write(writing, f"{word}\n".encode()))
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading) as said:
        for _ in range(number):
            said.readline()
        took = time.monotonic() - began
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
    return took


def _quietly(act, say):
    with contextlib.suppress(BaseException):
        act(say)


def found(half, lost, acknowledged, kills):
    """One kind of act, with what the sweep finds and leaves."""
    left = sweeping.strays(older_than=0)
    sweeping.remove(left)
    orphans = len(sweeping.strays(older_than=0)) + len(sweeping.missing_files())
    return {
        "half": half, "lost": lost, "acknowledged": acknowledged, "killed": kills, "left": len(left), "orphans": orphans,
    }  # fmt: skip


def publishing():
    """Reviewed drafts made public one after another."""
    organ = Department.objects.get(slug="finance-bureau")
    clerk = make_staff("信息员", organ, username="crash-clerk")
    reviewer = make_staff("审核员", organ, username="crash-reviewer")
    drafts = []
    for number in range(PUBLICATIONS * 8):
        item = make_draft(f"关于第{number}项工作的通知", department=organ, by=clerk)
        acts.submit_item(item=item, by=clerk)
        acts.approve_item(item=item, by=reviewer, mode=DisclosureMode.PROACTIVE, basis="20-1")
        drafts.append(item.pk)

    def act(say):
        for item in Item.objects.filter(pk__in=drafts, status=Status.APPROVED).order_by("pk"):
            say(acts.publish_item(item=item, by=reviewer).pk)

    said, kills, long_enough = (
        [],
        0,
        _pace(act, 3),
    )  # how long a publication takes is the machine's affair
    for _ in range(PUBLICATIONS):
        words, was_killed = killed(act, 0.02, long_enough)
        said, kills = said + words, kills + was_killed
    half = sum(
        len({item.status == Status.PUBLISHED, item.revisions.count() == 1, bool(item.index_number)})
        != 1
        for item in Item.objects.filter(pk__in=drafts)
    )
    half += missing_items().filter(pk__in=drafts).count()
    public = set(
        Item.objects.filter(pk__in=drafts, status=Status.PUBLISHED).values_list("pk", flat=True)
    )
    half += len(public) != Entry.objects.filter(revision__item__in=drafts).count()
    return found(half, len({int(word) for word in said} - public), len(said), kills)


def uploading():
    """Files of a third of a megabyte saved with their item, as the desk's form does it."""
    item = make_draft("附件很多的信息", department=Department.objects.get(slug="finance-bureau"))

    def act(say):
        for number in range(100):
            content = ("附件" + str(number)).encode() * 40_000
            with transaction.atomic():
                item.save()
                file = Attachment.objects.create(
                    item=item, file=ContentFile(content, name=f"{number}.txt")
                )
            say(f"{file.pk}:{hashlib.sha256(content).hexdigest()}")

    said, kills = [], 0
    for _ in range(TRIALS):
        words, was_killed = killed(act, 0.05, 1.5)
        said, kills = said + words, kills + was_killed
    lost = 0
    for word in said:
        key, _, digest = word.partition(":")
        file = Attachment.objects.filter(pk=key).first()
        lost += file is None or proofs.sha256_of(file.file.path) != digest
    return found(len(proofs.media_faults()), lost, len(said), kills)


def importing():
    """Old pages brought in by the command, killed and run again until it comes through."""
    with tempfile.TemporaryDirectory() as name:
        for number in range(60):
            text = f"<html><head><title>关于第{number}号事项的通知</title></head><body><h1>关于第{number}号事项的通知</h1>"
            text += (
                "<p>发布日期：2012-05-04</p>"
                + f"<p>为做好第{number}号事项，现将有关安排通知如下。</p>" * 9
            )
            Path(name, f"{number:03}.html").write_text(text + "<p>松北区财政局</p></body></html>")
        words = ["import_legacy", name, "--department", "finance-bureau", "--category", _shelf()]
        before, kills = Item.objects.count(), 0
        for _ in range(TRIALS):
            kills += killed(lambda say: call_command(*words), 0.05, 0.6)[1]
        with open(os.devnull, "w") as nowhere:
            call_command(*words, stdout=nowhere)
        hashes = {proofs.sha256_of(path) for path in Path(name).iterdir()}
        originals = LegacyOriginal.objects.filter(sha256__in=hashes)
        imported = originals.filter(state=LegacyOriginal.State.IMPORTED)
        half = imported.filter(item=None).count() + abs(
            Item.objects.count() - before - imported.count()
        )
        half += sum(
            proofs.sha256_of(original.content.path) != original.sha256 for original in originals
        )
        return found(half, len(hashes) - originals.count(), len(hashes), kills)


def _shelf():
    return Category.objects.filter(children=None).values_list("slug", flat=True).first()


def exporting():
    """The nightly package, the deposit for the archive, a backup."""
    with tempfile.TemporaryDirectory() as name:
        half = kills = 0
        for trial in range(TRIALS):
            archive, backup = Path(name, f"{trial}.zip"), Path(name, f"{trial}.tar")
            commands = (
                ["bulk_data"],
                ["deposit_package", "--year", "2026", str(archive)],
                ["backup", str(backup)],
            )
            kills += killed(lambda say, words=commands[trial % 3]: call_command(*words), 0.05, 2.0)[
                1
            ]
            half += archive.exists() and not _opens(archive)
            half += backup.exists() and not _is_whole(backup)
            if package := bulk.newest():
                half += any(
                    not (bulk.folder() / file["stored"]).is_file() for file in package["files"]
                )
        return found(half, 0, 0, kills)


def _opens(path):
    try:
        return zipfile.ZipFile(path).testzip() is None
    except (zipfile.BadZipFile, OSError):
        return False


def _is_whole(path):
    try:
        with open(os.devnull, "w") as nowhere:
            call_command("verify", backup=path, stdout=nowhere)
    except Exception:
        return False
    return True


told = {
    "publish": publishing(),
    "upload": uploading(),
    "import": importing(),
    "export and backup": exporting(),
}
told["faults"] = [fault for check in proofs.CHECKS.values() for fault in check()]
print(json.dumps(told, ensure_ascii=False))
