// SPDX-License-Identifier: Apache-2.0
#include "dataplane/net/interface.h"

#include <algorithm>
#include <utility>

#include "dataplane/base/check.h"
#include "dataplane/wire/ip_family.h"

namespace penstock::net {

namespace {

uint32_t host_mask(uint8_t prefix_length) noexcept {
  return prefix_length == 0 ? UINT32_MAX
                            : static_cast<uint32_t>((uint64_t{1} << (32 - prefix_length)) - 1);
}

}  // namespace

Interface::Interface(const InterfaceSettings& settings)
    : queue_(settings.queue),
      mac_(settings.queue->port().mac()),
      mtu_(settings.queue->port().mtu()),
      vlan_(settings.vlan),
      ethernet_bytes_(static_cast<uint8_t>(wire::ethernet_header_bytes(settings.vlan))),
      port_index_(settings.port_index),
      reply_to_(settings.reply_to) {
  CHECK(settings.addresses.size() <= base::kAddressesPerInterfaceMax);
  CHECK(settings.vlan <= base::kVlanTagMax);
  for (const base::IpPrefix& address : settings.addresses) add(address);
  add_link_local();
}

void Interface::add(const base::IpPrefix& address) {
  CHECK(wire::is_unicast(address.address));
  CHECK(address.length <= (address.address.is_v4() ? 32 : 128));
  addresses_[addresses_count_++] = address;
  // RFC 3021: the two addresses of a /31 are both hosts. IPv6 has no broadcast at all.
  if (!address.address.is_v4() || address.length >= 31) return;
  const uint32_t mask = host_mask(address.length);
  broadcasts_[broadcasts_count_++] = {
      .zeros = base::IpAddress::from_v4(address.address.v4() & ~mask),
      .ones = base::IpAddress::from_v4(address.address.v4() | mask)};
}

void Interface::add_link_local() {
  const auto is_v6 = [](const base::IpPrefix& ours) { return !ours.address.is_v4(); };
  const auto is_link_local = [](const base::IpPrefix& ours) {
    return wire::is_link_local(ours.address);
  };
  const auto all = addresses();
  if (std::none_of(all.begin(), all.end(), is_v6)) return;
  if (std::any_of(all.begin(), all.end(), is_link_local)) return;
  addresses_[addresses_count_++] = {.address = wire::link_local_of(mac_), .length = 64};
}

bool Interface::owns(base::IpAddress address) const noexcept {
  for (const base::IpPrefix& ours : addresses()) {
    if (ours.address == address) return true;
  }
  return false;
}

const base::IpPrefix* Interface::on_link(base::IpAddress other) const noexcept {
  const base::IpPrefix* best = nullptr;
  for (const base::IpPrefix& ours : addresses()) {
    if (ours.contains(other) && (best == nullptr || ours.length > best->length)) best = &ours;
  }
  return best;
}

const base::IpPrefix* Interface::global(base::IpFamily family) const noexcept {
  for (const base::IpPrefix& ours : addresses()) {
    if (ours.address.family() == family && !wire::is_link_local(ours.address)) return &ours;
  }
  return nullptr;
}

bool Interface::has_joined(base::IpAddress group) const noexcept {
  for (const base::IpPrefix& ours : addresses()) {
    if (ours.address.is_v4()) continue;
    if (group == wire::all_nodes() || group == wire::solicited_node(ours.address)) return true;
  }
  return false;
}

}  // namespace penstock::net
