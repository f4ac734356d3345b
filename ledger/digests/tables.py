"""Which rows the public reads. Each room says so of its tables, in a module its `hooks.py` names."""

import hashlib
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from django.db.models import QuerySet

CHUNK = 1000


@dataclass(frozen=True)
class Row:
    """One row: its key, the subject it belongs to in the register, and the digest of its columns."""

    key: str
    subject: str
    sha256: str
    amount: int | None = None


@dataclass(frozen=True)
class Difference:
    """A row that is not as the last digest accounted for it. `before`: its PublicRow, None where it
    is new; `now`: None where it is gone. What happened after `sequence` of the register and
    `audited` of the audit log may explain it.
    """

    table: str
    key: str
    subject: str
    before: object
    now: Row | None
    sequence: int
    audited: int


# A function that takes differences and returns those that it does not explain.
Explainer = Callable[[list[Difference]], list[Difference]]


@dataclass(frozen=True)
class PublicTable:
    """A table: its name for good, its title, the columns that a digest covers, its rows, and what
    may change them.
    """

    name: str
    title: str
    columns: tuple[str, ...]
    stream: Callable[[], Iterator[Row]]
    explained_by: tuple[Explainer, ...] = ()

    def unexplained(self, differences: list[Difference]) -> list[Difference]:
        """Those that nothing on record explains."""
        for explain in self.explained_by:
            if not differences:
                return []
            differences = explain(differences)
        return differences


TABLES: dict[str, PublicTable] = {}


def public_table(table: PublicTable) -> PublicTable:
    """Have the digest cover a table, once."""
    TABLES[table.name] = table
    return table


def digest_of(values: tuple) -> str:
    """SHA-256 of the values of a row, each as JSON has it or in its words."""
    text = json.dumps(values, default=str, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def rows_of(
    queryset: Callable[[], QuerySet], columns: tuple[str, ...], subject: str = ""
) -> Callable[[], Iterator[Row]]:
    """A stream of the rows of a queryset. `subject`: the column that names what they belong to."""

    def stream() -> Iterator[Row]:
        names = ("pk", *([subject] if subject else []), *columns)
        skipped = 2 if subject else 1
        for values in queryset().order_by("pk").values_list(*names).iterator(chunk_size=CHUNK):
            named = str(values[1] or "") if subject else ""
            yield Row(str(values[0]), named, digest_of(values[skipped:]))

    return stream
