# SPDX-License-Identifier: Apache-2.0
"""Requests that a backend did not answer: tried on another where that is safe, within bounds."""

import time

from played_case import (HOLDS, NGINX, OK, ORIGIN1, ORIGIN2, REFUSING, Answer, PlayedCase,
                         configuration_of, request)

RESET, CLOSE = Answer(b"", ends="resets"), Answer(b"", ends="closes")
UNAVAILABLE = Answer(b"HTTP/1.1 503 Service Unavailable\r\nContent-Length: 4\r\n\r\nbusy")
HALF_A_HEAD = Answer(b"HTTP/1.1 200 OK\r\nContent-Le", ends="closes")
FAILING_REQUESTS = 200
# What each worker allows beside the budget, in a second and at once.
FREE_PER_SECOND = 10


class NoWayBack:
    """While this lasts, nothing that an origin sends leaves its host."""

    def __init__(self, bed, name):
        self._host, self._way = bed.network.origins[name], ["blackhole", "10.80.2.1"]

    def __enter__(self):
        self._host.ip("route", "add", *self._way)

    def __exit__(self, *_):
        self._host.ip("route", "del", *self._way)


class RetryTest(PlayedCase):
    @staticmethod
    def configuration():
        both = [ORIGIN1, ORIGIN2]
        return configuration_of({
            "refusing": ([REFUSING[0], NGINX], "reuse = \"never\";"),
            "both": (both, "retry_budget_percent = 100;"),
            "statuses": (both, "retry_statuses = [503]; retry_budget_percent = 100;"),
            "once": (both, "retries = 0;"),
            "alone": ([ORIGIN1], "retries = 0;"),
            "always": ([ORIGIN1], "reuse = \"always\";"),
            "without-budget": (REFUSING, "retries = 2; retry_budget_percent = 0;"),
            "with-budget": (REFUSING, "retries = 2; retry_budget_percent = 100;"),
        })

    def ask_until_first_meets(self, answer, text, pool="both"):
        """The first of two origins answers so, the second well. Asks until the first was asked;
        returns the answer to that request."""
        first, second = self.played
        first.begin([answer])
        second.begin()
        for _ in range(3):
            answered = self.ask(text(pool))
            if first.peek_answer() is not answer:
                return answered
        self.fail("the first origin is never asked")

    def get(self, pool):
        return request(pool)

    def post(self, pool):
        return request(pool, "POST", body=b"once")

    def test_a_backend_that_refuses_connections_is_passed_over_for_any_method(self):
        before = self.pool("refusing")
        for text in 2 * (request("refusing"), request("refusing", "POST", body=b"anything")):
            self.assert_answer(self.ask(text), 200)
        refusing, good = self.pool("refusing")["backends"]
        self.assertGreater(refusing["connect_failures"], before["backends"][0]["connect_failures"])
        self.assertEqual(good["requests"], 4)
        self.assertEqual(good["retries"], refusing["connect_failures"])

    def test_a_get_that_was_reset_is_asked_of_another(self):
        self.assert_answer(self.ask_until_first_meets(RESET, self.get), 200)

    def test_a_get_whose_connection_was_closed_is_asked_of_another(self):
        self.assert_answer(self.ask_until_first_meets(CLOSE, self.get), 200)

    def test_a_post_that_arrived_is_not_repeated(self):
        for answer, reason in ((RESET, "reset_before_response"), (CLOSE, "closed_before_response")):
            answered = self.ask_until_first_meets(answer, self.post)
            self.assert_answer(answered, 502, reason)
            self.assertEqual(len(self.played[0].messages_in_order()), 1)

    def test_half_a_head_is_asked_of_another_where_that_is_safe(self):
        self.assert_answer(self.ask_until_first_meets(HALF_A_HEAD, self.get), 200)
        answered = self.ask_until_first_meets(HALF_A_HEAD, self.post)
        self.assert_answer(answered, 502, "truncated_response")

    def test_no_retries_where_none_are_wanted(self):
        answered = self.ask_until_first_meets(RESET, self.get, "once")
        self.assert_answer(answered, 502, "reset_before_response")

    def test_a_status_is_worth_another_backend_where_the_pool_says_so(self):
        self.assert_answer(self.ask_until_first_meets(UNAVAILABLE, self.get, "statuses"), 200)
        self.assert_answer(self.ask_until_first_meets(UNAVAILABLE, self.get, "both"), 503)

    def test_a_status_is_no_reason_to_repeat_a_post(self):
        answered = self.ask_until_first_meets(UNAVAILABLE, self.post, "statuses")
        self.assert_answer(answered, 503)
        self.assertEqual(answered.body, b"busy")

    def test_the_last_backend_s_status_reaches_the_client(self):
        for origin in self.played:
            origin.begin([UNAVAILABLE])
        answered = self.ask(request("statuses"))
        self.assert_answer(answered, 503)
        self.assertEqual(answered.body, b"busy")
        self.assertEqual([len(origin.messages_in_order()) for origin in self.played], [1, 1])

    def test_a_reused_connection_that_is_reset_speaks_against_itself_alone(self):
        """The only origin resets the second request of a connection and serves it on a new one."""
        origin, client = self.played[0], self.connect()
        for text in (request("alone"), request("alone", "POST", body=b"arrives")):
            self.assert_answer(self.ask(request("alone"), client), 200)
            origin.begin([RESET])
            repeated = text.startswith(b"GET")
            self.assert_answer(self.ask(text, client), *((200, None) if repeated else
                                                         (502, "reset_before_response")))
            self.assertEqual(len(origin.messages_in_order()), 2 if repeated else 1)

    def one_idle_connection(self):
        """A client, and the origin's side of a connection that nobody uses now."""
        self.played[0].begin()
        client = self.connect()
        self.assert_answer(self.ask(request("always"), client), 200)
        connection = self.played[0].answered_by
        self.played[0].begin()
        return client, connection

    def test_a_post_that_met_a_closed_connection_is_saved(self):
        """The origin's FIN was lost on the way: what comes behind it never arrived."""
        client, connection = self.one_idle_connection()
        resets = self.pool("always")["backends"][0]["resets"]
        with NoWayBack(self.bed, "origin1"):
            connection.close()
        self.assert_answer(self.ask(request("always", "POST", body=b"once"), client), 200)
        message, = self.played[0].messages_in_order()
        self.assertEqual(message.body, b"once")
        self.assertLessEqual(self.pool("always")["backends"][0]["resets"] - resets, 1)

    def test_a_post_that_arrived_before_its_origin_vanished_is_not_repeated(self):
        """Neither the acknowledgment nor the end of the connection came back, and what is left on
        the origin's host knows nothing of it."""
        client, connection = self.one_idle_connection()
        self.played[0].begin([HOLDS])
        with NoWayBack(self.bed, "origin1"):
            client.send(request("always", "POST", body=b"once"))
            self.wait_for_message(self.played[0])
            connection.reset()
        self.assert_answer(self.take_answer(client), 502, "reset_before_response")
        self.assertEqual(len(self.played[0].messages_in_order()), 1)

    def failing_requests(self, pool):
        """Retries and retries withheld of so many requests that nobody answers, and the time."""
        before, began, client = self.pool(pool), time.monotonic(), self.connect()
        client.send(request(pool) * FAILING_REQUESTS)
        for _ in range(FAILING_REQUESTS):
            self.assert_answer(self.take_answer(client), 502, "connect_refused")
        after, seconds = self.pool(pool), time.monotonic() - began
        self.assertEqual(after["requests"] - before["requests"], FAILING_REQUESTS)
        return (after["retries"] - before["retries"],
                after["retries_withheld"] - before["retries_withheld"], seconds)

    def test_a_pool_that_fails_as_a_whole_gets_no_more_retries_than_its_budget(self):
        retries, withheld, seconds = self.failing_requests("without-budget")
        self.assertLessEqual(retries, FREE_PER_SECOND * (seconds + 1) + 1)
        self.assertGreater(retries, 0)
        self.assertGreaterEqual(withheld, FAILING_REQUESTS - retries)

    def test_a_budget_of_100_percent_is_a_retry_for_each_request(self):
        retries, _, seconds = self.failing_requests("with-budget")
        self.assertGreaterEqual(retries, FAILING_REQUESTS)
        self.assertLessEqual(retries, FAILING_REQUESTS + FREE_PER_SECOND * (seconds + 1) + 1)

    def test_who_waits_for_a_response_does_not_hinder_others(self):
        first, second = self.played
        first.begin([HOLDS])
        second.begin([HOLDS])
        held = [self.connect() for _ in range(2)]
        for client in held:
            client.send(request("both"))
        for origin in self.played:
            self.wait_for_message(origin)
        self.assert_answer(self.ask(request("both")), 200)
        for origin in self.played:
            origin.answered_by.send(OK)
        for client in held:
            self.assert_answer(self.take_answer(client), 200)
