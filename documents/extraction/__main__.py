"""The program that reads one file: `python -m documents.extraction <file> <extension> <result>`."""

import json
import resource
import sys
from dataclasses import asdict
from pathlib import Path

from documents.extraction.reading import read_file

MAX_MEMORY = 1_500_000_000
MAX_CPU_SECONDS = 60
MAX_WRITTEN = 50_000_000


def _limit(kind: int, most: int) -> None:
    hard = resource.getrlimit(kind)[1]
    resource.setrlimit(kind, (most if hard == resource.RLIM_INFINITY else min(most, hard), hard))


def main(source: str, extension: str, target: str) -> None:
    """Read within bounds and write the result as JSON."""
    _limit(resource.RLIMIT_AS, MAX_MEMORY)
    _limit(resource.RLIMIT_CPU, MAX_CPU_SECONDS)
    _limit(resource.RLIMIT_FSIZE, MAX_WRITTEN)
    found = read_file(Path(source), extension)
    Path(target).write_text(json.dumps(asdict(found), ensure_ascii=False), encoding="utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:])
