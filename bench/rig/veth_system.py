# SPDX-License-Identifier: Apache-2.0
"""What all systems on the veth wire have in common: the wire, the origins, the clients, the counts.

A system adds how it is started and, where it differs, what it counts. One system exists at a time
in a process: its namespaces and its folder are named after the process.
"""

import dataclasses
import pathlib

from testbed import payload
from testbed.run_directory import RunDirectory

from rig import first_answer, open_files
from rig.beside_clients import BesideClients
from rig.client_request import request_of
from rig.core_events import CoreEvents
from rig.core_time import CoreTime, read_core_time
from rig.h2load import pace_of, run_h2load
from rig.membership_changes import MembershipChanges
from rig.origin_server import SEED, SLOW_PATH, OriginServer
from rig.process_memory import memory_kib_of
from rig.scenario import SLOW_BYTES_PER_SECOND
from rig.softnet_drops import softnet_drops
from rig.system import NotApplicable, Sample, System
from rig.thread_time import thread_seconds
from rig.veth_wire import VethWire
from rig.wrk import FullSpeed, run_wrk

WARM_UP_SECONDS = 1
# What a process opens beside the connections of a scenario: pools, logs, libraries.
OTHER_FILES = 3000
# How much of the time others may have the measured core before a sample says so.
OTHERS_SHARE_MAX = 0.05


@dataclasses.dataclass(frozen=True)
class Counts:
    """What has been counted until now; a sample is the difference of two."""

    core: CoreTime  # of the measured core
    threads: float  # seconds of the balancer's threads that are bound to it
    wire_packets: int
    drops: int  # of the host
    failed_beside: int
    counters: dict  # of the balancer itself


class VethSystem(System):
    wire = "veth"

    # Whether each connection is an open file of the balancer.
    opens_files = True

    def __init__(self, scenario, cores):
        super().__init__(scenario, cores)
        self.files = open_files.allow(files_needed(scenario))
        if self.opens_files and self.files < files_needed(scenario):
            raise NotApplicable(
                f"each of its connections is an open file, {files_needed(scenario):,} are needed, "
                f"and a process may have {self.files:,} here (ulimit -n)")
        self.run = RunDirectory()
        try:
            self._build()
        except BaseException:
            self.close()
            raise

    # What a system fills in.

    def make_wire(self):
        """The VethWire, ready for this system."""
        raise NotImplementedError

    def start(self, home):
        """Starts the balancer; `home` is a folder for its files. It need not serve yet."""
        raise NotImplementedError

    def check_alive(self):
        """Raises, with what it said last, if the balancer has ended."""
        raise NotImplementedError

    def change_membership(self, index, out):
        """Takes backend `index` out or brings it back, as this system does it while it runs."""
        raise NotImplementedError

    def counters(self):
        """Those of the balancer itself, since it runs, if it has any."""
        return {}

    def packets_of(self, counts):
        return counts.wire_packets

    def busy_of(self, before, after):
        """(busy, user, kernel) seconds between two Counts."""
        spent = after.core.since(before.core)
        return spent.busy, spent.user, spent.kernel

    def remark_of(self, before, after):
        """A sentence about what two Counts mean for this system, or nothing."""
        return ""

    # What all have in common.

    def _build(self):
        self.home = self._folder("client")
        self.veth = self.make_wire()
        self.origin = OriginServer(self.veth.origin, self.scenario, self._folder("origin"))
        self.start(self._folder("balancer"))
        self.request = request_of(self.scenario, VethWire.BALANCER)
        if self.scenario.upload_bytes:
            payload.write(self.home / "upload", self.scenario.upload_bytes, SEED)
        self.answer = first_answer.ask(self.veth.client, self.request, self.origin.body, self.home,
                                       self.check_alive)
        self.beside = [*self._hold_idle(), *self._read_slowly()]
        for clients in self.beside:
            clients.wait_until_ready()
        self.changes = MembershipChanges(self.change_membership, self.scenario.backends,
                                         self.scenario.changes_per_second)
        self._warm = self.scenario.is_idle

    def _folder(self, name):
        path = self.run.path / name
        path.mkdir()
        return path

    def _hold_idle(self):
        """Several programs, where one may not open so many files."""
        head = self.home / "idle.head"
        lines = [f"GET {self.request.target} HTTP/1.1", f"Host: {self.request.host}",
                 *self.request.fields]
        head.write_text("\r\n".join(lines) + "\r\n\r\n", encoding="ascii")
        each, left = self.files - OTHER_FILES, self.scenario.idle_connections
        while left:
            words = [VethWire.BALANCER, min(each, left), head,
                     self.answer.head_bytes + self.answer.body_bytes, *VethWire.HOLDERS]
            yield BesideClients(self.veth.client, "idle_clients.py", words,
                                self.home / f"idle.{left}.log")
            left -= min(each, left)

    def _read_slowly(self):
        if self.scenario.slow_clients:
            words = [VethWire.BALANCER, self.scenario.slow_clients, SLOW_PATH, self.request.host,
                     self.origin.slow_body, SLOW_BYTES_PER_SECOND, *VethWire.HOLDERS]
            yield BesideClients(self.veth.client, "slow_clients.py", words,
                                self.home / "slow.log")

    def measure(self, seconds):
        if not self._warm:  # Pools of connections fill, and buffers grow to their size.
            self._full_speed(WARM_UP_SECONDS)
            self._warm = True
        before = self._counts()
        with CoreEvents(self.cores.measured, self.home / "perf.log") as events, self.changes:
            seen = self._full_speed(seconds)
        after = self._counts()
        busy, user, kernel = self.busy_of(before, after)
        return Sample(
            seconds=seen.seconds, requests=seen.requests,
            failed=seen.failed + after.failed_beside - before.failed_beside,
            body_bytes=self._body_bytes(seen), busy_seconds=busy, user_seconds=user,
            kernel_seconds=kernel, packets=self.packets_of(after) - self.packets_of(before),
            core_cycles=events.cycles, instructions=events.instructions,
            memory_kib=memory_kib_of(self.veth.lb.name), notes=self._notes(seen, before, after))

    def _counts(self):
        return Counts(core=read_core_time(self.cores.measured),
                      threads=thread_seconds(self.veth.lb.name, self.cores.measured),
                      wire_packets=self.veth.packets(), drops=softnet_drops(),
                      failed_beside=sum(clients.failed() for clients in self.beside),
                      counters=self.counters())

    def _full_speed(self, seconds):
        if self.scenario.is_idle:
            self.veth.client.run(["sleep", str(seconds)], seconds=seconds + 10)
            return FullSpeed(seconds, 0, 0, 0)
        return run_wrk(self.veth.client, self.request, self.scenario.connections, seconds)

    def _body_bytes(self, seen):
        """wrk counts what it reads: of answers cut short by the end too, which for big ones is
        much. What it writes it does not count: of uploads, the whole ones are known."""
        return seen.requests * self.scenario.upload_bytes + max(
            0, seen.received_bytes - seen.requests * self.answer.head_bytes)

    def _notes(self, seen, before, after):
        notes = [self.remark_of(before, after)]
        spent = after.core.since(before.core)
        others = spent.user + spent.system - (after.threads - before.threads)
        if others > OTHERS_SHARE_MAX * seen.seconds:
            notes.append(f"Programs that are no part of this took at least {others:.2f} s of the "
                         "measured core, and are in its busy time.")
        if after.drops > before.drops:
            notes.append(f"{after.drops - before.drops:,} packets found a full queue "
                         "(net.core.netdev_max_backlog, a setting of the host).")
        if self.scenario.changes_per_second:
            wanted = self.scenario.changes_per_second * seen.seconds
            notes.append(f"{self.changes.made} of {wanted:.0f} changes were made.")
        missing = seen.requests * (self.answer.head_bytes + self.answer.body_bytes) - (
            seen.received_bytes)
        if missing > 0 and not seen.failed:
            notes.append(f"The answers were {missing:,} bytes too short in all.")
        return " ".join(note for note in notes if note)

    def latency(self, requests_per_second, seconds):
        if self.scenario.is_idle:
            raise NotApplicable("nothing is asked in this scenario, so nothing has a latency")
        pace = pace_of(self.scenario, requests_per_second, seconds)
        with self.changes:
            return run_h2load(self.veth.client, self.request, pace, self.home)

    def close(self):
        self.run.close()


def files_needed(scenario):
    """By a balancer, for both sides; an idle client has no connection to a backend."""
    return 2 * (scenario.connections + scenario.slow_clients) + scenario.idle_connections + (
        OTHER_FILES)


def backend_addresses(scenario):
    """ADDRESS:PORT of all backends of a scenario, in order."""
    return [f"{VethWire.backend(index)}:80" for index in range(scenario.backends)]


def check_running(name, running, log):
    if running.poll() is not None:
        text = log.read_text(encoding="utf-8", errors="replace")
        raise RuntimeError(f"{name} ended with {running.returncode}: {text[-2000:]}")


def write_file(path: pathlib.Path, text):
    path.write_text(text, encoding="utf-8")
    return path
