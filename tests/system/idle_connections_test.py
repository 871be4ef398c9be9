# SPDX-License-Identifier: Apache-2.0
"""100,000 open connections that do nothing and are then used, and what happens at the limit."""

import pathlib
import re
import signal
import sys

from bed_case import BedCase

from testbed.testbed import quickstart_configuration
from testbed.waiting import wait_until

CONNECTIONS = 100_000
PROCESSES = 6  # each may have 20,000 files open
CONNECTION_BYTES_MAX = 1024
HELD = pathlib.Path(__file__).with_name("held_connections.py")
LIMIT = 64


class HeldCase(BedCase):
    def hold(self, count, number):
        """Connections that one process holds, from a source address of its own."""
        source = f"10.80.1.{101 + number}"
        self.client.host.ip("address", "add", f"{source}/24", "dev", "eth0")
        self.addCleanup(self.client.host.ip, "address", "del", f"{source}/24", "dev", "eth0")
        log = self.bed.run.path / f"held.{number}"
        log.write_bytes(b"")
        process = self.client.host.spawn(
            [sys.executable, str(HELD), self.client.virtual, "status.example", str(count), source],
            log)
        self.addCleanup(process.wait)
        self.addCleanup(process.kill)
        return process, log

    def said(self, holders, word, seconds):
        """The sum of what all holders said behind a word, once all have said it."""
        def numbers():
            found = [re.search(rf"^{word} (\d+)$", log.read_text(encoding="ascii"), re.MULTILINE)
                     for _, log in holders]
            return all(found) and [int(match.group(1)) for match in found]

        return sum(wait_until(numbers, seconds, f"all holders saying `{word}`"))

    def counter(self, name):
        return self.daemon.status()["counters"][name]


class IdleConnectionsTest(HeldCase):
    @staticmethod
    def configuration():
        return quickstart_configuration() + (
            "limits = { connections = 120000; };\n"
            "timeouts = { keep_alive_ms = 300000; };\n")

    def test_100000_idle_connections_are_held_in_1_kib_each_and_then_used(self):
        self.assertEqual(self.client.request("http://status.example/").status, 200)
        before = self.daemon.memory_kib()
        each = -(-CONNECTIONS // PROCESSES)
        holders = [self.hold(each, number) for number in range(PROCESSES)]
        self.assertEqual(self.said(holders, "open", 150), each * PROCESSES)
        self.assertGreaterEqual(self.counter("tcp_established"), CONNECTIONS)
        grown = (self.daemon.memory_kib() - before) * 1024 / (each * PROCESSES)
        print(f"    an idle connection takes {grown:.0f} bytes")
        self.assertLessEqual(grown, CONNECTION_BYTES_MAX)
        for process, _ in holders:
            process.send_signal(signal.SIGUSR1)
        self.assertEqual(self.said(holders, "answered", 150), each * PROCESSES)


class ConnectionLimitTest(HeldCase):
    @staticmethod
    def configuration():
        return quickstart_configuration() + (
            f"limits = {{ connections = {LIMIT}; half_open = {LIMIT}; }};\n"
            "timeouts = { keep_alive_ms = 300000; };\n")

    def test_new_connections_are_refused_and_counted_and_taken_again_when_there_is_room(self):
        holder, log = self.hold(LIMIT, 0)
        wait_until(lambda: self.counter("tcp_established") == LIMIT, 20, "the table being full")
        refused = self.client.request("http://status.example/", seconds=2)
        self.assertNotEqual(refused.failure, "")
        self.assertGreater(self.counter("drops")["tcp_connections_full"], 0)
        self.assertEqual(self.counter("tcp_established"), LIMIT)
        holder.send_signal(signal.SIGUSR1)  # Those that are open are served all the same.
        self.assertEqual(self.said([(holder, log)], "answered", 20), LIMIT)
        holder.kill()
        wait_until(lambda: self.counter("tcp_established") == 0, 20, "the connections going")
        self.assertEqual(self.client.request("http://status.example/").status, 200)
