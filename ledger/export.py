"""The public register as text that anybody can keep and check: JSON Lines for entries, one JSON
object for checkpoints.
"""

from ledger import canonical
from ledger.models import Checkpoint, Entry, PublicDigest, SigningKey
from ledger.reading import Unreadable, in_order

REGISTER_FORMAT = "lantai-register-1"
DIGESTS_FORMAT = "lantai-digests-1"
MOST_DIGESTS = 400  # of the download: a year and a month
CHECKPOINTS_FORMAT = "lantai-checkpoints-1"
HIDDEN = ("subject_title", "note", "payload", "subject_title_salt", "note_salt", "payload_salt")


def register_lines(subjects=None, *, until=None):
    """Yield the register line by line: a head that says how many entries follow, then each entry,
    oldest first.

    What is appended meanwhile is left to the next download, so the number in the head is always
    met. `subjects`: a set of (kind, key); the entries about others then stand without their words,
    which the chain does not need to be proved. `until`: the last entry wanted, where other files
    have to agree with this one.
    """
    head = head_of_register(until=until)
    yield _line(
        {"format": REGISTER_FORMAT, "entries": head["sequence"], "head_hash": head["entry_hash"]}
    )
    for entry in in_order(Entry.objects.public(), until=head["sequence"]):
        yield _entry_line(entry, subjects)


def head_of_register(*, until=None):
    """{"sequence", "entry_hash"} of the newest entry, or of entry `until`; 0 and GENESIS where there
    is none.
    """
    entries = Entry.objects.order_by("-sequence")
    entries = entries if until is None else entries.filter(sequence__lte=until)
    head = entries.values("sequence", "entry_hash").first()
    return head or {"sequence": 0, "entry_hash": canonical.GENESIS}


def public_entry(entry, subjects=None):
    """What the public may know of an entry: all that is hashed, and the words behind the digests
    unless hidden.
    """
    is_left_out = subjects is not None and (entry.subject_kind, entry.subject_key) not in subjects
    words = dict.fromkeys(HIDDEN) if entry.is_redacted or is_left_out else entry.opened()
    return entry.hashed() | {"entry_hash": entry.entry_hash} | words


def _entry_line(entry, subjects=None):
    """A row that was tampered with until it cannot be written down still has its line, or its
    absence would look worse.
    """
    if not isinstance(entry, Unreadable):
        try:
            return _line(public_entry(entry, subjects))
        except (ValueError, TypeError, AttributeError, KeyError):
            pass
    return _line({"sequence": entry.pk, "unreadable": True})


def public_keys():
    """The public keys that signed anything, oldest first, each with its endorsement."""
    return [
        key.endorsed() | {"key_id": key.key_id, "endorsement": key.endorsement}
        for key in SigningKey.objects.order_by("number")
    ]


def checkpoints(only=None, *, until=None):
    """All checkpoints, or those of the first `until` entries, and the public keys they are signed
    with. `only`: this one, as a witness gets it.
    """
    signed = [only] if only else Checkpoint.objects.order_by("number")
    signed = signed if until is None else signed.filter(sequence__lte=until)
    return {
        "format": CHECKPOINTS_FORMAT,
        "keys": public_keys(),
        "checkpoints": [one.signed() | {"signature": one.signature} for one in signed],
    }


def digests(only=None):
    """The digests of a year and the public keys. `only`: this one, as a witness gets it."""
    newest = [only] if only else PublicDigest.objects.order_by("-number")[:MOST_DIGESTS]
    return {
        "format": DIGESTS_FORMAT,
        "keys": public_keys(),
        "digests": [one.signed() | {"signature": one.signature} for one in newest],
    }


def _line(value):
    return canonical.canonical(value).decode() + "\n"
