# SPDX-License-Identifier: Apache-2.0
"""Many requests, none of them failed, and memory that does not grow with what passes."""

from bed_case import BedCase

from testbed import payload

HUGE = "huge.bin"
HUGE_BYTES = 1024 * payload.MIB
GROWTH_KIB_MAX = 64 * payload.KIB


class LoadTest(BedCase):
    def test_100000_keep_alive_requests_none_failed(self):
        load = self.client.keep_alive_load("/load", "shop.example", 100_000)
        self.assertEqual(load.failed, 0, load.text)
        self.assertGreaterEqual(load.requests, 100_000, load.text)

    def test_10000_connections_of_one_request_none_failed(self):
        load = self.client.connection_load("/load", "shop.example", 10_000)
        self.assertEqual((load.requests, load.failed), (10_000, 0), load.text)

    def test_a_body_larger_than_its_buffers_passes_in_bounded_memory(self):
        with open(self.bed.payload / HUGE, "wb") as sparse:
            sparse.truncate(HUGE_BYTES)
        before = self.daemon.peak_memory_kib()
        words = self.client.curl_words(f"http://static.example/files/{HUGE}", "--max-time", "80",
                                       "--output", "/dev/null", "--write-out", "%{size_download}")
        done = self.client.host.run(words, seconds=85)
        self.assertEqual(int(done.stdout), HUGE_BYTES)
        self.assertLess(self.daemon.peak_memory_kib() - before, GROWTH_KIB_MAX)

    def test_a_client_that_reads_slowly_holds_the_origin_back(self):
        with open(self.bed.payload / HUGE, "wb") as sparse:
            sparse.truncate(HUGE_BYTES)
        before = self.daemon.status()["counters"]["tcp_bytes_in"]
        response = self.client.request(f"http://static.example/files/{HUGE}",
                                       "--limit-rate", "1M", seconds=4)
        received = self.daemon.status()["counters"]["tcp_bytes_in"] - before
        self.assertIn("timed out", response.failure)
        self.assertLess(received - len(response.body), 16 * payload.MIB)
