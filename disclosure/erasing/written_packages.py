"""Packages that commands write onto a disk: recorded before the first byte, and deleted where they
hold what is removed by law.

条例 Art. 25 has items handed to archives and libraries, so a file with thousands of them lies
wherever the contractor had it written.
"""

import hashlib
import logging
from pathlib import Path

from django.core.management.base import CommandError
from django.db import transaction
from django.utils import timezone

from disclosure.erasing.clearing import clears, node
from disclosure.models import WrittenPackage
from disclosure.models.written import erasing_takedowns

logger = logging.getLogger(__name__)
RECORDED = "已登记：其中的信息以后如被依法删除，平台会删除这个文件，并在工作台上提醒通知接收单位。"
TAKEN_MEANWHILE = "写资料包的时候，其中有信息被依法删除或隐去旧版。没有写成，请重新运行。"


def write_package(*, kind, scope, target, index_numbers, chunks):
    """Write a file of these items beside the target and put it in its place; returns its
    `WrittenPackage`.

    Raises CommandError where something of it was removed meanwhile. An interrupted run leaves
    neither file nor record.
    """
    package = WrittenPackage.objects.create(
        kind=kind,
        scope=scope,
        machine=node(),
        path=str(target.resolve()),
        index_numbers=sorted(index_numbers),
    )
    part, digest = target.with_name(target.name + ".part"), hashlib.sha256()
    try:
        with part.open("wb") as file:
            for chunk in chunks:
                file.write(chunk)
                digest.update(chunk)
        _put_in_place(package, part, target, digest.hexdigest())
    except BaseException:
        part.unlink(missing_ok=True)
        package.delete()
        raise
    return package


@transaction.atomic
def _put_in_place(package, part, target, sha256):
    if package.holds_any(erasing_takedowns()):
        raise CommandError(TAKEN_MEANWHILE)
    WrittenPackage.objects.left().filter(machine=package.machine, path=package.path).exclude(
        pk=package.pk
    ).update(
        missed_at=timezone.now()  # another file takes its place now
    )
    part.replace(target)
    facts = target.stat()
    package.sha256, package.size, package.changed_ns = sha256, facts.st_size, facts.st_mtime_ns
    package.save(update_fields=["sha256", "size", "changed_ns"])


@clears
def delete_written_packages(*, erased):
    """Those of this machine that hold something removed by law, or an earlier version that was
    hidden.
    """
    if erased:
        delete_again()


def delete_again():
    """A step of tick: (deleted, left where they lie because they cannot be deleted)."""
    own = list(WrittenPackage.objects.left().filter(machine=node()))
    takedowns = erasing_takedowns() if own else ()
    doomed = [package for package in own if package.holds_any(takedowns)]
    for package in doomed:
        _delete(package)
    left = WrittenPackage.objects.left().filter(pk__in=[package.pk for package in doomed]).count()
    return len(doomed) - left, left


def _delete(package):
    """The file, where it is still the one that was written. One that cannot be deleted stays on the
    list.
    """
    path = Path(package.path)
    try:
        path.with_name(f"{path.name}.part").unlink(
            missing_ok=True
        )  # of a run that was killed, or that will refuse itself
        facts = path.stat()
        if (facts.st_size, facts.st_mtime_ns) == (package.size, package.changed_ns):
            path.unlink()
            WrittenPackage.objects.filter(pk=package.pk).update(cleared_at=timezone.now())
            return
    except FileNotFoundError:
        pass
    except OSError:
        logger.exception("a package that holds what was removed by law cannot be deleted: %s", path)
        return
    WrittenPackage.objects.filter(pk=package.pk).update(missed_at=timezone.now())
