# SPDX-License-Identifier: Apache-2.0
"""The judge itself: what a sender may not send is not taken for a message."""

import unittest

from strict_reader import NotStrict, requests_reader, responses_reader

GET = b"GET / HTTP/1.1\r\nHost: a\r\n\r\n"
BREACHES = (
    b"GET / HTTP/1.0\r\nHost: a\r\n\r\n",
    b"GET  / HTTP/1.1\r\n\r\n",
    b"GET / HTTP/1.1\n\n",
    b"GET / HTTP/1.1\r\nHost: a\nX: b\r\n\r\n",
    b"GET / HTTP/1.1\r\nHost : a\r\n\r\n",
    b"GET / HTTP/1.1\r\nHost: a\r\n b\r\n\r\n",
    b"GET / HTTP/1.1\r\nHost: \x00\r\n\r\n",
    b"GET / HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 1\r\n\r\na",
    b"GET / HTTP/1.1\r\nContent-Length: 0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    b"GET / HTTP/1.1\r\nContent-Length: +1\r\n\r\na",
    b"GET / HTTP/1.1\r\nTransfer-Encoding: gzip\r\n\r\n",
    b"GET / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n1;a\r\na\r\n0\r\n\r\n",
    b"GET / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na0\r\n\r\n",
    b"GET / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n1 \r\na\r\n0\r\n\r\n",
    b"GET / HT\rTP",
)


class StrictReaderTest(unittest.TestCase):
    def test_it_refuses_each_breach(self):
        for breach in BREACHES:
            with self.subTest(breach), self.assertRaises(NotStrict):
                requests_reader().take(breach)

    def test_it_takes_one_message_and_no_more(self):
        message, taken = requests_reader().take(GET + GET)
        self.assertEqual((message.start, taken), (("GET", "/"), len(GET)))

    def test_it_waits_for_the_end_of_a_message(self):
        whole = (b"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
                 b"2\r\nab\r\n1\r\nc\r\n0\r\n\r\n")
        for count in range(len(whole)):
            self.assertIsNone(requests_reader().take(whole[:count]), whole[:count])
        self.assertEqual(requests_reader().take(whole)[0].body, b"abc")

    def test_a_response_without_framing_ends_with_the_close(self):
        response = b"HTTP/1.1 200 OK\r\n\r\nabc"
        self.assertIsNone(responses_reader().take(response))
        self.assertEqual(responses_reader().take(response, ended=True)[0].body, b"abc")

    def test_some_responses_have_no_body_whatever_they_say(self):
        head = b"HTTP/1.1 %d X\r\nContent-Length: 3\r\n\r\n"
        for status in (100, 204, 304):
            self.assertEqual(responses_reader().take(head % status + b"abc")[1], len(head % status))
        self.assertEqual(responses_reader().take(head % 200 + b"abc", bodiless=True)[0].body, b"")
