"""In which order figures are measured: what counts goes side by side; what measures time goes
alone, afterwards.
"""

import os
import threading
import time
import traceback
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass

LANES = (os.cpu_count() or 1) + 1  # of so many drills one waits for something most of the time


@dataclass(frozen=True)
class Job:
    """One drill. `place`: the installation it needs for itself, "" where it brings its own.
    `seconds`: about how long it takes.

    `run(report)` adds rows of the figures named; `database` is the one they are told of.
    """

    figures: frozenset
    database: str
    run: Callable
    seconds: int
    place: str = ""
    is_alone: bool = False

    def __str__(self):
        return f"{','.join(map(str, sorted(self.figures)))} {self.database}"


def carried_out(jobs, do):
    """All jobs: those that count first, then those that need the machine to themselves."""
    side_by_side([job for job in jobs if not job.is_alone], do)
    for job in jobs:
        if job.is_alone:
            do(job)


def side_by_side(jobs, do, lanes=LANES):
    """Each lane takes what has most work behind it and is not held up by another lane."""
    waiting, busy, changed = list(jobs), set(), threading.Condition()

    def most_urgent():
        behind = Counter()
        for job in waiting:
            behind[job.place or job] += job.seconds
        free = [job for job in waiting if job.place not in busy]
        return max(free, key=lambda job: behind[job.place or job], default=None)

    def lane():
        while True:
            with changed:
                while (job := most_urgent()) is None and waiting:
                    changed.wait()
                if job is None:
                    return
                waiting.remove(job)
                busy.update({job.place} - {""})
            try:
                do(job)
            finally:
                with changed:
                    busy.discard(job.place)
                    changed.notify_all()

    threads = [threading.Thread(target=lane, daemon=True) for _ in range(lanes)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


class Foreman:
    """Does jobs, says how far it is, and hands what was found to `keep` at once: a run that ends
    early loses nothing.
    """

    def __init__(self, report, number, keep):
        self.report, self.number, self.keep = report, number, keep
        self.began, self.took, self.lock = time.monotonic(), [], threading.Lock()

    def __call__(self, job):
        """One drill that breaks must not take the others with it; what it says of itself is a row
        that does not hold.
        """
        began = time.monotonic()
        print(f"  …  {job}", flush=True)
        try:
            job.run(self.report)
        except (Exception, SystemExit) as error:
            traceback.print_exc()
            said = str(error).strip().splitlines() or [repr(error)]
            for figure in self._without_rows(job) or {max(job.figures)}:
                self.report.add(
                    str(figure), job.database, "the drill itself broke", "–", said[-1][:150], False
                )
        with self.lock:
            self.took.append((time.monotonic() - began, job))
            self.keep(self.report.rows)
            done, so_far = len(self.took), time.monotonic() - self.began
            print(
                f"     {job}: {self.took[-1][0]:.0f} s ({done} of {self.number} drills after {so_far:.0f} s)",
                flush=True,
            )

    def _without_rows(self, job):
        there = {(figure_of(row.key), row.database) for row in self.report.rows}
        return {figure for figure in job.figures if (figure, job.database) not in there}

    def slowest(self, number=8):
        """What took longest, in words."""
        longest = sorted(self.took, key=lambda entry: -entry[0])[:number]
        return "; ".join(f"{job}: {seconds:.0f} s" for seconds, job in longest)


def figure_of(key):
    """The number of a figure: "17b" is of 17."""
    return int("".join(letter for letter in key if letter.isdigit()))
