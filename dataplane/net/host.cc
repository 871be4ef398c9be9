// SPDX-License-Identifier: Apache-2.0
#include "dataplane/net/host.h"

#include <algorithm>
#include <utility>

#include "dataplane/base/check.h"

namespace penstock::net {

namespace {

std::vector<Interface> make_interfaces(std::span<const InterfaceSettings> settings) {
  CHECK(!settings.empty() && settings.size() <= base::kInterfacesMax);
  std::vector<Interface> interfaces;
  interfaces.reserve(settings.size());
  for (const InterfaceSettings& one : settings) interfaces.emplace_back(one);
  return interfaces;
}

}  // namespace

Host::Host(const HostSettings& settings, nic::PacketPool& pool)
    : interfaces_(make_interfaces(settings.interfaces)),
      routes_(interfaces_),
      resolver_({.interfaces = interfaces_,
                 .neighbors_max = settings.neighbors_max,
                 .key = settings.key,
                 .now = settings.now},
                pool),
      output_(interfaces_, routes_, resolver_, pool),
      icmp_(interfaces_, output_, resolver_),
      input_(interfaces_, resolver_, icmp_) {
  routes_.set_routes(settings.routes);
}

Arrival Host::on_frame(nic::Packet&& frame, uint8_t port_index, base::Instant now) noexcept {
  return input_.on_frame(std::move(frame), port_index, now);
}

void Host::count_drop(uint8_t interface_index, wire::DropReason reason) noexcept {
  interfaces_[interface_index].queue().count_drop(reason);
}

SendResult Host::send(OutgoingDatagram&& datagram, NextHopCache& next_hop,
                      base::Instant now) noexcept {
  return output_.send(std::move(datagram), next_hop, now);
}

std::optional<base::IpAddress> Host::source_for(base::IpAddress destination) const noexcept {
  const auto hop = routes_.find(destination);
  if (!hop) return std::nullopt;
  return hop->source;
}

uint16_t Host::mtu_for(base::IpAddress destination) const noexcept {
  if (const auto hop = routes_.find(destination)) return interfaces_[hop->interface_index].mtu();
  const auto smallest =
      std::min_element(interfaces_.begin(), interfaces_.end(),
                       [](const Interface& a, const Interface& b) { return a.mtu() < b.mtu(); });
  return smallest->mtu();
}

bool Host::owns(base::IpAddress address) const noexcept {
  return std::any_of(interfaces_.begin(), interfaces_.end(),
                     [&](const Interface& interface) { return interface.owns(address); });
}

void Host::on_timers(base::Instant now) noexcept { resolver_.on_timers(now); }

base::Instant Host::next_deadline() const noexcept { return resolver_.next_deadline(); }

void Host::announce(base::Instant now) noexcept { resolver_.announce(now); }

void Host::flush() noexcept {
  for (const Interface& interface : interfaces_) interface.queue().flush();
}

size_t Host::set_routes(std::span<const Route> routes) {
  const size_t effective = routes_.set_routes(routes);
  resolver_.forget_indexes();
  return effective;
}

}  // namespace penstock::net
