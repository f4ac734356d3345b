"""The version of everything public: what it is, and reading it about once a second."""

import logging
import threading
import time

from django.db import DatabaseError, connection

from disclosure.lists.public_version import public_version
from ledger.models import Checkpoint, Entry, Redaction
from portal import identity
from portal.front.patience import note, patient
from portal.pagecache import promptness

logger = logging.getLogger(__name__)
GOOD_FOR, PATIENCE = promptness.STAMP_GOOD_FOR, promptness.STAMP_PATIENCE
RETRY_AFTER, SHORT_WAIT = promptness.STAMP_RETRY_AFTER, promptness.STAMP_SHORT_WAIT

_REGISTER = {model.__name__: model._meta.db_table for model in (Entry, Checkpoint, Redaction)}
_PARTS = [
    part.format(**_REGISTER)
    for part in (
        "SELECT MAX(sequence) FROM {Entry}",
        "SELECT MAX(number) FROM {Checkpoint}",
        "SELECT COUNT(*) || '.' || COUNT(lifted_at) || '.' || COALESCE(MAX(id), 0) FROM {Redaction}",
    )
]


def read_version():
    """The version of everything public, the register's pages included: one query."""
    return public_version(*_PARTS)


def _drop_what_is_broken():
    """What Django does between requests; this runs outside of any."""
    if not connection.in_atomic_block:
        connection.close_if_unusable_or_obsolete()


class Version:
    """The version as this process knows it: read again when it is `GOOD_FOR` old, by one thread at
    a time.
    """

    def __init__(self, read=read_version):
        self._read = read
        self._lock = threading.Lock()
        self._writes = 0
        self._good_until = 0.0
        self.value = None
        self.is_down = False

    def current(self):
        """The version, or the last one known where the database does not answer (`is_down`); None:
        never known.
        """
        if time.monotonic() >= self._good_until and self._lock.acquire(timeout=self._patience()):
            try:
                if time.monotonic() >= self._good_until:
                    self._refresh()
            finally:
                self._lock.release()
        return self.value

    def _patience(self):
        """Seconds to wait for another thread's reading: longer for the first, before which there is
        nothing to go on with.
        """
        if self.is_down:
            return 0
        return PATIENCE if self.value is None else SHORT_WAIT

    def may_still_be_shown(self, version):
        """Whether a copy of this older version may stand in: nothing has been taken away since, as
        far as is known.
        """
        return (
            version is not None
            and self.value is not None
            and version.split()[0] == self.value.split()[0]
        )

    @property
    def taken_away(self):
        """How often anything left the public's sight, as this process knows it: the first word of
        the version.
        """
        return self.value.split()[0] if self.value else ""

    def expire(self):
        """Something was written through this process: whoever reads next must see it."""
        self._writes += 1
        self._good_until = 0.0

    def _refresh(self):
        began, writes = time.monotonic(), self._writes
        try:
            _drop_what_is_broken()
            with patient(PATIENCE):
                value = self._read()
            if value != self.value:
                # before the version is known: what is made under it must show the site as it is now
                identity.forget()
            self.value = value
        except DatabaseError:
            if not self.is_down:
                logger.exception(
                    "The database does not answer: public pages go on from stale copies"
                )
            self.is_down = True
            note(is_down=True)
            _drop_what_is_broken()
            self._good_until = time.monotonic() + RETRY_AFTER
            return
        if self.is_down:
            logger.warning("The database answers again")
        self.is_down = False
        note(is_down=False)
        if writes == self._writes:
            self._good_until = began + GOOD_FOR
