# SPDX-License-Identifier: Apache-2.0
"""Connections that become tunnels: WebSocket and any other protocol, through to Node's http and
back, and those that do not."""

import base64
import hashlib
import json
import pathlib
import struct

from played_case import ORIGIN1, PlayedCase, configuration_of, request

from testbed.waiting import wait_until

HERE = pathlib.Path(__file__).parent
NODE_PORT = 8090
NODE = f"10.80.2.12:{NODE_PORT}"
KEY = base64.b64encode(b"sixteen bytes...").decode()
ACCEPT = base64.b64encode(hashlib.sha1(
    f"{KEY}258EAFA5-E914-47DA-95CA-C5AB0DC85B11".encode()).digest()).decode()
WEBSOCKET = (f"Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Key: {KEY}\r\n"
             "Sec-WebSocket-Version: 13\r\n")
ECHO = "Connection: Upgrade\r\nUpgrade: echo\r\n"
H2C = ("Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\n"
       "HTTP2-Settings: AAMAAABkAAQAoAAAAAIAAAAA\r\n")
TEXT, CLOSE = 0x81, 0x88
MASK = b"\x11\x22\x33\x44"
TUNNEL_MS = 600
SIZES = (0, 5, 125, 126, 4000, 65535, 65536, 300_000)


def masked_frame(first, payload):
    size = len(payload)
    if size < 126:
        head = struct.pack("!BB", first, 0x80 | size)
    elif size < 65536:
        head = struct.pack("!BBH", first, 0x80 | 126, size)
    else:
        head = struct.pack("!BBQ", first, 0x80 | 127, size)
    mask = (MASK * (size // 4 + 1))[:size]
    masked = int.from_bytes(payload, "big") ^ int.from_bytes(mask, "big")
    return head + MASK + masked.to_bytes(size, "big")


def frame_taken(data):
    """(first byte, payload, bytes taken) of a frame without a mask, or None."""
    if len(data) < 2:
        return None
    size, at = data[1], 2
    if size == 126:
        size, at = int.from_bytes(data[2:4], "big"), 4
    elif size == 127:
        size, at = int.from_bytes(data[2:10], "big"), 10
    return (data[0], data[at:at + size], at + size) if len(data) >= at + size else None


class UpgradeCase(PlayedCase):
    origin_names = ("origin1",)
    more = ""

    @classmethod
    def configuration(cls):
        return configuration_of({"node": ([NODE], ""), "played": ([ORIGIN1], "")}, cls.more)

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        log = cls.bed.run.path / "node.log"
        log.write_bytes(b"")
        node = cls.bed.network.origins["origin2"].spawn(
            ["node", str(HERE / "websocket_origin.js"), "10.80.2.12", str(NODE_PORT)], log)
        cls.addClassCleanup(node.wait)
        cls.addClassCleanup(node.kill)
        wait_until(lambda: "listening" in log.read_text("utf-8"), 20, "Node listening")

    def setUp(self):
        super().setUp()
        self.wait(lambda: self.counters()["tunnels_open"] == 0, "the end of earlier tunnels")

    def open_tunnel(self, fields, behind=b"", pool="node"):
        client = self.connect()
        self.addCleanup(client.reset)  # Node leaves open what only its peer has closed.
        client.send(request(pool, target="/tunnel", fields=fields) + behind)
        answer = self.take_answer(client)
        self.assertEqual(answer.start[0], "101")
        self.assertEqual(answer.value("connection").lower(), "upgrade")
        return client, answer

    def wait_for_bytes(self, client, data):
        self.wait(lambda: len(client.received) >= len(data) or client.ended, "what was sent")
        self.assertEqual(client.received, data)
        client.received = b""

    def take_frame(self, client):
        self.wait(lambda: frame_taken(client.received) or client.ended, "a frame")
        first, payload, count = frame_taken(client.received)
        client.received = client.received[count:]
        return first, payload


class UpgradeTest(UpgradeCase):
    def test_a_websocket_s_frames_go_both_ways(self):
        before = self.counters()
        client, answer = self.open_tunnel(WEBSOCKET)
        self.assertEqual((answer.value("upgrade"), answer.value("sec-websocket-accept")),
                         ("websocket", ACCEPT))
        for size in SIZES:
            payload = (b"%d." % size * size)[:size]
            client.send(masked_frame(TEXT, payload))
            self.assertEqual(self.take_frame(client), (TEXT, payload))
        self.assertEqual(self.counters()["tunnels_open"], 1)
        client.send(masked_frame(CLOSE, b"\x03\xe8"))
        self.assertEqual(self.take_frame(client), (CLOSE, b"\x03\xe8"))
        self.assert_ends(client)
        client.finish()
        self.wait(lambda: self.counters()["tunnels_open"] == 0, "the end of the tunnel")
        self.assertEqual(self.counters()["tunnels"] - before["tunnels"], 1)

    def test_frames_right_behind_the_request_are_kept_until_the_origin_has_agreed(self):
        client, _ = self.open_tunnel(WEBSOCKET, masked_frame(TEXT, b"early"))
        self.assertEqual(self.take_frame(client), (TEXT, b"early"))

    def test_another_protocol_s_bytes_go_both_ways_and_each_side_ends_by_itself(self):
        client, answer = self.open_tunnel(ECHO)
        self.assertEqual(answer.value("upgrade"), "echo")
        client.send(b"there and back")
        self.wait_for_bytes(client, b"there and back")
        client.finish()
        self.wait(lambda: client.ended, "the origin's end")
        self.assertEqual((client.ended, client.received), ("closed", b"behind your end"))

    def test_a_client_by_node_gets_back_what_it_sends(self):
        for count, size in ((1, 10), (100, 100), (64, 65536)):
            done = self.client.host.run(
                ["node", str(HERE / "websocket_client.js"), self.client.virtual, "node.example",
                 str(count), str(size)], seconds=60)
            self.assertEqual(json.loads(done.stdout), {
                "status": 101, "upgrade": "echo", "right": count * size,
                "behind": "behind your end"})

    def test_many_tunnels_keep_apart(self):
        clients = [self.open_tunnel(ECHO)[0] for _ in range(50)]
        for number, client in enumerate(clients):
            client.send(b"<%d>" % number * 100)
        for number, client in enumerate(clients):
            self.wait_for_bytes(client, b"<%d>" % number * 100)
        self.assertEqual(self.counters()["tunnels_open"], 50)
        for client in clients:
            client.reset()
        self.wait(lambda: self.counters()["tunnels_open"] == 0, "the end of the tunnels")

    def test_an_origin_may_decline_and_answer(self):
        self.played[0].begin()
        client = self.connect()
        client.send(request("played", fields=ECHO))
        self.wait_for_message(self.played[0])
        self.assert_answer(self.take_answer(client), 200)  # It did not want to.
        self.assert_answer(self.ask(request("played"), client), 200)

    def test_h2c_is_not_forwarded(self):
        client = self.connect()
        answer = self.ask(request("node", fields=H2C), client)
        self.assertEqual(answer.body, b"no upgrade: GET / upgrade none")
        self.ask(request("played", fields=H2C), client)
        message, = self.played[0].messages_in_order()
        self.assertEqual(message.values("upgrade") + message.values("http2-settings"), [])

    def test_connect_is_refused(self):
        client = self.connect()
        client.send(b"CONNECT node.example:80 HTTP/1.1\r\nHost: node.example:80\r\n\r\n")
        self.assert_answer(self.take_answer(client), 501, "connect_not_supported")
        self.assert_ends(client)

    def test_an_upgrade_with_a_body_is_a_plain_request(self):
        answer = self.ask(request("node", "POST", fields=ECHO, body=b"body"))
        self.assertEqual(answer.body, b"no upgrade: POST / upgrade none")


class TunnelTimeoutTest(UpgradeCase):
    more = f"timeouts = {{ tunnel_ms = {TUNNEL_MS}; }};"

    def test_a_tunnel_in_which_nothing_moves_is_cut(self):
        client, _ = self.open_tunnel(ECHO)
        client.send(b"a sign of life")
        self.wait_for_bytes(client, b"a sign of life")
        self.wait(lambda: client.ended, "the end of the tunnel")
        self.assertEqual(self.counters()["tunnels_open"], 0)


class NoUpgradeTest(UpgradeCase):
    more = 'forwarding = { upgrade = "never"; };'

    def test_nothing_is_upgraded(self):
        for fields in (WEBSOCKET, ECHO):
            answer = self.ask(request("node", fields=fields))
            self.assertEqual(answer.body, b"no upgrade: GET / upgrade none")
        self.assertEqual(self.counters()["tunnels"], 0)


class WebSocketAloneTest(UpgradeCase):
    more = 'forwarding = { upgrade = "websocket"; };'

    def test_a_websocket_is_and_others_are_not(self):
        self.open_tunnel(WEBSOCKET)
        answer = self.ask(request("node", fields=ECHO))
        self.assertEqual(answer.body, b"no upgrade: GET / upgrade none")
