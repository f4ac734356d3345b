"""Bring all registered values under the key that encrypts now. May be killed anywhere and run
again: each value is written by itself, only where it still is what was read, and one that is
current already is passed by.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path

from confidential import keyring
from confidential.errors import ConfidentialError, KeyFileError
from confidential.keyring import KeyRing, new_key
from confidential.values import Column, Found, registered

BATCH = 500


@dataclass
class Outcome:
    """What became of the values."""

    seen: int = 0
    written: int = 0
    changed_meanwhile: int = 0
    unreadable: list[str] = field(default_factory=list)  # places, never values


def write_all_anew(
    *,
    columns: Iterable[Column] | None = None,
    size: int = BATCH,
    progress: Callable[[int], None] = lambda count: None,
) -> Outcome:
    """Encrypt every value under the first key that is not yet; `progress` is told how many rows of
    a batch were seen.

    Raises KeyFileError where there is no key.
    """
    return _walk(_write_anew, columns, size, progress)


def check_all(
    *,
    columns: Iterable[Column] | None = None,
    size: int = BATCH,
    progress: Callable[[int], None] = lambda count: None,
) -> Outcome:
    """Decrypt every value and forget it: which do not open?"""
    return _walk(lambda found, outcome: found.read(), columns, size, progress)


def count_older(columns: Iterable[Column] | None = None) -> int:
    """How many values are not under the key that encrypts."""

    def count(found: Found, outcome: Outcome) -> None:
        outcome.written += not found.is_current()

    return _walk(count, columns, BATCH, lambda count: None).written


def _walk(
    act: Callable[[Found, Outcome], object],
    columns: Iterable[Column] | None,
    size: int,
    progress: Callable[[int], None],
) -> Outcome:
    outcome = Outcome()
    for column in registered() if columns is None else columns:
        for batch in column.batches(size):
            for found in batch:
                _try(act, found, outcome)
            progress(len(batch))
    return outcome


def _try(act: Callable[[Found, Outcome], object], found: Found, outcome: Outcome) -> None:
    outcome.seen += 1
    try:
        act(found, outcome)
    except KeyFileError:
        raise
    except ConfidentialError:
        outcome.unreadable.append(str(found.place))


def _write_anew(found: Found, outcome: Outcome) -> None:
    if found.is_current():
        return
    if found.write_anew():
        outcome.written += 1
    else:
        outcome.changed_meanwhile += 1


# --- The file's states in a rotation, each a step from the one before ----------------------
# 1 key: nothing under way. `prepare` puts a new one behind it, `lead` in front; `finish` takes the
# others out.


def prepare() -> KeyRing:
    """Put a new key behind the one that encrypts: machines that get this file can read what will be
    encrypted under it.
    """
    ring = keyring.read()
    ring = ring.joined_by([new_key(ring)])
    keyring.write(ring)
    return ring


def lead(key_id: str) -> KeyRing:
    """Encrypt with this key of the file from now on."""
    ring = keyring.read().led_by(key_id)
    keyring.write(ring)
    return ring


def finish() -> list[Path]:
    """Take out all keys but the one that encrypts, and keep each in a file of its own beside;
    returns the paths.

    Only after `write_all_anew()` has found nothing to do for as long as anybody may still have been
    at work with the file of before.
    """
    ring = keyring.read()
    places = [keyring.set_aside(key) for key in ring.keys[1:]]
    keyring.write(ring.without_old())
    return places
