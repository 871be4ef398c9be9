# SPDX-License-Identifier: Apache-2.0
"""The whole testbed: a client, penstockd between two bridges, three nginx origins, and their files.

    with Testbed() as bed:
        bed.daemon.write(configuration)
        bed.daemon.start()
        bed.client.request("http://shop.example/")

Nothing of it is left behind, however the `with` or the process ends (see run_directory.py).
"""

import os
import signal
import sys

from testbed import payload
from testbed.client import Client
from testbed.network import Network
from testbed.origin import Origin
from testbed.penstock import ROOT, Daemon
from testbed.run_directory import RunDirectory

SEED = 20
SMALL, LARGE = "1m.bin", "64m.bin"
SIZES = {SMALL: payload.MIB, LARGE: 64 * payload.MIB}


class Testbed:
    def __init__(self):
        if os.geteuid() != 0:
            raise PermissionError("the testbed makes network namespaces: run it as root")
        if not os.path.exists("/dev/net/tun"):
            raise FileNotFoundError("/dev/net/tun is missing: `modprobe tun`, or give it to the "
                                    "container")
        self.run = RunDirectory()
        try:
            self._build()
        except BaseException:
            self.run.close()
            raise

    def _build(self):
        self.payload = self.run.path / "payload"
        self.payload.mkdir()
        self.digests = {name: payload.write(self.payload / name, size, SEED)
                        for name, size in SIZES.items()}
        self.network = Network(self.run)
        self.client = Client(self.network.client, Network.VIRTUAL, self.run.path / "client")
        self.origins = {
            name: Origin(self.network.origins[name], name, address, self.run.path / name,
                         self.payload)
            for name, address in Network.ORIGINS.items()}
        for origin in self.origins.values():
            origin.start()
        self.daemon = Daemon(self.network, self.run.path / "penstockd")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def close(self):
        self.run.close()


def quickstart_configuration():
    return (ROOT / "config" / "quickstart.cfg").read_text(encoding="utf-8")


def end_on_signals():
    """Makes SIGTERM and SIGHUP unwind like an exception, so that every `with` is left in order."""
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda received, _: sys.exit(128 + received))
