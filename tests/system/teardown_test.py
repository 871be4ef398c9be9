# SPDX-License-Identifier: Apache-2.0
"""The quickstart leaves nothing behind, however it ends."""

import pathlib
import signal
import subprocess
import unittest

from testbed.penstock import ROOT
from testbed.run_directory import HOME
from testbed.waiting import wait_until

TOUR = ROOT / "scripts" / "quickstart_tour.py"


def left_behind(pid):
    names = [path.name for path in pathlib.Path("/run/netns").glob(f"ps-*-{pid}")]
    return names + [path.name for path in HOME.glob(f"{pid}.*")]


class TeardownTest(unittest.TestCase):
    def end_by(self, number):
        """Ends a quickstart by a signal in the middle of its demonstration."""
        tour = subprocess.Popen(["python3", str(TOUR), "--once"], stdin=subprocess.DEVNULL,
                                stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        with tour:
            for line in tour.stdout:
                if "Rules by host and path" in line:
                    break
            self.assertTrue(left_behind(tour.pid), "the quickstart made nothing")
            tour.send_signal(number)
            tour.communicate(timeout=30)
        wait_until(lambda: not left_behind(tour.pid), 20, "the quickstart's traces going away")

    def test_after_ctrl_c(self):
        self.end_by(signal.SIGINT)

    def test_after_sigterm(self):
        self.end_by(signal.SIGTERM)

    def test_after_kill_9(self):
        self.end_by(signal.SIGKILL)
