# SPDX-License-Identifier: Apache-2.0
"""Several workers on several queues of each port: every one serves, and no connection is lost
between them. Two cores carry four workers too, which then take turns."""

import os
import re
import unittest

from bed_case import BedCase

from testbed.background_load import BackgroundLoad
from testbed.testbed import quickstart_configuration

CORES = sorted(os.sched_getaffinity(0))


def with_workers(count):
    """The quickstart's configuration with so many workers, on all cores that there are."""
    cores = ", ".join(str(CORES[index % len(CORES)]) for index in range(count))
    text, replaced = re.subn(r"^workers\s*=.*$", "", quickstart_configuration(), flags=re.MULTILINE)
    assert replaced <= 1
    return f"workers = {{ cores = [{cores}]; }};\n{text}"


class OnTaps:
    """The stories, for a class that says how many workers there are."""

    WORKERS = 2

    @classmethod
    def configuration(cls):
        return with_workers(cls.WORKERS)

    def workers(self):
        return self.daemon.status()["workers"]

    def test_every_worker_serves_and_no_request_fails(self):
        self.assertEqual(len(self.workers()), self.WORKERS)
        resets_before = self.daemon.settled_counters()["tcp_resets_out"]
        load = self.client.connection_load("/load", "shop.example", 4000)
        self.assertEqual((load.requests, load.failed), (4000, 0), load.text)
        for number, worker in enumerate(self.workers()):
            # A fair share is 4000 / WORKERS; connections fall where their hash does.
            self.assertGreater(worker["requests"], 2000 / self.WORKERS, f"worker {number}")
            self.assertGreater(worker["packets_sent"], 0)
        # What the kernel brought to another worker was handed over, once a flow at the most that
        # the kernel learns from; and nothing was lost on the way.
        counters = self.daemon.settled_counters()
        self.assertEqual(counters["wrong_core_arrivals"], 0)
        self.assertNotIn("mesh_full", counters["drops"])
        self.assertEqual(counters["tcp_resets_out"], resets_before)

    def test_changes_reach_every_worker(self):
        load = BackgroundLoad(self.bed, "api.example", 4)
        load.wait_for(200)
        endpoint = self.bed.origins["origin3"].endpoint
        for _ in range(5):
            self.daemon.tool("backend", "add", "api", endpoint)
            self.daemon.tool("backend", "remove", "api", endpoint)
        result = load.finish()
        self.assertEqual(result.failed, 0, result.text)
        self.assertEqual(len({worker["generation"] for worker in self.workers()}), 1)

    def test_all_drain(self):
        self.restart_afterwards()
        load = BackgroundLoad(self.bed, "api.example", 2)
        load.wait_for(100)
        self.assertEqual(self.daemon.stop(), 0)
        load.finish()
        self.assertEqual(self.bed.network.taps(), set())


class TwoWorkersOnTapsTest(OnTaps, BedCase):
    WORKERS = 2

    def test_connections_that_were_silent_for_long_are_found_again(self):
        # The kernel forgets after three seconds to which queue a flow belongs.
        response = self.client.requests(["http://api.example/", "http://api.example/wait",
                                         "http://api.example/"], seconds=30)
        self.assertEqual([(each.status, each.failure) for each in response], 3 * [(200, "")])
        self.assertEqual(sum(each.new_connections for each in response), 1)


class FourWorkersOnTapsTest(OnTaps, BedCase):
    WORKERS = 4


if __name__ == "__main__":
    unittest.main()
