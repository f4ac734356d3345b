"""Virus scanning of files by ClamAV's daemon, where CLAMD names one
(docs/decisions/0058-virus-scanner.md).

Its INSTREAM protocol: the file in pieces, each after its length; the daemon opens nothing and needs
no right to our folders.
"""

import logging
import socket
import struct
from enum import StrEnum
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError

logger = logging.getLogger(__name__)
SECONDS = 15  # without a word from the scanner; below what others wait for a writer on SQLite
PIECE = 250_000
LONGEST_ANSWER = 4_096
INFECTED = "文件中发现病毒或恶意程序（{}），不能上传。请用杀毒软件检查这台电脑，换一份干净的文件。"


class Verdict(StrEnum):
    """What the scanner says of a file."""

    UNSCANNED = ""
    CLEAN = "clean"
    INFECTED = "infected"


class ScannerAwayError(Exception):
    """The scanner does not answer, or could not scan the file."""


def is_on() -> bool:
    """Whether this installation has a scanner."""
    return bool(settings.CLAMD)


def scan(file: Any) -> tuple[Verdict, str]:
    """(`Verdict`, name of what was found) of an open file. Raises ScannerAwayError."""
    try:
        answer = _ask(file)
    except OSError as error:
        raise ScannerAwayError(str(error)) from error
    said = answer.rstrip(b"\0\n").decode(errors="replace").removeprefix("stream: ")
    if said == "OK":
        return Verdict.CLEAN, ""
    if said.endswith(" FOUND"):
        return Verdict.INFECTED, said.removesuffix(" FOUND")[:100]
    raise ScannerAwayError(said[:200] or "no answer")  # too long for its StreamMaxLength, say


def _ask(file: Any) -> bytes:
    with _connected() as scanner:
        scanner.sendall(b"zINSTREAM\0")
        file.seek(0)
        while piece := file.read(PIECE):
            scanner.sendall(struct.pack("!I", len(piece)) + piece)
        scanner.sendall(struct.pack("!I", 0))
        file.seek(0)
        answer = b""
        while (
            b"\0" not in answer
            and len(answer) < LONGEST_ANSWER
            and (more := scanner.recv(LONGEST_ANSWER))
        ):
            answer += more
        return answer


def _connected() -> socket.socket:
    place = settings.CLAMD
    if not place.startswith("unix:"):
        host, _, port = place.rpartition(":")
        return socket.create_connection((host.strip("[]"), int(port)), timeout=SECONDS)
    scanner = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    scanner.settimeout(SECONDS)
    try:
        scanner.connect(place.removeprefix("unix:"))
    except OSError:
        scanner.close()
        raise
    return scanner


def refuse_infected(file: Any) -> None:
    """For forms: ValidationError where something is found. While the scanner is away the file comes
    in unscanned.
    """
    if not is_on():
        return
    try:
        state, name = scan(file)
    except ScannerAwayError as error:
        logger.error("the virus scanner is away: %s", error)
        return
    if state == Verdict.INFECTED:
        raise ValidationError(INFECTED.format(name))
    (
        file.file if hasattr(file, "storage") else file
    ).found_clean = True  # a field's file has a file inside
