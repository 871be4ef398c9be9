# SPDX-License-Identifier: Apache-2.0
"""What the rig asks of a system under test on its wire, and what it gets back.

A System is made for one scenario, measured once and closed. All are measured the same way: as fast
as they go for some seconds, which gives a Sample, or at a given rate, which gives a Latency.
Everything that a System starts ends with close(), however the rig ends.
"""

import dataclasses

from rig.scenario import Scenario


class NotApplicable(Exception):
    """A scenario asks for what a system does not do; the text is a sentence that says what."""


@dataclasses.dataclass
class Sample:
    """One run at full speed. What cannot be measured on this machine or of this system is None."""

    seconds: float
    requests: int
    failed: int  # refused, cut, of another status or with another body than expected
    body_bytes: int  # of requests and responses, as clients saw them
    # Seconds in which the core under test was not idle: user and kernel time of the core for a
    # system of the kernel's, turns with work for a poll-mode worker.
    busy_seconds: float
    user_seconds: float | None = None
    kernel_seconds: float | None = None
    packets: int | None = None  # in and out of the system, both sides
    core_cycles: int | None = None  # perf stat on the core, user and kernel, while it was busy
    instructions: int | None = None
    memory_kib: int | None = None  # resident, all processes of the system
    notes: str = ""


@dataclasses.dataclass
class Latency:
    """Response times at a given rate, in microseconds, as clients saw them."""

    requests_per_second: float  # that were really made
    p50: float
    p99: float
    p999: float


class System:
    """One system on one wire, serving one scenario. The core under test is given."""

    name = ""  # "penstock", "haproxy", "nginx"
    wire = ""  # "bypass" (vhost and virtio_user), "veth"

    def __init__(self, scenario: Scenario, cores):
        """Starts it, its origins and its wire; returns when a request has been answered rightly."""
        self.scenario, self.cores = scenario, cores

    def measure(self, seconds: float) -> Sample:
        raise NotImplementedError

    def latency(self, requests_per_second: float, seconds: float) -> Latency:
        raise NotImplementedError

    def close(self):
        raise NotImplementedError


@dataclasses.dataclass(frozen=True)
class Cores:
    """Which core is measured and which plays clients and origins."""

    measured: int = 1
    load: int = 0
