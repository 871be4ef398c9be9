# SPDX-License-Identifier: Apache-2.0
"""Clients that speak for others, and those that only claim to: what a real nginx is told of them,
and which rule takes them."""

from own_nginx import start_nginx
from played_case import TEMPLATE, PlayedCase

PARTNERS_PORT, OTHERS_PORT, BEHIND_PORT = 8093, 8094, 81
HOST = "shop.example"
TRUSTED, STRANGER = "10.80.1.2", "10.80.1.3"  # both are addresses of the client's host
PARTNER = "203.0.113.7"
CLAIMS = {"X-Forwarded-For": PARTNER, "X-Forwarded-Proto": "https", "X-Forwarded-Port": "443",
          "X-Forwarded-Host": "claimed.example"}
OURS = {"X-Forwarded-Proto": "http", "X-Forwarded-Port": "80", "X-Forwarded-Host": HOST}


def server(port, name):
    """Answers with the rule's name and the request's fields as nginx received them."""
    return (f"  server {{ listen 10.80.2.11:{port}; default_type text/plain;\n"
            f'    location / {{ echo "{name}"; echo -n "$echo_client_request_headers"; }} }}\n')


class TrustedProxiesCase(PlayedCase):
    origin_names = ()
    mode = None

    @classmethod
    def configuration(cls):
        def pool(name, port):
            return f'{{ name = "{name}"; backends = ( {{ address = "10.80.2.11:{port}"; }} ); }}'

        return TEMPLATE.format(
            listeners=f', {{ name = "behind"; address = "10.80.1.1:{BEHIND_PORT}";'
                      ' proxy_protocol = "require"; }',
            pools=", ".join((pool("partners", PARTNERS_PORT), pool("others", OTHERS_PORT))),
            rules='{ sources = ["203.0.113.0/24"]; forward = "partners"; },'
                  ' { forward = "others"; }',
            more=f'forwarding = {{ x_forwarded = "{cls.mode}";'
                 f' trusted_proxies = ["{TRUSTED}/32", "10.99.0.0/16"]; }};')

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        host = cls.bed.network.client
        host.ip("address", "add", f"{STRANGER}/24", "dev", "eth0")
        cls.addClassCleanup(host.ip, "address", "delete", f"{STRANGER}/24", "dev", "eth0")
        start_nginx(cls, "origin1", f"forwarded-{cls.mode}", (PARTNERS_PORT, OTHERS_PORT),
                    server(PARTNERS_PORT, "partners") + server(OTHERS_PORT, "others"))

    @staticmethod
    def seen(body):
        """Which rule took the request, and the X-Forwarded fields that nginx got: each once."""
        rule, *lines = body.decode("latin-1").splitlines()
        fields = [line.split(": ", 1) for line in lines if line.lower().startswith("x-forwarded")]
        names = [name for name, _ in fields]
        if len(names) != len(set(names)):
            raise AssertionError(f"a field came twice: {lines}")
        return rule, dict(fields)

    def ask_from(self, source, fields):
        words = [word for field in fields.items() for word in ("--header", ": ".join(field))]
        response = self.client.request(f"http://{HOST}/", "--interface", source, *words)
        self.assertEqual((response.status, response.failure), (200, ""))
        return self.seen(response.body)

    def ask_behind(self, source, fields):
        """The same through a balancer that announces this source."""
        client = self.connect(BEHIND_PORT)
        lines = "".join(f"{': '.join(field)}\r\n" for field in fields.items())
        client.send(f"PROXY TCP4 {source} 198.51.100.1 51234 80\r\n"
                    f"GET / HTTP/1.1\r\nHost: {HOST}\r\n{lines}\r\n".encode())
        answer = self.take_answer(client)
        self.assertIsNotNone(answer, client.ended)
        self.assert_answer(answer, 200)
        return self.seen(answer.body)


class AppendTest(TrustedProxiesCase):
    mode = "append"

    def test_a_trusted_proxy_speaks_for_its_client(self):
        self.assertEqual(self.ask_from(TRUSTED, CLAIMS),
                         ("partners", {**CLAIMS, "X-Forwarded-For": f"{PARTNER}, {TRUSTED}"}))

    def test_a_stranger_s_word_is_handed_on_and_not_taken(self):
        self.assertEqual(self.ask_from(STRANGER, CLAIMS),
                         ("others", {**OURS, "X-Forwarded-For": f"{PARTNER}, {STRANGER}"}))

    def test_who_says_nothing_is_who_connects(self):
        for source in (TRUSTED, STRANGER):
            self.assertEqual(self.ask_from(source, {}),
                             ("others", {**OURS, "X-Forwarded-For": source}))

    def test_the_client_is_the_last_that_is_not_trusted(self):
        for before, rule in ((f"{PARTNER}, 10.99.0.1", "partners"),
                             (f"198.51.100.9, {PARTNER}", "partners"),
                             (f"{PARTNER}, 198.51.100.9", "others"),
                             (f"{PARTNER}, unknown", "others")):
            self.assertEqual(self.ask_from(TRUSTED, {"X-Forwarded-For": before}),
                             (rule, {**OURS, "X-Forwarded-For": f"{before}, {TRUSTED}"}))

    def test_whom_a_proxy_protocol_header_names_is_trusted_or_not(self):
        fields = {"X-Forwarded-For": PARTNER}
        self.assertEqual(self.ask_behind("10.99.0.1", fields)[0], "partners")
        self.assertEqual(
            self.ask_behind("198.51.100.9", fields),
            ("others", {**OURS, "X-Forwarded-For": f"{PARTNER}, 198.51.100.9"}))

    def test_whom_a_proxy_protocol_header_names_is_the_client(self):
        rule, fields = self.ask_behind(PARTNER, {})
        self.assertEqual((rule, fields["X-Forwarded-For"]), ("partners", PARTNER))


class PreserveTest(TrustedProxiesCase):
    mode = "preserve"

    def test_what_came_is_kept_and_only_a_trusted_proxy_is_believed(self):
        self.assertEqual(self.ask_from(TRUSTED, CLAIMS), ("partners", CLAIMS))
        self.assertEqual(self.ask_from(STRANGER, CLAIMS), ("others", CLAIMS))

    def test_where_nothing_came_it_is_filled_in(self):
        self.assertEqual(self.ask_from(STRANGER, {}),
                         ("others", {**OURS, "X-Forwarded-For": STRANGER}))
        self.assertEqual(self.ask_behind(PARTNER, {})[1]["X-Forwarded-For"], PARTNER)


class ReplaceTest(TrustedProxiesCase):
    mode = "replace"

    def test_only_the_client_is_named(self):
        self.assertEqual(self.ask_from(TRUSTED, CLAIMS),
                         ("partners", {**OURS, "X-Forwarded-For": PARTNER}))
        self.assertEqual(self.ask_from(STRANGER, CLAIMS),
                         ("others", {**OURS, "X-Forwarded-For": STRANGER}))
        self.assertEqual(self.ask_behind("10.99.0.1", CLAIMS)[1]["X-Forwarded-For"], PARTNER)


class RemoveTest(TrustedProxiesCase):
    mode = "remove"

    def test_nothing_is_handed_on_and_a_trusted_proxy_is_believed_all_the_same(self):
        self.assertEqual(self.ask_from(TRUSTED, CLAIMS), ("partners", {}))
        self.assertEqual(self.ask_from(STRANGER, CLAIMS), ("others", {}))
        self.assertEqual(self.ask_behind("10.99.0.1", CLAIMS), ("partners", {}))
