# SPDX-License-Identifier: Apache-2.0
"""The PROXY protocol, in from curl and by hand, out to a real nginx that understands it."""

import socket
import struct

from own_nginx import start_nginx
from played_case import ORIGIN1, PlayedCase, configuration_of, request

NGINX_PORT, PLAIN_PORT = 8091, 80
NGINX = f"10.80.2.12:{NGINX_PORT}"
PORT = 81
SERVER = f"""
  server {{
    listen {NGINX} proxy_protocol;
    location / {{
      set $client "$proxy_protocol_addr $proxy_protocol_port";
      return 200 "$client $proxy_protocol_server_addr $connection";
    }}
  }}
"""
SIGNATURE = b"\r\n\r\n\0\r\nQUIT\n"
SOURCE, TARGET = ("203.0.113.7", 51234), ("198.51.100.1", 80)
V1 = b"PROXY TCP4 203.0.113.7 198.51.100.1 51234 80\r\n"
V1_IPV6 = b"PROXY TCP6 2001:db8::7 2001:db8::1 51234 80\r\n"
V1_UNKNOWN = b"PROXY UNKNOWN\r\n"


def version_2(command, family, addresses, extensions=b""):
    size = len(addresses) + len(extensions)
    return (SIGNATURE + struct.pack("!BBH", 0x20 | command, family, size) + addresses + extensions)


def addresses(family, source, target):
    return (socket.inet_pton(family, source[0]) + socket.inet_pton(family, target[0])
            + struct.pack("!HH", source[1], target[1]))


V2 = version_2(1, 0x11, addresses(socket.AF_INET, SOURCE, TARGET))
V2_EXTENDED = version_2(1, 0x11, addresses(socket.AF_INET, SOURCE, TARGET), b"\x04\0\x03pad")
V2_IPV6 = version_2(1, 0x21, addresses(socket.AF_INET6, ("2001:db8::7", 51234),
                                       ("2001:db8::1", 80)))
V2_LOCAL = version_2(0, 0, b"")
REFUSED = {
    "none": b"",
    "version 3": SIGNATURE + b"\x31\x11\0\x0c" + bytes(12),
    "a command that nobody knows": version_2(2, 0x11, addresses(socket.AF_INET, SOURCE, TARGET)),
    "addresses cut short": version_2(1, 0x11, bytes(5)),
    "no address at all": b"PROXY TCP4 203.0.113.777 198.51.100.1 51234 80\r\n",
    "a port beyond ports": b"PROXY TCP4 203.0.113.7 198.51.100.1 65536 80\r\n",
    "too long": b"PROXY TCP4 " + b"1" * 200 + b"\r\n",
    "a bare line feed": b"PROXY TCP4 203.0.113.7 198.51.100.1 51234 80\n",
}


class ProxyHeaderTest(PlayedCase):
    origin_names = ("origin1",)

    @staticmethod
    def configuration():
        return configuration_of(
            {"played": ([ORIGIN1], ""), "v1": ([NGINX], 'proxy_protocol = "v1";'),
             "v2": ([NGINX], 'proxy_protocol = "v2";'), "off": ([NGINX], "")},
            "timeouts = { request_head_ms = 1000; };",
            listeners=f', {{ name = "behind"; address = "10.80.1.1:{PORT}";'
                      ' proxy_protocol = "require"; }')

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        start_nginx(cls, "origin2", "proxied", (NGINX_PORT,), SERVER)

    def source_seen(self, header):
        """Whom the origin is told that a client is which begins so."""
        self.played[0].begin()
        client = self.connect(PORT)
        client.send(header + request("played"))
        answer = self.take_answer(client)
        self.assertIsNotNone(answer, f"{header!r}: {client.ended}")
        self.assert_answer(answer, 200)
        message, = self.played[0].messages_in_order()
        return message.value("x-forwarded-for")

    def test_version_1_names_the_client(self):
        self.assertEqual(self.source_seen(V1), "203.0.113.7")
        self.assertEqual(self.source_seen(V1_IPV6), "2001:db8::7")

    def test_version_2_names_the_client(self):
        self.assertEqual(self.source_seen(V2), "203.0.113.7")
        self.assertEqual(self.source_seen(V2_EXTENDED), "203.0.113.7")
        self.assertEqual(self.source_seen(V2_IPV6), "2001:db8::7")

    def test_a_balancer_that_speaks_for_itself_is_itself(self):
        for header in (V1_UNKNOWN, V2_LOCAL):
            self.assertEqual(self.source_seen(header), "10.80.1.2")

    def test_curl_s_header_is_understood(self):
        self.played[0].begin()
        with_header = self.client.host.spawn(
            ["curl", "--silent", "--haproxy-protocol", "--max-time", "20", "--header",
             "Host: played.example", f"http://{self.client.virtual}:{PORT}/"],
            self.bed.run.path / "client" / "curl.log")
        self.addCleanup(with_header.wait)
        self.wait_for_message(self.played[0])
        message, = self.played[0].messages_in_order()
        self.assertEqual(message.value("x-forwarded-for"), "10.80.1.2")
        self.wait(lambda: with_header.poll() is not None, "the end of curl")
        self.assertEqual(with_header.returncode, 0)

    def test_a_header_may_come_byte_by_byte(self):
        for header in (V1, V2_EXTENDED):
            self.played[0].begin()
            client = self.connect(PORT)
            for at in range(len(header)):
                client.send(header[at:at + 1])
            client.send(request("played"))
            self.assert_answer(self.take_answer(client), 200)
            message, = self.played[0].messages_in_order()
            self.assertEqual(message.value("x-forwarded-for"), "203.0.113.7")

    def test_it_holds_for_all_requests_of_the_connection(self):
        client = self.connect(PORT)
        client.send(V2 + 3 * request("played"))
        for _ in range(3):
            self.assert_answer(self.take_answer(client), 200)
        self.assertEqual([message.value("x-forwarded-for")
                          for message in self.played[0].messages_in_order()], 3 * ["203.0.113.7"])

    def test_who_sends_none_or_a_wrong_one_is_cut_and_counted(self):
        for name, header in REFUSED.items():
            with self.subTest(name):
                before = self.counters()["proxy_headers_refused"]
                client = self.connect(PORT)
                client.send(header + request("played"))
                self.wait(lambda: client.ended, "the end of the connection")
                self.assertEqual((client.ended, client.received), ("reset", b""))
                self.assertEqual(self.counters()["proxy_headers_refused"] - before, 1)
        self.assertEqual(self.played[0].messages_in_order(), [])

    def test_half_a_header_is_waited_for_no_longer_than_for_a_head(self):
        for header in (V1, V2):
            before = self.counters()["proxy_headers_refused"]
            client = self.connect(PORT)
            client.send(header[:-1])
            self.assert_ends(client, "reset")
            self.assertEqual(self.counters()["proxy_headers_refused"] - before, 1)

    def test_where_none_is_wanted_it_is_no_request(self):
        for header in (V1, V2):
            client = self.connect(PLAIN_PORT)
            client.send(header + request("played"))
            self.assertEqual(self.take_answer(client).start[0], "400")
        self.assertEqual(self.played[0].messages_in_order(), [])

    def test_nginx_learns_the_client_s_address(self):
        for pool in ("v1", "v2"):
            client = self.connect()
            address, port, server, _ = self.ask(request(pool), client).body.decode().split()
            self.assertEqual((address, server), ("10.80.1.2", "10.80.1.1"))
            self.assertEqual(int(port), client.port())

    def test_what_a_balancer_said_is_passed_on(self):
        for pool in ("v1", "v2"):
            for header, said in ((V1, "203.0.113.7 51234 198.51.100.1"),
                                 (V2_IPV6, "2001:db8::7 51234 2001:db8::1")):
                client = self.connect(PORT)
                client.send(header + request(pool))
                seen = self.take_answer(client).body.decode()
                self.assertEqual(seen.rsplit(" ", 1)[0], said)

    def test_an_announced_connection_is_no_other_client_s(self):
        connections = set()
        for _ in range(4):
            connections.add(self.ask(request("v2")).body.split()[-1])
        self.assertEqual(len(connections), 4)
        self.assertEqual(self.pool("v2")["backends"][0]["reuses"], 0)

    def test_nginx_refuses_who_does_not_announce(self):
        """That it does is what the other tests rest upon."""
        self.assertEqual(self.ask(request("off", "POST", body=b"once")).start[0], "502")
