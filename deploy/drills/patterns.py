"""Installations that are set up once and copied: setting one up takes half a minute, copying it a
second.
"""

import shutil
import threading

from loopback import Portal, new_database


class Once:
    """What the first to ask for it makes; others who ask meanwhile wait."""

    def __init__(self, make):
        self.make, self.lock, self.made = make, threading.Lock(), []

    def __call__(self):
        """The thing made."""
        with self.lock:
            if not self.made:
                self.made.append(self.make())
            return self.made[0]


class Static:
    """Static files, which are alike on every database: hashed and compressed once."""

    def __init__(self, folder):
        self.folder, self.ready = folder, Once(self._collected)

    def _collected(self):
        self.folder.mkdir(parents=True)
        address = {"DATABASE_URL": f"sqlite:///{self.folder}/none.sqlite3"}
        portal = Portal(self.folder, None, **address)
        portal.manage("collectstatic", "--noinput", "-v", "0")
        return self.folder / "static"


class Pattern:
    """The demonstration on one database (`seeded`), and an installation with nothing in it
    (`empty`): folders that are ready to be copied.

    On PostgreSQL a database of that name stands beside each; nobody may be connected to one that is
    copied.
    """

    def __init__(self, database, folder, static):
        self.database, self.folder, self.static = database, folder, static
        self.lock = threading.Lock()
        self.empty, self.seeded = Once(self._migrated), Once(self._filled)

    def _migrated(self):
        place = self.folder / "empty"
        portal = self._set_up(place, "pattern_empty")
        portal.manage("migrate", "--noinput", "-v", "0")
        return place

    def _filled(self):
        place = self.folder / "seeded"
        shutil.copytree(self.empty(), place)
        portal = self._set_up(place, "pattern_seeded", "pattern_empty")
        portal.manage("seed", "-v", "0")
        return place

    def _set_up(self, place, name, template=None):
        place.mkdir(parents=True, exist_ok=True)
        return Portal(
            place, self.database, DATABASE_URL=new_database(self.database, place, name, template)
        )

    def put(self, folder, name, *, is_empty=False):
        """Copy it into a folder (and a database of that name); the address of the database."""
        pattern = self.empty() if is_empty else self.seeded()
        shutil.copytree(
            pattern, folder, dirs_exist_ok=True, ignore=shutil.ignore_patterns("static")
        )
        shutil.copytree(self.static.ready(), folder / "static", dirs_exist_ok=True)
        with self.lock:  # PostgreSQL copies no database that another connection is copying
            return new_database(self.database, folder, name, f"pattern_{pattern.name}")

    def portal(self, folder, name):
        """A portal there that is prepared by copying."""
        return Copy(self, folder, name)


class Copy(Portal):
    """The demonstration, copied."""

    def __init__(self, pattern, folder, name):
        super().__init__(folder, pattern.database)
        self.pattern, self.name = pattern, name

    def prepare(self):
        """Database, static files, demonstration content."""
        self.environment["DATABASE_URL"] = self.pattern.put(self.folder, self.name)
