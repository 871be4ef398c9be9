# SPDX-License-Identifier: Apache-2.0
"""A client in a VLAN, and one behind a router that no route of Penstock knows."""

import unittest

from bed_case import BedCase

from testbed.client import Client
from testbed.network import Host
from testbed.process import CommandFailed
from testbed.testbed import SMALL
from testbed.waiting import wait_until

TAG, VIRTUAL, CLIENT = 100, "10.81.1.1", "10.81.1.2"
SIX_VIRTUAL, SIX_CLIENT = "2001:db8:81:1::1", "2001:db8:81:1::2"
FAR_CLIENT = "192.0.2.7"  # its packets come through the client host

CONFIGURATION = f"""
ports = (
  {{ name = "client"; device = "net_tap0,iface=ps-client"; addresses = ["10.80.1.1/24"];
    reply_to = "sender";
    vlans = ( {{ tag = {TAG}; addresses = ["{VIRTUAL}/24", "{SIX_VIRTUAL}/64"]; }} ); }},
  {{ name = "backend"; device = "net_tap1,iface=ps-backend"; addresses = ["10.80.2.1/24"]; }}
);
listeners = (
  {{ name = "plain"; address = "10.80.1.1:80"; }},
  {{ name = "tagged"; address = "{VIRTUAL}:80"; }},
  {{ name = "tagged-six"; address = "[{SIX_VIRTUAL}]:80"; }}
);
pools = ( {{ name = "all"; backends = ( {{ address = "10.80.2.11:80"; }} ); }} );
rules = ( {{ forward = "all"; }} );
"""


class VlanCase(BedCase):
    @staticmethod
    def configuration():
        return CONFIGURATION

    def assert_whole(self, client):
        response = client.request(f"http://shop.example/files/{SMALL}")
        self.assertEqual((response.status, response.failure), (200, ""))
        self.assertEqual(response.body, (self.bed.payload / SMALL).read_bytes())


class VlanTest(VlanCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        host, run = cls.bed.network.client, cls.bed.run
        device = f"eth0.{TAG}"
        try:
            host.ip("link", "add", "link", "eth0", "name", device, "type", "vlan", "id", str(TAG))
        except CommandFailed as failure:
            raise unittest.SkipTest(f"the kernel has no VLAN devices (8021q): {failure}")
        cls.addClassCleanup(host.ip, "link", "delete", device)
        for scope in ("all", device):
            host.run(["sh", "-c", f"echo 0 > /proc/sys/net/ipv6/conf/{scope}/disable_ipv6"])
        cls.addClassCleanup(host.run, ["sh", "-c",
                                       "echo 1 > /proc/sys/net/ipv6/conf/all/disable_ipv6"])
        host.ip("link", "set", device, "up")
        host.ip("address", "add", f"{CLIENT}/24", "dev", device)
        host.ip("-6", "address", "add", f"{SIX_CLIENT}/64", "dev", device, "nodad")
        cls.tagged = Client(host, VIRTUAL, run.path / "client-tagged")
        cls.tagged_six = Client(host, f"[{SIX_VIRTUAL}]", run.path / "client-tagged-six")
        wait_until(lambda: host.run(["ping", "-6", "-c", "1", "-W", "1", SIX_VIRTUAL],
                                    accept=None).returncode == 0,
                   10, "Penstock answering in the VLAN")

    def test_a_client_in_a_vlan_is_served(self):
        self.assert_whole(self.tagged)

    def test_a_client_in_a_vlan_is_served_over_ipv6(self):
        self.assert_whole(self.tagged_six)

    def test_an_untagged_client_is_served_beside_it(self):
        self.assert_whole(self.client)


class ReplyToSenderTest(VlanCase):
    def test_a_client_behind_an_unknown_router_is_served(self):
        far = Host(self.bed.run, "far")
        router = self.bed.network.client
        router.ip("link", "add", "to-far", "type", "veth", "peer", "name", "eth0", "netns",
                  far.name)
        self.addCleanup(router.ip, "link", "delete", "to-far")
        router.ip("address", "add", "192.0.2.1/24", "dev", "to-far")
        router.ip("link", "set", "to-far", "up")
        far.ip("address", "add", f"{FAR_CLIENT}/24", "dev", "eth0")
        far.ip("link", "set", "eth0", "up")
        far.ip("route", "add", "default", "via", "192.0.2.1")
        router.run(["sh", "-c", "echo 1 > /proc/sys/net/ipv4/ip_forward"])
        client = Client(far, "10.80.1.1", self.bed.run.path / "client-far")
        self.assert_whole(client)
