# SPDX-License-Identifier: Apache-2.0
"""The request of a scenario, taken apart as the clients of the veth wire want it."""

import dataclasses

from rig import scenario as scenarios


@dataclasses.dataclass(frozen=True)
class ClientRequest:
    address: str  # of the balancer
    target: str
    host: str
    fields: tuple  # "Name: value", without Host and Content-Length
    upload_bytes: int

    @property
    def url(self):
        return f"http://{self.address}{self.target}"

    def field_words(self, host_field="Host"):
        """The fields as options that curl, wrk and h2load understand alike."""
        lines = (f"{host_field}: {self.host}", *self.fields)
        return [word for line in lines for word in ("-H", line)]


def request_of(scenario, address):
    lines = scenarios.request_head(scenario, address).split("\r\n")
    named = dict(line.split(": ", 1) for line in lines[1:] if line)
    host = named.pop("Host")
    named.pop("Content-Length", None)  # The clients count for themselves.
    return ClientRequest(address, lines[0].split()[1], host,
                         tuple(f"{name}: {value}" for name, value in named.items()),
                         scenario.upload_bytes)
