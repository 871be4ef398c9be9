# SPDX-License-Identifier: Apache-2.0
"""What the system tests share: one testbed for all of them, and penstockd as each class wants it."""

import atexit
import signal
import unittest

from testbed.testbed import Testbed, quickstart_configuration

_shared = []


def shared_bed():
    if not _shared:
        _shared.append(Testbed())
        atexit.register(_shared[0].close)
    return _shared[0]


class BedCase(unittest.TestCase):
    """Starts penstockd with `configuration()` before the first test of a class."""

    configuration = staticmethod(quickstart_configuration)

    @classmethod
    def setUpClass(cls):
        cls.bed = shared_bed()
        cls.daemon, cls.client = cls.bed.daemon, cls.bed.client
        cls.daemon.write(cls.configuration())
        cls.daemon.start()
        cls.addClassCleanup(cls.daemon.stop)

    def setUp(self):
        self.daemon.check_alive()

    def restart(self):
        """For a test that ends penstockd, so that the next one finds it serving."""
        self.daemon.stop()
        self.daemon.write(self.configuration())
        self.daemon.start()

    def assert_serves(self):
        response = self.client.request("http://shop.example/")
        self.assertEqual((response.status, response.failure), (200, ""))


TERMINATE, HANG_UP = signal.SIGTERM, signal.SIGHUP
