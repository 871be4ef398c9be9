# SPDX-License-Identifier: Apache-2.0
"""Linux as client and as origin at the ends of wires that lose, repeat and reorder frames."""

import concurrent.futures
import hashlib

from bed_case import BedCase

from testbed import payload
from testbed.client import Client
from testbed.network import Network
from testbed.origin import Origin
from testbed.rough_wire import RoughWire, Roughness
from testbed.testbed import quickstart_configuration
from testbed.waiting import wait_until

ROUGH = Roughness(loss_percent=5, duplication_percent=3, delay_ms=1, jitter_ms=1)
LOSSY = Roughness(loss_percent=1)
BODY_BYTES = 512 * payload.KIB
AT_ONCE = 4
BULK_SECONDS_MAX = 60


class RoughCase(BedCase):
    """Both wires are rough: each body crosses two of them."""

    VIRTUAL, ORIGIN = None, None  # whom the client asks; where the origin listens

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        wires = [RoughWire(cls.bed, "rough-client", "10.80.1.31", "br-client", ROUGH),
                 RoughWire(cls.bed, "rough-origin", "10.80.2.31", "br-backend", ROUGH)]
        for wire in wires:
            cls.addClassCleanup(wire.close)
        cls.give_addresses(*(wire.host for wire in wires))
        cls.rough = Client(wires[0].host, cls.VIRTUAL, wires[0].home / "client")
        Origin(wires[1].host, "origin3", cls.ORIGIN, wires[1].home / "nginx",
               cls.bed.payload).start()
        cls.body = cls.bed.payload / "rough.bin"
        cls.digest = payload.write(cls.body, BODY_BYTES, seed=21)

    @classmethod
    def give_addresses(cls, client, origin):
        """What the hosts need beside their IPv4 addresses."""

    def at_once(self, ask):
        """What `ask(number)` gave for each of a few that ran beside each other."""
        with concurrent.futures.ThreadPoolExecutor(AT_ONCE) as pool:
            return list(pool.map(ask, range(AT_ONCE)))

    def assert_whole(self, response, digest):
        self.assertEqual(response.failure, "")
        self.assertIn(response.status, (200, 201, 204))
        self.assertEqual(hashlib.sha256(response.body).hexdigest(), digest)

    def assert_wires_were_rough(self):
        counters = self.daemon.status()["counters"]
        for name in ("tcp_segments_retransmitted", "tcp_segments_out_of_order",
                     "tcp_segments_duplicate"):
            self.assertGreater(counters[name], 0, name)

    def assert_nothing_is_stuck(self):
        """Every exchange is over, and what is left are connections kept for the next."""
        def over():
            counters = self.daemon.status()["counters"]
            return counters["exchanges_open"] == 0 and counters["downstream_open"] == 0

        wait_until(over, 20, "every exchange and every client's connection being over")


class RoughBulkTest(RoughCase):
    VIRTUAL, ORIGIN = Network.VIRTUAL, "10.80.2.31"

    @staticmethod
    def configuration():
        return quickstart_configuration().replace("10.80.2.13:80", "10.80.2.31:80")

    def test_downloads_arrive_whole(self):
        url = f"http://static.example/files/{self.body.name}"
        for response in self.at_once(
                lambda _: self.rough.request(url, seconds=BULK_SECONDS_MAX)):
            self.assert_whole(response, self.digest)
        self.assert_wires_were_rough()
        self.assert_nothing_is_stuck()

    def test_uploads_arrive_whole(self):
        def keep(number):
            url = f"http://static.example/store/{number}"
            return self.rough.request(url, "--upload-file", str(self.body),
                                      seconds=BULK_SECONDS_MAX)

        for response in self.at_once(keep):
            self.assertEqual(response.failure, "")
            self.assertIn(response.status, (201, 204))
        store = self.bed.run.path / "rough-origin" / "nginx" / "store"
        for number in range(AT_ONCE):
            self.assertEqual(payload.sha256_of(store / str(number)), self.digest)
        self.assert_wires_were_rough()
        self.assert_nothing_is_stuck()

    def test_echoes_arrive_whole_while_they_are_still_sent(self):
        def echo(_):
            return self.rough.request("http://static.example/echo", "--data-binary",
                                      f"@{self.body}", seconds=BULK_SECONDS_MAX)

        for response in self.at_once(echo):
            self.assert_whole(response, self.digest)
        self.assert_nothing_is_stuck()


class RoughIpv6Test(RoughCase):
    VIRTUAL, ORIGIN = "[2001:db8:80:1::1]", "[2001:db8:80:2::31]"

    @staticmethod
    def configuration():
        text = quickstart_configuration().replace("10.80.2.13:80", "[2001:db8:80:2::31]:80")
        for side in ("1", "2"):
            ours = f'"10.80.{side}.1/24"'
            text = text.replace(ours, f'{ours}, "2001:db8:80:{side}::1/64"')
        four = '{ name = "web"; address = "10.80.1.1:80"; }'
        return text.replace(four, f'{four}, {{ name = "six"; address = "[2001:db8:80:1::1]:80"; }}')

    @classmethod
    def give_addresses(cls, client, origin):
        client.give_ipv6("2001:db8:80:1::31")
        origin.give_ipv6("2001:db8:80:2::31")

    def test_echoes_arrive_whole_while_they_are_still_sent(self):
        def echo(_):
            return self.rough.request("http://static.example/echo", "--data-binary",
                                      f"@{self.body}", seconds=BULK_SECONDS_MAX)

        for response in self.at_once(echo):
            self.assert_whole(response, self.digest)
        self.assert_wires_were_rough()
        self.assert_nothing_is_stuck()


class ShortConnectionsTest(BedCase):
    def test_5000_connections_of_one_request_over_a_wire_that_loses_1_percent(self):
        wire = RoughWire(self.bed, "lossy-client", "10.80.1.31", "br-client", LOSSY)
        self.addCleanup(wire.close)
        client = Client(wire.host, self.bed.network.VIRTUAL, wire.home / "client")
        load = client.connection_load("/load", "shop.example", 5000, connections=100, seconds=60)
        self.assertEqual((load.requests, load.failed), (5000, 0), load.text)
        self.assertGreater(self.daemon.status()["counters"]["tcp_segments_retransmitted"], 0)
