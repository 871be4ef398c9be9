# SPDX-License-Identifier: Apache-2.0
"""Each raw answer of an origin has the one outcome that is acceptable for the client."""

import response_cases
from outside_case import OutsideCase, add_tests
from response_cases import Cut, Delivery
from strict_reader import responses_reader

SECONDS_MAX = 10


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
        self.assertEqual(tuple(each.head for each in messages), outcome.heads)
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


add_tests(ResponseTest, [response_cases])
