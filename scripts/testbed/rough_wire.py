# SPDX-License-Identifier: Apache-2.0
"""A host at the end of a bad wire: frames are lost, repeated and overtake each other, both ways.

    rough host:  eth0 ─ vde_switch ─ wirefilter ─ vde_switch ─ tap        bridge of the testbed
                  (tap)                                         └───────────────┘

The switches and the filter run in the host's namespace and end with it.
"""

import dataclasses
import shutil

from testbed import process
from testbed.network import Host
from testbed.waiting import wait_until

PLUG_SECONDS_MAX = 10


@dataclasses.dataclass
class Roughness:
    """What happens to frames in either direction."""

    loss_percent: float
    duplication_percent: float = 0
    delay_ms: int = 0
    jitter_ms: int = 0  # a frame is delayed by delay_ms to delay_ms + 2 * jitter_ms; some overtake

    def words(self):
        words = ["--loss", str(self.loss_percent), "--dup", str(self.duplication_percent)]
        if self.jitter_ms:
            middle = self.delay_ms + self.jitter_ms
            words += ["--delay", f"{middle}+{self.jitter_ms}U", "--nofifo"]
        elif self.delay_ms:
            words += ["--delay", str(self.delay_ms)]
        return words


class RoughWire:
    """Makes the host `role` with `address`, joined to `bridge` by a wire of this roughness."""

    def __init__(self, bed, role, address, bridge, roughness):
        self.host = Host(bed.run, role)
        self.home = bed.run.path / role
        self.home.mkdir()
        self._network, lb = bed.network, bed.network.lb
        far = f"to-{role}"
        near_switch, far_switch = self._switch("eth0"), self._switch(far)
        self.host.run(["wirefilter", "--vde-plug", f"{near_switch}:{far_switch}", "--daemon",
                       *roughness.words()])
        self.host.ip("link", "set", far, "netns", lb.name)
        lb.ip("link", "set", far, "master", bridge, "up")
        self.host.ip("address", "add", f"{address}/24", "dev", "eth0")
        self.host.ip("link", "set", "eth0", "up")

    def _switch(self, tap):
        """Starts a switch with this tap as one port; returns where its other ports are plugged."""
        switch = self.home / f"{tap}.switch"
        self.host.run(["vde_switch", "--sock", str(switch), "--tap", tap, "--daemon"])
        wait_until(lambda: (switch / "ctl").exists() and self._has_link(tap), PLUG_SECONDS_MAX,
                   f"vde_switch with {tap}")
        return switch

    def _has_link(self, name):
        return name in process.run(["ip", "-n", self.host.name, "-br", "link"]).stdout

    def close(self):
        self._network.detach(self.host)
        shutil.rmtree(self.home)
