# SPDX-License-Identifier: Apache-2.0
"""Several workers on interfaces of the kernel, which spread frames over their queues by a hash of
their own: what comes to the wrong worker is handed to its owner, and no connection is lost.

    client ── [ br-client ] ══ ps-client  ┐ a pair of veth devices each, with several queues;
    origins ─ [ br-backend ] ══ ps-backend ┘ penstockd has sockets on the far ends
"""

import pathlib
import re
import types
import unittest

import bed_case
from workers_test import CORES

from testbed.penstock import Daemon
from testbed.testbed import quickstart_configuration

ENDS = {"ps-client": "br-client", "ps-backend": "br-backend"}
RINGS = "blocksz=65536,framesz=2048,framecnt=1024"


class OnVeth:
    """The stories, for a class that says how many workers there are and what the devices are."""

    WORKERS = 2

    @classmethod
    def setUpClass(cls):
        cls.bed = bed_case.shared_bed()
        cls.lb = cls.bed.network.lb
        cls.make_pairs()
        cls.finish_packets("off")
        home = cls.bed.run.path / cls.__name__
        cls.daemon = Daemon(types.SimpleNamespace(lb=cls.lb, join_taps=lambda alive: alive()), home)
        cls.daemon.write(cls.configuration())
        cls.addClassCleanup(cls.daemon.stop)
        cls.daemon.start()

    @classmethod
    def make_pairs(cls):
        queues = ["numrxqueues", str(cls.WORKERS), "numtxqueues", str(cls.WORKERS)]
        for end, bridge in ENDS.items():
            cls.lb.ip("link", "add", end, *queues, "type", "veth", "peer", "name", f"{end}-br",
                      *queues)
            cls.addClassCleanup(cls.lb.ip, "link", "del", end)
            cls.lb.ip("link", "set", f"{end}-br", "master", bridge, "up")
            cls.lb.ip("link", "set", end, "up")

    @classmethod
    def finish_packets(cls, offload):
        """Packet sockets get packets as they left their sender: without checksums, if its device
        is to compute them."""
        for host in (cls.bed.network.client, *cls.bed.network.origins.values()):
            host.run(["ethtool", "--offload", "eth0", "tx", offload, "sg", offload, "tso", offload,
                      "gso", offload])
        if offload == "off":
            cls.addClassCleanup(cls.finish_packets, "on")

    @classmethod
    def configuration(cls):
        cores = ", ".join(str(CORES[index % len(CORES)]) for index in range(cls.WORKERS))
        text = re.sub(r"^workers\s*=.*$", "", quickstart_configuration(), flags=re.MULTILINE)
        for number, end in enumerate(ENDS):
            text = text.replace(f"net_tap{number},iface={end}", cls.device(number, end))
        return f"workers = {{ cores = [{cores}]; }};\n{text}"

    def test_every_worker_serves_and_no_request_fails(self):
        load = self.bed.client.connection_load("/load", "shop.example", 2000)
        self.assertEqual((load.requests, load.failed), (2000, 0), load.text)
        workers = self.daemon.status()["workers"]
        self.assertEqual(len(workers), self.WORKERS)
        for number, worker in enumerate(workers):
            self.assertGreater(worker["requests"], 1000 / self.WORKERS, f"worker {number}")
        counters = self.daemon.settled_counters()
        # The kernel's hash is not ours.
        self.assertGreater(counters["frames_handed_over"], 0)
        self.assertEqual(counters["wrong_core_arrivals"], 0)
        self.assertNotIn("mesh_full", counters["drops"])
        self.assertEqual(counters["tcp_resets_out"], 0)


class TwoWorkersOnPacketSocketsTest(OnVeth, unittest.TestCase):
    WORKERS = 2

    @classmethod
    def device(cls, number, end):
        return f"net_af_packet{number},iface={end},qpairs={cls.WORKERS},{RINGS}"


class FourWorkersOnPacketSocketsTest(TwoWorkersOnPacketSocketsTest):
    WORKERS = 4


@unittest.skipUnless(pathlib.Path("/usr/lib/x86_64-linux-gnu/libxdp.so.1").exists(),
                     "net_af_xdp needs libxdp")
class TwoWorkersOnXdpSocketsTest(OnVeth, unittest.TestCase):
    WORKERS = 2

    @classmethod
    def device(cls, number, end):
        return f"net_af_xdp{number},iface={end}"


class FourWorkersOnXdpSocketsTest(TwoWorkersOnXdpSocketsTest):
    WORKERS = 4


if __name__ == "__main__":
    unittest.main()
