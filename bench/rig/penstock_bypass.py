# SPDX-License-Identifier: Apache-2.0
"""Penstock on the bypass wire: the shipped penstockd on net_virtio_user, the load generator on
net_vhost: descriptor rings in shared memory, real copies, no kernel.

Busy time is the time of turns with work: what the worker polls in vain is not counted, and what it
would do for the next request is. The worker's core is charged with the driver's side of the rings;
the copies are the generator's, as a NIC's are the bus's.
"""

import functools
import pathlib
import types

from rig import guard
from rig.config_template import fill_peer
from rig.core_events import CoreEvents
from rig.core_time import read_core_time
from rig.load_generator import LoadGenerator, origin_addresses
from rig.membership_changes import MembershipChanges
from rig.penstock_rules import rules_of
from rig.penstock_veth import keep_threads_off
from rig.process_memory import memory_kib_in
from rig.system import Latency, Sample, System
from rig.thread_time import thread_seconds_of
from testbed import process
from testbed.penstock import Daemon, executable
from testbed.process import CommandFailed
from testbed.run_directory import RunDirectory

# A packed ring, which takes the fewest cache lines from core to core, with room for sixteen bursts.
RING = "queues=1,queue_size=512,packed_vq=1"
PORT_MACS = {"client_mac": "02:00:00:00:00:01", "origin_mac": "02:00:00:00:00:02"}
WARM_UP_SECONDS = 1


def configuration(scenario, folder, core):
    open_at_once = 2 * (scenario.connections + scenario.slow_clients) + scenario.idle_connections
    backends = ",\n".join(f'      {{ name = "b{index}"; address = "{address}:80"; }}'
                          for index, address in enumerate(origin_addresses(scenario.backends)))
    return fill_peer("penstock_bypass.cfg", {
        "core": core, "folder": folder, "ring": RING, "backends": backends, **PORT_MACS,
        "connections": max(65536, 2 * open_at_once),
        "idle_connections": 65536 if scenario.upstream_keep_alive else 0,
        "rules": rules_of(scenario)})


@functools.cache
def counted_instructions(name):
    """Of a request, where the guard counts this scenario; the same in every run."""
    if name not in guard.COUNTED:
        return None
    return guard.count(executable("bench/guard/guard_count"), name)


class PenstockOnBypass(System):
    name, wire = "penstock", "bypass"

    def __init__(self, scenario, cores):
        super().__init__(scenario, cores)
        self.run = RunDirectory()
        self._generator = self._daemon = None
        try:
            self._build()
        except BaseException:
            self.close()
            raise

    def _build(self):
        self._generator = LoadGenerator(self.scenario, self.run.path, self.cores.load)
        here = types.SimpleNamespace(spawn=self._spawn)
        network = types.SimpleNamespace(lb=here, join_taps=lambda alive: alive())
        self._daemon = Daemon(network, self.run.path / "penstockd")
        self._daemon.write(configuration(self.scenario, self.run.path, self.cores.measured))
        self._daemon.start()
        keep_threads_off(self._daemon.pid, self.cores)
        opened = self._generator.open()
        if opened["failed"]:
            raise CommandFailed(f"a first answer was wrong: {opened['first_failure']}")
        self._changes = MembershipChanges(self._change, self.scenario.backends,
                                          self.scenario.changes_per_second)
        if not self.scenario.is_idle:
            self._generator.run(WARM_UP_SECONDS)

    def _spawn(self, command, log):
        """Both cores: the worker's, and the one where the other threads go."""
        both = f"{self.cores.measured},{self.cores.load}"
        return process.spawn(["taskset", "--cpu-list", both, *command], log)

    def _change(self, index, out):
        self._daemon.tool("backend", "drain" if out else "undrain", "all", f"b{index}")

    def measure(self, seconds):
        before, core_before = self._counters(), read_core_time(self.cores.measured)
        worker_before = thread_seconds_of(self._daemon.pid, self.cores.measured)
        with CoreEvents(self.cores.measured, self.run.path / "perf.log") as events, self._changes:
            seen = self._generator.run(seconds)
        after, core_after = self._counters(), read_core_time(self.cores.measured)
        self._daemon.check_alive()
        spent = core_after.since(core_before)
        busy = (after["worker_busy_ns"] - before["worker_busy_ns"]) / 1e9
        if self.scenario.is_idle:
            busy = thread_seconds_of(self._daemon.pid, self.cores.measured) - worker_before
        packets = sum(after[name] - before[name] for name in ("packets_received", "packets_sent"))
        polls = busy < 0.98 * seen["seconds"]
        return Sample(
            seconds=seen["seconds"], requests=seen["requests"],
            failed=seen["failed"] + seen["wrong_requests"], body_bytes=seen["body_bytes"],
            busy_seconds=busy, packets=packets, memory_kib=self._memory_kib(),
            # A core that polls in vain executes instructions too: perf cannot tell them apart.
            core_cycles=None if polls else events.cycles,
            instructions=self._instructions(None if polls else events.instructions, seen),
            notes=self._notes(seen, spent))

    def _instructions(self, by_perf, seen):
        """Where perf does not count them, callgrind has, without the driver and at its own pace."""
        each = None if by_perf else counted_instructions(self.scenario.name)
        return round(each * seen["requests"]) if each else by_perf

    def _counters(self):
        return self._daemon.status()["counters"]

    def _memory_kib(self):
        rollup = pathlib.Path(f"/proc/{self._daemon.pid}/smaps_rollup")
        return memory_kib_in(rollup.read_text(encoding="ascii"))

    def _notes(self, seen, spent):
        notes = [f"The load generator was busy for {seen['busy_share']:.0%} of the time, the core "
                 f"of the worker for {spent.busy / seen['seconds']:.0%}, polling included; "
                 f"{seen['bodies_verified']} bodies were compared byte for byte."]
        if seen["failed"]:
            notes.append(f"The first failure: {seen['first_failure']}.")
        if seen["resent"] or seen["out_of_order"]:
            notes.append(f"{seen['resent']} time-outs and {seen['out_of_order']} segments out of "
                         "order were seen by clients and origins.")
        if self.scenario.changes_per_second:
            wanted = self.scenario.changes_per_second * seen["seconds"]
            notes.append(f"{self._changes.made} of {wanted:.0f} changes were made.")
        if self.scenario.slow_clients:
            notes.append(f"{seen['slow_bodies']} bodies of slow clients came whole.")
        return " ".join(notes)

    def latency(self, requests_per_second, seconds):
        with self._changes:
            seen = self._generator.run(seconds, requests_per_second)
        if seen["failed"]:
            raise CommandFailed(f"a request failed at half speed: {seen['first_failure']}")
        times = seen["latency_ns"]
        return Latency(seen["requests"] / seen["seconds"], times["p50"] / 1e3, times["p99"] / 1e3,
                       times["p999"] / 1e3)

    def close(self):
        try:
            if self._daemon is not None:
                self._end_daemon()
        finally:
            if self._generator is not None:
                self._generator.close()
            self.run.close()

    def _end_daemon(self):
        """At once: nobody waits for what its clients still have open."""
        if self._daemon.running():
            self._daemon.kill()
