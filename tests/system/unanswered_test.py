# SPDX-License-Identifier: Apache-2.0
"""Pools of which nobody can be asked, backends that no packet reaches, and a body that its client
holds back until a real nginx wants it."""

import contextlib

from own_nginx import start_nginx
from played_case import NGINX, TEMPLATE, PlayedCase, request

PORT = 8099
SHORT_MS, DAY_MS = 300, 86_400_000
ROUTER, PROHIBITED = "10.80.2.11", "10.90.7.12"
NOBODY = "10.80.2.99"
BODY = "0123456789abcdef" * 5000
SERVER = f"""
  server {{
    listen 10.80.2.12:{PORT};
    default_type text/plain;
    location / {{ echo_read_request_body; echo_request_body; }}
    location /small {{ client_max_body_size 100; echo_read_request_body; echo_request_body; }}
  }}
"""
POOLS = {
    "empty": "backends = ( );",
    "draining": f'backends = ( {{ address = "{NGINX}"; draining = true; }},'
                f' {{ address = "10.80.2.12:80"; draining = true; }} );',
    "drained": f'backends = ( {{ address = "{NGINX}"; name = "one"; }} );',
    "prohibited": f'connect_ms = {DAY_MS}; backends = ( {{ address = "{PROHIBITED}:80"; }} );',
    "one-of-two": f'policy = "round_robin"; connect_ms = {DAY_MS}; backends = ('
                  f' {{ address = "{PROHIBITED}:80"; }}, {{ address = "{NGINX}"; }} );',
    "silent": f'connect_ms = {SHORT_MS}; backends = ( {{ address = "{NOBODY}:80"; }} );',
    "streaming": f'backends = ( {{ address = "10.80.2.12:{PORT}"; }} );',
    "gathering": f'request_buffer_bytes = 1000;'
                 f' backends = ( {{ address = "10.80.2.12:{PORT}"; }} );',
}


class UnansweredTest(PlayedCase):
    origin_names = ()

    @staticmethod
    def configuration():
        return TEMPLATE.format(
            listeners="",
            pools=",\n".join(f'{{ name = "{name}"; {text} }}' for name, text in POOLS.items()),
            rules=",\n".join(f'{{ hosts = ["{name}.example"]; forward = "{name}"; }}'
                             for name in POOLS),
            more=f'routes = ( {{ to = "10.90.0.0/16"; via = "{ROUTER}"; port = "backend"; }} );')

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        start_nginx(cls, "origin2", "unanswered", (PORT,), SERVER)

    def replies(self, reason):
        return self.counters()["replies"].get(reason, 0)

    @contextlib.contextmanager
    def counted(self, reason, times):
        before = self.replies(reason)
        yield
        self.assertEqual(self.replies(reason) - before, times)

    def assert_refused(self, pool, status, reason):
        """Any method, and then others are served; on the same connection where no body is left to
        be read."""
        client, other = self.connect(), self.connect()
        with self.counted(reason, 2):
            answers = [self.ask(request(pool), client),
                       self.ask(request(pool, "POST", body=b"once"), other)]
        for answer in answers:
            self.assert_answer(answer, status, reason)
        self.assert_answer(self.ask(request("streaming", "POST", body=b"hello"), client), 200)
        self.assertEqual(answers[1].value("connection"), "close")
        self.assert_ends(other)
        return answers

    def test_a_pool_of_nobody(self):
        for answer in self.assert_refused("empty", 503, "no_backend"):
            self.assertEqual(answer.value("retry-after"), "1")

    def test_a_pool_that_drains_as_a_whole(self):
        for answer in self.assert_refused("draining", 503, "pool_draining"):
            self.assertEqual(answer.value("retry-after"), "1")

    def test_a_pool_whose_last_backend_is_drained_and_comes_back(self):
        self.assert_answer(self.ask(request("drained")), 200)
        self.daemon.tool("backend", "drain", "drained", "one")
        self.assert_refused("drained", 503, "pool_draining")
        self.daemon.tool("backend", "undrain", "drained", "one")
        self.assert_answer(self.ask(request("drained")), 200)

    @contextlib.contextmanager
    def router_that_prohibits(self):
        """While this lasts, a router on the way answers that nobody may go there."""
        host = self.bed.network.origins["origin1"]
        route = ["prohibit", f"{PROHIBITED}/32"]

        def forward(value):
            host.run(["sh", "-c", f"echo {value} > /proc/sys/net/ipv4/ip_forward"])

        forward(1)
        host.ip("route", "add", *route)
        try:
            yield
        finally:
            host.ip("route", "delete", *route)
            forward(0)

    def test_a_backend_that_a_router_says_nobody_reaches(self):
        with self.router_that_prohibits():
            failures = self.pool("prohibited")["backends"][0]["connect_failures"]
            self.assert_refused("prohibited", 502, "connect_unreachable")
            self.assertEqual(self.pool("prohibited")["backends"][0]["connect_failures"] - failures,
                             2)

    def test_another_backend_is_asked_in_place_of_one_that_nobody_reaches(self):
        before = self.pool("one-of-two")
        with self.router_that_prohibits(), self.counted("connect_unreachable", 0):
            for _ in range(2):
                self.assert_answer(self.ask(request("one-of-two", "POST", body=b"once")), 200)
        after = self.pool("one-of-two")
        self.assertGreater(after["retries"], before["retries"])
        self.assertEqual(after["backends"][1]["requests"] - before["backends"][1]["requests"], 2)

    def test_a_neighbour_that_is_not_there(self):
        """Until it has been asked for often enough it may yet come; from then on nobody waits."""
        client = self.connect()
        waited = 0
        while True:
            answer = self.ask(request("silent"), client)
            if answer.value("penstock-reason") != "connect_timeout":
                break
            self.assert_answer(answer, 504, "connect_timeout")
            waited += 1
        self.assert_answer(answer, 502, "connect_unreachable")
        self.assertGreater(waited, 0)
        self.assert_refused("silent", 502, "connect_unreachable")

    def post_held_back(self, url):
        """curl waits for longer than it may take until it sends its body unasked."""
        return self.client.request(url, "--include", "--header", "Expect: 100-continue",
                                   "--expect100-timeout", "60", "--data-binary", BODY)

    def test_curl_s_body_goes_to_nginx_when_nginx_wants_it(self):
        for pool in ("streaming", "gathering"):
            response = self.post_held_back(f"http://{pool}.example/")
            self.assertEqual((response.status, response.failure), (200, ""))
            interim, final, body = response.body.decode().split("\r\n\r\n", 2)
            self.assertEqual(interim, "HTTP/1.1 100 Continue")
            self.assertTrue(final.startswith("HTTP/1.1 200 OK\r\n"), final)
            self.assertEqual(body, BODY)

    def test_a_body_that_nginx_does_not_want_is_never_sent(self):
        response = self.post_held_back("http://streaming.example/small")
        self.assertEqual((response.status, response.failure), (413, ""))
        self.assertTrue(response.body.startswith(b"HTTP/1.1 413 "), response.body[:100])
        self.assertNotIn("penstock-reason", response.headers)
