# SPDX-License-Identifier: Apache-2.0
"""An origin that dies in the middle of a response: an honest failure, never a wrong body."""

import concurrent.futures

from bed_case import BedCase

from testbed.testbed import LARGE
from testbed.waiting import wait_until


class OriginLossTest(BedCase):
    def setUp(self):
        super().setUp()
        self.origin = self.bed.origins["origin3"]  # the only backend of the pool `static`

    def kill_while_it_answers(self, url, under_way, *words):
        """Kills the origin once `under_way()` says so; returns what the client saw."""
        with concurrent.futures.ThreadPoolExecutor(1) as pool:
            response = pool.submit(self.client.request, url, *words)
            wait_until(under_way, 10, "a response under way")
            self.origin.kill()
            self.addCleanup(self.origin.start)
            return response.result()

    def bytes_sent(self, count):
        before = self.daemon.status()["counters"]["tcp_bytes_out"]
        return lambda: self.daemon.status()["counters"]["tcp_bytes_out"] - before > count

    def assert_cut_short(self, response):
        self.assertTrue(response.failure, "the client took half a body for a whole one")
        whole = (self.bed.payload / LARGE).read_bytes()
        self.assertEqual(response.body, whole[:len(response.body)])
        self.assertLess(len(response.body), len(whole))

    def test_a_body_with_a_length_ends_in_a_closed_connection(self):
        self.assert_cut_short(self.kill_while_it_answers(
            f"http://static.example/slow/{LARGE}", self.bytes_sent(200_000)))

    def test_a_chunked_body_ends_without_its_last_chunk(self):
        self.assert_cut_short(self.kill_while_it_answers(
            f"http://static.example/chunked/{LARGE}", self.bytes_sent(200_000)))

    def test_no_response_yet_is_answered_502(self):
        before = self.daemon.requests()
        response = self.kill_while_it_answers(
            "http://static.example/wait", lambda: self.daemon.requests() > before,
            "--data", "not to be repeated")
        self.assertEqual((response.status, response.failure), (502, ""))
        self.assertIn("penstock-reason", response.headers)

    def test_no_origin_at_all_is_answered_502_or_503(self):
        self.origin.kill()
        self.addCleanup(self.origin.start)
        response = self.client.request("http://static.example/")
        self.assertIn(response.status, (502, 503))
        self.assertIn("penstock-reason", response.headers)
