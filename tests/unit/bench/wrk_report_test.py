# SPDX-License-Identifier: Apache-2.0
"""What the rig reads out of wrk, and how wrk is asked."""

import unittest

import fake_systems  # noqa: F401  (makes bench/ and scripts/ importable)
from rig.client_request import request_of
from rig.scenario import by_name
from rig.wrk import full_speed_in, wrk_words

REPORT = ("Requests/sec:  10.00\nreport: microseconds 2000000 requests 100 bytes 20000 "
          "connect 1 read 2 write 3 status 4 timeout 5\n")


class WrkReport(unittest.TestCase):
    def test_reads_exact_figures(self):
        seen = full_speed_in(REPORT)
        self.assertEqual((seen.seconds, seen.received_bytes), (2.0, 20000))

    def test_counts_every_way_to_fail_and_no_refusal_as_an_answer(self):
        seen = full_speed_in(REPORT)
        self.assertEqual((seen.requests, seen.failed), (96, 15))

    def test_refuses_a_wrk_that_printed_no_report(self):
        with self.assertRaises(ValueError):
            full_speed_in("unable to connect to 10.81.1.1:80 Connection refused\n")


class WrkWords(unittest.TestCase):
    def test_send_the_head_of_the_scenario(self):
        request = request_of(by_name("typical"), "10.81.1.1")
        words = wrk_words(request, 128, 2)
        self.assertIn("http://10.81.1.1/api/v1/resource25/item", words)
        self.assertIn("Host: shop25.example", words)

    def test_leave_the_length_of_an_upload_to_wrk(self):
        request = request_of(by_name("upload-10m"), "10.81.1.1")
        words = wrk_words(request, 32, 2)
        self.assertEqual(words[-1], "10485760")
        self.assertFalse([word for word in words if word.startswith("Content-Length")])


if __name__ == "__main__":
    unittest.main()
