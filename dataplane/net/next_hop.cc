// SPDX-License-Identifier: Apache-2.0
#include "dataplane/net/next_hop.h"

#include <algorithm>

#include "dataplane/base/check.h"
#include "dataplane/base/limits.h"
#include "dataplane/wire/ip_family.h"

namespace penstock::net {

RouteTable::RouteTable(std::span<const Interface> interfaces) : interfaces_(interfaces) {
  size_t connected = 0;
  for (const Interface& interface : interfaces) connected += interface.addresses().size();
  entries_.reserve(base::kRoutesMax + base::kGatewaysMax + connected);
  set_routes({});
}

size_t RouteTable::set_routes(std::span<const Route> routes) {
  CHECK(routes.size() <= base::kRoutesMax + base::kGatewaysMax);
  entries_.clear();
  add_connected();
  size_t effective = 0;
  for (const Route& route : routes) {
    if (add(route)) ++effective;
  }
  std::stable_sort(entries_.begin(), entries_.end(), [](const Entry& a, const Entry& b) {
    return a.destination.length > b.destination.length;
  });
  return effective;
}

void RouteTable::add_connected() {
  for (size_t i = 0; i < interfaces_.size(); ++i) {
    for (const base::IpPrefix& ours : interfaces_[i].addresses()) {
      // The link-local network is on every link: find_on_link_local().
      if (wire::is_link_local(ours.address)) continue;
      entries_.push_back({.destination = ours,
                          .gateway = base::IpAddress(),
                          .source = ours.address,
                          .interface_index = static_cast<uint8_t>(i)});
    }
  }
}

bool RouteTable::add(const Route& route) {
  for (size_t i = 0; i < interfaces_.size(); ++i) {
    if (route.interface_index && *route.interface_index != i) continue;
    const base::IpPrefix* ours = interfaces_[i].on_link(route.gateway);
    if (ours == nullptr) continue;
    if (wire::is_link_local(ours->address)) {
      const base::IpPrefix* global = interfaces_[i].global(base::IpFamily::V6);
      if (global != nullptr) ours = global;
    }
    entries_.push_back({.destination = route.destination,
                        .gateway = route.gateway,
                        .source = ours->address,
                        .interface_index = static_cast<uint8_t>(i)});
    return true;
  }
  return false;
}

std::optional<NextHop> RouteTable::find(base::IpAddress destination,
                                        base::IpAddress source) const noexcept {
  if (!wire::is_unicast(destination)) return std::nullopt;
  if (wire::is_link_local(destination)) return find_on_link_local(destination, source);
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

std::optional<NextHop> RouteTable::find_on_link_local(base::IpAddress destination,
                                                      base::IpAddress source) const noexcept {
  for (size_t i = 0; i < interfaces_.size(); ++i) {
    if (!interfaces_[i].owns(source) || interfaces_[i].owns(destination)) continue;
    if (interfaces_[i].on_link(destination) == nullptr) continue;
    return NextHop{
        .interface_index = static_cast<uint8_t>(i), .neighbor = destination, .source = source};
  }
  return std::nullopt;
}

}  // namespace penstock::net
