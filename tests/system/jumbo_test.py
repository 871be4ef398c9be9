# SPDX-License-Identifier: Apache-2.0
"""MTU 9000, with Linux as client and as origin. net_tap carries 1500 bytes only, so the ports are
net_pcap's, on veth devices."""

import hashlib
import json
import types
import unittest

import bed_case

from testbed import payload
from testbed.client import Client
from testbed.network import Network
from testbed.penstock import Daemon
from testbed.testbed import quickstart_configuration

MTU = 9000
ENDS = {"ps-client": "br-client", "ps-backend": "br-backend"}
BODY_BYTES = 8 << 20
OFFLOADS = ("tx", "sg", "tso", "gso", "gro")


class JumboTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.bed = bed_case.shared_bed()
        cls.lb = cls.bed.network.lb
        cls.hosts = (cls.bed.network.client, cls.bed.network.origins["origin3"])
        cls.make_wires()
        home = cls.bed.run.path / "jumbo"
        cls.daemon = Daemon(types.SimpleNamespace(lb=cls.lb, join_taps=lambda alive: alive()), home)
        cls.daemon.write(cls.configuration())
        cls.addClassCleanup(cls.daemon.stop)
        cls.daemon.start()
        cls.client = Client(cls.hosts[0], Network.VIRTUAL, cls.bed.run.path / "jumbo-client")
        cls.body = cls.bed.run.path / "jumbo.bin"
        cls.digest = payload.write(cls.body, BODY_BYTES, seed=9000)

    @classmethod
    def make_wires(cls):
        """Every device on the way carries long frames, as they are: none is cut or joined by an
        offload, and none leaves its sender without its checksum."""
        for end, bridge in ENDS.items():
            cls.lb.ip("link", "add", end, "mtu", str(MTU), "type", "veth", "peer", "name",
                      f"{end}-br", "mtu", str(MTU))
            cls.addClassCleanup(cls.lb.ip, "link", "del", end)
            cls.lb.ip("link", "set", f"{end}-br", "master", bridge, "up")
            cls.lb.ip("link", "set", end, "up")
        for host, role in zip(cls.hosts, ("client", "origin3")):
            cls.set_mtu(host, role, MTU)
            cls.addClassCleanup(cls.set_mtu, host, role, 1500)
            cls.offload(host, "off")
            cls.addClassCleanup(cls.offload, host, "on")

    @classmethod
    def set_mtu(cls, host, role, mtu):
        cls.lb.ip("link", "set", f"to-{role}", "mtu", str(mtu))
        host.ip("link", "set", "eth0", "mtu", str(mtu))

    @staticmethod
    def offload(host, state):
        words = [word for name in OFFLOADS for word in (name, state)]
        host.run(["ethtool", "--offload", "eth0", *words])

    @classmethod
    def configuration(cls):
        text = quickstart_configuration()
        for number, end in enumerate(ENDS):
            device = f"net_pcap{number},rx_iface_in={end},tx_iface={end}"
            text = text.replace(f'"net_tap{number},iface={end}";', f'"{device}"; mtu = {MTU};')
        return text

    def received(self, host):
        """Bytes and packets that came to a host's device."""
        shown = host.run(["ip", "-json", "-statistics", "link", "show", "eth0"]).stdout
        counted = json.loads(shown)[0]["stats64"]["rx"]
        return counted["bytes"], counted["packets"]

    def assert_came_in_long_frames(self, host, before):
        size, packets = (now - then for now, then in zip(self.received(host), before))
        self.assertGreater(size, BODY_BYTES)
        self.assertGreater(size / packets, 6000)

    def test_a_body_goes_through_in_long_segments_both_ways(self):
        before = [self.received(host) for host in self.hosts]
        response = self.client.request("http://static.example/echo", "--data-binary",
                                       f"@{self.body}")
        self.assertEqual((response.status, response.failure), (200, ""))
        self.assertEqual(hashlib.sha256(response.body).hexdigest(), self.digest)
        for host, counted in zip(self.hosts, before):
            self.assert_came_in_long_frames(host, counted)

    def test_a_client_with_a_short_mtu_gets_short_segments(self):
        client = self.hosts[0]
        client.ip("link", "set", "eth0", "mtu", "1500")
        self.addCleanup(client.ip, "link", "set", "eth0", "mtu", str(MTU))
        before = self.received(client)
        response = self.client.request("http://static.example/echo", "--data-binary",
                                       f"@{self.body}")
        self.assertEqual(hashlib.sha256(response.body).hexdigest(), self.digest)
        size, packets = (now - then for now, then in zip(self.received(client), before))
        self.assertLessEqual(size / packets, 1514)


if __name__ == "__main__":
    unittest.main()
