# SPDX-License-Identifier: Apache-2.0
"""One folder per running testbed that says what must go when the testbed goes.

It holds the files of the run and, in `namespaces`, the network namespaces made so far. Everything
that a testbed starts runs inside one of these, so `sweep()` needs nothing else to remove every
process, device and file. Three callers: the testbed when it ends; a guardian process when the
testbed was killed; and the next testbed, for what a killed guardian left.
"""

import os
import pathlib
import shutil
import signal

from testbed import process
from testbed.waiting import wait_until

HOME = pathlib.Path("/run/penstock-testbed")
ASK_SECONDS_MAX = 2
END_SECONDS_MAX = 10


def start_time_of(pid):
    """When a process began, in clock ticks; with the pid this names it once and for all."""
    try:
        text = pathlib.Path(f"/proc/{pid}/stat").read_text(encoding="ascii", errors="replace")
    except OSError:
        return None
    return text.rsplit(")", 1)[1].split()[19]


class RunDirectory:
    def __init__(self):
        HOME.mkdir(mode=0o755, exist_ok=True)
        sweep_stale()
        self.path = HOME / f"{os.getpid()}.{start_time_of(os.getpid())}"
        self.path.mkdir(mode=0o755)
        self._guardian, self._lifeline = _start_guardian(self.path)

    def note_namespace(self, name):
        """Must be called before the namespace is made."""
        with open(self.path / "namespaces", "a", encoding="ascii") as names:
            names.write(f"{name}\n")

    def close(self):
        sweep(self.path)
        os.close(self._lifeline)
        os.waitpid(self._guardian, 0)


def namespace_pids(name):
    done = process.run(["ip", "netns", "pids", name], accept=None)
    return [int(pid) for pid in done.stdout.split()]


def kill_namespace(name):
    """Kills every process of a namespace, and returns when none is left."""

    def none_left():
        _signal_all(name, signal.SIGKILL)
        return not namespace_pids(name)

    wait_until(none_left, END_SECONDS_MAX, f"ending the processes of {name}")


def end_namespace(name):
    """Asks every process of a namespace to end, and kills those that do not in time."""
    _signal_all(name, signal.SIGTERM)
    try:
        wait_until(lambda: not namespace_pids(name), ASK_SECONDS_MAX, f"{name} ending")
    except TimeoutError:
        kill_namespace(name)


def _signal_all(name, number):
    for pid in namespace_pids(name):
        try:
            os.kill(pid, number)
        except ProcessLookupError:
            pass  # It ended between the listing and the signal.


def sweep(path):
    """Removes all that a run made. May be called twice, and by two at once."""
    names = path / "namespaces"
    for name in names.read_text(encoding="ascii").split() if names.exists() else ():
        if (pathlib.Path("/run/netns") / name).exists():
            end_namespace(name)
            process.run(["ip", "netns", "del", name], accept=None)
    shutil.rmtree(path, ignore_errors=True)


def sweep_stale():
    """Removes the runs whose owner is gone."""
    for path in HOME.iterdir():
        pid, _, started = path.name.partition(".")
        if pid.isdigit() and start_time_of(pid) != started:
            sweep(path)


def _start_guardian(path):
    """Forks a process that sweeps when the other end of a pipe closes: when we are gone."""
    reading, lifeline = os.pipe()
    guardian = os.fork()
    if guardian:
        os.close(reading)
        return guardian, lifeline
    try:
        os.setsid()
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, signal.SIG_IGN)
        silent = os.open(os.devnull, os.O_RDWR)
        for descriptor in (0, 1, 2):
            os.dup2(silent, descriptor)
        os.close(lifeline)
        os.read(reading, 1)
        if path.exists():
            sweep(path)
    finally:
        os._exit(0)
