# SPDX-License-Identifier: Apache-2.0
"""A reload of each section, as one client sees it: on a connection that was open before, its next
request is treated as the new file says."""

from played_case import (HOLDS, NGINX, ORIGIN1, ORIGIN2, Answer, PlayedCase, configuration_of,
                         request)

DEAF_PORT = 8083
SHORT_MS = 300
LONG = "timeouts = { connect_ms = 86400000; };"
RESET = Answer(b"", ends="resets")
EMPTY_BODY = "Content-Length: 0\r\n"


class ReloadSectionsTest(PlayedCase):
    @staticmethod
    def configuration(more=LONG, retries=0):
        pool = f'retries = {retries}; reuse = "never";'
        return configuration_of(
            {"nginx": ([NGINX], ""), "played": ([ORIGIN1], ""), "both": ([ORIGIN1, ORIGIN2], pool),
             "deaf": ([f"10.80.2.12:{DEAF_PORT}"], "retries = 0;")}, more)

    def setUp(self):
        super().setUp()
        self.origin = self.played[0]
        self.use()
        self.client_connection = self.connect()
        self.assert_answered(request("nginx"), 200)

    def use(self, *words, **named):
        self.daemon.write(self.configuration(*words, **named))
        self.daemon.tool("reload")

    def assert_answered(self, text, status, reason=None):
        """On the one connection."""
        answer = self.ask(text, self.client_connection)
        self.assert_answer(answer, status, reason)
        return answer

    def assert_goes_on(self):
        self.assert_answered(request("nginx"), 200)
        self.assertIsNone(self.client_connection.ended)

    def assert_closes(self, text, status, reason):
        answer = self.assert_answered(text, status, reason)
        self.assertEqual(answer.value("connection"), "close")
        self.assert_ends(self.client_connection)

    def test_a_stricter_mode(self):
        text = request("nginx", fields=EMPTY_BODY)
        self.assert_answered(text, 200)
        self.use('http = { mode = "strictest"; };')
        self.assert_goes_on()
        self.assert_closes(text, 400, "content_length_unexpected")

    def test_a_milder_mode(self):
        text = request("nginx", fields=EMPTY_BODY)
        self.use('http = { mode = "strictest"; };')
        self.assert_answer(self.ask(text), 400, "content_length_unexpected")
        self.use('http = { mode = "defensive"; };')
        self.assert_answered(text, 200)
        self.assert_goes_on()

    def test_a_time_out_for_connections_to_backends(self):
        self.play_deaf_origin("origin2", DEAF_PORT)
        self.use(f"timeouts = {{ connect_ms = {SHORT_MS}; }};")
        self.assert_answered(request("deaf"), 504, "connect_timeout")
        self.assert_goes_on()

    def test_a_time_out_for_responses(self):
        self.origin.begin([HOLDS])
        self.use(f"timeouts = {{ response_head_ms = {SHORT_MS}; }};")
        self.assert_goes_on()
        self.assert_closes(request("played"), 504, "response_timeout")

    def test_an_exchange_that_has_begun_keeps_its_time_outs(self):
        self.origin.begin([HOLDS])
        self.client_connection.send(request("played"))
        self.wait_for_message(self.origin)
        held = self.origin.answered_by
        self.use(f"timeouts = {{ response_head_ms = {SHORT_MS}; }};")
        self.assert_short_response_time_out()
        held.send(b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nlate")
        self.assertEqual(self.take_answer(self.client_connection).body, b"late")

    def assert_short_response_time_out(self):
        """Of another client; whoever began with it has waited for longer."""
        self.origin.begin([HOLDS])
        self.assert_answer(self.ask(request("played")), 504, "response_timeout")

    def test_a_time_out_for_idle_clients(self):
        self.use(f"timeouts = {{ keep_alive_ms = {SHORT_MS}; }};")
        self.assert_goes_on()
        self.assert_ends(self.client_connection)

    def test_lower_limits(self):
        text = request("nginx", "POST", "/echo", body=b"12345")
        self.assert_answered(text, 200)
        self.use("limits = { request_body_bytes = 4; };")
        self.assert_answered(request("nginx", "POST", "/echo", body=b"1234"), 200)
        self.assert_goes_on()
        self.assert_closes(text, 413, "body_too_large")

    def test_higher_limits(self):
        text = request("nginx", fields=f"X-Long: {'v' * 900}\r\n")
        self.use("limits = { field_line_bytes = 256; };")
        self.assert_answer(self.ask(text), 431, "field_too_long")
        self.use("limits = { field_line_bytes = 1024; };")
        self.assert_answered(text, 200)
        self.assert_goes_on()

    def test_a_limit_of_requests_on_one_connection(self):
        self.use("limits = { keep_alive_requests = 3; };")
        self.assert_goes_on()
        answer = self.assert_answered(request("nginx"), 200)
        self.assertEqual(answer.value("connection"), "close")
        self.assert_ends(self.client_connection)

    def test_what_requests_and_responses_are_given(self):
        self.assertEqual(self.assert_answered(request("played"), 200).values("via"), [])
        self.use('forwarding = { via = "append"; via_name = "anew"; x_forwarded = "remove"; };')
        answer = self.assert_answered(request("played"), 200)
        self.assertEqual(answer.values("via"), ["1.1 anew"])
        before, after = self.origin.messages_in_order()
        self.assertEqual([message.values("via") for message in (before, after)], [[], ["1.1 anew"]])
        self.assertEqual([message.value("x-forwarded-for") for message in (before, after)],
                         ["10.80.1.2", None])
        self.assert_goes_on()

    def test_whether_reasons_are_told(self):
        self.assert_answered(request("nobody"), 404, "no_rule")
        self.use('forwarding = { reason_field = "omit"; };')
        self.assert_answered(request("nobody"), 404, None)
        self.assert_goes_on()

    def test_a_pool_s_retries(self):
        """One of two backends resets whatever it is asked."""
        self.origin.begin(20 * [RESET])
        answers = [self.ask(request("both"), self.client_connection) for _ in range(4)]
        self.assertEqual(sorted(answer.start[0] for answer in answers), 2 * ["200"] + 2 * ["502"])
        self.use(retries=1)
        for _ in range(4):
            self.assert_answered(request("both"), 200)
        self.use(retries=0)
        answers = [self.ask(request("both"), self.client_connection) for _ in range(4)]
        self.assertIn("502", [answer.start[0] for answer in answers])
        self.assert_goes_on()
