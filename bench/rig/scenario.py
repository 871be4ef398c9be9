# SPDX-License-Identifier: Apache-2.0
"""The scenarios of the rig: what clients ask, what origins answer, and what is measured of it.

A scenario is the same for every system and wire. Sizes are bytes on the wire, heads included where
it says so; numbers of connections are those of all clients together.
"""

import dataclasses

KIB, MIB = 1024, 1024 * 1024


@dataclasses.dataclass(frozen=True)
class Scenario:
    name: str
    what: str  # one line for --list and the README
    request_bytes: int = 100  # head of a request; filled up by header fields of usual size
    upload_bytes: int = 0  # body of a request; 0: GET without a body
    response_bytes: int = 200  # head and body together; from 1 KiB on the body alone
    connections: int = 128  # that clients keep busy
    idle_connections: int = 0  # open beside them, without a request
    slow_clients: int = 0  # beside them: each downloads slow_bytes at slow_bytes_per_second
    client_keep_alive: bool = True
    upstream_keep_alive: bool = True
    rules: int = 1
    backends: int = 4
    changes_per_second: int = 0  # backends drained and brought back while it is measured
    headline: str = "requests"  # "requests", "bytes" or "cpu": what the table compares

    @property
    def body_bytes(self):
        """Body of a response. A head of an origin is taken to have HEAD_BYTES."""
        return self.response_bytes if self.response_bytes >= KIB else (
            self.response_bytes - HEAD_BYTES)

    @property
    def is_idle(self):
        return self.connections == 0


# nginx's response head, from the status line to the empty line: Server, Date, Content-Type,
# Content-Length, Connection. The generator's origins send one of the same size.
HEAD_BYTES = 150
SLOW_BYTES = MIB
SLOW_BYTES_PER_SECOND = 16 * KIB

SCENARIOS = (
    Scenario("keepalive-small", "100 B requests, 200 B responses, all connections kept"),
    Scenario("typical", "700 B heads, 1 KiB responses, 50 rules by host and path",
             request_bytes=700, response_bytes=KIB, rules=50),
    Scenario("connection-per-request", "a new connection on both sides for each request",
             client_keep_alive=False, upstream_keep_alive=False),
    Scenario("client-connection-per-request", "a new client connection for each request, pooled "
             "backends", client_keep_alive=False),
    Scenario("response-64k", "64 KiB responses", response_bytes=64 * KIB, headline="bytes"),
    Scenario("response-10m", "10 MiB responses", response_bytes=10 * MIB, connections=32,
             headline="bytes"),
    Scenario("upload-10m", "10 MiB requests", upload_bytes=10 * MIB, connections=32,
             headline="bytes"),
    Scenario("open-10k", "10,000 open connections, 1 % of them active", connections=100,
             idle_connections=9_900),
    Scenario("open-100k", "100,000 open connections, 1 % of them active", connections=1_000,
             idle_connections=99_000),
    Scenario("rules-10k", "as typical, with 10,000 rules", request_bytes=700, response_bytes=KIB,
             rules=10_000),
    Scenario("backends-1k-churn", "1,000 backends, 20 changes of membership a second",
             backends=1_000, changes_per_second=20),
    Scenario("slow-clients", "1,000 clients that read 16 KiB/s beside 128 that do not",
             slow_clients=1_000),
    Scenario("idle", "no traffic: CPU used", connections=0, headline="cpu"),
)


def by_name(name):
    for scenario in SCENARIOS:
        if scenario.name == name:
            return scenario
    raise KeyError(f"there is no scenario {name}; --list names them")


def host_and_path(rule):
    """The host and the path prefix of rule number `rule`, of those that every system is given."""
    return f"shop{rule % 97}.example", f"/api/v1/resource{rule}"


def rule_asked_for(scenario):
    """The rule that requests meet: one in the middle, so that order neither helps nor hurts."""
    return scenario.rules // 2


def request_head(scenario, address):
    """The head that clients send, as text. `address`: for Host where no rule names one."""
    host, path = host_and_path(rule_asked_for(scenario)) if scenario.rules > 1 else (address, "/")
    method = "POST" if scenario.upload_bytes else "GET"
    lines = [f"{method} {path}/item HTTP/1.1" if scenario.rules > 1 else f"{method} / HTTP/1.1",
             f"Host: {host}"]
    lines += header_fields(scenario, len("\r\n".join(lines)) + 4)
    return "\r\n".join(lines) + "\r\n\r\n"


def header_fields(scenario, used):
    """The fields beside Host, so that a head that has `used` bytes gets request_bytes."""
    fields = []
    if not scenario.client_keep_alive:
        fields.append("Connection: close")
    if scenario.upload_bytes:
        fields.append(f"Content-Length: {scenario.upload_bytes}")
    used += sum(len(field) + 2 for field in fields)
    number = 0
    while scenario.request_bytes - used >= 64:
        fields.append(f"X-Field-{number:02}: {'some value of usual size '.ljust(38, '.')}")
        used += len(fields[-1]) + 2
        number += 1
    left = scenario.request_bytes - used - len("X-Fill: \r\n")
    if left > 0:
        fields.append("X-Fill: " + "x" * left)
    return fields
