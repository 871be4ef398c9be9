# SPDX-License-Identifier: Apache-2.0
"""The same bytes through Penstock to origins of four makes: whatever one of them takes for a
request is a request that Penstock forwarded, and the same one.

A make may refuse what it was sent; what it may not is understand something else.
"""

from makes_case import PORTS, MakesCase, configuration_with
from outside_case import add_tests
from request_smuggling_test import SECONDS_MAX, TABLES, RequestCase

ABOUT_ITSELF = "*"  # a server may answer what is asked about it without asking anybody


def plain(requests):
    """A host has no case, and the default port and the dot of the root may be left out."""
    return sorted((method, target, host.lower().removesuffix(":80").removesuffix("."), body)
                  for method, target, host, body in requests if target != ABOUT_ITSELF)


class DifferentialTest(MakesCase, RequestCase):
    @classmethod
    def configuration(cls):
        fixed = 'respond = { status = 200; content_type = "text/plain"; };'
        return configuration_with(f'{{ hosts = ["fixed.example"]; {fixed} }}',
                                  f'mode = "{cls.mode}";')

    def check(self, case):
        outcome = case.outcome(self.mode)
        clients = {}
        for make in self.makes:
            make.begin()
            clients[make] = self.connect(port=PORTS[make.name].listener)
            clients[make].send(case.sent)
            if case.finishes:
                clients[make].finish()
        for make in self.makes:
            self.wait_for(clients[make], case, outcome)
            self.assert_serves_others(port=PORTS[make.name].listener)
        for make in self.makes:
            with self.subTest(make=make.name):
                self.judge(make, outcome)
        # Who refuses all agrees with all: somebody must take what was forwarded.
        self.assertIn(0, [make.refused() for make in self.makes])

    def replies(self, client, case, outcome):
        """Without the interim ones, which a make sends as it likes."""
        return [each for each in super().replies(client, case, outcome)
                if not each.start[0].startswith("1")]

    def wait_for(self, client, case, outcome):
        expected = len(outcome.arrivals) + len(outcome.replies)
        closes = outcome.connection == "closes"
        self.loop.until(lambda: client.ended or not closes and
                        len(self.replies(client, case, outcome)) >= expected,
                        SECONDS_MAX, "the end of a case")

    def judge(self, make, outcome):
        exchanges = make.exchanges()
        # Several connections to a make have no order among them.
        forwarded = sorted((method, target) for (method, target, *_), _ in exchanges)
        expected = [tuple(arrival.head.decode("latin-1").split(" ", 2)[:2])
                    for arrival in outcome.arrivals]
        self.assertEqual(forwarded, sorted([*expected, ("GET", "/probe")]))
        taken = [request for request, status in exchanges if status == 200]
        self.assertEqual(plain(each.request for each in make.understood), plain(taken))
        self.assertNotIn(None, [status for _, status in exchanges])


add_tests(DifferentialTest, TABLES)
