# SPDX-License-Identifier: Apache-2.0
"""Systems that measure nothing and say what they are told, for the tests of the rig's front.

Importing this makes bench/ and scripts/ importable.
"""

import pathlib
import sys

ROOT = pathlib.Path(__file__).resolve().parents[3]
for folder in ("scripts", "bench"):
    if str(ROOT / folder) not in sys.path:
        sys.path.insert(0, str(ROOT / folder))

from rig.system import Latency, Sample  # noqa: E402  (found by the lines above)

MACHINE = {"cpu": "Test CPU", "cores": 2, "tsc_mhz": 2000.0, "hypervisor": None, "kernel": "6.1",
           "versions": {"haproxy": "2.6", "nginx": None}}
ABOUT = {"machine": MACHINE, "commit": "abc1234", "command": "./bench/run", "seconds": 1,
         "repeat": 3, "date": "2025-01-02T03:04:05+00:00"}


def sample(requests=1000, busy=0.5, **fields):
    """One second in which the core was busy for `busy` of it."""
    return Sample(**{"seconds": 1.0, "requests": requests, "failed": 0,
                     "body_bytes": 50 * requests, "busy_seconds": busy, **fields})


def fakes(speeds, log, broken=()):
    """{(name, wire): class} of systems with the given requests a second; `log` is told all calls.

    `broken`: {(label, call): exception}, of calls that raise. A call that is told before its
    system is made, after it was closed, or while another is open, is a failure of the test.
    """
    broken, open_now = dict(broken), []

    def class_of(name, wire):
        label = f"{name}/{wire}"

        class Fake:
            def __init__(self, scenario, cores):
                assert not open_now, f"{label} is made while {open_now} is open"
                self._call("make")
                open_now.append(label)

            def measure(self, seconds):
                assert open_now == [label]
                self._call("measure")
                return sample(requests=speeds[name, wire])

            def latency(self, requests_per_second, seconds):
                assert open_now == [label]
                self._call("latency", requests_per_second)
                return Latency(requests_per_second, 100, 200, 300)

            def close(self):
                open_now.remove(label)
                self._call("close")

            def _call(self, call, *detail):
                log.append((label, call, *detail))
                if (label, call) in broken:
                    raise broken[label, call]

        return Fake

    return {key: class_of(*key) for key in speeds}
