"""What acts on the catalogue and on organs did to items after their newest revision, by the register.

Such an act makes no revision of each item it touches: what a revision recorded is brought up to
date here, act by act, and then compared (`disclosure.revisions.standing`).
"""

from dataclasses import dataclass, field

from catalog.models import Department
from disclosure.models import Item
from disclosure.revisions.lists import SUBJECT
from ledger.models import Entry

HOME = f"{Item._meta.verbose_name}（{Item._meta.get_field('category').verbose_name}）"
FILED = f"{Item._meta.verbose_name}（{Item._meta.get_field('further_categories').verbose_name}）"


@dataclass
class Replay:
    """The acts in their order: moves and renames of columns by address name, mergers by code."""

    moves: list = field(default_factory=list)  # (sequence, from, to, what moved)
    mergers: list = field(default_factory=list)  # (sequence, from, into)
    codes: dict = field(default_factory=dict)  # every code an organ ever had → its key
    names: dict = field(default_factory=dict)

    @classmethod
    def read(cls):
        """All of them, out of the register."""
        replay, last, rows = cls(), {}, {}
        told = Entry.objects.filter(subject_kind=SUBJECT).order_by("sequence")
        for sequence, key, payload in told.values_list(
            "sequence", "subject_key", "payload"
        ).iterator():
            if not isinstance(payload, dict):
                continue
            if key == "organs":
                replay._organs(payload.get("rows", {}))
            elif key == "columns":
                replay._columns(sequence, rows, payload.get("rows", {}))
            elif "categories" in payload:
                replay._catalogue(sequence, last, payload)
                last = payload["categories"]
        for pk, code, name in Department.objects.values_list("pk", "code", "name"):
            replay.codes[code], replay.names[name] = pk, pk
        return replay

    def _organs(self, rows):
        for key, row in rows.items():
            if row:
                self.codes[row["code"]], self.names[row["name"]] = int(key), int(key)

    def _columns(self, sequence, known, rows):
        for key, row in rows.items():
            before, known[key] = known.get(key), row
            if row and before and before["slug"] != row["slug"]:
                self.moves.append((sequence, before["slug"], row["slug"], (HOME, FILED)))

    def _catalogue(self, sequence, last, payload):
        if "from" in payload:
            moved = tuple(fact["what"] for fact in payload.get("moved", ()))
            self.moves.append((sequence, payload["from"], payload["to"], moved))
        elif "merged" in payload:
            self.mergers.append((sequence, payload["merged"], payload["into"]))
        # Before columns were listed by their keys: one gone and one come in one entry is a rename.
        now = payload["categories"]
        gone, come = set(last) - set(now), set(now) - set(last)
        if len(gone) == len(come) == 1:
            self.moves.append((sequence, gone.pop(), come.pop(), (HOME, FILED)))

    def category(self, slug, after):
        """Where an item stands that stood in a column as of entry `after`."""
        for sequence, source, target, moved in self.moves:
            if sequence > after and slug == source and HOME in moved:
                slug = target
        return slug

    def filings(self, slugs, after):
        """The same for the further columns."""
        slugs = set(slugs)
        for sequence, source, target, moved in self.moves:
            if sequence > after and source in slugs and FILED in moved:
                slugs = slugs - {source} | {target}
        return slugs

    def organ(self, code, after, *, stays):
        """The key of the organ an item belongs to; a report stays with the organ of its year."""
        pk = self.codes.get(code)
        return pk if stays else self._merged(pk, after)

    def joint(self, names, after, *, stays):
        """Keys of joint organs, and how many names the register has never heard of."""
        known = [self.names.get(name) for name in names]
        keys = {pk if stays else self._merged(pk, after) for pk in known if pk}
        return keys, known.count(None)

    def _merged(self, pk, after):
        for sequence, source, target in self.mergers:
            if sequence > after and pk is not None and self.codes.get(source) == pk:
                pk = self.codes.get(target)
        return pk
