# SPDX-License-Identifier: Apache-2.0
"""Floods of segments that belong to nobody, while good clients go on at their pace.

The floods are bounded in rate, so that hping3, the kernel and penstockd have room beside each other
on two cores: what is shown is that the product keeps serving, not what a packet costs.
"""

import json
import pathlib
import sys

from bed_case import BedCase

from testbed.background_load import BackgroundLoad
from testbed.flood import Flood
from testbed.testbed import quickstart_configuration

STEADY = pathlib.Path(__file__).with_name("steady_clients.py")
PER_SECOND = 300  # new connections of good clients
SECONDS = 3
FLOOD_PER_SECOND = 4000
KEPT_SHARE_MIN = 0.9
MEMORY_GROWTH_KIB_MAX = 4096


class OverloadCase(BedCase):
    @staticmethod
    def configuration():
        gateway = f'addresses = ["10.80.1.1/24"]; gateway = "{Flood.ADDRESS}";'
        return quickstart_configuration().replace('addresses = ["10.80.1.1/24"];', gateway) + (
            "limits = { half_open = 1024; };\n")

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.flood = Flood(cls.bed.network, cls.bed.run)
        cls.addClassCleanup(cls.flood.close)
        cls.quiet = cls.answered()

    @classmethod
    def answered(cls):
        """How many of the good clients were answered in time."""
        done = cls.client.host.run(
            [sys.executable, str(STEADY), cls.client.virtual, "shop.example", "/load",
             str(PER_SECOND), str(SECONDS)], seconds=SECONDS + 20)
        return json.loads(done.stdout)["answered"]

    def begin(self, *words):
        self.flood.start(self.client.virtual, words, FLOOD_PER_SECOND, 3 * SECONDS)
        self.addCleanup(self.flood.stop)

    def counters(self):
        return self.daemon.status()["counters"]

    def assert_good_clients_are_served(self):
        flooded = self.answered()
        self.assertTrue(self.flood.running(), "the flood ended before the good clients did")
        self.assertGreaterEqual(flooded, KEPT_SHARE_MIN * self.quiet)


class StrayFloodTest(OverloadCase):
    def flood_of(self, letter, reason):
        """Segments with one flag from invented sources, and what they are counted as."""
        before, sent_before = self.counters()["drops"].get(reason, 0), self.flood.sent()
        self.begin(letter, "--rand-source")
        self.assert_good_clients_are_served()
        self.flood.stop()
        sent = self.flood.sent() - sent_before
        # The kernel may have lost some on the way.
        self.assertGreater(sent, SECONDS * FLOOD_PER_SECOND / 10)
        self.assertGreater(self.counters()["drops"][reason] - before, sent / 2)
        self.assertEqual(self.counters()["tcp_half_open"], 0)

    def test_resets(self):
        self.flood_of("--rst", "tcp_no_connection")

    def test_acknowledgments(self):
        self.flood_of("--ack", "tcp_no_connection")

    def test_fins(self):
        self.flood_of("--fin", "tcp_no_connection")

    def test_resets_that_look_like_the_clients_own_end_no_connection(self):
        load = BackgroundLoad(self.bed, "shop.example", SECONDS)
        load.wait_for(100)
        self.begin("--rst", "--spoof", self.bed.network.CLIENT)
        result = load.finish()
        self.assertEqual(result.failed, 0, result.text)
        self.assertTrue(self.flood.running(), "the flood ended before the load did")


class SynFloodTest(OverloadCase):
    def test_new_clients_are_served_and_memory_stays_flat(self):
        before = self.daemon.memory_kib()
        self.begin("--syn", "--rand-source")
        self.assert_good_clients_are_served()
        self.assert_good_clients_are_served()
        self.assertLess(self.daemon.memory_kib() - before, MEMORY_GROWTH_KIB_MAX)
