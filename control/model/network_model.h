// SPDX-License-Identifier: Apache-2.0
//
// What an operator wants of the network side: NIC ports with their addresses, static routes, and
// the listeners on which clients are accepted.
// Plain values; what must hold between them is checked by validate.h.
// Control thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "dataplane/base/address.h"

namespace penstock::model {

struct Port {
  std::string name;
  // What DPDK calls the device: a PCI address ("0000:3b:00.0") or a vdev with its arguments
  // ("net_tap0,iface=ps-client").
  std::string device;
  uint16_t mtu = 1500;
  // Interface addresses: the address is ours, the prefix is directly connected.
  std::vector<base::IpPrefix> addresses;
  // Where packets go that no connected prefix and no static route takes.
  std::optional<base::IpAddress> gateway;
  std::optional<base::IpAddress> gateway_ipv6;
  bool operator==(const Port&) const = default;
};

struct StaticRoute {
  base::IpPrefix to;
  base::IpAddress via;
  std::string port;  // name of a Port
  bool operator==(const StaticRoute&) const = default;
};

struct Listener {
  std::string name;
  base::Endpoint address;
  bool operator==(const Listener&) const = default;
};

}  // namespace penstock::model
