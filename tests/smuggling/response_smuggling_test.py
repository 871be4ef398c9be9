# SPDX-License-Identifier: Apache-2.0
"""Each raw answer of an origin has the one outcome that is acceptable for the client."""

import re

import response_cases
from case import get, lines
from outside_case import OutsideCase, add_tests
from recording_origin import Answer
from response_cases import Cut, Delivery
from strict_reader import responses_reader

SECONDS_MAX = 10
# What Penstock adds to a final response that does not say it (RFC 9110 6.6.1).
DATE = re.compile(rb"Date: [A-Z][a-z]{2}, \d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d GMT\r\n")


class ResponseTest(OutsideCase):
    def check(self, case):
        self.origin.begin(case.answers)
        client = self.connect()
        client.send(case.asked)
        bodiless = case.asked.startswith(b"HEAD")
        if isinstance(case.outcome, Cut):
            self.judge_cut(client, case.outcome)
        elif isinstance(case.outcome, Delivery):
            self.judge_delivery(client, case.outcome, bodiless)
        else:
            self.judge_failure(client, case.outcome)
        self.judge_origin(case)
        self.assert_serves_others()

    def final_responses(self, client, bodiless):
        """[interim heads..., the final message], once it is there."""
        def messages():
            reader, data, found = responses_reader(), client.received, []
            while not (found and int(found[-1].start[0]) >= 200):
                taken = reader.take(data, client.ended == "closed", bodiless)
                if not taken:
                    return None
                found.append(taken[0])
                data = data[taken[1]:]
            self.assertEqual(data, b"")
            return found

        self.loop.until(messages, SECONDS_MAX, "the response")
        return messages()

    def judge_delivery(self, client, outcome, bodiless):
        until_close = outcome.connection == "closes"
        if until_close:
            self.loop.until(lambda: client.ended, SECONDS_MAX, "the end of the connection")
            self.assertEqual(client.ended, "closed")
        messages = self.final_responses(client, bodiless)
        *interim, final = (each.head for each in messages)
        if b"\r\nDate:" not in outcome.heads[-1]:
            final, dates = DATE.subn(b"", final)
            self.assertEqual(dates, 1)
        self.assertEqual((*interim, final), outcome.heads)
        self.assertEqual(messages[-1].body, outcome.body)
        if not until_close:
            self.assert_serves(client)

    def judge_failure(self, client, outcome):
        [message] = self.final_responses(client, bodiless=False)
        self.assertEqual((int(message.start[0]), message.value("penstock-reason")),
                         (outcome.status, outcome.reason))
        self.assertIsNone(message.value("connection"))
        self.assert_serves(client)

    def judge_cut(self, client, outcome):
        self.loop.until(lambda: client.ended, SECONDS_MAX, "the end of the connection")
        self.assertEqual(client.ended, outcome.ended)
        whole = responses_reader().take(client.received, client.ended == "closed")
        self.assertIsNone(whole, "half a response that looks like a whole one")
        _, _, body = client.received.partition(b"\r\n\r\n")
        chunk = b"%x\r\n%b\r\n" % (len(outcome.payload), outcome.payload)
        self.assertTrue(outcome.payload.startswith(body) or chunk.startswith(body), body)

    def judge_origin(self, case):
        """The connection that answered serves on, or nobody is ever served by it again."""
        answered = self.origin.answered_by
        if case.origin == "dropped":
            self.loop.until(lambda: answered.ended, SECONDS_MAX, "the origin's connection ending")
        else:
            self.assertIsNone(answered.ended)
        self.assertEqual(self.origin.faults(), [])


class TunnelTest(OutsideCase):
    """Behind a 101 there is no HTTP: bytes go as they are, and no further request is forwarded."""

    SWITCHED = lines("HTTP/1.1 101 Switching Protocols", "Upgrade: websocket",
                     "Connection: Upgrade")

    def setUp(self):
        super().setUp()
        self.origin.begin([Answer(self.SWITCHED + b"\x81\x00")])
        self.tunnel = self.connect()
        self.tunnel.send(get("Connection: Upgrade", "Upgrade: websocket"))
        self.loop.until(lambda: self.tunnel.received.endswith(b"\x81\x00"), SECONDS_MAX,
                        "the tunnel")

    def test_bytes_go_as_they_are(self):
        self.assertEqual(self.tunnel.received, self.SWITCHED + b"\x81\x00")
        self.tunnel.send(lines("GET /in-the-tunnel HTTP/1.1", "Host: a"))
        self.loop.until(lambda: len(self.origin.messages_in_order()) == 2, SECONDS_MAX, "bytes")
        self.assertEqual(self.origin.messages_in_order()[1].head,
                         lines("GET /in-the-tunnel HTTP/1.1", "Host: a"))
        self.assert_serves_others()

    def test_its_end_is_the_end_of_both_connections(self):
        self.tunnel.finish()
        self.loop.until(lambda: self.origin.answered_by.ended, SECONDS_MAX, "the origin's end")
        self.origin.answered_by.finish()
        self.loop.until(lambda: self.tunnel.ended, SECONDS_MAX, "the client's end")
        self.assert_serves_others()


add_tests(ResponseTest, [response_cases])
