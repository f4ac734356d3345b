"""Lists of public items as CSV, XLSX and JSON: the four legal columns of a catalogue first (条例
Art. 12).

Rows are read a few hundred at a time and go to a file on disk, so that a list of any length costs
little memory, and a slow reader holds neither the database nor a place for heavy work.
"""

import json
import tempfile
from dataclasses import dataclass

from django.conf import settings
from django.db.models import QuerySet
from django.utils import timezone

from disclosure.files.facts import absolute
from disclosure.models import Item
from documents.files.cells import csv_chunks
from documents.files.sheets import HEAD, Cell, Sheet, workbook
from documents.files.zips import stream_zip

MOST_ROWS = 50_000
ROWS_AT_ONCE = 400
FORMAT = "lantai-list-1"
LEGAL_COLUMNS = ("索引", "名称", "内容概述", "生成日期")
COLUMNS = (
    *LEGAL_COLUMNS, "发布机构", "发文字号", "发布日期", "有效性", "主题分类", "体裁", "栏目", "公开方式", "地址"
)  # fmt: skip
WIDTHS = (24, 50, 60, 12, 22, 22, 12, 10, 20, 10, 16, 10, 50)
TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "json": "application/json; charset=utf-8",
}


@dataclass(frozen=True)
class Listing:
    """What a list holds: its title, its address, the choices of the reader in words, and the ids of
    its items in order.

    `is_cut`: there are more.
    """

    title: str
    address: str
    chosen: tuple
    ids: list
    is_cut: bool

    @classmethod
    def of(cls, title, address, chosen, listed):
        """From what a list page shows: a queryset, or the results of a search, which count no
        further than they rank.
        """
        if isinstance(listed, QuerySet):
            ids, is_more = list(listed.values_list("pk", flat=True)[: MOST_ROWS + 1]), False
        else:
            ids, is_more = [hit.pk for hit in listed.found[: MOST_ROWS + 1]], listed.found.is_more
        return cls(title, address, tuple(chosen), ids[:MOST_ROWS], is_more or len(ids) > MOST_ROWS)

    @property
    def notes(self):
        """What a reader must know of the file, in sentences."""
        notes = [f"{self.title}：共 {len(self.ids)} 条。"]
        notes += [f"筛选条件：{'；'.join(self.chosen)}。"] if self.chosen else []
        if self.is_cut:
            notes = [
                f"符合条件的信息超过 {MOST_ROWS} 条，本文件只有前 {MOST_ROWS} 条。请加上年份、机构等条件分次导出。"
            ]
        return notes

    def rows(self):
        """The rows under `COLUMNS`, in the order of the list; what was withdrawn meanwhile is left
        out.
        """
        items = (
            Item.objects.published()
            .with_row()
            .select_related("theme__parent")
            .prefetch_related("validities")
        )
        for first in range(0, len(self.ids), ROWS_AT_ONCE):
            ids = self.ids[first : first + ROWS_AT_ONCE]
            found = items.in_bulk(ids)
            yield from (_row(found[pk]) for pk in ids if pk in found)


def _row(item):
    return [
        item.index_number,
        item.title,
        item.summary,
        item.created_on.isoformat(),
        item.department.name,
        item.document_number,
        timezone.localtime(item.listed_at).date().isoformat(),
        item.validity_label(),
        str(item.theme or ""),
        item.get_genre_display() if item.genre else "",
        item.category.name,
        item.get_disclosure_mode_display(),
        absolute(item.get_absolute_url()),
    ]


def list_file(listing, extension):
    """The list in a format, as an open file without a name."""
    settings.EXPORTS_DIR.mkdir(parents=True, exist_ok=True)
    file = tempfile.TemporaryFile(dir=settings.EXPORTS_DIR)  # noqa: SIM115 – the response closes it
    for chunk in _WRITERS[extension](listing):
        file.write(chunk)
    file.seek(0)
    return file


def _csv(listing):
    def rows():
        yield COLUMNS
        yield from listing.rows()
        if listing.is_cut:
            yield listing.notes

    return csv_chunks(rows())


def _xlsx(listing):
    def rows():
        yield [Cell(name, HEAD) for name in COLUMNS]
        yield from listing.rows()

    about = [[Cell("说明", HEAD)], *([note] for note in listing.notes), [listing.address]]
    sheets = [
        Sheet(listing.title, rows(), widths=list(WIDTHS), frozen_rows=1),
        Sheet("说明", about, widths=[90]),
    ]
    return stream_zip(workbook(sheets))


def _json(listing):
    head = {
        "format": FORMAT,
        "title": listing.title,
        "address": listing.address,
        "chosen": list(listing.chosen),
    }
    head |= {"is_cut": listing.is_cut, "notes": listing.notes}
    yield (json.dumps(head, ensure_ascii=False)[:-1] + ', "items": [').encode()
    before = "\n"
    for row in listing.rows():
        yield (
            before + json.dumps(dict(zip(COLUMNS, row, strict=True)), ensure_ascii=False)
        ).encode()
        before = ",\n"
    yield b"\n]}\n"


_WRITERS = {"csv": _csv, "xlsx": _xlsx, "json": _json}
