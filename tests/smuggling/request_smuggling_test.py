# SPDX-License-Identifier: Apache-2.0
"""Each raw request has the one outcome that is acceptable, seen from both sides of Penstock."""

import chunk_cases
import field_cases
import framing_cases
import line_cases
import path_cases
from outside_case import OutsideCase, add_tests
from strict_reader import responses_reader

TABLES = (framing_cases, line_cases, path_cases, field_cases, chunk_cases)
SECONDS_MAX = 10
CRUMBS = 600  # segments of one byte, before the rest follows at once


class RequestCase(OutsideCase):
    """Sends the bytes of a case, waits for its end, and compares."""

    def check(self, case):
        outcome = case.outcome(self.mode)
        self.origin.begin()
        client = self.connect()
        self.send(client, case.sent)
        if case.finishes:
            client.finish()
        expected = len(outcome.arrivals) + len(outcome.replies)
        if outcome.connection == "closes":
            self.loop.until(lambda: client.ended, SECONDS_MAX, "the end of the connection")
            self.assert_serves_others()
        else:
            self.loop.until(lambda: len(self.replies(client, case, outcome)) >= expected or
                            client.ended, SECONDS_MAX, f"{expected} responses")
            self.assertIsNone(client.ended, f"the connection ended: {client.received!r}")
            self.assert_serves(client)
        self.judge_client(client, case, outcome)
        self.judge_origin(outcome)

    def send(self, client, data):
        client.send(data)

    def replies(self, client, case, outcome):
        """The responses that came whole."""
        reader, data, found = responses_reader(), client.received, []
        methods = [arrival.head.split(b" ")[0] for arrival in outcome.arrivals]
        methods += [case.sent.split(b" ")[0]] * len(outcome.replies)
        while data:
            method = methods[len(found)] if len(found) < len(methods) else b"GET"
            taken = reader.take(data, client.ended == "closed", bodiless=method == b"HEAD")
            if not taken:
                break
            found.append(taken[0])
            data = data[taken[1]:]
        return found

    def judge_client(self, client, case, outcome):
        replies = self.replies(client, case, outcome)
        if outcome.connection != "closes":
            replies.pop()  # of the request that showed that the connection goes on
        seen = tuple((int(each.start[0]), each.value("penstock-reason")) for each in replies)
        self.assertEqual(seen, ((200, None),) * len(outcome.arrivals) + outcome.replies)
        if outcome.connection == "closes" and replies:
            self.assertEqual(client.ended, "closed")
            self.assertEqual(replies[-1].value("connection"), "close")
            replies.pop()
        self.assertEqual([each.value("connection") for each in replies
                          if each.value("connection") == "close"], [])

    def judge_origin(self, outcome):
        if outcome.begun:
            self.loop.until(lambda: not [each for each in self.origin.begun() if not each.ended],
                            SECONDS_MAX, "the end of a request that is not whole")
        else:
            self.assertEqual([each.received for each in self.origin.begun()], [])
        self.assertEqual(self.origin.faults(), [])
        *arrived, last = self.origin.messages_in_order()
        self.assertEqual(last.start[1], "/probe")
        self.assertEqual([(each.head, each.body) for each in arrived],
                         [(each.head, each.body) for each in outcome.arrivals])


class MonitorRequestTest(RequestCase):
    mode = "monitor"


class DefensiveRequestTest(RequestCase):
    mode = "defensive"


class StrictestRequestTest(RequestCase):
    mode = "strictest"


class CrumbledRequestTest(RequestCase):
    """No split changes an outcome: a byte a segment, in what is short enough."""

    mode = "defensive"

    def send(self, client, data):
        crumbs = min(CRUMBS, len(data))
        for at in range(crumbs):
            client.send(data[at:at + 1])
        client.send(data[crumbs:])


for each in (MonitorRequestTest, DefensiveRequestTest, StrictestRequestTest):
    add_tests(each, TABLES)
add_tests(CrumbledRequestTest, TABLES)
