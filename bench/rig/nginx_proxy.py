# SPDX-License-Identifier: Apache-2.0
"""nginx as a proxy on the veth wire: one worker. Its configuration is
bench/load/peers/nginx_proxy.conf.

Membership of an upstream is changed by a new configuration and a reload; open source nginx has no
other way. A reload starts a worker and lets the old one finish, so it is made once a second with
all changes since the last.
"""

import signal
import time

from rig import scenario as scenarios
from rig.config_template import fill_peer
from rig.veth_system import VethSystem, backend_addresses, check_running, write_file
from rig.veth_wire import VethWire

SECONDS_BETWEEN_RELOADS = 1.0


def configuration(scenario, home, files):
    open_at_once = 2 * (scenario.connections + scenario.slow_clients) + scenario.idle_connections
    kept = 2 * max(scenario.connections + scenario.slow_clients, scenario.backends)
    return fill_peer("nginx_proxy.conf", {
        "home": home,
        "files": files, "connections": open_at_once + kept + 1000,
        "client_keep_alive": "1h",
        "upstream_connection": '""' if scenario.upstream_keep_alive else "close",
        "keep_alive": keep_alive_of(kept) if scenario.upstream_keep_alive else "",
        "servers": servers_of(scenario)})


def keep_alive_of(kept):
    """ngx_http_upstream_module: unused connections kept, which should be enough for all backends;
    for as long as Penstock keeps them; without end of requests."""
    return (f"keepalive {kept};\n    keepalive_timeout 50s;\n    keepalive_time 24h;\n"
            "    keepalive_requests 1000000000;")


def servers_of(scenario):
    """A `server` for each host, with a `location` for each path: nginx finds the one in a hash and
    the other in a tree of prefixes, so ten thousand cost little more than one. No `reuseport`: it
    spreads connections over workers, and there is one."""
    listen = f"listen {VethWire.BALANCER}:80"
    if scenario.rules == 1:
        return (f"  server {{\n    {listen} backlog=65535;\n"
                "    location / { proxy_pass http://all; }\n  }")
    locations = {}
    for rule in range(scenario.rules):
        host, path = scenarios.host_and_path(rule)
        locations.setdefault(host, []).append(f"    location {path}/ {{ proxy_pass http://all; }}")
    servers = [f"  server {{\n    {listen};\n    server_name {host};\n" + "\n".join(lines) +
               "\n    location / { return 404; }\n  }" for host, lines in locations.items()]
    default = f"  server {{\n    {listen} default_server backlog=65535;\n    return 404;\n  }}"
    return "\n".join([default, *servers])


def upstream_servers(scenario, out):
    """The file that a reload reads anew. ngx_http_upstream_module: `down` gets no request;
    max_fails=0 switches its own bookkeeping of failures off, which nobody here needs."""
    return "".join(f"server {address} max_fails=0{' down' if index in out else ''};\n"
                   for index, address in enumerate(backend_addresses(scenario)))


class NginxOnVeth(VethSystem):
    name = "nginx"

    def make_wire(self):
        wire = VethWire(self.run, self.cores)
        wire.balance_in_kernel()
        return wire

    def start(self, home):
        self._out, self._reloaded = set(), time.monotonic()
        self._log = home / "error.log"
        self._servers = write_file(home / "servers.conf", upstream_servers(self.scenario, set()))
        file = write_file(home / "nginx.conf", configuration(self.scenario, home, self.files))
        self._process = self.veth.lb.spawn(
            ["nginx", "-e", str(self._log), "-c", str(file)], self._log)

    def check_alive(self):
        check_running("nginx", self._process, self._log)

    def remark_of(self, before, after):
        if not self.scenario.changes_per_second:
            return ""
        return ("nginx reloads once a second, with all changes since the last; requests fail on "
                "connections that the old worker is just closing.")

    def change_membership(self, index, out):
        (self._out.add if out else self._out.discard)(index)
        if time.monotonic() - self._reloaded >= SECONDS_BETWEEN_RELOADS:
            self._reloaded = time.monotonic()
            write_file(self._servers, upstream_servers(self.scenario, self._out))
            self._process.send_signal(signal.SIGHUP)
