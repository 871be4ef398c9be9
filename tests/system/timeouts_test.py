# SPDX-License-Identifier: Apache-2.0
"""Each time-out with its answer: 408 to a client that is too slow, 504 for an origin that is, and a
close where nothing is left to be answered."""

import time

from played_case import HOLDS, OK, ORIGIN1, PlayedCase, configuration_of, request

DEAF_PORT = 8082
SHORT_MS = 400
AGE_MS = 1500
REQUESTS_PER_CONNECTION = 3


class TimeoutsTest(PlayedCase):
    origin_names = ("origin1",)

    @staticmethod
    def configuration():
        return configuration_of({
            "silent": ([ORIGIN1], f"response_head_ms = {SHORT_MS};"),
            "stalling": ([ORIGIN1], f"response_body_ms = {SHORT_MS};"),
            "deaf": ([f"10.80.2.12:{DEAF_PORT}"], f"connect_ms = {SHORT_MS};"),
            "patient": ([ORIGIN1], f"upstream_idle_ms = {SHORT_MS};"),
        }, f"timeouts = {{ request_head_ms = {SHORT_MS}; request_body_ms = {SHORT_MS};"
           f" keep_alive_ms = {SHORT_MS}; }};")

    def setUp(self):
        super().setUp()
        self.origin = self.played[0]

    def replies(self, reason):
        return self.counters()["replies"].get(reason, 0)

    def assert_refused(self, client, status, reason):
        """Answered and closed."""
        answer = self.take_answer(client)
        self.assertIsNotNone(answer, client.ended)
        self.assert_answer(answer, status, reason)
        self.assertEqual(answer.value("connection"), "close")
        self.assert_ends(client)

    def test_half_a_head_is_answered_408(self):
        before, client = self.replies("head_timeout"), self.connect()
        client.send(request("patient")[:-10])
        self.assert_refused(client, 408, "head_timeout")
        self.assertEqual(self.replies("head_timeout") - before, 1)

    def test_half_a_body_is_answered_408(self):
        before, client = self.replies("body_timeout"), self.connect()
        client.send(request("patient", "POST", body=b"0123456789")[:-5])
        self.assert_refused(client, 408, "body_timeout")
        self.assertEqual(self.replies("body_timeout") - before, 1)

    def test_a_client_that_asks_nothing_is_closed_without_an_answer(self):
        self.assert_ends(self.connect())
        client = self.connect()
        self.assert_answer(self.ask(request("patient"), client), 200)
        self.assert_ends(client)

    def test_an_origin_that_accepts_no_connection_is_answered_504(self):
        self.play_deaf_origin("origin2", DEAF_PORT)
        failures = self.pool("deaf")["backends"][0]["connect_failures"]
        self.assert_answer(self.ask(request("deaf")), 504, "connect_timeout")
        self.assertEqual(self.pool("deaf")["backends"][0]["connect_failures"] - failures, 1)

    def test_an_origin_that_does_not_answer_is_answered_504(self):
        self.origin.begin([HOLDS])
        client = self.connect()
        client.send(request("silent", "POST", body=b"once"))
        self.assert_refused(client, 504, "response_timeout")
        self.wait(lambda: self.origin.answered_by.ended, "the end of the origin's connection")
        self.assertEqual(len(self.origin.messages_in_order()), 1)

    def test_a_response_that_stalls_ends_in_a_closed_connection(self):
        self.origin.begin([HOLDS])
        before, client = self.replies("response_body_timeout"), self.connect()
        client.send(request("stalling"))
        self.wait_for_message(self.origin)
        self.origin.answered_by.send(b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf")
        self.assertIsNone(self.take_answer(client))
        self.assertTrue(client.received.endswith(b"\r\n\r\nhalf"))
        self.assertEqual(client.ended, "closed")
        self.assertEqual(self.replies("response_body_timeout") - before, 1)

    def test_an_origin_s_idle_connection_is_closed(self):
        before = self.pool("patient")["backends"][0]["idle_timeouts"]
        self.assert_answer(self.ask(request("patient")), 200)
        self.wait(lambda: self.origin.answered_by.ended, "the end of the idle connection")
        self.assertEqual(self.pool("patient")["backends"][0]["idle_timeouts"] - before, 1)
        self.assertEqual(self.pool("patient")["backends"][0]["connections_idle"], 0)


class WholeRequestTest(PlayedCase):
    """All the time that there is for one request, whatever moves meanwhile."""

    origin_names = ("origin1",)

    @staticmethod
    def configuration():
        return configuration_of({"pool": ([ORIGIN1], "")}, "timeouts = { exchange_ms = 1000; };")

    def begin(self):
        self.origin = self.played[0]
        self.origin.begin([HOLDS])
        client = self.connect()
        client.send(request("pool"))
        self.wait_for_message(self.origin)
        return client

    def test_a_response_that_has_not_begun_by_then_is_answered_504(self):
        client = self.begin()
        self.assert_answer(self.take_answer(client), 504, "exchange_timeout")
        self.assert_ends(client)

    def test_a_response_that_trickles_is_cut_short(self):
        client = self.begin()
        self.origin.answered_by.send(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n")
        deadline = time.monotonic() + 15
        while not client.ended and time.monotonic() < deadline:
            self.origin.answered_by.send(b".")
            self.loop.turn(0.05)
        self.assertEqual(client.ended, "closed")
        self.assertTrue(client.received.endswith(b"...."))
        self.assertEqual(self.counters()["replies"]["exchange_timeout"],
                         self.daemon.status()["listeners"][0]["replies"]["exchange_timeout"])

    def test_a_request_in_time_is_none_the_worse_for_it(self):
        self.assert_answer(self.ask(request("pool")), 200)


class KeepAliveTest(PlayedCase):
    """A connection serves so many requests and gets so old; the last response says so."""

    origin_names = ("origin1",)

    @staticmethod
    def configuration():
        return configuration_of({"pool": ([ORIGIN1], "")},
                                f"limits = {{ keep_alive_requests = {REQUESTS_PER_CONNECTION}; }};")

    def test_the_last_request_closes_the_connection(self):
        client = self.connect()
        client.send(request("pool") * (REQUESTS_PER_CONNECTION + 1))
        answers = [self.take_answer(client) for _ in range(REQUESTS_PER_CONNECTION)]
        self.assertEqual([answer.value("connection") for answer in answers],
                         [None] * (REQUESTS_PER_CONNECTION - 1) + ["close"])
        self.assert_ends(client)
        self.assertEqual(len(self.played[0].messages_in_order()), REQUESTS_PER_CONNECTION)
        self.assertEqual(self.counters()["replies"]["keep_alive_requests"], 1)


class AgeTest(PlayedCase):
    origin_names = ("origin1",)

    @staticmethod
    def configuration():
        return configuration_of({"pool": ([ORIGIN1], "")},
                                f"timeouts = {{ keep_alive_age_ms = {AGE_MS}; }};")

    def test_an_old_connection_is_closed_by_its_next_response(self):
        began, client = time.monotonic(), self.connect()
        answer = self.ask(request("pool"), client)
        self.assertIsNone(answer.value("connection"))
        while answer.value("connection") is None and time.monotonic() < began + 15:
            self.loop.turn(0.05)
            answer = self.ask(request("pool"), client)
        self.assertEqual(answer.value("connection"), "close")
        self.assertGreaterEqual(time.monotonic() - began, AGE_MS / 1000 - 0.1)
        self.assert_ends(client)
        self.assertEqual(self.counters()["replies"]["keep_alive_age"], 1)


class DrainTest(PlayedCase):
    """SIGTERM while clients keep their connections and ask on them."""

    origin_names = ("origin1",)
    CLIENTS = 32

    @staticmethod
    def configuration():
        return configuration_of({"pool": ([ORIGIN1], "")})

    def test_requests_under_way_are_answered_and_their_connections_closed(self):
        self.restart_afterwards()
        origin = self.played[0]
        origin.begin(self.CLIENTS * [HOLDS])
        idle = self.connect()
        busy = [self.connect() for _ in range(self.CLIENTS)]
        for client in busy:
            client.send(request("pool"))
        self.wait_for_message(origin, self.CLIENTS)
        held = list(origin.connections)
        self.daemon.signal(15)
        self.assert_ends(idle)
        for connection in held:
            connection.send(OK)
        for client in busy:
            answer = self.take_answer(client)
            self.assert_answer(answer, 200)
            self.assertEqual(answer.value("connection"), "close")
            self.assert_ends(client)
        self.assertEqual(self.daemon.wait(), 0)

    def test_under_load_every_request_that_came_is_answered(self):
        """Clients ask again as soon as they are answered. Where a connection ends without an
        answer, no origin has heard of the request either."""
        self.restart_afterwards()
        origin = self.played[0]
        clients = [self.connect() for _ in range(self.CLIENTS)]
        asked, answered = set(), set()
        current = {}

        def ask(client):
            target = f"/{len(asked)}"
            asked.add(target)
            current[client] = target
            client.send(request("pool", target=target))

        for client in clients:
            ask(client)
        stopped = False
        while current:
            for client in list(current):
                self.wait(lambda: client.ended or client.received, "an answer or an end")
                answer = self.take_answer(client)
                target = current.pop(client)
                if answer is None:
                    self.assertEqual((client.ended, client.received), ("closed", b""))
                    continue
                self.assert_answer(answer, 200)
                answered.add(target)
                if answer.value("connection") is None:
                    ask(client)
            if len(answered) > 500 and not stopped:
                stopped = True
                self.daemon.signal(15)
        self.assertEqual(self.daemon.wait(), 0)
        acted_upon = {message.start[1] for message in origin.messages_in_order()}
        self.assertEqual(acted_upon, answered)
