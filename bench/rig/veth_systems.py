# SPDX-License-Identifier: Apache-2.0
"""The systems that can be measured on the veth wire, by name and wire."""

from rig.haproxy import HaproxyOnVeth
from rig.nginx_proxy import NginxOnVeth
from rig.penstock_veth import PenstockOnVeth

SYSTEMS = {(system.name, system.wire): system
           for system in (HaproxyOnVeth, NginxOnVeth, PenstockOnVeth)}
