// SPDX-License-Identifier: Apache-2.0
#include "control/model/network_model.h"

#include <algorithm>

namespace penstock::model {

std::vector<InterfaceOfPort> interfaces_of(const std::vector<Port>& ports) {
  std::vector<InterfaceOfPort> all;
  for (size_t i = 0; i < ports.size(); ++i) {
    const bool has_untagged = !ports[i].addresses.empty();
    if (has_untagged) all.push_back({.port_index = i, .vlan = 0, .interface = &ports[i]});
    for (const Vlan& vlan : ports[i].vlans) {
      all.push_back({.port_index = i, .vlan = vlan.tag, .interface = &vlan});
    }
  }
  return all;
}

namespace {

bool has_ipv6_address(const Interface& interface) {
  return std::any_of(interface.addresses.begin(), interface.addresses.end(),
                     [](const base::IpPrefix& own) { return !own.address.is_v4(); });
}

}  // namespace

bool has_ipv6(const Port& port) {
  return has_ipv6_address(port) ||
         std::any_of(port.vlans.begin(), port.vlans.end(), has_ipv6_address);
}

}  // namespace penstock::model
