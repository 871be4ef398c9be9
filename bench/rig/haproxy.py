# SPDX-License-Identifier: Apache-2.0
"""HAProxy on the veth wire: one thread. Its configuration is bench/load/peers/haproxy.cfg."""

import socket

from testbed import process

from rig import scenario as scenarios
from rig.config_template import fill_peer
from rig.veth_system import VethSystem, backend_addresses, check_running, write_file
from rig.veth_wire import VethWire

COMMAND_SECONDS_MAX = 5
MORE_CONNECTIONS = 1000  # than are open at once: those that are just being closed


def configuration(scenario, core, home):
    servers = "\n".join(f"  server b{index} {address}"
                        for index, address in enumerate(backend_addresses(scenario)))
    return fill_peer("haproxy.cfg", {
        "core": core, "home": home, "address": VethWire.BALANCER, "servers": servers,
        "connections": scenario.connections + scenario.slow_clients + scenario.idle_connections + (
            MORE_CONNECTIONS),
        "buffer_bytes": 65536 if scenario.headline == "bytes" else 16384,
        "keep_alive": keep_alive_of(scenario), "rules": rules_of(scenario, home)})


def keep_alive_of(scenario):
    """Of the last two, what the client does alone decides about its side."""
    if scenario.upstream_keep_alive:
        return "option http-keep-alive\n  http-reuse always"
    return "option httpclose\n  http-reuse never"


def rules_of(scenario, home):
    """Manual 7.3.1 (maps): a table of prefixes is a tree, which costs the same for one rule and for
    ten thousand, where ACLs are tried one after the other. `base` is host and path in one."""
    if scenario.rules == 1:
        return "  default_backend all"
    return (f"  use_backend %[base,map_beg({home}/rules.map)]\n"
            "  default_backend nowhere\n\n"
            "backend nowhere\n"
            "  http-request return status 404")


def map_of(scenario):
    """Prefixes by whole path elements, as the rules of the other systems go by them."""
    hosts_and_paths = map(scenarios.host_and_path, range(scenario.rules))
    return "".join(f"{host}{path}/ all\n" for host, path in hosts_and_paths)


class HaproxyOnVeth(VethSystem):
    name = "haproxy"

    def make_wire(self):
        wire = VethWire(self.run, self.cores)
        wire.balance_in_kernel()
        return wire

    def start(self, home):
        self._socket = str(home / "haproxy.sock")
        write_file(home / "rules.map", map_of(self.scenario))
        file = write_file(home / "haproxy.cfg",
                          configuration(self.scenario, self.cores.measured, home))
        self._log = home / "haproxy.log"
        self._process = self.veth.lb.spawn(["haproxy", "-db", "-f", str(file)], self._log)

    def check_alive(self):
        check_running("HAProxy", self._process, self._log)

    def change_membership(self, index, out):
        said = self._command(f"set server all/b{index} state {'drain' if out else 'ready'}")
        if said.strip():
            raise process.CommandFailed(f"HAProxy said: {said.strip()}")

    def _command(self, words):
        """Management guide 9.3: one line in, the answer until the end."""
        with socket.socket(socket.AF_UNIX) as connection:
            connection.settimeout(COMMAND_SECONDS_MAX)
            connection.connect(self._socket)
            connection.sendall(f"{words}\n".encode())
            return b"".join(iter(lambda: connection.recv(4096), b"")).decode()
