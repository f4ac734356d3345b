"""Jobs of the tests: functions of a module, as the queue wants them."""

import os
import signal
import time
from pathlib import Path

from background.jobs import JobFailedError, TryLaterError, job, progress


@job
def write_line(mine, *, file):
    """Leaves a line for each time it is done."""
    with Path(file).open("a") as lines:
        lines.write("done\n")


@job
def fail(mine):
    """Breaks."""
    raise RuntimeError("示例故障")


@job
def refuse(mine):
    """Says why it cannot."""
    raise JobFailedError("没有这份报告，请重新选择。")


@job
def in_slices(mine, *, total):
    """Three at a time."""
    progress(mine, min(mine.done + 3, total), total)
    if mine.done < total:
        raise TryLaterError(0, is_progress=True)


@job
def not_today(mine):
    """Always later."""
    raise TryLaterError(3600, "对方没有应答，稍后再试。")


@job
def die_once(mine, *, file):
    """The first time its process is killed in the middle."""
    path = Path(file)
    if not path.exists():
        path.write_text(str(mine.attempts))
        os.kill(os.getpid(), signal.SIGKILL)
    progress(mine, 1, 1)


@job
def sleep_for(mine, *, seconds):
    """Takes its time."""
    progress(mine, 1, 2)
    time.sleep(seconds)
