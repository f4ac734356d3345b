"""The pages all machines share, in a Redis where CACHE_URL names one. Whatever fails there is a
miss, never an error.
"""

import hashlib
import logging
import secrets
import time
import zlib

import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from portal.pagecache.entry import Entry

logger = logging.getLogger(__name__)
# Redis is asked in the middle of a reader's request, and stands next door.
TIMEOUT = 0.2
REST_AFTER_FAILURE = 2.0
KEEP_SECONDS = 24 * 3600
LEASE_MS = 10_000
POLL = 0.01
_UNLOCK = "if redis.call('get', KEYS[1]) == ARGV[1] then return redis.call('del', KEYS[1]) end"


class NoShared:
    """Where there is no Redis: every process keeps its own pages."""

    def clear(self):
        """Nothing is there."""

    def get(self, key, version, expires):
        """Nothing is found."""

    def put(self, key, entry):
        """Nothing is kept."""

    def lead(self, key, version):
        """Every process renders for itself."""
        return ""

    def done(self, key, version, lease):
        """Nobody waits."""


class Shared:
    """Pages by version and key. `release` keeps apart what different code would render."""

    def __init__(self, url, release):
        timeouts = {"socket_timeout": TIMEOUT, "socket_connect_timeout": TIMEOUT}
        self._redis = redis.Redis.from_url(url, **timeouts, retry=Retry(NoBackoff(), 0))
        self._release = release
        self._rests_until = 0.0

    def _name(self, kind, key, version):
        digest = hashlib.blake2b(
            "\0".join((self._release, version, *key)).encode("utf-8", "replace"), digest_size=20
        )
        return f"lantai:{kind}:{digest.hexdigest()}"

    def _ask(self, command, *args, **kwargs):
        if time.monotonic() < self._rests_until:
            return None
        try:
            return getattr(self._redis, command)(*args, **kwargs)
        except (redis.RedisError, OSError) as error:
            self._rests_until = time.monotonic() + REST_AFTER_FAILURE
            logger.warning("The shared page cache does not answer: %s", error)
            return None

    def get(self, key, version, expires):
        """The entry, or None."""
        packed = self._ask("get", self._name("page", key, version))
        if not packed:
            return None
        try:
            return Entry.unpacked(zlib.decompress(packed), version=version, expires=expires)
        except (ValueError, TypeError, KeyError, zlib.error):
            logger.warning("A page in the shared cache is not readable")
            return None

    def put(self, key, entry):
        """Keep an entry for all machines."""
        seconds = max(1, min(KEEP_SECONDS, int(entry.expires - time.monotonic())))
        name = self._name("page", key, entry.version)
        self._ask("set", name, zlib.compress(entry.packed(), 6), ex=seconds)

    def clear(self):
        """Delete all pages, of whatever version: nobody asks for those of an older one, but there
        they stand. Raises RedisError.
        """
        for name in self._redis.scan_iter("lantai:page:*", count=1_000):
            self._redis.delete(name)

    def lead(self, key, version):
        """Ask to be the one who renders. A lease where it was given, "" where Redis does not
        answer, None: another is.
        """
        lease = secrets.token_hex(8)
        given = self._ask("set", self._name("lease", key, version), lease, nx=True, px=LEASE_MS)
        if given:
            return lease
        return "" if time.monotonic() < self._rests_until else None

    def done(self, key, version, lease):
        """Give the lease back."""
        if lease:
            self._ask("eval", _UNLOCK, 1, self._name("lease", key, version), lease)

    def wait(self, key, version, expires):
        """The entry that another process is rendering, or None where it does not come."""
        until = time.monotonic() + LEASE_MS / 1000
        lease = self._name("lease", key, version)
        while time.monotonic() < until:
            if entry := self.get(key, version, expires):
                return entry
            if not self._ask("exists", lease):
                return self.get(key, version, expires)
            time.sleep(POLL)
        return None
