# SPDX-License-Identifier: Apache-2.0
"""IPv6 on both sides, and across families: a client of one, a backend of the other."""

import hashlib

from bed_case import BedCase

from testbed.client import Client
from testbed.origin import Origin
from testbed.testbed import SMALL
from testbed.waiting import wait_until

VIRTUAL, CLIENT = "2001:db8:80:1::1", "2001:db8:80:1::2"
ORIGIN = "2001:db8:80:2::12"
LINK_LOCAL = "fe80::80:1"  # of Penstock's port

CONFIGURATION = f"""
ports = (
  {{ name = "client"; device = "net_tap0,iface=ps-client";
    addresses = ["10.80.1.1/24", "{VIRTUAL}/64", "{LINK_LOCAL}/64"]; }},
  {{ name = "backend"; device = "net_tap1,iface=ps-backend";
    addresses = ["10.80.2.1/24", "2001:db8:80:2::1/64"]; }}
);
listeners = (
  {{ name = "four"; address = "10.80.1.1:80"; }},
  {{ name = "six"; address = "[{VIRTUAL}]:80"; }},
  {{ name = "near"; address = "[{LINK_LOCAL}]:80"; }}
);
pools = (
  {{ name = "four"; backends = ( {{ address = "10.80.2.11:80"; }} ); }},
  {{ name = "six"; backends = ( {{ address = "[{ORIGIN}]:8080"; }} ); }}
);
rules = (
  {{ hosts = ["four.example"]; forward = "four"; }},
  {{ hosts = ["six.example"]; forward = "six"; }}
);
"""


class Ipv6Origin(Origin):
    PORT = 8080


def digest(body):
    return hashlib.sha256(body).hexdigest()


class Ipv6Test(BedCase):
    @staticmethod
    def configuration():
        return CONFIGURATION

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        network, run = cls.bed.network, cls.bed.run
        cls.origin_host = network.origins["origin2"]
        for host, address in ((network.client, CLIENT), (cls.origin_host, ORIGIN)):
            host.give_ipv6(address)
            cls.addClassCleanup(host.take_ipv6)
        origin = Ipv6Origin(cls.origin_host, "origin2six", f"[{ORIGIN}]", run.path / "origin2six",
                            cls.bed.payload)
        origin.start()
        cls.addClassCleanup(origin.stop)
        cls.six = Client(network.client, f"[{VIRTUAL}]", run.path / "client6")
        # The addresses are tentative for a moment, nodad or not.
        wait_until(lambda: cls.ping(VIRTUAL), 10, "Penstock answering an echo request")

    @classmethod
    def ping(cls, address):
        done = cls.bed.network.client.run(["ping", "-6", "-c", "1", "-W", "1", address],
                                          accept=None)
        return done.returncode == 0

    def assert_answered(self, client, host_name, origin):
        response = client.request(f"http://{host_name}/")
        self.assertEqual((response.status, response.failure), (200, ""))
        self.assertEqual(response.origin, origin)

    def test_each_family_reaches_each(self):
        for client in (self.client, self.six):
            self.assert_answered(client, "four.example", "origin1")
            self.assert_answered(client, "six.example", "origin2six")

    def test_a_link_local_client_is_served(self):
        near = Client(self.bed.network.client, f"[{LINK_LOCAL}%eth0]",
                      self.bed.run.path / "client6near")
        self.assert_answered(near, "six.example", "origin2six")

    def test_echo_requests_are_answered(self):
        self.assertTrue(self.ping(VIRTUAL))
        self.assertTrue(self.ping(f"{LINK_LOCAL}%eth0"))

    def test_bodies_arrive_whole_both_ways(self):
        for host_name in ("four.example", "six.example"):
            response = self.six.request(f"http://{host_name}/files/{SMALL}")
            self.assertEqual(digest(response.body), self.bed.digests[SMALL])
            sent = self.bed.payload / SMALL
            echo = self.six.request(f"http://{host_name}/echo", "--data-binary", f"@{sent}")
            self.assertEqual(digest(echo.body), self.bed.digests[SMALL])

    def test_requests_over_kept_connections_all_succeed(self):
        load = self.six.keep_alive_load("/", "six.example", 3000)
        self.assertEqual(load.failed, 0, load.text)

    def test_a_connection_for_each_request_succeeds(self):
        load = self.six.connection_load("/", "six.example", 1000)
        self.assertEqual((load.requests, load.failed), (1000, 0), load.text)
