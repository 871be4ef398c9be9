// SPDX-License-Identifier: Apache-2.0
#include "dataplane/net/interface.h"

#include "dataplane/base/check.h"

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
      mtu_(settings.queue->port().mtu()) {
  CHECK(settings.addresses.size() <= addresses_.size());
  for (const base::IpPrefix& address : settings.addresses) {
    CHECK(address.address.is_v4() && address.length <= 32);
    addresses_[addresses_count_++] = address;
    // RFC 3021: the two addresses of a /31 are both hosts.
    if (address.length >= 31) continue;
    const uint32_t mask = host_mask(address.length);
    networks_[networks_count_++] = {.number = address.address.v4() & ~mask, .host_mask = mask};
  }
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

bool Interface::is_broadcast(base::IpAddress address) const noexcept {
  if (address.v4() == UINT32_MAX) return true;
  for (const Network& network : std::span(networks_).first(networks_count_)) {
    const uint32_t host = address.v4() & network.host_mask;
    const bool is_inside = (address.v4() & ~network.host_mask) == network.number;
    if (is_inside && (host == 0 || host == network.host_mask)) return true;
  }
  return false;
}

}  // namespace penstock::net
