#!/usr/bin/env python3
"""Run a command that shall say something at least every five seconds, and pass its exit code on; 1
where it was silent for longer.

.ci/never_silent.py make install-dev
"""

import subprocess
import sys
import threading
import time

SILENT_SECONDS_AT_MOST = 5.0


class Listener:
    """Passes on what a process says, and remembers the longest silence and what was said before it."""

    def __init__(self, output, *, until=b""):
        """`until`: words after which it may be silent, b"" where there are none."""
        self.until = until
        self.output, self.heard, self.longest, self.said, self.before = (
            output,
            time.monotonic(),
            0.0,
            b"",
            b"",
        )
        self.is_listening = True
        self.thread = threading.Thread(target=self._listen, daemon=True)
        self.thread.start()

    def _listen(self):
        while piece := self.output.read1(65536):
            self._note()
            self.said, self.heard = piece, time.monotonic()
            if self.until and self.until in piece:
                self.is_listening = False
            sys.stdout.buffer.write(piece)
            sys.stdout.flush()

    def _note(self):
        silence = time.monotonic() - self.heard
        if self.is_listening and silence > self.longest:
            self.longest, self.before = silence, self.said

    def stop(self):
        """From now on it may be silent (a server that serves)."""
        self._note()
        self.is_listening = False

    def faults(self):
        """A sentence where it was silent for too long."""
        if self.longest <= SILENT_SECONDS_AT_MOST:
            return []
        return [
            f"silent for {self.longest:.1f} s after: {self.before.decode(errors='replace').strip()[-200:]}"
        ]


def main(command):
    """The exit code."""
    process = subprocess.Popen(
        command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    )
    listener = Listener(process.stdout)
    code = process.wait()
    listener.stop()
    listener.thread.join(5)
    for fault in listener.faults():
        print(fault, flush=True)
    print(f"longest silence {listener.longest:.1f} s", flush=True)
    return code or bool(listener.faults())


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
