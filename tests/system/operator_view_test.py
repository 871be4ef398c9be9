# SPDX-License-Identifier: Apache-2.0
"""What `penstock status` and `penstock backends` say of listeners, pools and backends, and that it
follows what happens."""

import re

from played_case import (HOLDS, OK, ORIGIN1, REFUSING, Answer, PlayedCase, configuration_of,
                         request)
from status_since import since

RESET = Answer(b"", ends="resets")


class OperatorViewTest(PlayedCase):
    origin_names = ("origin1",)

    @staticmethod
    def configuration():
        return configuration_of(
            {"pool": ([ORIGIN1], ""), "failing": ([REFUSING[1], ORIGIN1], "")},
            listeners=', { name = "other"; address = "10.80.1.1:81"; }')

    def setUp(self):
        super().setUp()
        self.origin = self.played[0]
        self.wait(lambda: self.daemon.status()["counters"]["downstream_open"] == 0,
                  "earlier clients being gone")
        self.before = self.daemon.status()

    def now(self):
        """`penstock status`, every count less what it was when the test began."""
        return since(self.before, self.daemon.status())

    def listener(self, name="web"):
        return next(each for each in self.now()["listeners"] if each["name"] == name)

    def pool(self, name):
        return next(each for each in self.now()["pools"] if each["name"] == name)

    def backend(self, pool="pool", index=0):
        return self.pool(pool)["backends"][index]

    def refusals(self, listener="web"):
        replies = self.listener(listener)["replies"]
        return {reason: count for reason, count in replies.items() if count}

    def row(self, words, first):
        """The cells of the row that begins so, by the names of their columns."""
        text = self.daemon.tool(*words).stdout
        rows = [re.split(r"  +", line.strip()) for line in text.splitlines()]
        heads = {}
        for cells in rows:
            if cells[0].isupper():
                heads = cells
            elif cells[0] == first and heads:
                return dict(zip(heads, cells))
        raise AssertionError(f"no row {first} in {rows}")

    def test_requests_are_counted_where_they_came_in_and_where_they_went(self):
        for _ in range(3):
            self.ask(request("pool"))
        client = self.connect(81)
        self.ask(request("pool"), client)
        self.assertEqual((self.listener()["requests"], self.listener()["accepted"]), (3, 3))
        self.assertEqual((self.listener("other")["requests"], self.listener("other")["accepted"]),
                         (1, 1))
        self.assertEqual((self.pool("pool")["requests"], self.backend()["requests"]), (4, 4))
        self.assertEqual(self.pool("failing")["requests"], 0)
        status = self.daemon.status()
        self.assertEqual(self.row(["status"], "other")["REQUESTS"],
                         str(status["listeners"][1]["requests"]))
        self.assertEqual(self.row(["backends"], ORIGIN1)["REQUESTS"],
                         str(status["pools"][0]["backends"][0]["requests"]))

    def test_open_and_idle_connections_are_gauges(self):
        clients = [self.connect() for _ in range(3)]
        self.wait(lambda: self.listener()["connections_idle"] == 3, "three idle clients")
        self.origin.begin([HOLDS])
        clients[0].send(request("pool"))
        self.wait_for_message(self.origin)
        web, backend = self.listener(), self.backend()
        self.assertEqual((web["connections_open"], web["connections_idle"]), (3, 2))
        self.assertEqual((backend["connections_open"], backend["connections_idle"],
                          backend["exchanges_open"]), (1, 0, 1))
        self.assertEqual(self.pool("pool")["requests_open"], 1)
        self.origin.answered_by.send(OK)
        self.assert_answer(self.take_answer(clients[0]), 200)
        self.wait(lambda: self.backend()["connections_idle"] == 1, "an idle connection")
        backend = self.row(["backends"], ORIGIN1)
        self.assertEqual((backend["NOW"], backend["OPEN"], backend["IDLE"]), ("0", "1", "1"))
        for client in clients:
            client.close()
        self.wait(lambda: self.listener()["connections_open"] == 0, "the clients being gone")
        self.assertEqual(self.listener()["connections_idle"], 0)

    def test_the_share_of_reuse_grows_with_requests_on_one_connection(self):
        client = self.connect()
        for _ in range(4):
            self.ask(request("pool"), client)
        backend = self.backend()
        self.assertEqual(backend["requests"], 4)
        self.assertGreaterEqual(backend["reuses"], 3)
        self.assertEqual(backend["reuses"] + backend["connects"], 4)
        total = self.daemon.status()["pools"][0]["backends"][0]
        self.assertEqual(self.row(["backends"], ORIGIN1)["REUSED %"],
                         str(100 * total["reuses"] // total["requests"]))
        self.assertEqual((self.listener()["requests"], self.listener()["reuses"]), (4, 3))
        total = self.daemon.status()["listeners"][0]
        self.assertEqual(self.row(["status"], "web")["REUSED %"],
                         str(100 * total["reuses"] // total["requests"]))

    def test_retries_and_failures_are_their_backend_s(self):
        for _ in range(2):
            self.assert_answer(self.ask(request("failing")), 200)
        failing, good = self.pool("failing")["backends"]
        self.assertGreater(failing["connect_failures"], 0)
        self.assertEqual(good["retries"], failing["connect_failures"])
        self.assertEqual(self.pool("failing")["retries"], good["retries"])
        self.assertEqual(self.now()["counters"]["retries"], good["retries"])
        self.assertEqual(self.listener()["retries"], good["retries"])
        self.assertEqual(failing["failures"], {"connect_refused": failing["connect_failures"]})
        total = self.daemon.status()["pools"][1]["backends"][0]
        self.assertEqual(self.row(["backends"], REFUSING[1])["FAILED ATTEMPTS"],
                         f"connect_refused {total['failures']['connect_refused']}")

    def test_resets_are_counted_and_answered_with_their_reason(self):
        self.origin.begin([RESET])
        answer = self.ask(request("pool", "POST", body=b"once"))
        self.assert_answer(answer, 502, "reset_before_response")
        self.assertEqual(self.backend()["resets"], 1)
        self.assertEqual(self.refusals(), {"reset_before_response": 1})
        total = self.daemon.status()["pools"][0]["backends"][0]
        self.assertEqual(self.row(["backends"], ORIGIN1)["RESETS"], str(total["resets"]))
        self.assertEqual({reason: count for reason, count in self.backend()["failures"].items()
                          if count}, {"reset_before_response": 1})

    def test_clients_that_reset_or_leave_early_are_their_listener_s(self):
        client = self.connect()
        self.ask(request("pool"), client)
        client.reset()
        self.wait(lambda: self.listener()["resets"] == 1, "the reset of an idle client")
        self.assertEqual(self.listener()["aborts"], 0)
        self.origin.begin([HOLDS])
        client = self.connect()
        client.send(request("pool"))
        self.wait_for_message(self.origin)
        client.reset()
        self.wait(lambda: self.listener()["aborts"] == 1, "the client that left early")
        self.assertEqual(self.listener()["resets"], 2)
        total = self.daemon.status()["listeners"][0]
        row = self.row(["status"], "web")
        self.assertEqual((row["ABORTS"], row["RESETS"]),
                         (str(total["aborts"]), str(total["resets"])))

    def test_refusals_are_counted_by_their_reason_where_the_client_came_in(self):
        self.ask(b"GET / HTTP/1.1\r\nHost: nobody.example\r\n\r\n", self.connect(81))
        self.ask(b"GET / HTTP/1.1\r\n\r\n", self.connect(81))
        self.ask(b"GET / HTTP/1.1\r\n\r\n", self.connect(81))
        self.assertEqual(self.refusals("other"), {"no_rule": 1, "host_missing": 2})
        self.assertEqual(self.refusals(), {})
        shown = self.row(["status"], "other")["REPLIES OF ITS OWN"].split(", ")
        self.assertEqual(set(shown), {"host_missing 2", "no_rule 1"})
