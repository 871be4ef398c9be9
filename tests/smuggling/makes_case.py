# SPDX-License-Identifier: Apache-2.0
"""A penstockd in front of an origin of each make, each reached by a listener of its own."""

import collections

from makes import MAKES, Make
from outside_case import OutsideCase

ADDRESS = "10.80.2.20"
Ports = collections.namedtuple("Ports", "listener relay make recorder")
PORTS = {name: Ports(*(base + number for base in (8001, 9001, 7001, 6001)))
         for number, name in enumerate(MAKES)}


def per_make(text):
    return ",\n".join(text.format(name=name, address=ADDRESS, **ports._asdict())
                      for name, ports in PORTS.items())


TEMPLATE = """
workers = {{ cores = [0]; idle = "back_off"; }};
ports = (
  {{ name = "client"; device = "net_tap0,iface=ps-client"; addresses = ["10.80.1.1/24"]; }},
  {{ name = "backend"; device = "net_tap1,iface=ps-backend"; addresses = ["10.80.2.1/24"]; }}
);
listeners = ( {listeners} );
pools = ( {pools} );
rules = (
  {rules},
  {forwarding}
);
http = {{ {http} }};
"""


def configuration_with(rules, http):
    """`rules` go before those that forward all that is left to the make of its listener."""
    backends = 'backends = ( {{ address = "{address}:{relay}"; }} );'
    return TEMPLATE.format(
        listeners=per_make('{{ name = "{name}"; address = "10.80.1.1:{listener}"; }}'),
        pools=per_make(f'{{{{ name = "{{name}}"; {backends} }}}}'),
        rules=rules, forwarding=per_make('{{ listeners = ["{name}"]; forward = "{name}"; }}'),
        http=http)


class MakesCase(OutsideCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        host = cls.bed.network.attach(cls.bed.run, "makes", ADDRESS, "br-backend")
        cls.addClassCleanup(cls.bed.network.detach, host)
        home = cls.bed.run.path / f"makes-{cls.__name__}"
        home.mkdir()
        cls.makes = []
        for name, ports in PORTS.items():
            cls.makes.append(Make(cls.loop, host, name, ADDRESS, ports, home / name))
            cls.addClassCleanup(cls.makes[-1].stop)
