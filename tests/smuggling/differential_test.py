# SPDX-License-Identifier: Apache-2.0
"""The same bytes through Penstock to origins of four makes: whatever one of them takes for a
request is a request that Penstock forwarded, and the same one.

A make may refuse what it was sent; what it may not is understand something else.
"""

import collections

from makes import MAKES, Make
from outside_case import add_tests
from request_smuggling_test import SECONDS_MAX, TABLES, RequestCase

ADDRESS = "10.80.2.20"
Ports = collections.namedtuple("Ports", "listener relay make recorder")
PORTS = {name: Ports(*(base + number for base in (8001, 9001, 7001, 6001)))
         for number, name in enumerate(MAKES)}
ABOUT_ITSELF = "*"  # a server may answer what is asked about it without asking anybody


def plain(requests):
    """A host has no case, and the default port may be left out."""
    return sorted((method, target, host.lower().removesuffix(":80"), body)
                  for method, target, host, body in requests if target != ABOUT_ITSELF)


def per_make(text):
    return ",\n".join(text.format(name=name, address=ADDRESS, **ports._asdict())
                      for name, ports in PORTS.items())


CONFIGURATION = f"""
workers = {{ cores = [0]; idle = "back_off"; }};
ports = (
  {{ name = "client"; device = "net_tap0,iface=ps-client"; addresses = ["10.80.1.1/24"]; }},
  {{ name = "backend"; device = "net_tap1,iface=ps-backend"; addresses = ["10.80.2.1/24"]; }}
);
listeners = ( {per_make('{{ name = "{name}"; address = "10.80.1.1:{listener}"; }}')} );
pools = (
  {per_make('{{ name = "{name}"; backends = ( {{ address = "{address}:{relay}"; }} ); }}')}
);
rules = (
  {{ hosts = ["fixed.example"]; respond = {{ status = 200; content_type = "text/plain"; }}; }},
  {per_make('{{ listeners = ["{name}"]; forward = "{name}"; }}')}
);
"""


class DifferentialTest(RequestCase):
    configuration = staticmethod(lambda: CONFIGURATION)

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        host = cls.bed.network.attach(cls.bed.run, "makes", ADDRESS, "br-backend")
        cls.addClassCleanup(cls.bed.network.detach, host)
        home = cls.bed.run.path / "makes"
        home.mkdir()
        cls.makes = []
        for name, ports in PORTS.items():
            cls.makes.append(Make(cls.loop, host, name, ADDRESS, ports, home / name))
            cls.addClassCleanup(cls.makes[-1].stop)

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
        self.assertEqual(plain(make.understood), plain(taken))
        self.assertNotIn(None, [status for _, status in exchanges])


add_tests(DifferentialTest, TABLES)
