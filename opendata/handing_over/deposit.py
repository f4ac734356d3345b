"""What is handed to the archive and the public library (条例 Art. 25): the items of a year, or of
the time since the last deposit, in forms that last, with their catalogue and the register that
proves them.

    items/<索引号>/            PDF, HTML, JSON of each item; attachments/ below it
    catalogue.csv, .xlsx       索引、名称、内容概述、生成日期 first
    withdrawn.csv              what was taken back in that time, since when and why
    register/, verify_*.py     the register and the programs that check all this without us

Written as a stream; the same public state with the same register gives the same bytes.
"""

import datetime as dt
from dataclasses import dataclass, field

from django.db.models import Q
from django.utils import timezone

from disclosure.files.editions import editions_of
from disclosure.files.facts import absolute, clean_file_name
from disclosure.files.formats import FORMATS
from disclosure.files.lists import Listing, list_file
from disclosure.files.package import (
    SUBJECT,
    VERIFIERS,
    attachment_entries,
    file_of,
    is_packed_in_zip,
    pieces,
    register_part,
    sealed,
)
from disclosure.models import Item, Revision
from documents.files.cells import csv_chunks
from documents.files.failures import ExportError, NothingToExportError
from documents.files.zips import Entry, stream_zip
from ledger import export as register
from ledger.outside import seals
from opendata.handing_over.readme import deposit_readme

LASTING = (
    "pdf",
    "html",
    "json",
)  # PDF/A, one page of HTML with its pictures inside, and all facts as data
WITHDRAWN_COLUMNS = ("索引", "撤回时间", "原因", "是否依法删除")


@dataclass(frozen=True)
class Span:
    """Which items: first public in a `year`, or first public or published anew on a day `since` and
    later; one may be None.
    """

    year: int | None = None
    since: dt.date | None = None

    @property
    def words(self):
        year = f"{self.year} 年公开的信息" if self.year else "全部公开的信息"
        return f"{year}中 {self.since} 以后公开或更正的" if self.since else year

    def items(self):
        """The public items, in the order of their index numbers."""
        items = Item.objects.published()
        items = items.listed_in_year(self.year) if self.year else items
        if self.since:
            anew = Revision.objects.filter(published_at__gte=_beginning(self.since)).order_by()
            items = items.filter(
                Q(listed_at__gte=_beginning(self.since)) | Q(pk__in=anew.values("item_id"))
            )
        return items.order_by("index_number", "pk")

    def withdrawn(self):
        """What was taken back in that time, whenever it had become public: copies deposited earlier
        must know.
        """
        items = Item.objects.withdrawn().defer("body", "text")
        if self.year:
            first, last = (
                timezone.make_aware(dt.datetime(year, 1, 1)) for year in (self.year, self.year + 1)
            )
            items = items.filter(withdrawn_at__gte=first, withdrawn_at__lt=last)
        if self.since:
            items = items.filter(withdrawn_at__gte=_beginning(self.since))
        return items.order_by("index_number", "pk")


def _beginning(day):
    return timezone.make_aware(dt.datetime.combine(day, dt.time()))


@dataclass
class _Written:
    """What has gone into the package so far."""

    number: int = 0
    problems: list = field(default_factory=list)
    subjects: set = field(default_factory=set)
    folders: set = field(default_factory=set)
    begun: int = 0  # how far the register was then
    head: dict | None = None  # of the register, when all items were in


def stream_deposit(span, *, formats=LASTING, on_item=lambda: None):
    """The ZIP in pieces. `on_item` is called after each item."""
    written = _Written()
    yield from stream_zip(sealed(_entries(span, formats, written, on_item), written))


def _entries(span, formats, written, on_item):
    numbers = list(span.items().values_list("pk", flat=True))
    written.begun = seals.begin()
    for edition in editions_of(numbers):
        yield from _item(edition, formats, written)
        on_item()
    listing = Listing(
        f"政府信息公开目录（{span.words}）", absolute("/catalog/"), (), numbers, is_cut=False
    )
    for extension in ("csv", "xlsx"):
        yield Entry(
            f"catalogue.{extension}", pieces(list_file(listing, extension)), extension == "csv"
        )
    yield Entry("withdrawn.csv", csv_chunks(_withdrawn(span)))
    written.head = register.head_of_register()
    yield from register_part(written)
    for program in VERIFIERS:
        yield Entry(program.name, [program.read_bytes()])
    text = deposit_readme(span.words, written.number, formats, written.problems)
    yield Entry("README.txt", [text.encode("utf-8-sig")])


def _item(edition, formats, written):
    item = edition.item
    folder = f"items/{clean_file_name(item.index_number)}"
    if folder in written.folders:  # two numbers that differ only in what file names cannot hold
        folder = f"{folder}-{item.pk}"
    written.folders.add(folder)
    written.subjects.add((SUBJECT, item.index_number))
    written.number += 1
    for extension in formats:
        try:
            path = file_of(edition, FORMATS[extension])
        except NothingToExportError:
            continue
        except ExportError:
            written.problems.append(
                f"{folder}：{FORMATS[extension].label} 没有生成（内容过长或者正忙）。"
            )
            continue
        name = f"{folder}/{clean_file_name(item.index_number)}.{extension}"
        yield Entry(name, pieces(path.open("rb")), is_packed_in_zip(extension))
    yield from attachment_entries(edition, folder, written.problems)


def _withdrawn(span):
    yield WITHDRAWN_COLUMNS
    for item in span.withdrawn().iterator(500):
        moment = timezone.localtime(item.withdrawn_at).isoformat(timespec="seconds")
        yield [
            item.index_number,
            moment,
            item.withdrawal_reason,
            "是" if item.is_removed_by_law else "否",
        ]
