# SPDX-License-Identifier: Apache-2.0
"""%2F and %5C in a path, by `http.encoded_slash`: what the rule matched on and what a real nginx
understood.

nginx decodes a path before it looks for a location, so %2F is a slash to it. It agrees with our
rules where they see a slash too, or where no such request comes to it. "keep" is for origins to
which %2F is none: in front of nginx, a rule for /private keeps nobody out who writes /private%2F.
"""

from own_nginx import start_nginx
from played_case import TEMPLATE, PlayedCase, request

PORT = 8095
HOST = "slash"
# Which location nginx took, the path in which it looked for it, and the target that it was sent.
SERVER = f"""
  server {{
    listen 10.80.2.11:{PORT};
    default_type text/plain;
    location /private/ {{ return 200 "private $uri $request_uri"; }}
    location / {{ return 200 "public $uri $request_uri"; }}
  }}
"""
REFUSED = 'respond = { status = 403; };'


class EncodedSlashCase(PlayedCase):
    origin_names = ()
    mode = None

    @classmethod
    def configuration(cls):
        backend = f'backends = ( {{ address = "10.80.2.11:{PORT}"; }} );'
        return TEMPLATE.format(
            listeners="", pools=f'{{ name = "all"; {backend} }}',
            rules=f'{{ path_prefix = "/private/"; {REFUSED} }}, {{ forward = "all"; }}',
            more=f'http = {{ encoded_slash = "{cls.mode}"; }};')

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        start_nginx(cls, "origin1", f"slash-{cls.mode}", (PORT,), SERVER)

    def ask_for(self, target):
        return self.ask(request(HOST, target=target))

    def assert_kept_out(self, target):
        self.assert_answer(self.ask_for(target), 403, "rule_respond")

    def assert_understood(self, target, location, path, sent=None):
        answer = self.ask_for(target)
        self.assert_answer(answer, 200)
        self.assertEqual(answer.body.decode(), f"{location} {path} {sent or path}")


class DecodeTest(EncodedSlashCase):
    mode = "decode"

    def test_the_rule_sees_the_slash_that_nginx_would_see(self):
        for target in ("/private%2Ffile", "/private%2ffile", "/%2Fprivate%2Ffile",
                       "/public%2F..%2Fprivate/file"):
            self.assert_kept_out(target)

    def test_nginx_understands_the_path_on_which_the_rule_matched(self):
        self.assert_understood("/a%2Fb", "public", "/a/b")
        self.assert_understood("/a%2F%2Fb", "public", "/a/b")
        self.assert_understood("/a%2F..%2Fb", "public", "/b")
        self.assert_understood("/private%5Cfile", "public", "/private\\file")

    def test_it_is_decoded_once(self):
        self.assert_understood("/private%252Ffile", "public", "/private%2Ffile",
                               sent="/private%252Ffile")

    def test_a_path_above_the_root_is_refused(self):
        self.assert_answer(self.ask_for("/a%2F..%2F..%2Fb"), 400, "path_above_root")

    def test_a_query_is_no_path(self):
        answer = self.ask_for("/a?b=%2F")
        self.assertEqual(answer.body.decode(), "public /a /a?b=%2F")


class RefuseTest(EncodedSlashCase):
    mode = "refuse"

    def test_no_such_path_reaches_nginx(self):
        for target in ("/private%2Ffile", "/a%2fb", "/a%5Cb"):
            self.assert_answer(self.ask_for(target), 400, "path_slash_encoded")

    def test_what_would_decode_to_one_only_twice_does(self):
        self.assert_understood("/private%252Ffile", "public", "/private%2Ffile",
                               sent="/private%252Ffile")


class KeepTest(EncodedSlashCase):
    mode = "keep"

    def test_what_stands_there_in_plain_words_is_kept_out(self):
        self.assert_kept_out("/private/file")
        self.assert_understood("/public/file", "public", "/public/file")

    def test_nginx_is_sent_what_the_rule_matched_on_in_one_form(self):
        self.assert_understood("/a%2fb", "public", "/a/b", sent="/a%2Fb")
        self.assert_understood("/a%5cb", "public", "/a\\b", sent="/a%5Cb")

    def test_nginx_sees_a_slash_where_the_rule_sees_none(self):
        self.assert_understood("/private%2Ffile", "private", "/private/file",
                               sent="/private%2Ffile")

    def test_dots_behind_one_are_refused_since_readers_differ(self):
        self.assert_answer(self.ask_for("/public%2F..%2Fprivate/file"), 400, "path_hides_dots")
