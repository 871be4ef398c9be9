// SPDX-License-Identifier: Apache-2.0
#include "dataplane/net/next_hop.h"

#include <algorithm>

#include "dataplane/base/check.h"
#include "dataplane/base/limits.h"
#include "dataplane/wire/ipv4.h"

namespace penstock::net {

RouteTable::RouteTable(std::span<const Interface> interfaces) : interfaces_(interfaces) {
  entries_.reserve(base::kRoutesMax + base::kPortsMax * base::kAddressesPerPortMax);
  set_routes({});
}

size_t RouteTable::set_routes(std::span<const Route> routes) {
  CHECK(routes.size() <= base::kRoutesMax);
  entries_.clear();
  for (size_t i = 0; i < interfaces_.size(); ++i) {
    for (const base::IpPrefix& ours : interfaces_[i].addresses()) {
      entries_.push_back({.destination = ours,
                          .gateway = base::IpAddress(),
                          .source = ours.address,
                          .interface_index = static_cast<uint8_t>(i)});
    }
  }
  const size_t connected = entries_.size();
  for (const Route& route : routes) {
    for (size_t i = 0; i < interfaces_.size(); ++i) {
      const base::IpPrefix* ours = interfaces_[i].on_link(route.gateway);
      if (ours == nullptr) continue;
      entries_.push_back({.destination = route.destination,
                          .gateway = route.gateway,
                          .source = ours->address,
                          .interface_index = static_cast<uint8_t>(i)});
      break;
    }
  }
  const size_t effective = entries_.size() - connected;
  std::stable_sort(entries_.begin(), entries_.end(), [](const Entry& a, const Entry& b) {
    return a.destination.length > b.destination.length;
  });
  return effective;
}

std::optional<NextHop> RouteTable::find(base::IpAddress destination) const noexcept {
  if (!destination.is_v4() || wire::is_illegal_source_v4(destination)) return std::nullopt;
  for (const Entry& entry : entries_) {
    if (!entry.destination.contains(destination)) continue;
    const Interface& out = interfaces_[entry.interface_index];
    // Neither broadcasts nor our own addresses are neighbours.
    if (out.is_broadcast(destination) || out.owns(destination)) return std::nullopt;
    const bool on_link = entry.gateway.is_unspecified();
    return NextHop{.interface_index = entry.interface_index,
                   .neighbor = on_link ? destination : entry.gateway,
                   .source = entry.source};
  }
  return std::nullopt;
}

}  // namespace penstock::net
