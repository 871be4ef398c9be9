# SPDX-License-Identifier: Apache-2.0
"""A start that cannot work ends with one sentence: what is missing, and how to mend it."""

import unittest

from bed_case import shared_bed

from testbed.penstock import executable, with_socket
from testbed.testbed import quickstart_configuration


class PreflightTest(unittest.TestCase):
    def setUp(self):
        self.bed = shared_bed()

    def refusal(self, text, prefix=()):
        """Starts penstockd, which must refuse; returns the one line that it says."""
        file = self.bed.run.path / "preflight.cfg"
        file.write_text(with_socket(text, self.bed.run.path / "preflight.sock"), encoding="utf-8")
        done = self.bed.network.lb.run([*prefix, executable("penstockd"), str(file)], seconds=20,
                                       accept=(1,))
        lines = [line for line in (done.stdout + done.stderr).splitlines() if line.strip()]
        self.assertEqual(len(lines), 1, lines)
        self.assertEqual(self.bed.network.taps(), set())
        return lines[0]

    def test_without_the_right_to_administer_the_network(self):
        line = self.refusal(quickstart_configuration(), (
            "setpriv", "--bounding-set", "-net_admin", "--inh-caps", "-net_admin"))
        self.assertRegex(line, "(?i)root|CAP_NET_ADMIN")

    def test_without_root(self):
        line = self.refusal(quickstart_configuration(), (
            "setpriv", "--reuid", "65534", "--regid", "65534", "--clear-groups",
            "--bounding-set", "-all", "--inh-caps", "-all"))
        self.assertRegex(line, "(?i)root|CAP_NET_ADMIN")

    def test_without_the_tun_device(self):
        line = self.refusal(quickstart_configuration(), (
            "unshare", "--mount", "sh", "-c",
            'mount -t tmpfs tmpfs /dev/net && exec "$@"', "sh"))
        self.assertIn("/dev/net/tun", line)

    def test_with_less_memory_than_it_asks_for(self):
        line = self.refusal(quickstart_configuration() + "memory = { megabytes = 1048576; };\n")
        self.assertRegex(line, "(?i)memory|megabytes")

    def test_with_a_port_that_does_not_exist(self):
        line = self.refusal(quickstart_configuration().replace(
            "net_tap1,iface=ps-backend", "0000:ff:1f.7"))
        self.assertIn("0000:ff:1f.7", line)

    def test_with_a_driver_that_does_not_exist(self):
        line = self.refusal(quickstart_configuration().replace(
            "net_tap1,iface=ps-backend", "net_nosuch0"))
        self.assertIn("net_nosuch0", line)
