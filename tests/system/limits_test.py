# SPDX-License-Identifier: Apache-2.0
"""Each limit on messages at its bound and one beyond: who is refused, by which reason, where it is
counted, and that others are served all the same."""

from own_nginx import start_nginx
from played_case import HOLDS, ORIGIN1, PlayedCase, configuration_of, request
from status_since import since

PORT = 8098
LINE, FIELD, HEAD, FIELDS, BODY = 300, 400, 1000, 10, 10_000
RESPONSE_HEAD, RESPONSE_FIELDS = 1024, 12
LIMITS = f"""limits = {{
  request_line_bytes = {LINE}; field_line_bytes = {FIELD}; request_head_bytes = {HEAD};
  fields = {FIELDS}; request_body_bytes = {BODY};
  response_head_bytes = {RESPONSE_HEAD}; response_fields = {RESPONSE_FIELDS};
}};"""
CHUNKED = "Transfer-Encoding: chunked\r\n"
HOST_LINE = "Host: nginx.example\r\n"


def fields_to_add(count, size):
    return " ".join(f'add_header X-Field-{number} "{"v" * size}";' for number in range(count))


# nginx has five fields of its own.
SERVER = f"""
  server {{
    listen 10.80.2.12:{PORT};
    default_type text/plain;
    client_max_body_size 0;
    client_body_buffer_size 64k;
    location / {{ echo -n hello; }}
    location /echo {{ echo_read_request_body; echo_request_body; }}
    location /seven-fields {{ {fields_to_add(7, 10)} return 200 "hello"; }}
    location /eight-fields {{ {fields_to_add(8, 10)} return 200 "hello"; }}
    location /long-head {{ {fields_to_add(6, 150)} return 200 "hello"; }}
    location /long-field {{ {fields_to_add(1, 1024)} return 200 "hello"; }}
    location /rather-long-head {{ {fields_to_add(4, 150)} return 200 "hello"; }}
  }}
"""


def line_of(size):
    """A request line of so many bytes, its end included."""
    return f"GET /{'a' * (size - len('GET / HTTP/1.1') - 2)} HTTP/1.1\r\n"


def field_of(size, name="X-Long"):
    return f"{name}: {'v' * (size - len(name) - 4)}\r\n"


def head_of(size):
    """A head of so many bytes, in lines that are none too long."""
    start = f"GET / HTTP/1.1\r\n{HOST_LINE}{field_of(300)}{field_of(300)}"
    return start + field_of(size - len(start) - 2) + "\r\n"


def fields_of(count):
    return f"GET / HTTP/1.1\r\n{HOST_LINE}" + "X-Few: 1\r\n" * (count - 1) + "\r\n"


def chunk(data):
    return b"%x\r\n%s\r\n" % (len(data), data)


class LimitsTest(PlayedCase):
    origin_names = ("origin1",)

    @staticmethod
    def configuration():
        return configuration_of({"nginx": ([f"10.80.2.12:{PORT}"], ""), "played": ([ORIGIN1], "")},
                                LIMITS)

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        start_nginx(cls, "origin2", "limits", (PORT,), SERVER)

    def setUp(self):
        super().setUp()
        self.origin = self.played[0]
        self.before = self.daemon.status()

    def assert_counted(self, reasons, at_nginx):
        """What was refused since the test began, and how many requests came to nginx."""
        status = since(self.before, self.daemon.status())

        def of(replies):
            return {reason: count for reason, count in replies.items() if count}

        self.assertEqual(of(status["counters"]["replies"]), reasons)
        self.assertEqual(of(status["listeners"][0]["replies"]), reasons)
        pool = next(each for each in status["pools"] if each["name"] == "nginx")
        self.assertEqual(pool["backends"][0]["requests"], at_nginx)

    def assert_closes(self, text, status, reason):
        """Answered so, and the connection is closed behind it."""
        client = self.connect()
        answer = self.ask(text, client)
        self.assert_answer(answer, status, reason)
        self.assertEqual(answer.value("connection"), "close")
        self.assert_ends(client)

    def assert_bound(self, text_of, bound, status, reason):
        """`text_of(bound)` is served, whatever is longer is not; and then others are."""
        client = self.connect()
        self.assert_answer(self.ask(text_of(bound).encode(), client), 200)
        self.assert_closes(text_of(bound + 1).encode(), status, reason)
        self.assert_closes(text_of(2 * bound).encode(), status, reason)
        self.assert_answer(self.ask(text_of(bound).encode(), client), 200)
        self.assert_counted({reason: 2}, at_nginx=2)

    def test_a_request_line(self):
        self.assert_bound(lambda size: f"{line_of(size)}{HOST_LINE}\r\n", LINE, 414,
                          "target_too_long")

    def test_a_field_line(self):
        self.assert_bound(lambda size: f"GET / HTTP/1.1\r\n{HOST_LINE}{field_of(size)}\r\n", FIELD,
                          431, "field_too_long")

    def test_a_head(self):
        text_of = {HEAD: head_of(HEAD), HEAD + 1: head_of(HEAD + 1),
                   2 * HEAD: head_of(HEAD)[:-2] + "X-More: 1\r\n" * 90 + "\r\n"}
        self.assert_bound(text_of.get, HEAD, 431, "head_too_large")

    def test_the_number_of_fields(self):
        self.assert_bound(fields_of, FIELDS, 431, "too_many_fields")

    def test_curl_is_told(self):
        for words, status, reason in (
                ((f"http://nginx.example/{'a' * LINE}",), 414, "target_too_long"),
                (("http://nginx.example/", "--header", f"X-Long: {'v' * FIELD}"), 431,
                 "field_too_long")):
            response = self.client.request(*words)
            self.assertEqual((response.status, response.headers["penstock-reason"],
                              response.failure), (status, reason, ""))
        self.assert_counted({"target_too_long": 1, "field_too_long": 1}, at_nginx=0)

    def test_what_has_no_end_is_refused_at_its_limit(self):
        for text, status, reason in (
                ("GET /" + "a" * LINE, 414, "target_too_long"),
                (f"GET / HTTP/1.1\r\n{HOST_LINE}X-Long: {'v' * FIELD}", 431, "field_too_long")):
            self.assert_closes(text.encode(), status, reason)

    def test_the_head_of_a_response(self):
        client = self.connect()
        for target, status, reason in (
                ("/rather-long-head", 200, None), ("/long-head", 502, "response_head_too_large"),
                ("/long-field", 502, "response_head_too_large"), ("/seven-fields", 200, None),
                ("/eight-fields", 502, "response_head_too_large"), ("/", 200, None)):
            with self.subTest(target):
                answer = self.ask(request("nginx", target=target), client)
                self.assert_answer(answer, status, reason)
        self.assertIsNone(client.ended)
        self.assert_counted({"response_head_too_large": 3}, at_nginx=6)

    def test_a_body_by_its_length(self):
        """It is refused before anybody is asked, and before the client has sent it."""
        client = self.connect()
        body = b"b" * BODY
        answer = self.ask(request("nginx", "POST", "/echo", body=body), client)
        self.assertEqual((answer.start[0], answer.body), ("200", body))
        head = request("nginx", "POST", "/echo", f"Content-Length: {BODY + 1}\r\n")
        self.assert_closes(head, 413, "body_too_large")
        self.assert_answer(self.ask(request("nginx"), client), 200)
        self.assert_counted({"body_too_large": 1}, at_nginx=2)

    def test_curl_s_body_by_its_length(self):
        for words in ((), ("--header", "Expect: 100-continue", "--expect100-timeout", "25")):
            response = self.client.request("http://nginx.example/echo", "--include",
                                           "--data-binary", "b" * (BODY + 1), *words)
            self.assertEqual((response.status, response.headers["penstock-reason"]),
                             (413, "body_too_large"))
            self.assertTrue(response.body.startswith(b"HTTP/1.1 413 "), response.body)
        self.assert_counted({"body_too_large": 2}, at_nginx=0)

    def test_a_body_in_chunks(self):
        """Nobody can know its size beforehand, so a backend has been asked."""
        client = self.connect()
        head = request("nginx", "POST", "/echo", CHUNKED)
        fits = chunk(b"b" * (BODY - 1)) + chunk(b"b") + b"0\r\n\r\n"
        answer = self.ask(head + fits, client)
        self.assertEqual((answer.start[0], answer.body), ("200", b"b" * BODY))
        self.assert_closes(head + chunk(b"b" * (BODY + 1)) + b"0\r\n\r\n", 413, "body_too_large")
        self.assert_answer(self.ask(request("nginx"), client), 200)
        self.assert_counted({"body_too_large": 1}, at_nginx=3)

    def test_curl_s_body_in_chunks(self):
        response = self.client.request("http://nginx.example/echo", "--data-binary",
                                       "b" * (3 * BODY), "--header", CHUNKED.strip())
        self.assertEqual((response.status, response.headers["penstock-reason"]),
                         (413, "body_too_large"))
        self.assert_answer(self.ask(request("nginx")), 200)
        self.assert_counted({"body_too_large": 1}, at_nginx=2)

    def test_a_body_in_chunks_of_which_a_part_has_left(self):
        """The backend never gets a whole request of it, and loses the connection that has it."""
        client = self.connect()
        client.send(request("played", "POST", "/", CHUNKED) + chunk(b"b" * (BODY - 10)))
        self.wait(lambda: any(len(each.received) > BODY - 10 for each in self.origin.begun()),
                  "the first chunk at the origin")
        connection, = self.origin.begun()
        client.send(chunk(b"b" * 11) + b"0\r\n\r\n")
        answer = self.take_answer(client)
        self.assert_answer(answer, 413, "body_too_large")
        self.assertEqual(answer.value("connection"), "close")
        self.assert_ends(client)
        self.wait(lambda: connection.ended, "the end of the origin's connection")
        self.assertEqual(self.origin.messages_in_order(), [])
        self.assert_answer(self.ask(request("played", "POST", body=b"fits")), 200)
        self.assert_counted({"body_too_large": 1}, at_nginx=0)

    def test_a_body_that_grows_too_long_behind_the_response_s_head(self):
        """What has begun is cut."""
        self.origin.begin([HOLDS])
        client = self.connect()
        client.send(request("played", "POST", "/", CHUNKED) + chunk(b"b"))
        self.wait(self.origin.begun, "the request at the origin")
        connection, = self.origin.begun()
        connection.send(b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf")
        self.wait(lambda: client.received.endswith(b"half"), "half a response")
        client.send(chunk(b"b" * BODY))
        self.assertIsNone(self.take_answer(client))
        self.assertEqual(client.ended, "closed")
        self.assert_counted({"body_too_large": 1}, at_nginx=0)
