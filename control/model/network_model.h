// SPDX-License-Identifier: Apache-2.0
//
// What an operator wants of the network side: NIC ports with their VLANs and addresses, static
// routes, and the listeners on which clients are accepted.
// Plain values; what must hold between them is checked by validate.h.
// Control thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "dataplane/base/address.h"

namespace penstock::model {

// Where answers to clients go.
enum class ReplyTo : uint8_t {
  Route,   // to where networks, routes and gateways lead
  Sender,  // to the MAC that delivered the client's last segment
};

// Who we are on one link: among the untagged frames of a port, or in one of its VLANs.
struct Interface {
  // The address is ours, its prefix is directly connected.
  std::vector<base::IpPrefix> addresses;
  // Those of them that connections to backends open from, in turns; none: the one that the route to
  // the backend names.
  std::vector<base::IpAddress> source_addresses;
  // Where packets go that no connected prefix and no static route takes.
  std::optional<base::IpAddress> gateway;
  std::optional<base::IpAddress> gateway_ipv6;
  ReplyTo reply_to = ReplyTo::Route;
  bool operator==(const Interface&) const = default;
};

struct Vlan : Interface {
  uint16_t tag = 0;
  bool operator==(const Vlan&) const = default;
};

// The interface is the one of untagged frames. It has no address when there are only VLANs.
struct Port : Interface {
  std::string name;
  // What DPDK calls the device: a PCI address ("0000:3b:00.0") or a vdev with its arguments
  // ("net_tap0,iface=ps-client").
  std::string device;
  uint16_t mtu = 1500;
  std::vector<Vlan> vlans;
  bool operator==(const Port&) const = default;
};

// Whether any address of the port or of a VLAN is IPv6.
bool has_ipv6(const Port& port);

// One interface among all, in the order in which the data plane numbers them: port by port, the
// untagged one first.
struct InterfaceOfPort {
  size_t port_index = 0;
  uint16_t vlan = 0;  // 0: untagged
  const Interface* interface = nullptr;
};
std::vector<InterfaceOfPort> interfaces_of(const std::vector<Port>& ports);

struct StaticRoute {
  base::IpPrefix to;
  base::IpAddress via;
  std::string port;   // name of a Port
  uint16_t vlan = 0;  // 0: among its untagged frames
  bool operator==(const StaticRoute&) const = default;
};

struct Listener {
  // Whether clients are announced by a PROXY protocol header. Who does not send one is refused.
  enum class ProxyProtocol : uint8_t { Off, Require };
  std::string name;
  base::Endpoint address;
  ProxyProtocol proxy_protocol = ProxyProtocol::Off;
  // Networks whose clients may connect; none: all. Those of `deny` may not, though they are
  // allowed.
  std::vector<base::IpPrefix> allow = {};
  std::vector<base::IpPrefix> deny = {};
  // Names of RateLimits; "": none.
  std::string connection_rate = {};
  std::string request_rate = {};
  uint32_t connections_per_source_max = 0;  // open at once; 0: no bound
  bool operator==(const Listener&) const = default;
};

}  // namespace penstock::model
