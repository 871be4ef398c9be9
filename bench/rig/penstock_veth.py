# SPDX-License-Identifier: Apache-2.0
"""Penstock on the veth wire: penstockd with a packet socket on each veth device (net_af_packet).
Its configuration is bench/load/peers/penstock.cfg.

This is not how Penstock is meant to be run fast: each packet is copied by the kernel into a ring
and out of it again, and each burst sent is a system call. It is here to compare like with like: the
same wire, clients and origins as the systems of the kernel.
"""

import os
import pathlib
import types

from testbed.penstock import Daemon

from rig.config_template import fill_peer
from rig.core_time import CoreTime
from rig.penstock_rules import rules_of
from rig.veth_system import VethSystem, backend_addresses
from rig.veth_wire import VethWire

RINGS = "qpairs=1,blocksz=65536,framesz=2048,framecnt=4096,qdisc_bypass=1"


def configuration(scenario, core):
    open_at_once = 2 * (scenario.connections + scenario.slow_clients) + scenario.idle_connections
    backends = ",\n".join(f'      {{ name = "b{index}"; address = "{address}"; }}'
                          for index, address in enumerate(backend_addresses(scenario)))
    return fill_peer("penstock.cfg", {
        "core": core, "rings": RINGS, "client_end": VethWire.CLIENT_END,
        "origin_end": VethWire.ORIGIN_END, "address": VethWire.BALANCER,
        "client_address": f"{VethWire.BALANCER}/{VethWire.LINK_BITS}",
        "origin_address": f"{VethWire.BALANCER_TO_ORIGIN}/{VethWire.LINK_BITS}",
        "backends_network": VethWire.BACKENDS, "router": VethWire.ORIGIN,
        # As many as there are at once, and as many again that are just being closed or kept.
        "connections": max(65536, 2 * open_at_once),
        "idle_connections": 65536 if scenario.upstream_keep_alive else 0,
        "backends": backends, "rules": rules_of(scenario)})


class PenstockOnVeth(VethSystem):
    name = "penstock"
    opens_files = False

    def make_wire(self):
        # The worker goes to its core by itself; the other threads are sent away in start().
        wire = VethWire(self.run, self.cores, [self.cores.measured, self.cores.load])
        wire.finish_packets()
        wire.leave_to_packet_sockets()
        return wire

    def start(self, home):
        network = types.SimpleNamespace(lb=self.veth.lb, join_taps=lambda alive: alive())
        self._daemon = Daemon(network, home / "penstockd")
        self._daemon.write(configuration(self.scenario, self.cores.measured))
        self._daemon.start()
        keep_threads_off(self._daemon.pid, self.cores)

    def check_alive(self):
        self._daemon.check_alive()

    def change_membership(self, index, out):
        self._daemon.tool("backend", "drain" if out else "undrain", "all", f"b{index}")

    def counters(self):
        return self._daemon.status()["counters"]

    def packets_of(self, counts):
        return counts.counters["packets_received"] + counts.counters["packets_sent"]

    def remark_of(self, before, after):
        spent: CoreTime = after.core.since(before.core)
        return ("The busy time is that of the core, looking for work included, for what the kernel "
                f"does for packet sockets is on it too: {spent.kernel:.2f} s.")


def keep_threads_off(pid, cores):
    """Sends the threads that may run anywhere, which are all but the worker, to the load core."""
    for task in pathlib.Path(f"/proc/{pid}/task").iterdir():
        if os.sched_getaffinity(int(task.name)) != {cores.measured}:
            os.sched_setaffinity(int(task.name), {cores.load})
