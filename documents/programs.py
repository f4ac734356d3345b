"""Running another program with an end to it."""

import contextlib
import os
import signal
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

BEHIND_READERS = 10  # niceness: pages for readers go first


def run(
    command: Sequence[str],
    *,
    seconds: float,
    folder: str | Path,
    environment: Mapping[str, str] | None = None,
) -> None:
    """Run a program in `folder` and wait. Raises TimeoutExpired or CalledProcessError; nothing is
    left running.

    It gets a process group of its own: LibreOffice's launcher starts others, which would outlive
    it.
    """
    process = subprocess.Popen(  # noqa: S603 – a list, never a shell; the names are ours
        command,
        cwd=folder,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    with contextlib.suppress(ProcessLookupError):
        os.setpriority(os.PRIO_PROCESS, process.pid, BEHIND_READERS)
    try:
        if code := process.wait(timeout=seconds):
            raise subprocess.CalledProcessError(code, command[0])
    finally:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
