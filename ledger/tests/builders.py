"""Entries for tests, each with what the test does not care about filled in."""

import hashlib
import io
import json
from itertools import count

from django.contrib.auth.models import User
from django.db import connection, transaction

from ledger import actions, export
from ledger.standalone import verify_register

_serial = count(1)


def make_person(name="王芳", **fields):
    """A member of staff."""
    return User.objects.create_user(
        f"person-{next(_serial)}", last_name=name, is_staff=True, **fields
    )


def make_entry(**fields):
    """Append one entry in a transaction of its own, about a kind of subject that no other room
    answers for.
    """
    number = next(_serial)
    defaults = {
        "act": "publish",
        "subject_kind": "document",
        "subject_key": f"{number:06d}/2026-00001",
        "subject_title": f"关于第{number}件事的通知",
        "content_sha256": sha256(f"content {number}"),
    }
    with transaction.atomic():
        return actions.append(**{**defaults, **fields})


def sha256(text):
    """Digest of a text or of bytes."""
    return hashlib.sha256(text if isinstance(text, bytes) else text.encode()).hexdigest()


def download():
    """The register as a reader has it on disk."""
    return io.StringIO("".join(export.register_lines()))


def standalone_faults():
    """What the stand-alone verifier finds in the register and the checkpoints as exported now."""
    entries, faults = verify_register.read_register(download())
    checkpoints = json.loads(json.dumps(export.checkpoints()))
    return faults + list(verify_register.checkpoint_faults(checkpoints, entries))


def sql(statement, *parameters):
    """Run SQL behind Django's back."""
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        return cursor.rowcount
