# SPDX-License-Identifier: Apache-2.0
"""So many clients that take nothing of large responses that packet buffers run out: those that have
waited longest are cut, everybody else is served, and what was held is free again."""

import hashlib

from access_log_test import Line
from played_case import NGINX, PlayedCase, configuration_of, request
from status_since import since

from testbed.payload import MIB
from testbed.testbed import SMALL

PACKET_BUFFERS = 8192  # the fewest that there may be
SLOW = 200
CUTS_MIN = 8
KERNEL_BUFFER_BYTES = 4096
SECONDS_MAX = 20
FREED_SECONDS_MAX = 10
# Of all buffers, those that the devices and the clients that come next may have at any time.
SCARCE, AMPLE = 0.5 * PACKET_BUFFERS, 0.05 * PACKET_BUFFERS
GOOD_REQUESTS = (  # between two slow ones
    (("http://static.example/hello",), b"origin3 answers GET static.example/hello\n"),
    (("http://static.example/echo", "--data-binary", "w" * 3000), b"w" * 3000),
)


def digest(body):
    return hashlib.sha256(body).hexdigest()


class BufferPressureTest(PlayedCase):
    origin_names = ()

    @classmethod
    def configuration(cls):
        cls.log = cls.bed.run.path / "access-buffer-pressure.log"
        text = configuration_of({"static": ([NGINX], "")},
                                f"memory = {{ packet_buffers = {PACKET_BUFFERS}; }};")
        return text.replace('level = "info";', f'level = "info"; access = "{cls.log}";')

    def setUp(self):
        super().setUp()
        self.before = self.daemon.status()

    def slow_reader(self):
        client = self.connect(receive_buffer=KERNEL_BUFFER_BYTES)
        client.send(request("static", target=f"/files/{SMALL}"))
        client.pause()
        return client

    def cuts(self):
        return self.counters()["replies"].get("buffer_pressure", 0)

    def in_use(self):
        return self.counters()["buffers_in_use"]

    def assert_good_clients_are_served(self):
        for words, body in GOOD_REQUESTS:
            response = self.client.request(*words)
            self.assertEqual((response.status, response.body, response.failure), (200, body, ""))

    def lines(self):
        return [Line.of(text) for text in self.log.read_text(encoding="ascii").splitlines()]

    def cut_lines(self):
        return [line for line in self.lines() if line.reason == "buffer_pressure"]

    def assert_told(self, slow):
        """Each cut in the access log, as what it was."""
        ports = [client.port() for client in slow]
        for line in self.cut_lines():
            self.assertEqual(line.request(), ("GET", f"/files/{SMALL}", "static.example"))
            self.assertEqual(line.answer(), (200, "buffer_pressure"))
            self.assertEqual(line.way(), ("rules[0]", "static", NGINX, 1))
            self.assertLess(line.response_bytes, MIB)
            self.assertIn(int(line.client.rpartition(":")[2]), ports)

    def test_who_takes_nothing_is_cut_and_the_others_are_served(self):
        slow = []
        while len(slow) < SLOW:
            slow.append(self.slow_reader())
            if len(slow) % 10 == 0:
                self.assert_good_clients_are_served()
        self.wait(lambda: self.cuts() >= CUTS_MIN, "slow clients being cut", SECONDS_MAX)
        self.assertGreater(self.in_use(), SCARCE)
        self.assert_good_clients_are_served()
        download = self.client.request(f"http://static.example/files/{SMALL}")
        self.assertEqual((download.status, digest(download.body), download.failure),
                         (200, self.bed.digests[SMALL], ""))
        self.wait(lambda: len(self.cut_lines()) == self.cuts(), "the cuts in the access log")
        self.assert_told(slow)
        self.assert_cut_or_served(slow)
        self.assert_all_is_free()

    def assert_cut_or_served(self, slow):
        """The connections that were cut are reset; who was spared gets all of its response, late as
        it is."""
        cut = {int(line.client.rpartition(":")[2]) for line in self.cut_lines()}
        self.assertLess(len(cut), len(slow))
        for client in slow:
            if client.port() in cut:
                client.resume()
                self.wait(lambda client=client: client.ended, "the end of what was cut")
                self.assertEqual(client.ended, "reset")
                self.assertLess(len(client.received), MIB)
        spared = [client for client in slow if client.port() not in cut][-1]
        for client in slow:
            if client is not spared:
                client.reset()
        spared.resume()
        answer = self.take_answer(spared)
        self.assertIsNotNone(answer, f"the spared client's connection was {spared.ended}")
        self.assertEqual(digest(answer.body), self.bed.digests[SMALL])
        spared.close()

    def assert_all_is_free(self):
        self.wait(lambda: self.counters()["downstream_open"] == 0, "the last client leaving")
        self.wait(lambda: self.in_use() - self.before["counters"]["buffers_in_use"] < AMPLE,
                  "the buffers being free again", FREED_SECONDS_MAX)
        status = since(self.before, self.daemon.status())
        self.assertEqual(status["counters"]["exchanges_open"], 0)
        self.assertEqual(status["listeners"][0]["replies"]["buffer_pressure"],
                         len(self.cut_lines()))
        self.assertEqual(sum(status["counters"]["replies"].values()), len(self.cut_lines()))
        self.assert_good_clients_are_served()
