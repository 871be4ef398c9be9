# SPDX-License-Identifier: Apache-2.0
"""One path in many spellings: whoever asks for what lies below /private/ meets the rule or is
refused, and what does go through is to a real nginx nothing that lies there."""

from own_nginx import start_nginx
from played_case import TEMPLATE, PlayedCase

PORT = 8096
HOST = "shop.example"
# Which location nginx took, and the path in which it looked for it.
SERVER = f"""
  server {{
    listen 10.80.2.11:{PORT};
    default_type text/plain;
    location /private/ {{ return 200 "private $uri"; }}
    location / {{ return 200 "public $uri"; }}
  }}
"""
RULES = """
  { hosts = ["shop.example"]; path_prefix = "/private/"; respond = { status = 403; }; },
  { hosts = ["shop.example"]; forward = "all"; }
"""
KEPT_OUT = (
    "/private", "/private/", "/private/file", "/private/deep/file", "/private?a", "/private/?a=b",
    "/private/?/../../public", "/public%3f/../private",
    # Dot segments, plain and encoded.
    "/./private/", "/x/../private/", "/x/./../private/", "/x/y/../../private/", "/private/./",
    "/private/x/../file", "/private/x/..", "/x;y/../private/", "/.../../private/", "/private/...",
    "/%2e/private/", "/x/%2e%2e/private/", "/x/%2E%2E/private/", "/x/.%2e/private/",
    "/x/%2e./private/", "/x/%2E/%2e%2E/private/", "/public/../private/?../../public",
    # Characters that need no encoding.
    "/%70rivate/", "/p%72ivate/", "/%70%72%69%76%61%74%65/", "/x/../%70rivate/%66ile",
    # Slashes.
    "//private/", "///private///file", "/private//", "/.//private/", "/x/..//private/",
    "/x//../private/", "/x//..//private/",
)
REFUSED = {
    "/../private/": "path_above_root",
    "/x/../../private/": "path_above_root",
    "/%2e%2e/private/": "path_above_root",
    "/private/../../private/": "path_above_root",
    "/x/..%2fprivate/": "path_slash_encoded",
    "/x%2f../private/": "path_slash_encoded",
    "/private%2F": "path_slash_encoded",
    "/%2Fprivate/": "path_slash_encoded",
    "/x/..%5cprivate/": "path_slash_encoded",
    "/x/..\\private/": "path_slash_encoded",
    "/\\private/": "path_slash_encoded",
    "/private\\x": "path_slash_encoded",
    "/..;/private/": "path_hides_dots",
    "/x/..;a=b/private/": "path_hides_dots",
    "/private%00/": "path_nul_byte",
    "/private/%00": "path_nul_byte",
    "/%zz/../private/": "path_escape_invalid",
    "/%7private/": "path_escape_invalid",
    "/private/%": "path_escape_invalid",
    "/public/#/../../private/": "target_invalid",
    "/private/#": "target_invalid",
    "private/": "target_invalid",
}
# What a reader might take for /private/, with what it is to nginx.
PUBLIC = {
    "/": "/",
    "/PRIVATE/": "/PRIVATE/",
    "/private./": "/private./",
    "/private;x/file": "/private;x/file",
    "/private%20/": "/private /",
    "/private%3f/": "/private?/",
    "/private%23/": "/private#/",
    "/private%3Bx/": "/private;x/",
    "/%2570rivate/": "/%70rivate/",
    "/x/%252e%252e/private/": "/x/%2e%2e/private/",
    "/private%252Ffile": "/private%2Ffile",
    "/x/private/": "/x/private/",
    "/private/../public": "/public",
    "/private/..": "/",
    "/private/%2e%2e/public": "/public",
    "/public?/../private/": "/public",
    "/public?a=/private/": "/public",
}
SPELLED_HOSTS = ("SHOP.EXAMPLE", "Shop.Example", "shop.example:80", "SHOP.example:80",
                 "shop.example.", "Shop.Example.:80", "shop.example:8080")
ABSOLUTE = ("http://shop.example/private/", "http://SHOP.EXAMPLE/private/",
            "HTTP://Shop.Example:80/%70rivate/", "http://shop.example./x/../private/",
            "hTTp://shop.example//private/?a", "https://shop.EXAMPLE/./private/")
OTHER_HOSTS = {"other.example": 404, "shop.example.evil": 404, "sub.shop.example": 404,
               "shop.example/private": 400, "user@shop.example": 400, "shop.example, x": 400,
               "shop.example:80:80": 400, "shop%2Eexample": 400, "": 400}


class PathSpellingCase(PlayedCase):
    origin_names = ()
    more = ""

    @classmethod
    def configuration(cls):
        backend = f'backends = ( {{ address = "10.80.2.11:{PORT}"; }} );'
        return TEMPLATE.format(listeners="", pools=f'{{ name = "all"; {backend} }}', rules=RULES,
                               more=cls.more)

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        start_nginx(cls, "origin1", cls.__name__, (PORT,), SERVER)

    def ask_for(self, target, host=HOST, method="GET"):
        return self.ask(f"{method} {target} HTTP/1.1\r\nHost: {host}\r\n\r\n".encode())

    def assert_kept_out(self, target, host=HOST):
        with self.subTest(target=target, host=host):
            self.assert_answer(self.ask_for(target, host), 403, "rule_respond")

    def assert_understood(self, target, path, host=HOST):
        with self.subTest(target=target, host=host):
            answer = self.ask_for(target, host)
            self.assert_answer(answer, 200)
            self.assertEqual(answer.body.decode(), f"public {path}")

    def requests_at_nginx(self):
        return self.pool("all")["backends"][0]["requests"]

    def check_all_that_is_private(self):
        """Nothing of it comes to nginx."""
        before = self.requests_at_nginx()
        for target in KEPT_OUT:
            self.assert_kept_out(target)
        for target, reason in REFUSED.items():
            with self.subTest(target=target):
                self.assert_answer(self.ask_for(target), 400, reason)
        self.assertEqual(self.requests_at_nginx(), before)

    def check_all_that_is_public(self):
        for target, path in PUBLIC.items():
            self.assert_understood(target, path)

    def check_hosts(self):
        for host in SPELLED_HOSTS:
            self.assert_kept_out("/private/", host)
            self.assert_understood("/public", "/public", host)
        before = self.requests_at_nginx()
        for host, status in OTHER_HOSTS.items():
            with self.subTest(host=host):
                self.assertEqual(self.ask_for("/private/", host).start[0], str(status))
        self.assertEqual(self.requests_at_nginx(), before)

    def check_absolute_targets(self):
        """The target's host counts, whatever Host says."""
        for host in (HOST, "SHOP.EXAMPLE:80", "other.example"):
            for target in ABSOLUTE:
                self.assert_kept_out(target, host)
            self.assert_understood("http://Shop.Example:80/x/../public", "/public", host)
            self.assert_understood("http://shop.example?/private/", "/", host)
        self.assert_answer(self.ask_for("http://other.example/private/"), 404, "no_rule")
        for target in ("http://user@shop.example/private/", "ftp://shop.example/private/",
                       "http:///private/", "http:/private/"):
            with self.subTest(target=target):
                self.assert_answer(self.ask_for(target), 400, "target_invalid")


class NormalizedTest(PathSpellingCase):
    """As it is by default: nginx gets the path that the rules saw."""

    def test_what_is_private_is_kept_out(self):
        self.check_all_that_is_private()

    def test_what_goes_through_is_not_private_to_nginx(self):
        self.check_all_that_is_public()

    def test_hosts(self):
        self.check_hosts()

    def test_absolute_targets(self):
        self.check_absolute_targets()

    def test_every_method_meets_the_rule(self):
        for method in ("HEAD", "POST", "get", "OPTIONS", "PROPFIND"):
            client = self.connect()
            client.send(f"{method} /x/../private/ HTTP/1.1\r\nHost: {HOST}\r\n\r\n".encode())
            answer = self.take_answer(client, bodiless=method == "HEAD")
            self.assert_answer(answer, 403, "rule_respond")

    def test_curl_meets_the_rule(self):
        for url in ("http://SHOP.example/x/../private/", f"http://{HOST}:80/%70rivate/?a#b"):
            response = self.client.request(url, "--path-as-is")
            self.assertEqual((response.status, response.headers.get("penstock-reason")),
                             (403, "rule_respond"))


class ReceivedTest(PathSpellingCase):
    """nginx gets the path as the client wrote it, and makes the same of it."""

    more = 'http = { path = "received"; };'

    def test_what_is_private_is_kept_out(self):
        self.check_all_that_is_private()

    def test_what_goes_through_is_not_private_to_nginx(self):
        self.check_all_that_is_public()

    def test_hosts(self):
        self.check_hosts()

    def test_absolute_targets(self):
        self.check_absolute_targets()
