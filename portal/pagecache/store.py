"""The pages one process keeps: bounded in bytes, and not to be emptied by somebody who asks for
every page once.
"""

import threading
from collections import OrderedDict

# What one entry costs beside its bodies: headers, key, objects.
OVERHEAD = 2_000
# Pages asked for once may fill this share; the rest belongs to pages asked for again.
NEWCOMERS = 0.25


class Store:
    """Entries by key. One asked for again moves from the newcomers to the regulars; each part drops
    its oldest.
    """

    def __init__(self, limit):
        self.limit = limit
        self._lock = threading.Lock()
        self._parts = {False: OrderedDict(), True: OrderedDict()}
        self._bytes = {False: 0, True: 0}

    def __len__(self):
        return sum(len(part) for part in self._parts.values())

    @property
    def bytes(self):
        """Bytes held, with `OVERHEAD` an entry."""
        return sum(self._bytes.values())

    def get(self, key):
        """The entry, or None. Takes no lock where a regular is asked for."""
        entry = self._parts[True].get(key)
        if entry is not None:
            try:  # noqa: SIM105 – `suppress` costs as much as the rest of a hit's look-up
                self._parts[True].move_to_end(key)
            except KeyError:  # dropped in this instant
                pass
            return entry
        entry = self._parts[False].get(key)
        if entry is not None:
            self._promote(key)
        return entry

    def put(self, key, entry):
        """Keep an entry, in the place of an older one."""
        with self._lock:
            is_regular = self._remove(key)
            self._insert(key, entry, is_regular)

    def clear(self):
        with self._lock:
            for is_regular, part in self._parts.items():
                part.clear()
                self._bytes[is_regular] = 0

    def grown(self, key, entry):
        """An entry holds more than before (a compressed body was made): count it again."""
        with self._lock:
            for is_regular, part in self._parts.items():
                if part.get(key) is entry:
                    self._remove(key)
                    self._insert(key, entry, is_regular)
                    return

    def _promote(self, key):
        with self._lock:
            entry = self._parts[False].get(key)
            if entry is not None:
                self._remove(key)
                self._insert(key, entry, True)

    def _insert(self, key, entry, is_regular):
        entry.held = entry.size + OVERHEAD
        part = self._parts[is_regular]
        part[key] = entry
        self._bytes[is_regular] += entry.held
        share = self.limit * (1 - NEWCOMERS if is_regular else NEWCOMERS)
        while self._bytes[is_regular] > share and part:
            _, oldest = part.popitem(last=False)
            self._bytes[is_regular] -= oldest.held

    def _remove(self, key):
        """Take an entry out. Whether it was a regular."""
        for is_regular, part in self._parts.items():
            if (old := part.pop(key, None)) is not None:
                self._bytes[is_regular] -= old.held
                return is_regular
        return False
