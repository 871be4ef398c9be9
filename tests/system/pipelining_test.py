# SPDX-License-Identifier: Apache-2.0
"""A thousand requests on one connection at once: answered in order, or held back and cut.

What bounds them is that a client gets no further response before it takes the last: the rest of its
requests waits in the windows of TCP.
"""

import re
import socket

from bed_case import BedCase

from testbed.namespace_socket import tcp_socket
from testbed.testbed import LARGE, quickstart_configuration
from testbed.waiting import wait_until

REQUESTS = 1000
SECONDS_MAX = 30
CUT_SECONDS_MAX = 15
# What waits: a response's send buffer and a request's window, in buffers of 2 KiB that are half
# full at worst, and some for what is on the way.
BUFFERS_MAX = 2 * 2 * 256 // 2 + 128
MEMORY_GROWTH_KIB_MAX = 4096
LONG = "x" * 2000


def request(url_path):
    return f"GET {url_path} HTTP/1.1\r\nHost: static.example\r\n\r\n".encode()


class PipeliningTest(BedCase):
    @staticmethod
    def configuration():
        return quickstart_configuration() + (
            "timeouts = { response_body_ms = 1500; keep_alive_ms = 1500; };\n")

    def connect(self, receive_buffer=None):
        sock = tcp_socket(self.client.host.name)
        self.addCleanup(sock.close)
        if receive_buffer:
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
        sock.settimeout(SECONDS_MAX)
        sock.connect((self.client.virtual, 80))
        return sock

    def counters(self):
        return self.daemon.status()["counters"]

    def send_what_is_taken(self, sock, data):
        """Returns how much the other side took before it took no more."""
        sock.settimeout(0.5)
        sent = 0
        try:
            while sent < len(data):
                sent += sock.send(data[sent:])
        except (TimeoutError, OSError):
            pass
        return sent

    def assert_cut(self, before):
        """The connection of a client that takes nothing ends, and what it held is given back."""
        wait_until(lambda: self.counters()["downstream_open"] == 0, CUT_SECONDS_MAX,
                   "the connection being cut")
        after = self.counters()
        self.assertEqual(after["exchanges_open"], 0)
        self.assertEqual(after["replies"].get("client_take_timeout", 0)
                         - before["replies"].get("client_take_timeout", 0), 1)
        wait_until(lambda: self.counters()["buffers_in_use"] <= before["buffers_in_use"] + 128,
                   CUT_SECONDS_MAX, "its buffers being given back")

    def test_they_are_answered_in_order(self):
        before, sock = self.daemon.memory_kib(), self.connect()
        sock.sendall(b"".join(request(f"/{number}") for number in range(REQUESTS)))
        received = b""
        while received.count(b"HTTP/1.1 200") < REQUESTS or not received.endswith(b"\n"):
            data = sock.recv(1 << 20)
            self.assertTrue(data, "the connection ended")
            received += data
        seen = [int(number) for number in re.findall(rb"static\.example/(\d+)\n", received)]
        self.assertEqual(seen, list(range(REQUESTS)))
        self.assertLess(self.daemon.memory_kib() - before, MEMORY_GROWTH_KIB_MAX)

    def test_a_client_that_never_reads_gets_no_further_than_its_first_large_response(self):
        before = self.counters()
        sock = self.connect()
        sock.sendall(request(f"/files/{LARGE}") * REQUESTS)
        wait_until(lambda: self.counters()["requests"] > before["requests"], 10, "a request")
        self.assert_serves()
        self.assertLessEqual(self.counters()["buffers_in_use"] - before["buffers_in_use"],
                             BUFFERS_MAX)
        self.assert_cut(before)
        after = self.counters()
        self.assertEqual(after["requests"] - before["requests"], 2)  # and the one of assert_serves

    def test_a_client_that_never_reads_is_held_back_between_small_responses(self):
        before = self.counters()
        sock = self.connect(receive_buffer=4096)
        data = request(f"/{LONG}") * REQUESTS
        self.assertLess(self.send_what_is_taken(sock, data), len(data))
        self.assert_serves()
        self.assertLessEqual(self.counters()["buffers_in_use"] - before["buffers_in_use"],
                             BUFFERS_MAX)
        self.assert_cut(before)
        after = self.counters()
        self.assertLess(after["requests"] - before["requests"], REQUESTS / 2)
