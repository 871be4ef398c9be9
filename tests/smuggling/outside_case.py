# SPDX-License-Identifier: Apache-2.0
"""What the tests of this folder share: one penstockd a class, one origin that records, one loop."""

import pathlib
import re
import sys

sys.path.append(str(pathlib.Path(__file__).resolve().parents[1] / "system"))
from bed_case import BedCase  # noqa: E402  (the testbed of tests/system)
from event_loop import Loop, connect  # noqa: E402
from recording_origin import RecordingOrigin  # noqa: E402
from strict_reader import responses_reader  # noqa: E402

PORT = 8080
SECONDS_MAX = 10
PROBE = b"GET /probe HTTP/1.1\r\nHost: probe.example\r\n\r\n"

CONFIGURATION = f"""
workers = {{ cores = [0]; idle = "back_off"; }};
log = {{ level = "info"; }};
ports = (
  {{ name = "client"; device = "net_tap0,iface=ps-client"; addresses = ["10.80.1.1/24"]; }},
  {{ name = "backend"; device = "net_tap1,iface=ps-backend"; addresses = ["10.80.2.1/24"]; }}
);
listeners = ( {{ name = "web"; address = "10.80.1.1:80"; }} );
pools = (
  {{ name = "all"; backends = ( {{ name = "origin"; address = "10.80.2.11:{PORT}"; }} ); }}
);
rules = (
  {{ hosts = ["fixed.example"]; respond = {{ status = 200; content_type = "text/plain"; }}; }},
  {{ forward = "all"; }}
);
"""


class OutsideCase(BedCase):
    mode = "defensive"

    @classmethod
    def configuration(cls):
        return CONFIGURATION + f'http = {{ mode = "{cls.mode}"; }};\n'

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.loop = Loop()
        cls.addClassCleanup(cls.loop.close)
        cls.origin = RecordingOrigin(cls.loop, cls.bed.network.origins["origin1"], "10.80.2.11",
                                     PORT)

    def connect(self, port=80, **options):
        client = connect(self.loop, self.client.host, self.client.virtual, port, **options)
        self.addCleanup(client.close)
        return client

    def assert_serves(self, client):
        """One more request on this connection is answered."""
        before, reader = len(client.received), responses_reader()
        client.send(PROBE)
        self.loop.until(lambda: client.ended or reader.take(client.received[before:]),
                        SECONDS_MAX, "the answer to a further request")
        self.assertIsNone(client.ended, "the connection ended")
        answer, taken = reader.take(client.received[before:])
        self.assertEqual((answer.start[0], answer.body), ("200", b"ok"))
        self.assertEqual(client.received[before + taken:], b"")

    def assert_serves_others(self, port=80):
        """A request of somebody else is answered; what came before it has arrived by then."""
        other = self.connect(port)
        self.assert_serves(other)
        other.close()


def add_tests(test_case, tables):
    """A test method for each case of the tables, named after it."""
    for case in (case for table in tables for case in table.CASES):
        name = "test_" + re.sub(r"\W+", "_", case.name)
        if hasattr(test_case, name):
            raise ValueError(f"two cases are called {case.name}")
        setattr(test_case, name, lambda self, case=case: self.check(case))
