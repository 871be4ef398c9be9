# SPDX-License-Identifier: Apache-2.0
"""What the system tests share: one testbed for all, and penstockd as each class wants it."""

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
        self.ends_it = False
        if not self.daemon.running():  # The test before this one ended it, and was blamed for it.
            self.restart()

    def tearDown(self):
        if not self.ends_it:
            self.daemon.check_alive()

    def restart_afterwards(self):
        """For a test that ends penstockd or leaves it changed."""
        self.ends_it = True
        self.addCleanup(self.restart)

    def restart(self):
        self.daemon.stop()
        self.daemon.write(self.configuration())
        self.daemon.start()

    def assert_serves(self):
        response = self.client.request("http://shop.example/")
        self.assertEqual((response.status, response.failure), (200, ""))


TERMINATE, HANG_UP = signal.SIGTERM, signal.SIGHUP
