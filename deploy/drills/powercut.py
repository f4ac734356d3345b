"""A power cut under SQLite: what is left of what had not been synced is chosen at random, sector by
sector.

Runs with .venv-drills' Python (apsw). Arguments: the product's pragmas as one string, trials.
Prints JSON: for those pragmas, and for synchronous=NORMAL and journal_mode=OFF as proof that the
model finds something: trials in which the database was corrupt, and in which an acknowledged commit
was gone. Models the data of files, not the entries of folders.
"""

import json
import random
import shutil
import sqlite3
import sys
import tempfile
from contextlib import closing
from pathlib import Path

import apsw

SECTOR = 512
COMMITS = 60


class Log:
    """Everything the database did to its files, in order."""

    def __init__(self):
        self.events = []


class RecordingFile(apsw.VFSFile):
    """Writes through, and notes."""

    def __init__(self, base, name, flags, log):
        super().__init__(base, name, flags)
        self.name = Path(name.filename() if isinstance(name, apsw.URIFilename) else name).name
        self.log = log

    def xWrite(self, data, offset):  # noqa: N802  SQLite's names
        """Bytes at an offset."""
        self.log.events.append(("write", self.name, offset, bytes(data)))
        super().xWrite(data, offset)

    def xTruncate(self, size):  # noqa: N802
        """A new length."""
        self.log.events.append(("truncate", self.name, size))
        super().xTruncate(size)

    def xSync(self, flags):  # noqa: N802
        """All written so far is on the disk for good."""
        self.log.events.append(("sync", self.name))
        super().xSync(flags)


class RecordingVFS(apsw.VFS):
    """The usual file system with `RecordingFile`s."""

    def __init__(self, name, log):
        self.log = log
        super().__init__(name, "")

    def xOpen(self, name, flags):  # noqa: N802
        """Open a file."""
        return RecordingFile("", name, flags, self.log)

    def xDelete(self, name, sync_folder):  # noqa: N802
        """Remove a file."""
        self.log.events.append(("delete", Path(name).name))
        super().xDelete(name, sync_folder)


def work(folder, pragmas, chance):
    """Events of a table being filled and changed; `("acknowledged", number)` after each commit."""
    log = Log()
    name = f"recording-{id(log)}"
    vfs = RecordingVFS(name, log)
    # The shared memory of WAL is no file on a disk; with one exclusive connection SQLite keeps it
    # on the heap.
    with closing(apsw.Connection(str(folder / "db"), vfs=name)) as db:
        db.execute("PRAGMA locking_mode=EXCLUSIVE").fetchall()
        db.execute("PRAGMA page_size=4096; PRAGMA wal_autocheckpoint=60").fetchall()
        db.execute(pragmas).fetchall()  # all of them: apsw stops at the first row
        db.execute(
            "CREATE TABLE act (number INTEGER PRIMARY KEY, body BLOB); CREATE INDEX by_body ON act (substr(body, 1, 8))"
        )
        log.events.append(("acknowledged", 0))
        for number in range(1, COMMITS + 1):
            db.execute("BEGIN IMMEDIATE")
            db.execute(
                "INSERT INTO act VALUES (?, ?)",
                (number, chance.randbytes(chance.randrange(50, 15_000))),
            )
            if number > 5:
                db.execute(
                    "UPDATE act SET body = ? WHERE number = ?",
                    (chance.randbytes(900), chance.randrange(1, number)),
                )
            db.execute("COMMIT")
            log.events.append(("acknowledged", number))
        events = list(log.events)  # before closing tidies up
    vfs.unregister()
    return events


def _put(content, offset, data):
    if len(content) < offset:
        content.extend(b"\0" * (offset - len(content)))
    content[offset : offset + len(data)] = data


def _apply(content, event):
    if event[0] == "truncate":
        del content[event[2] :]
    else:
        _put(content, event[2], event[3])


def _maybe_apply(content, event, chance):
    """What had not been synced: each sector may have reached the disk or not."""
    if event[0] == "truncate":
        if chance.random() < 0.5:
            _apply(content, event)
        return
    for start in range(0, len(event[3]), SECTOR):
        if chance.random() < 0.5:
            _put(content, event[2] + start, event[3][start : start + SECTOR])


def after_the_cut(events, chance):
    """({file: bytes} as found when the power is back, number of the last acknowledged commit)."""
    durable, pending, acknowledged = {}, {}, -1
    for event in events:
        kind = event[0]
        if kind == "acknowledged":
            acknowledged = event[1]
        elif kind == "delete":
            durable.pop(event[1], None)
            pending.pop(event[1], None)
        elif kind == "sync":
            content = durable.setdefault(event[1], bytearray())
            for waiting in pending.pop(event[1], []):
                _apply(content, waiting)
        else:
            durable.setdefault(event[1], bytearray())
            pending.setdefault(event[1], []).append(event)
    for name, waiting in pending.items():
        for event in waiting:
            _maybe_apply(durable[name], event, chance)
    return durable, acknowledged


def trial(pragmas, seed):
    """(is corrupt, acknowledged commits that are gone)."""
    chance = random.Random(seed)
    with tempfile.TemporaryDirectory(prefix="lantai-powercut-") as name:
        folder = Path(name)
        events = work(folder, pragmas, chance)
        first = next(index for index, event in enumerate(events) if event == ("acknowledged", 0))
        files, acknowledged = after_the_cut(
            events[: chance.randrange(first + 1, len(events))], chance
        )
        shutil.rmtree(folder)
        folder.mkdir()
        for file, content in files.items():
            (folder / file).write_bytes(content)
        try:
            with closing(sqlite3.connect(folder / "db")) as db:
                if db.execute("PRAGMA integrity_check").fetchone()[0] != "ok":
                    return True, 0
                newest = db.execute("SELECT coalesce(max(number), 0) FROM act").fetchone()[0]
                return False, max(0, acknowledged - newest)
        except sqlite3.OperationalError as error:
            return (
                "no such table" not in str(error)
            ), acknowledged + 1  # the very first commit is gone
        except sqlite3.DatabaseError:
            return True, 0


def main():
    """Trials with the product's pragmas, and with two that must fail."""
    pragmas, trials = sys.argv[1], int(sys.argv[2])
    told = {}
    kinds = {
        "product": pragmas,
        "normal": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL",
        "off": "PRAGMA journal_mode=OFF; PRAGMA synchronous=FULL",
    }
    for name, words in kinds.items():
        found = [trial(words, seed) for seed in range(trials)]
        told[name] = {
            "corrupt": sum(bad for bad, _ in found),
            "lost": sum(lost > 0 for _, lost in found),
        }
    print(json.dumps(told))


if __name__ == "__main__":
    main()
