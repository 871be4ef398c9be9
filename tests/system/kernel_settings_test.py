# SPDX-License-Identifier: Apache-2.0
"""Linux as client and as origin, with its TCP set up in ways that are met in the wild.

Each setting is that of the client and of origin3 alike, in their own namespaces only.
"""

import concurrent.futures
import hashlib
import re

from bed_case import BedCase

from testbed import payload
from testbed.testbed import LARGE, SMALL, quickstart_configuration
from testbed.waiting import wait_until

BUFFER_BYTES = 64 * payload.MIB


class KernelCase(BedCase):
    def setUp(self):
        super().setUp()
        self.origin = self.bed.origins["origin3"]  # the only backend of the pool `static`
        self.hosts = (self.client.host, self.origin.host)

    def set_kernel(self, name, value):
        """Sets a sysctl on both hosts, until the end of the test."""
        for host in self.hosts:
            before = host.run(["sysctl", "-n", name]).stdout.strip()
            self.addCleanup(host.run, ["sysctl", "-qw", f"{name}={before}"])
            host.run(["sysctl", "-qw", f"{name}={value}"])

    def set_mtu(self, mtu):
        for host in self.hosts:
            self.addCleanup(host.ip, "link", "set", "eth0", "mtu", "1500")
            host.ip("link", "set", "eth0", "mtu", str(mtu))

    def use_fresh_connections(self):
        """What the kernel was told holds for connections that are opened from now on."""
        self.origin.kill()
        self.origin.start()

    def assert_bodies_pass(self, name):
        """Both ways, compared by SHA-256."""
        self.use_fresh_connections()
        down = self.client.request(f"http://static.example/files/{name}")
        self.assertEqual((down.status, down.failure), (200, ""))
        self.assertEqual(hashlib.sha256(down.body).hexdigest(), self.bed.digests[name])
        up = self.client.request(f"http://static.example/store/{name}", "--upload-file",
                                 str(self.bed.payload / name))
        self.assertIn((up.status, up.failure), ((201, ""), (204, "")))
        kept = self.origin.home / "store" / name
        self.assertEqual(payload.sha256_of(kept), self.bed.digests[name])
        kept.unlink()


class KernelSettingsTest(KernelCase):
    def test_buffers_of_64_mib(self):
        for name in ("net.ipv4.tcp_rmem", "net.ipv4.tcp_wmem"):
            self.set_kernel(name, f"4096 {BUFFER_BYTES} {BUFFER_BYTES}")
        self.assert_bodies_pass(LARGE)

    def test_the_window_scale_of_such_buffers_is_agreed(self):
        self.set_kernel("net.ipv4.tcp_rmem", f"4096 {BUFFER_BYTES} {BUFFER_BYTES}")

        def scales():
            text = self.client.host.run(["ss", "-Htin", "state", "established"]).stdout
            return re.findall(r"wscale:(\d+),(\d+)", text)

        with concurrent.futures.ThreadPoolExecutor(1) as pool:
            slow = pool.submit(self.client.request, f"http://static.example/slow/{SMALL}")
            # First what the other side, Penstock, has said; then what Linux says of 64 MiB.
            theirs, ours = map(int, wait_until(scales, 10, "a connection with a window scale")[0])
            body = slow.result().body
        self.assertGreaterEqual(theirs, 1)
        self.assertGreaterEqual(ours, 10)
        self.assertEqual(hashlib.sha256(body).hexdigest(), self.bed.digests[SMALL])

    def test_window_scaling_off(self):
        self.set_kernel("net.ipv4.tcp_window_scaling", 0)
        self.assert_bodies_pass(SMALL)

    def test_timestamps_off(self):
        self.set_kernel("net.ipv4.tcp_timestamps", 0)
        self.assert_bodies_pass(SMALL)

    def test_selective_acknowledgments_off(self):
        self.set_kernel("net.ipv4.tcp_sack", 0)
        self.assert_bodies_pass(SMALL)

    def test_explicit_congestion_notification_asked_for(self):
        self.set_kernel("net.ipv4.tcp_ecn", 1)
        self.assert_bodies_pass(SMALL)

    def test_an_mtu_of_576_on_the_hosts(self):
        self.set_mtu(576)
        self.assert_bodies_pass(SMALL)


class SmallPortsTest(KernelCase):
    """Penstock's own ports have an MTU of 576."""

    @staticmethod
    def configuration():
        return re.sub(r'(addresses = \["10\.80\.[12]\.1/24"\];)', r"\1 mtu = 576;",
                      quickstart_configuration())

    def test_hosts_with_the_usual_mtu(self):
        self.assert_bodies_pass(SMALL)

    def test_hosts_with_the_same_mtu(self):
        self.set_mtu(576)
        self.assert_bodies_pass(SMALL)
