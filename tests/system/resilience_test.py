# SPDX-License-Identifier: Apache-2.0
"""Origins that close idle connections at random, crash and come back: no request is lost that
could have been saved, none is acted upon twice, and no client gets what is another's.

PENSTOCK_RESILIENCE_REQUESTS says how many requests there are, where scripts/test has time for few.
"""

import collections
import itertools
import json
import os
import pathlib
import sys

from acknowledged_posts import Capture
from bed_case import BedCase

from testbed.waiting import wait_until

HERE = pathlib.Path(__file__).parent
PORT = 8080
WANTED = os.environ.get("PENSTOCK_RESILIENCE_REQUESTS")
REQUESTS = int(WANTED or "50000")
SECONDS_MAX = max(40, REQUESTS // 250) if REQUESTS > 50000 else 40
# Where the machine is slow and nobody has said how many, fewer are enough; what is asked of each is
# the same.
REQUESTS_MIN = REQUESTS if WANTED else 2000
CONNECTIONS = 64
SEED = 7
DOWN_REQUESTS, UP_REQUESTS = 300, 700

CONFIGURATION = f"""
workers = {{ cores = [0]; idle = "back_off"; }};
log = {{ level = "info"; }};
ports = (
  {{ name = "client"; device = "net_tap0,iface=ps-client"; addresses = ["10.80.1.1/24"]; }},
  {{ name = "backend"; device = "net_tap1,iface=ps-backend"; addresses = ["10.80.2.1/24"]; }}
);
listeners = ( {{ name = "web"; address = "10.80.1.1:80"; }} );
pools = (
  {{ name = "all"; policy = "round_robin"; backends = (
      {{ name = "origin1"; address = "10.80.2.11:{PORT}"; }},
      {{ name = "origin2"; address = "10.80.2.12:{PORT}"; }},
      {{ name = "origin3"; address = "10.80.2.13:{PORT}"; }} ); }}
);
rules = ( {{ forward = "all"; }} );
"""


class FickleOrigin:
    def __init__(self, host, address, home, seeds):
        self._host, self._address, self._seeds = host, address, seeds
        self._log, self.record = home / f"fickle-{address}.log", home / f"fickle-{address}.record"
        self.record.write_bytes(b"")

    def start(self):
        self._log.write_bytes(b"")
        self._process = self._host.spawn(
            [sys.executable, str(HERE / "fickle_origin.py"), self._address, str(PORT),
             str(next(self._seeds)), str(self.record)], self._log)
        wait_until(self._listens, 20, f"{self._address} listening")

    def _listens(self):
        text = self._log.read_text(encoding="utf-8")
        if self._process.poll() is not None:
            raise RuntimeError(f"the origin ended: {text}")
        return "listening" in text

    def kill(self):
        self._process.kill()
        self._process.wait()


class ResilienceTest(BedCase):
    may_run_again = False  # what is lost once is lost

    @staticmethod
    def configuration():
        return CONFIGURATION

    def setUp(self):
        super().setUp()
        network, seeds = self.bed.network, itertools.count(SEED)
        self.origins = [FickleOrigin(network.origins[name], address, self.bed.run.path, seeds)
                        for name, address in network.ORIGINS.items()]
        for origin in self.origins:
            origin.start()
            self.addCleanup(origin.kill)

    def begin_load(self):
        log = self.bed.run.path / "client" / "fickle"
        log.write_bytes(b"")
        clients = self.client.host.spawn(
            [sys.executable, str(HERE / "fickle_clients.py"), self.client.virtual, str(REQUESTS),
             str(SECONDS_MAX), str(CONNECTIONS), str(SEED)], log)
        self.addCleanup(clients.wait)
        self.addCleanup(clients.kill)
        return clients, log

    def wait_for(self, requests, clients):
        """Until so many more have come, or the clients have ended."""
        before = self.daemon.requests()
        wait_until(lambda: clients.poll() is not None
                   or self.daemon.requests() - before >= requests, 60, f"{requests} requests")

    def crash_in_turn(self, clients):
        """One after the other: two origins of the pool live at any time. Returns the crashes."""
        crashes = 0
        for origin in itertools.cycle(self.origins):
            self.wait_for(UP_REQUESTS, clients)
            if clients.poll() is not None:
                return crashes
            origin.kill()
            crashes += 1
            self.wait_for(DOWN_REQUESTS, clients)
            origin.start()

    def posts_acted_upon(self):
        records = b"".join(origin.record.read_bytes() for origin in self.origins)
        return collections.Counter(records.split())

    def test_no_request_is_lost_that_could_be_saved(self):
        capture = Capture(self.bed.network.lb, self.bed.run.path, PORT)
        self.addCleanup(capture.stop)
        clients, log = self.begin_load()
        crashes = self.crash_in_turn(clients)
        text = log.read_text(encoding="utf-8")
        self.assertEqual(clients.returncode, 0, text)
        seen = json.loads(text)
        posts = self.posts_acted_upon()
        arrived, repeated = capture.finish(self.bed.network.origins["origin1"], "10.80.2.1")
        lost = set(seen.pop("lost"))
        pool = self.daemon.status()["pools"][0]
        print(f"    {seen['answered']} requests, {crashes} crashes, {len(arrived)} POSTs arrived, "
              f"{len(lost)} were lost, {len(lost - arrived)} of them after they were sent twice: "
              f"{seen}, {pool['retries']} retries, "
              f"{sum(each['resets'] for each in pool['backends'])} resets", flush=True)

        self.assertGreaterEqual(seen["answered"], REQUESTS_MIN)
        self.assertGreater(crashes, 0)
        self.assertEqual((seen.get("wrong", 0), seen.get("stuck", 0), seen["examples"]), (0, 0, []))
        self.assertEqual(seen["refused"]["GET"], {})
        self.assertEqual([post for post, times in posts.items() if times > 1], [])
        self.assertLessEqual(set(seen["refused"]["POST"]),
                             {"502 reset_before_response", "502 closed_before_response",
                              "502 truncated_response"})
        # The capture is right about those of which an origin itself tells.
        self.assertEqual({post.decode() for post in posts} - arrived, set())
        # Of what had not arrived, all is there still, and must be sent again; unless TCP sent it
        # twice on that connection: it may have arrived, and its acknowledgment was what got lost.
        self.assertEqual(lost - arrived - repeated, set())
        # What had begun to be answered when its origin was killed.
        self.assertLessEqual(seen.get("cut", 0) + seen.get("ends", 0), crashes)
