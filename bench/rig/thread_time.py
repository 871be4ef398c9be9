# SPDX-License-Identifier: Apache-2.0
"""CPU time of a namespace's threads that are bound to a core, to tell what else ran there."""

import os
import pathlib

from testbed.run_directory import namespace_pids

from rig.core_time import TICKS_PER_SECOND


def thread_seconds_in(text):
    """User and kernel time in the text of /proc/PID/task/TID/stat, that of ended children too."""
    fields = text.rsplit(")", 1)[1].split()
    return sum(int(field) for field in fields[11:15]) / TICKS_PER_SECOND


def thread_seconds(namespace, core):
    """Of the threads that may run on this core alone."""
    return sum(thread_seconds_of(pid, core) for pid in namespace_pids(namespace))


def thread_seconds_of(pid, core):
    """The same of one process."""
    total = 0.0
    for task in sorted(pathlib.Path(f"/proc/{pid}/task").glob("*")):
        try:
            if os.sched_getaffinity(int(task.name)) == {core}:
                total += thread_seconds_in((task / "stat").read_text(encoding="utf-8"))
        except OSError:
            continue  # It ended between the listing and the reading.
    return total
