# SPDX-License-Identifier: Apache-2.0
"""How a core has spent its time, from /proc/stat.

The kernel of this machine may account by ticks (250 a second), so that only figures of seconds mean
anything.
"""

import dataclasses
import os
import pathlib

TICKS_PER_SECOND = os.sysconf("SC_CLK_TCK")


@dataclasses.dataclass(frozen=True)
class CoreTime:
    """Seconds since start. `stolen`: the hypervisor gave the core to somebody else."""

    user: float
    system: float  # calls of programs
    interrupts: float  # softirqs too
    stolen: float
    idle: float  # and waiting for a disk

    @property
    def kernel(self):
        return self.system + self.interrupts

    @property
    def busy(self):
        return self.user + self.kernel + self.stolen

    def since(self, before):
        return CoreTime(*(now - then for now, then in zip(dataclasses.astuple(self),
                                                          dataclasses.astuple(before))))


def core_time_in(text, core):
    """What the text of /proc/stat says of a core."""
    for line in text.splitlines():
        words = line.split()
        if words and words[0] == f"cpu{core}":
            (user, nice, system, idle, iowait, irq, softirq, steal) = (
                int(word) / TICKS_PER_SECOND for word in words[1:9])
            return CoreTime(user + nice, system, irq + softirq, steal, idle + iowait)
    raise ValueError(f"/proc/stat knows no core {core}")


def read_core_time(core):
    return core_time_in(pathlib.Path("/proc/stat").read_text(encoding="ascii"), core)
