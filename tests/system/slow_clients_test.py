# SPDX-License-Identifier: Apache-2.0
"""slowhttptest in each of its modes, while good clients come and go.

Its connections cost what a connection costs and are cut when their time is up. The time-outs are
short here, so that the story is; the good clients need none of them.
"""

import json
import pathlib
import re
import sys

from bed_case import BedCase

from testbed.testbed import SMALL, quickstart_configuration
from testbed.waiting import wait_until

STEADY = pathlib.Path(__file__).with_name("steady_clients.py")
PER_SECOND, SECONDS = 100, 2  # new connections of good clients
PATIENCE_SECONDS = 1
# The tap drops frames while 200 downloads begin at once: a SYN that is lost comes again after 1 s.
PATIENCE_BESIDE_DOWNLOADS_SECONDS = 4
SLOW = 200
TEST_SECONDS_MAX = 40
CUT_SECONDS_MAX = 45
MEMORY_GROWTH_KIB_MAX = 4096


class SlowClientsCase(BedCase):
    @staticmethod
    def configuration_with(timeouts):
        # slowhttptest names the address as the host.
        anybody = 'rules = (\n  { name = "anybody"; hosts = ["10.80.1.1"]; forward = "static"; },'
        return (quickstart_configuration().replace("rules = (", anybody, 1)
                + f"timeouts = {{ {timeouts} }};\n")

    def counters(self):
        return self.daemon.status()["counters"]

    def replies(self, reason):
        return self.counters()["replies"].get(reason, 0)

    def begin(self, url_path, *words):
        """Starts slowhttptest and returns once all of its connections are there."""
        accepted = self.counters()["downstream_accepted"]
        self.memory_before = self.daemon.memory_kib()
        self.log = self.bed.run.path / "client" / f"slow{words[0]}"
        self.log.write_bytes(b"")
        slow = self.client.host.spawn(
            ["slowhttptest", *words, "-c", str(SLOW), "-r", str(SLOW), "-p", "2",
             "-l", str(TEST_SECONDS_MAX), "-u", f"http://{self.client.virtual}{url_path}"],
            self.log)
        self.addCleanup(slow.wait)
        self.addCleanup(slow.kill)
        wait_until(lambda: self.counters()["downstream_accepted"] - accepted >= SLOW, 10,
                   f"{SLOW} slow connections")
        return slow

    def assert_good_clients_are_served(self, patience=PATIENCE_SECONDS):
        done = self.client.host.run(
            [sys.executable, str(STEADY), self.client.virtual, "shop.example", "/load",
             str(PER_SECOND), str(SECONDS), str(patience)], seconds=SECONDS + 20)
        seen = json.loads(done.stdout)
        self.assertEqual(seen["answered"], seen["asked"])
        self.assertEqual(seen["asked"], PER_SECOND * SECONDS)

    def assert_nobody_is_left(self):
        wait_until(lambda: self.counters()["downstream_open"] == 0, CUT_SECONDS_MAX,
                   "the slow connections being cut")
        self.assertEqual(self.counters()["exchanges_open"], 0)
        self.assertLess(self.daemon.memory_kib() - self.memory_before, MEMORY_GROWTH_KIB_MAX)

    def assert_saw_the_service_available(self, slow):
        """Its own probe: a further connection every second."""
        wait_until(lambda: slow.poll() is not None, TEST_SECONDS_MAX + 5, "slowhttptest ending")
        text = re.sub(r"\x1b\[[0-9;]*m", "", self.log.read_text("utf-8", errors="replace"))
        self.assertEqual(set(re.findall(r"service available:\s*(\w+)", text)), {"YES"})


class SlowClientsTest(SlowClientsCase):
    @classmethod
    def configuration(cls):
        return cls.configuration_with(
            "request_head_ms = 2000; request_body_ms = 2000; response_body_ms = 2000;")

    def test_slow_heads_are_answered_408(self):
        before = self.replies("head_timeout")
        slow = self.begin("/", "-H", "-i", "1", "-x", "24")
        self.assert_good_clients_are_served()
        self.assert_nobody_is_left()
        self.assertEqual(self.replies("head_timeout") - before, SLOW)
        self.assert_saw_the_service_available(slow)

    def test_slow_bodies_are_answered_408(self):
        before = self.replies("body_timeout")
        slow = self.begin("/echo", "-B", "-i", "5", "-s", "8192")
        self.assert_good_clients_are_served()
        self.assert_nobody_is_left()
        self.assertEqual(self.replies("body_timeout") - before, SLOW)
        self.assert_saw_the_service_available(slow)

    def test_slow_readers_are_cut(self):
        before = self.replies("client_take_timeout")
        self.begin(f"/files/{SMALL}", "-X", "-n", "1", "-z", "5", "-w", "10", "-y", "50")
        self.assert_good_clients_are_served(PATIENCE_BESIDE_DOWNLOADS_SECONDS)
        wait_until(lambda: self.replies("client_take_timeout") - before >= SLOW, CUT_SECONDS_MAX,
                   "the slow readers being cut")
        self.assert_good_clients_are_served(PATIENCE_BESIDE_DOWNLOADS_SECONDS)
        self.assert_nobody_is_left()

    def test_heads_with_a_thousand_ranges_are_nothing_special(self):
        before = self.counters()["responses"]
        slow = self.begin(f"/files/{SMALL}", "-R")
        self.assert_good_clients_are_served()
        self.assert_saw_the_service_available(slow)
        self.assert_nobody_is_left()
        after = self.counters()["responses"]
        self.assertEqual(after.get("5xx", 0), before.get("5xx", 0))


class TricklingCase(SlowClientsCase):
    def trickle(self, reason):
        before = self.replies(reason)
        slow = self.begin("/echo", "-B", "-i", "1", "-s", "8192", "-x", "8")
        self.assert_good_clients_are_served()
        self.assert_nobody_is_left()
        self.assertEqual(self.replies(reason) - before, SLOW)
        self.assert_saw_the_service_available(slow)


class TricklingClientsTest(TricklingCase):
    @classmethod
    def configuration(cls):
        return cls.configuration_with("request_body_ms = 2000;")

    def test_who_sends_a_little_now_and_then_is_answered_408(self):
        self.trickle("body_timeout")


class WhereAnyProgressIsEnoughTest(TricklingCase):
    @classmethod
    def configuration(cls):
        return cls.configuration_with("request_body_ms = 2000; exchange_ms = 4000;") + (
            "limits = { body_progress_bytes = 0; };\n")

    def test_the_whole_exchange_is_bounded_still(self):
        self.trickle("exchange_timeout")
