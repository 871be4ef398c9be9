# SPDX-License-Identifier: Apache-2.0
"""The wire of systems that stand on the kernel: three namespaces and two pairs of veth devices.

      client ── eth0 ════ to-client ─ lb ─ to-origin ════ eth0 ── origin
      10.81.1.2            10.81.1.1      10.82.0.1        10.82.0.2
      10.81.1.16-31                                        10.82.16.0/20, behind it

The origin answers for 4,094 addresses of backends, which the balancer reaches over one neighbour: a
thousand neighbours would not fit into the kernel's table, whose limits are those of the whole host.
The client has further addresses, because 100,000 connections do not fit into the ports of one.

Which core works for whom. A veth device receives on the core that sends, so the balancer's kernel
would receive on the core of clients and origins, unmeasured, and theirs on the measured core.
Receive packet steering (rps_cpus) puts that right: what arrives at the balancer is received on
`cores.measured`, what arrives at clients and origins on `cores.load`. So the measured core works
for the balancer, its process and its half of the kernel, and for nothing else.

Checksums and segmentation. The kernel leaves checksums unfinished on veth and passes segments of up
to 64 KiB in one piece. Systems of the kernel are measured so, to their advantage: a NIC does the
same for them, but with work of its own. See finish_packets() for who needs real packets.
"""

import ipaddress
import json

from testbed.network import Host

from rig.pinned_host import PinnedHost

# Of the namespaces, never of the host: ports for a connection per request, their reuse as
# Documentation/networking/ip-sysctl advises it for clients of one server, and queues of listeners
# for a burst of clients.
KERNEL_VALUES = {
    "net/ipv4/ip_local_port_range": "1024 65535",
    "net/ipv4/tcp_tw_reuse": "1",
    "net/ipv4/tcp_max_syn_backlog": "65535",
    "net/core/somaxconn": "65535",
}


class VethWire:
    CLIENT, BALANCER, LINK_BITS = "10.81.1.2", "10.81.1.1", 24
    BALANCER_TO_ORIGIN, ORIGIN = "10.82.0.1", "10.82.0.2"
    BACKENDS = ipaddress.ip_network("10.82.16.0/20")
    HOLDERS = tuple(f"10.81.1.{number}" for number in range(16, 32))
    CLIENT_END, ORIGIN_END = "to-client", "to-origin"

    def __init__(self, run, cores, balancer_cores=None):
        """`balancer_cores`: where programs of the balancer may run, else the measured one."""
        self.client = PinnedHost(Host(run, "client"), [cores.load])
        self.lb = PinnedHost(Host(run, "lb"), balancer_cores or [cores.measured])
        self.origin = PinnedHost(Host(run, "origin"), [cores.load])
        for host in (self.client, self.lb, self.origin):
            for name, value in KERNEL_VALUES.items():
                host.write_kernel_file(f"/proc/sys/{name}", value)
        for host, end in ((self.client, self.CLIENT_END), (self.origin, self.ORIGIN_END)):
            self.lb.ip("link", "add", end, "type", "veth", "peer", "name", "eth0",
                       "netns", host.name)
            self._receive_on(cores.measured, self.lb, end)
            self._receive_on(cores.load, host, "eth0")
            self.lb.ip("link", "set", end, "up")
            host.ip("link", "set", "eth0", "up")
        self._give_addresses()

    @staticmethod
    def _receive_on(core, host, device):
        host.write_kernel_file(f"/sys/class/net/{device}/queues/rx-0/rps_cpus", f"{1 << core:x}")

    def _give_addresses(self):
        for address in (self.CLIENT, *self.HOLDERS):
            self.client.ip("address", "add", f"{address}/{self.LINK_BITS}", "dev", "eth0")
        self.origin.ip("address", "add", f"{self.ORIGIN}/{self.LINK_BITS}", "dev", "eth0")
        self.origin.ip("route", "add", "local", str(self.BACKENDS), "dev", "lo")
        self.origin.ip("route", "add", "default", "via", self.BALANCER_TO_ORIGIN)
        self.client.ip("route", "add", "default", "via", self.BALANCER)

    @classmethod
    def backend(cls, index):
        """The address of backend number `index`."""
        return str(cls.BACKENDS[index + 1])

    def balance_in_kernel(self):
        """Gives the balancer's kernel its addresses, for systems that use its TCP."""
        for address, end in ((self.BALANCER, self.CLIENT_END),
                             (self.BALANCER_TO_ORIGIN, self.ORIGIN_END)):
            self.lb.ip("address", "add", f"{address}/{self.LINK_BITS}", "dev", end)
        self.lb.ip("route", "add", str(self.BACKENDS), "via", self.ORIGIN)

    def finish_packets(self):
        """Makes clients and origins send packets as they would be on a cable: checksums computed,
        nothing longer than the MTU. A system that receives over AF_PACKET needs them so. The price
        is paid on the load core."""
        for host in (self.client, self.origin):
            host.run(["ethtool", "--offload", "eth0", "tx", "off", "sg", "off", "tso", "off",
                      "gso", "off"])

    def leave_to_packet_sockets(self):
        """Has the balancer's kernel drop what arrives once packet sockets have seen it. It would
        drop it anyway, having no address, but only after it has parsed and routed each packet.

        The filter is a classic BPF program of one instruction: return TC_ACT_SHOT."""
        for end in (self.CLIENT_END, self.ORIGIN_END):
            self.lb.run(["tc", "qdisc", "add", "dev", end, "clsact"])
            self.lb.run(["tc", "filter", "add", "dev", end, "ingress", "bpf", "da", "bytecode",
                         "1,6 0 0 2"])

    def packets(self):
        """In and out of the balancer, both sides. Of a system of the kernel's, a long segment that
        a cable would carry as many packets counts once."""
        return packets_of(json.loads(self.lb.ip("-json", "-stats", "link", "show").stdout))


def packets_of(links):
    """Packets of all interfaces but lo, in what `ip -json -stats link` prints."""
    sides = [link["stats64"] for link in links if link["ifname"] != "lo"]
    return sum(side["rx"]["packets"] + side["tx"]["packets"] for side in sides)
