# SPDX-License-Identifier: Apache-2.0
"""The network of a testbed: namespaces of its own, joined by two bridges.

      client ── to-client ─[ br-client ]─ ps-client  ┐ taps of penstockd,
                                                     │ which answers for
      origin1 ─ to-origin1 ┐                         │ 10.80.1.1 and 10.80.2.1
      origin2 ─ to-origin2 ┼[ br-backend ]─ ps-backend ┘
      origin3 ─ to-origin3 ┘

The bridges, the taps and penstockd stand in the namespace `lb`; every other host has one. The
bridges have no address: no kernel but those of the clients and origins speaks IP here.
"""

import json
import os
import pathlib

from testbed import process, run_directory
from testbed.waiting import wait_until

TAP_SECONDS_MAX = 20


class Host:
    """A network namespace, in which programs run as on a machine of their own."""

    def __init__(self, run, role):
        self.name = f"ps-{role}-{os.getpid()}"
        run.note_namespace(self.name)
        process.run(["ip", "netns", "add", self.name])
        self.ip("link", "set", "lo", "up")
        for scope in ("all", "default"):  # Neighbour discovery would only blur a capture.
            switch = f"/proc/sys/net/ipv6/conf/{scope}/disable_ipv6"
            if pathlib.Path(switch).exists():
                self.run(["sh", "-c", f"echo 1 > {switch}"])

    def ip(self, *words):
        return process.run(["ip", "-n", self.name, *words])

    def command(self, command):
        return ["ip", "netns", "exec", self.name, *command]

    def run(self, command, **options):
        return process.run(self.command(command), **options)

    def spawn(self, command, log):
        return process.spawn(self.command(command), log)

    def give_ipv6(self, address):
        """An address beside the IPv4 one. Duplicate address detection would only cost a second."""
        for scope in ("all", "default", "eth0"):
            self.run(["sh", "-c", f"echo 0 > /proc/sys/net/ipv6/conf/{scope}/disable_ipv6"])
        self.ip("-6", "address", "add", f"{address}/64", "dev", "eth0", "nodad")

    def take_ipv6(self):
        self.run(["sh", "-c", "echo 1 > /proc/sys/net/ipv6/conf/all/disable_ipv6"])

    def kill_all(self):
        """Ends every process of the host at once, as a power cut would."""
        run_directory.kill_namespace(self.name)


class Network:
    CLIENT = "10.80.1.2"
    VIRTUAL = "10.80.1.1"
    ORIGINS = {"origin1": "10.80.2.11", "origin2": "10.80.2.12", "origin3": "10.80.2.13"}
    TAPS = {"ps-client": "br-client", "ps-backend": "br-backend"}

    def __init__(self, run):
        self.lb = Host(run, "lb")
        for bridge in self.TAPS.values():
            self.lb.ip("link", "add", bridge, "type", "bridge", "forward_delay", "0",
                       "mcast_snooping", "0")
            self.lb.ip("link", "set", bridge, "up")
        self.client = self.attach(run, "client", self.CLIENT, "br-client")
        self.origins = {name: self.attach(run, name, address, "br-backend")
                        for name, address in self.ORIGINS.items()}

    def attach(self, run, role, address, bridge):
        """A new host with this address, on one of the bridges."""
        host = Host(run, role)
        self.lb.ip("link", "add", f"to-{role}", "type", "veth", "peer", "name", "eth0",
                   "netns", host.name)
        self.lb.ip("link", "set", f"to-{role}", "master", bridge, "up")
        host.ip("address", "add", f"{address}/24", "dev", "eth0")
        host.ip("link", "set", "eth0", "up")
        return host

    @staticmethod
    def detach(host):
        """Ends a host and all that runs on it."""
        host.kill_all()
        process.run(["ip", "netns", "del", host.name], accept=None)

    def taps(self):
        """The names of penstockd's tap devices that exist now."""
        links = json.loads(self.lb.ip("-json", "link", "show").stdout or "[]")
        return {link["ifname"] for link in links} & self.TAPS.keys()

    def join_taps(self, alive):
        """Waits until penstockd has made its taps, and joins them; `alive()` raises if it ended."""

        def all_there():
            alive()
            return self.taps() == self.TAPS.keys()

        wait_until(all_there, TAP_SECONDS_MAX, "penstockd making its two tap devices")
        for tap, bridge in self.TAPS.items():
            self.lb.ip("link", "set", tap, "master", bridge, "up")
