"""The program that makes one PDF: `python -m documents.files.typesetting <folder>`.

The folder holds `document.json`, `layout.typ`, the pictures and `job.json`; the file is written
into it. The program may read this folder and the fonts, has no network to ask (packages are looked
for in the empty folder itself) and ends at its bounds.
"""

import json
import resource
import sys
from pathlib import Path
from typing import Any

import typst

from documents.files.row_heads import with_row_heads

MAX_MEMORY = 3_000_000_000  # address space, most of it fonts mapped and never touched
MAX_CPU_SECONDS = 40
MAX_WRITTEN = 80_000_000


def _limit(kind: Any, most: int) -> None:
    hard = resource.getrlimit(kind)[1]
    resource.setrlimit(kind, (most if hard == resource.RLIM_INFINITY else min(most, hard), hard))


def main(place: str) -> int:
    """Compile within bounds; what is wrong with the document goes to `error.txt`."""
    _limit(resource.RLIMIT_AS, MAX_MEMORY)
    _limit(resource.RLIMIT_CPU, MAX_CPU_SECONDS)
    _limit(resource.RLIMIT_FSIZE, MAX_WRITTEN)
    folder = Path(place)
    job = json.loads((folder / "job.json").read_text("utf-8"))
    nowhere = folder / "packages"
    nowhere.mkdir()
    try:
        typst.compile(
            folder / "layout.typ",
            output=folder / "out.pdf",
            root=folder,
            font_paths=job["fonts"],
            ignore_system_fonts=True,
            format="pdf",
            pdf_standards=["a-2a", "ua-1"],
            timestamp=job["timestamp"],
            package_path=nowhere,
            package_cache_path=nowhere,
        )
    except typst.TypstError as error:
        (folder / "error.txt").write_text(str(error), "utf-8")
        return 1
    made = folder / "out.pdf"
    made.write_bytes(with_row_heads(made.read_bytes(), job["tables"]))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
