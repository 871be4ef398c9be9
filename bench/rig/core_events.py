# SPDX-License-Identifier: Apache-2.0
"""Cycles and instructions of a core while something runs, by `perf stat`, where the machine has
counters. Many virtual machines have none; then everything is None."""

import functools
import signal
import subprocess

from testbed import process

EVENTS = ("cycles:u", "cycles:k", "instructions")


class CoreEvents:
    """Counts from when it is entered until it is left; idle cycles are not counted by a CPU."""

    def __init__(self, core, log):
        self._core, self._log, self._perf = core, log, None
        self.cycles = self.instructions = None

    def __enter__(self):
        if supported(self._core):
            self._log.write_bytes(b"")
            self._perf = process.spawn(words(self._core), self._log)
        return self

    def __exit__(self, *_):
        if self._perf is not None:
            self._perf.send_signal(signal.SIGINT)  # perf prints what it has counted, and ends
            self._perf.wait(timeout=10)
            self.cycles, self.instructions = events_in(self._log.read_text(encoding="utf-8"))


def words(core, *command):
    return ["perf", "stat", "-x", ",", "-C", str(core), "-e", ",".join(EVENTS), *command]


@functools.cache
def supported(core):
    try:
        done = subprocess.run(words(core, "true"), stdin=subprocess.DEVNULL, capture_output=True,
                              timeout=10, check=False, text=True)
    except (OSError, subprocess.TimeoutExpired):
        return False
    return events_in(done.stderr) != (None, None)


def events_in(text):
    """(cycles of user and kernel together, instructions) of what perf stat -x, printed."""
    counts = {}
    for line in text.splitlines():
        fields = line.split(",")
        if len(fields) > 2 and fields[0].isdigit():
            counts[fields[2]] = int(fields[0])
    if not all(event in counts for event in EVENTS):
        return None, None
    return counts["cycles:u"] + counts["cycles:k"], counts["instructions"]
