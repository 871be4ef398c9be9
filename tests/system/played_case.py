# SPDX-License-Identifier: Apache-2.0
"""Clients and origins that the test itself plays (tests/smuggling), in front of and behind a
penstockd whose pools are each reached by a host name of their own."""

import pathlib
import sys

sys.path.append(str(pathlib.Path(__file__).resolve().parents[1] / "smuggling"))
from bed_case import BedCase  # noqa: E402
from event_loop import Listener, Loop, connect  # noqa: E402
from recording_origin import OK, Answer, RecordingOrigin  # noqa: E402
from strict_reader import responses_reader  # noqa: E402

from testbed.namespace_socket import tcp_socket  # noqa: E402

PORT, REFUSING_PORT = 8080, 8081
SECONDS_MAX = 15
ORIGIN1, ORIGIN2 = f"10.80.2.11:{PORT}", f"10.80.2.12:{PORT}"
NGINX = "10.80.2.13:80"  # the testbed's own
REFUSING = [f"10.80.2.{number}:{REFUSING_PORT}" for number in (11, 12, 13)]
HOLDS = Answer(b"")  # the test answers by itself, later

__all__ = ["HOLDS", "NGINX", "OK", "ORIGIN1", "ORIGIN2", "PORT", "REFUSING", "TEMPLATE", "Answer",
           "PlayedCase", "configuration_of", "request"]

TEMPLATE = """
workers = {{ cores = [0]; idle = "back_off"; }};
log = {{ level = "info"; }};
ports = (
  {{ name = "client"; device = "net_tap0,iface=ps-client"; addresses = ["10.80.1.1/24"]; }},
  {{ name = "backend"; device = "net_tap1,iface=ps-backend"; addresses = ["10.80.2.1/24"]; }}
);
listeners = ( {{ name = "web"; address = "10.80.1.1:80"; }}{listeners} );
pools = ( {pools} );
rules = ( {rules} );
{more}
"""


def configuration_of(pools, more="", listeners=""):
    """`pools`: by name its backends and further settings. NAME.example leads to the pool NAME."""

    def pool_text(name, backends, settings):
        each = ", ".join(f'{{ address = "{endpoint}"; }}' for endpoint in backends)
        return (f'{{ name = "{name}"; policy = "round_robin"; backends = ( {each} );'
                f' {settings} }}')

    return TEMPLATE.format(
        pools=",\n  ".join(pool_text(name, *pool) for name, pool in pools.items()),
        rules=",\n  ".join(f'{{ hosts = ["{name}.example"]; forward = "{name}"; }}'
                           for name in pools),
        more=more, listeners=listeners)


def request(pool, method="GET", target="/", fields="", body=b""):
    if body:
        fields += f"Content-Length: {len(body)}\r\n"
    return f"{method} {target} HTTP/1.1\r\nHost: {pool}.example\r\n{fields}\r\n".encode() + body


class PlayedCase(BedCase):
    origin_names = ("origin1", "origin2")

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.loop = Loop()
        cls.addClassCleanup(cls.loop.close)
        hosts = cls.bed.network.origins
        cls.played = [RecordingOrigin(cls.loop, hosts[name], cls.bed.network.ORIGINS[name], PORT)
                      for name in cls.origin_names]

    def setUp(self):
        super().setUp()
        for origin in self.played:
            origin.begin()

    def connect(self, port=80, **options):
        client = connect(self.loop, self.client.host, self.client.virtual, port, **options)
        self.addCleanup(client.close)
        return client

    def wait(self, condition, what, seconds=SECONDS_MAX):
        self.loop.until(condition, seconds, what)

    def take_answer(self, client, bodiless=False):
        """The next whole response, taken off the connection; None if that ended before."""
        reader = responses_reader()

        def taken():
            return reader.take(client.received, client.ended == "closed", bodiless)

        self.wait(lambda: client.ended or taken(), "an answer")
        found = taken()
        if not found:
            return None
        message, count = found
        client.received = client.received[count:]
        return message

    def ask(self, text, client=None):
        """One request, on a connection of its own where none is given; its whole response."""
        client = client or self.connect()
        client.send(text)
        answer = self.take_answer(client)
        self.assertIsNotNone(answer, f"the connection was {client.ended} without an answer")
        return answer

    def assert_answer(self, answer, status, reason=None):
        self.assertEqual((answer.start[0], answer.value("penstock-reason")), (str(status), reason),
                         answer.head)

    def assert_ends(self, client, how="closed"):
        self.wait(lambda: client.ended, "the end of the connection")
        self.assertEqual((client.ended, client.received), (how, b""))

    def wait_for_message(self, origin, count=1):
        self.wait(lambda: len(origin.messages_in_order()) >= count, f"request {count} at an origin")

    def counters(self):
        return self.daemon.status()["counters"]

    def pool(self, name):
        pools = self.daemon.backends()["pools"]
        return next(pool for pool in pools if pool["name"] == name)

    def play_deaf_origin(self, name, port):
        """An origin whose queue of connections is full: it takes no notice of further SYNs."""
        host, address = self.bed.network.origins[name], self.bed.network.ORIGINS[name]
        sock = tcp_socket(host.name)
        self.addCleanup(sock.close)
        sock.bind((address, port))
        sock.listen(0)
        for _ in range(2):
            filler = tcp_socket(host.name)
            self.addCleanup(filler.close)
            filler.setblocking(False)
            filler.connect_ex((address, port))
        return sock

    def play_origin(self, name, port, accept):
        host, address = self.bed.network.origins[name], self.bed.network.ORIGINS[name]
        return Listener(self.loop, host, address, port, accept)
