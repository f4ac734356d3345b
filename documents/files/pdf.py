"""PDF/A-2a and PDF/UA-1 in one file: archives take it, and a screen reader reads it.

A template of ours is filled with data by a program of its own, with an end to its time, its memory
and its pages.
"""

import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from documents.blocks.tables import cell_text
from documents.files.contents import FileContents, FileFacts
from documents.files.failures import ConversionError, TooLargeError
from documents.files.glyphs import drawable_text, font_folders
from documents.files.row_heads import Rows, rows_of_heads
from documents.files.widths import ems, fit, title_size
from documents.programs import run

SECONDS = 45
MOST_PAGES = 1_000
MOST_CELLS = 60_000
SHORT_VALUE = 15  # ems of a value that leaves room for another beside it
LONG_CELL = 400  # characters; a cell with fewer is not divided between pages
LAYOUT = Path(__file__).with_name("layout.typ")
_PROJECT = Path(__file__).resolve().parents[2]


def write_pdf(document: FileContents, edition: FileFacts) -> bytes:
    """The PDF of a document. Raises TooLargeError or ConversionError.

    A picture that browsers show and the maker cannot decode gives way to its text; the rest is not
    lost for it.
    """
    try:
        return _made(document, edition)
    except ConversionError as error:
        if "image" not in str(error):
            raise
        return _made(document, edition, with_pictures=False)


def _made(document: FileContents, edition: FileFacts, *, with_pictures: bool = True) -> bytes:
    with tempfile.TemporaryDirectory(prefix="pdf-") as place:
        folder = Path(place)
        shutil.copy(LAYOUT, folder / "layout.typ")
        maker = _Data(folder, with_pictures)
        data = maker.of(document, edition)
        (folder / "document.json").write_text(json.dumps(data, ensure_ascii=False), "utf-8")
        job = {
            "fonts": [str(path) for path in font_folders()],
            "timestamp": int(edition.made_at.timestamp()),
            "tables": maker.tables,
        }
        (folder / "job.json").write_text(json.dumps(job), "utf-8")
        return _compile(folder)


def _compile(folder: Path) -> bytes:
    environment = {
        name: os.environ[name] for name in ("PATH", "LANG", "LD_LIBRARY_PATH") if name in os.environ
    }
    environment |= {"PYTHONUTF8": "1", "HOME": str(folder), "RAYON_NUM_THREADS": "1"}
    command = [sys.executable, "-m", "documents.files.typesetting", str(folder)]
    try:
        run(command, seconds=SECONDS, folder=_PROJECT, environment=environment)
        return (folder / "out.pdf").read_bytes()
    except subprocess.TimeoutExpired as error:
        raise TooLargeError from error
    except (subprocess.CalledProcessError, OSError) as error:
        said = folder / "error.txt"
        reason = said.read_text("utf-8") if said.is_file() else "killed at its bounds"
        if not said.is_file() or "over-the-page-limit" in reason:
            raise TooLargeError from error
        raise ConversionError(reason[:2000]) from error


class _Data:
    """The data of the template: texts with every character drawable, tables with the widths of
    their columns.
    """

    def __init__(self, folder: Path, with_pictures: bool) -> None:
        self.folder, self.with_pictures, self.cells = folder, with_pictures, 0
        self.level = 1  # of the heading before; the standard allows no step of two
        self.in_table = False
        self.tables: list[Rows] = []  # of each, which cells name their row

    def of(self, document: FileContents, edition: FileFacts) -> dict[str, Any]:
        return {
            "title": drawable_text(document.title).strip() or "无标题",
            "short": drawable_text(
                document.title[:34] + ("……" if len(document.title) > 34 else "")
            ),
            "organ": drawable_text(document.organ),
            "platform": drawable_text(document.platform),
            "address": edition.facts["address"],
            "index_number": drawable_text(edition.facts["index_number"]),
            "keywords": [
                *(drawable_text(word) for word in _words(edition.facts["keywords"])),
                f"sha256:{edition.code}",
            ],
            "line": [drawable_text(part) for part in document.line],
            **title_size(document.title),
            "metadata": self._noted(self._paired(self._rows(document.metadata))),
            "blocks": self._blocks(document.blocks),
            "imprint": self._noted(self._rows(document.imprint)),
            "most_pages": MOST_PAGES,
        }

    def _rows(self, rows: list[tuple[str, str]]) -> list[list[str]]:
        return [[drawable_text(label), drawable_text(value)] for label, value in rows]

    def _noted(self, rows: list[list[str]]) -> list[list[str]]:
        """A table of labels and values: every other cell is a label."""
        self.tables.append([[place % 2 == 0 for place in range(len(row))] for row in rows])
        return rows

    def _paired(self, rows: list[list[str]]) -> list[list[str]]:
        """Short values stand two in a row, as on the page."""
        paired: list[Any] = []
        for label, value in rows:
            fits = ems(value) <= SHORT_VALUE
            if fits and paired and len(paired[-1]) == 2 and ems(paired[-1][1]) <= SHORT_VALUE:
                paired[-1] += [label, value]
            else:
                paired.append([label, value])
        return paired

    def _blocks(self, blocks: list[Any], depth: int = 0) -> list[Any]:
        return [self._block(block, depth) for block in blocks]

    def _block(self, block: dict[str, Any], depth: int) -> dict[str, Any]:
        kind = block["t"]
        if kind == "table":
            return self._table(block, depth)
        if kind == "list":
            return {**block, "items": [self._blocks(item, depth + 1) for item in block["items"]]}
        if kind == "quote":
            return {**block, "c": self._blocks(block["c"], depth + 1)}
        if kind == "hr":
            return block
        runs = [self._run(run) for run in block["c"]]
        if kind == "h":
            return self._heading(block, runs)
        only = "picture" if all("img" in run for run in runs) else block.get("kind", "")
        return {**block, "c": [run for run in runs if run], "only": only}

    def _heading(self, block: dict[str, Any], runs: list[dict[str, str]]) -> dict[str, Any]:
        """In a cell a heading is bold text: a table is no part of the outline. One of blanks alone
        is none.
        """
        if self.in_table or not any("img" in run or run.get("s", "").strip() for run in runs):
            return {
                "t": "p",
                "c": [
                    {**run, "m": [*run.get("m", []), "b"]} if "s" in run else run for run in runs
                ],
            }
        self.level = min(block["level"], self.level + 1)
        return {**block, "level": self.level, "c": runs}

    def _run(self, run: dict[str, Any]) -> dict[str, Any]:
        if "img" in run and not self.with_pictures:
            return {"s": drawable_text(f"〔图片：{run['img']['alt']}〕"), "m": []}
        if "img" in run:
            return {"img": self._picture(run["img"])}
        if "s" not in run:
            return run
        # The standard knows one line for a text: what is deleted is not underlined as well.
        marks = [mark for mark in run["m"] if mark != "u"] if "del" in run["m"] else run["m"]
        return {**run, "s": drawable_text(run["s"]), "m": marks}

    def _picture(self, picture: dict[str, Any]) -> dict[str, Any]:
        (self.folder / picture["name"]).write_bytes(picture["bytes"])
        return {
            "file": picture["name"],
            "alt": drawable_text(picture["alt"]),
            "points": picture["width"] * 0.75,  # 96 pixels an inch, as in a browser
            "ratio": picture["height"] / picture["width"],
        }

    def _table(self, block: dict[str, Any], depth: int) -> dict[str, Any]:
        self.cells += len(block["cells"])
        if self.cells > MOST_CELLS:
            raise TooLargeError
        self.tables.append(rows_of_heads(block))
        was_inside, self.in_table = self.in_table, True
        cells = [
            {
                **cell,
                "long": len(cell_text(cell)) > LONG_CELL,
                "c": self._blocks(cell["c"], depth + 1),
            }
            for cell in block["cells"]
        ]
        caption = self._blocks(block["caption"], depth + 1)
        self.in_table = was_inside
        return {**block, **fit(block, depth), "cells": cells, "caption": caption}


def _words(keywords: str) -> list[str]:
    return [word.strip() for word in keywords.replace("；", ";").split(";") if word.strip()]
