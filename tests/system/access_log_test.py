# SPDX-License-Identifier: Apache-2.0
"""The access log: each line against what the client saw, and all of them against the counters of
`penstock status`; with and without Penstock-Reason."""

import collections
import concurrent.futures
import dataclasses
import os
import re
import time

from bed_case import HANG_UP
from played_case import (HOLDS, NGINX, ORIGIN1, REFUSING, Answer, PlayedCase, configuration_of,
                         request)
from status_since import since

from testbed.waiting import wait_until

CLIENT = "10.80.1.2"
NOTHING = "-"
LINE_SECONDS_MAX = 10
HALF_A_BODY = b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf"
TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z\Z")


@dataclasses.dataclass(frozen=True)
class Line:
    """The fields of one line, in their order."""

    time: str
    client: str
    method: str
    target: str
    host: str
    status: int
    reason: str
    rule: str
    pool: str
    backend: str
    tries: int
    request_bytes: int
    response_bytes: int
    duration_us: int
    deviations: str
    request_id: str

    @classmethod
    def of(cls, text):
        words = text.split(" ")
        kinds = [field.type for field in dataclasses.fields(cls)]
        if len(words) != len(kinds) or words[2][0] != '"' or words[3][-1] != '"':
            raise AssertionError(f"no line of {len(kinds)} fields: {text}")
        words[2:4] = words[2][1:], words[3][:-1]
        return cls(*(kind(word) for kind, word in zip(kinds, words)))

    def request(self):
        return self.method, self.target, self.host

    def answer(self):
        return self.status, self.reason

    def way(self):
        """Who took the request, and who was asked."""
        return self.rule, self.pool, self.backend, self.tries


def counted(words):
    return dict(collections.Counter(words))


class AccessLogCase(PlayedCase):
    origin_names = ("origin1",)
    forwarding = None

    @classmethod
    def configuration(cls):
        cls.log = cls.bed.run.path / f"access-{cls.__name__}.log"
        text = configuration_of(
            {"plain": ([NGINX], ""), "played": ([ORIGIN1], ""),
             "refusing": ([REFUSING[0], NGINX], 'reuse = "never";'),
             "stalling": ([ORIGIN1], "response_body_ms = 300;")},
            f"forwarding = {{ {cls.forwarding} }};")
        return text.replace('level = "info";', f'level = "info"; access = "{cls.log}";')

    def setUp(self):
        super().setUp()
        self.origin = self.played[0]
        self.passed = len(self.texts())
        self.before = self.daemon.status()

    def texts(self):
        if not self.log.exists():
            return []
        return self.log.read_text(encoding="ascii").splitlines()

    def lines(self):
        """All that was logged since the test began: one last request says that no more comes. What
        the counters say of the same time must be the same."""
        self.assert_answer(self.ask(request("plain", target="/last")), 200)

        def all_there():
            texts = self.texts()[self.passed:]
            return texts and '"GET /last"' in texts[-1] and texts

        lines = [Line.of(text) for text in wait_until(all_there, LINE_SECONDS_MAX, "the last line")]
        self.assert_counters_agree(lines)
        return lines[:-1]

    def line(self):
        lines = self.lines()
        self.assertEqual(len(lines), 1, lines)
        return lines[0]

    def assert_counters_agree(self, lines):
        status = since(self.before, self.daemon.status())
        counters = status["counters"]

        def moved(family):
            return {label: count for label, count in counters[family].items() if count}

        reasons = counted(line.reason for line in lines if line.reason != "none")
        self.assertEqual(moved("replies"), reasons)
        listener, = status["listeners"]
        self.assertEqual({reason: count for reason, count in listener["replies"].items() if count},
                         reasons)
        self.assertEqual((counters["requests"], listener["requests"]), (len(lines), len(lines)))
        self.assertEqual(moved("responses"), counted(
            f"{line.status // 100}xx" if line.status else "none" for line in lines))
        self.assertEqual(moved("deviations"), counted(
            each for line in lines if line.deviations != NOTHING
            for each in line.deviations.split(",")))
        self.assertEqual(counters["retries"], sum(max(0, line.tries - 1) for line in lines))
        for pool in status["pools"]:
            self.assertEqual(pool["requests"], sum(line.pool == pool["name"] for line in lines))
        self.assertEqual(counters["access_records_lost"], 0)

    def curl(self, *words):
        """curl, while the played origin answers."""
        with concurrent.futures.ThreadPoolExecutor(1) as pool:
            response = pool.submit(self.client.request, *words)
            self.wait(response.done, "the end of curl")
            return response.result()

    def curl_cut(self, pool):
        """The origin sends a part of a body; what happens then is the test's."""
        self.origin.begin([HOLDS])
        with concurrent.futures.ThreadPoolExecutor(1) as executor:
            response = executor.submit(self.client.request, f"http://{pool}.example/cut")
            self.wait_for_message(self.origin)
            self.origin.answered_by.send(HALF_A_BODY)
            yield self.origin.answered_by
            self.wait(response.done, "the end of curl")
            yield response.result()


class AccessLogTest(AccessLogCase):
    forwarding = 'reason_field = "send";'

    def assert_refused(self, response, status, reason):
        self.assertEqual((response.status, response.headers.get("penstock-reason")),
                         (status, reason))

    def test_a_response_of_a_backend(self):
        began = time.monotonic()
        response = self.client.request("http://plain.example/hello?to=you")
        elapsed_us = (time.monotonic() - began) * 1e6
        self.assert_refused(response, 200, None)
        line = self.line()
        self.assertEqual(line.request(), ("GET", "/hello?to=you", "plain.example"))
        self.assertEqual(line.answer(), (200, "none"))
        self.assertEqual(line.way(), ("rules[0]", "plain", NGINX, 1))
        self.assertEqual((line.request_bytes, line.response_bytes), (0, len(response.body)))
        self.assertEqual((line.deviations, line.request_id), (NOTHING, NOTHING))
        self.assertRegex(line.time, TIME)
        self.assertGreater(line.duration_us, 0)
        self.assertLess(line.duration_us, elapsed_us)

    def test_requests_of_one_connection_are_told_of_its_port(self):
        client = self.connect()
        for target in ("/first", "/second"):
            self.assert_answer(self.ask(request("plain", target=target), client), 200)
        self.assertEqual([(line.client, line.target) for line in self.lines()],
                         [(f"{CLIENT}:{client.port()}", "/first"),
                          (f"{CLIENT}:{client.port()}", "/second")])

    def test_bodies_are_told_without_their_framing(self):
        body = "0123456789" * 300
        for words in ((), ("--header", "Transfer-Encoding: chunked")):
            response = self.client.request("http://plain.example/echo", "--data-binary", body,
                                           *words)
            self.assertEqual((response.status, response.body), (200, body.encode()))
        self.assertEqual([(line.method, line.request_bytes, line.response_bytes)
                          for line in self.lines()], 2 * [("POST", 3000, 3000)])

    def test_a_head_that_is_too_long_is_told_by_what_came_before(self):
        response = self.client.request("http://plain.example/", "--header",
                                       f"X-Long: {'a' * 17000}")
        self.assert_refused(response, 431, "field_too_long")
        line = self.line()
        self.assertEqual(line.request(), ("GET", "/", "plain.example"))
        self.assertEqual(line.answer(), (431, "field_too_long"))
        self.assertEqual(line.way(), (NOTHING, NOTHING, NOTHING, 0))
        self.assertTrue(line.client.startswith(f"{CLIENT}:"), line)

    def test_what_is_no_http_makes_one_line_as_well(self):
        client = self.connect()
        client.send(b"\x16\x03\x01 200 none\n")
        self.assert_answer(self.take_answer(client), 400, "method_invalid")
        self.assertEqual(self.line().answer(), (400, "method_invalid"))

    def test_a_request_that_no_rule_takes(self):
        response = self.client.request("http://nobody.example/where")
        self.assert_refused(response, 404, "no_rule")
        line = self.line()
        self.assertEqual(line.request(), ("GET", "/where", "nobody.example"))
        self.assertEqual(line.answer(), (404, "no_rule"))
        self.assertEqual(line.way(), (NOTHING, NOTHING, NOTHING, 0))

    def test_a_backend_that_refuses_is_a_try(self):
        for _ in range(2):
            self.assert_refused(self.client.request("http://refusing.example/"), 200, None)
        lines = self.lines()
        self.assertEqual([line.answer() for line in lines], 2 * [(200, "none")])
        self.assertEqual([line.backend for line in lines], 2 * [NGINX])
        self.assertEqual(max(line.tries for line in lines), 2)

    def test_a_response_that_its_backend_cuts_short(self):
        cut = self.curl_cut("played")
        next(cut).finish()
        response = next(cut)
        self.assertEqual((response.status, response.body), (200, b"half"))
        self.assertIn("transfer closed", response.failure)
        line = self.line()
        self.assertEqual(line.answer(), (200, "truncated_response"))
        self.assertEqual((line.backend, line.response_bytes), (ORIGIN1, 4))

    def test_a_response_that_stalls(self):
        cut = self.curl_cut("stalling")
        next(cut)
        response = next(cut)
        self.assertEqual((response.status, response.body), (200, b"half"))
        self.assertIn("transfer closed", response.failure)
        line = self.line()
        self.assertEqual(line.answer(), (200, "response_body_timeout"))
        self.assertGreaterEqual(line.duration_us, 300_000)

    def test_a_client_that_leaves_has_seen_no_status(self):
        self.origin.begin([HOLDS])
        client = self.connect()
        client.send(request("played"))
        self.wait_for_message(self.origin)
        client.reset()
        self.wait(lambda: self.origin.answered_by.ended, "the origin hearing of it")
        line = self.line()
        self.assertEqual((line.answer(), line.pool), ((0, "none"), "played"))

    def test_a_backend_s_own_refusal_has_no_reason(self):
        self.origin.begin([Answer(b"HTTP/1.1 404 Not Found\r\nContent-Length: 4\r\n\r\nnone")])
        response = self.curl("http://played.example/")
        self.assert_refused(response, 404, None)
        self.assertEqual(self.line().answer(), (404, "none"))

    def test_deviations_are_named_in_their_order(self):
        response = self.client.request("http://plain.example/echo", "--request", "GET", "--data",
                                       "body", "--header", "Referer;")
        self.assertEqual((response.status, response.body), (200, b"body"))
        self.assertEqual(self.line().deviations, "body_unexpected,field_empty")

    def test_a_request_that_is_refused_for_its_deviation_has_a_reason_instead(self):
        self.assert_answer(self.ask(request("plain", target="/%zz")), 400, "path_escape_invalid")
        line = self.line()
        self.assertEqual((line.target, line.answer(), line.deviations),
                         ("/%zz", (400, "path_escape_invalid"), NOTHING))

    def test_no_request_forges_a_line(self):
        self.assert_answer(self.ask(request("plain", target='/a"b?\\c')), 200)
        line = self.line()
        self.assertEqual((line.target, line.deviations),
                         (r"/a\x22b?\x5cc", "target_beyond_uri"))

    def test_no_request_that_is_refused_forges_a_line(self):
        refused = b'GET /a"b\\c HTTP/9.1\r\nHost: plain.example\r\n\r\n'
        self.assert_answer(self.ask(refused), 505, "version_not_supported")
        self.assertEqual(self.line().target, r"/a\x22b\x5cc")

    def test_a_renamed_log_is_followed_by_a_new_one(self):
        self.ask(request("plain", target="/before"))
        self.assertEqual(self.line().target, "/before")
        old = self.log.with_suffix(".old")
        os.rename(self.log, old)
        self.addCleanup(old.unlink)
        self.daemon.signal(HANG_UP)
        wait_until(self.log.exists, LINE_SECONDS_MAX, "a new log")
        size, self.passed, self.before = old.stat().st_size, 0, self.daemon.status()
        self.ask(request("plain", target="/behind"))
        self.assertEqual(self.line().target, "/behind")
        self.assertEqual(old.stat().st_size, size)


class WithoutReasonsTest(AccessLogCase):
    """The reasons are the log's alone; and each request has an id."""

    forwarding = 'reason_field = "omit"; request_id = "add";'

    def test_the_log_has_the_reason_that_the_client_is_not_told(self):
        refused = [self.client.request(url, *words) for url, *words in (
            ("http://nobody.example/",),
            ("http://plain.example/", "--header", f"X-Long: {'a' * 17000}"))]
        self.assertEqual([response.status for response in refused], [404, 431])
        for response in refused:
            self.assertNotIn("penstock-reason", response.headers)
        self.assertEqual([line.answer() for line in self.lines()],
                         [(404, "no_rule"), (431, "field_too_long")])

    def test_the_log_has_the_id_that_the_client_is_told(self):
        answers = [self.client.request(f"http://{name}.example/") for name in ("plain", "nobody")]
        self.assertEqual([response.status for response in answers], [200, 404])
        lines = self.lines()
        self.assertEqual([line.request_id for line in lines],
                         [response.headers["x-request-id"] for response in answers])
        self.assertEqual(len({line.request_id for line in lines}), 2)
