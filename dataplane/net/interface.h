// SPDX-License-Identifier: Apache-2.0
//
// Interface: one worker's view of one port as IP sees it: its queue, MAC, MTU and addresses.
// Addresses are fixed at start. An address with its prefix says both who we are and who is on link.
// Owned by the worker's Host; not thread safe.
// Invariants: (1) every address is IPv4 and unicast; (2) at most kAddressesPerPortMax.
#pragma once

#include <array>
#include <cstdint>
#include <span>

#include "dataplane/base/address.h"
#include "dataplane/base/limits.h"
#include "dataplane/nic/port_queue.h"

namespace penstock::net {

// What an operator says about one interface.
struct InterfaceSettings {
  nic::PortQueue* queue = nullptr;
  // Our addresses with the length of their networks: 10.1.0.2/24.
  std::span<const base::IpPrefix> addresses;
};

class Interface {
 public:
  explicit Interface(const InterfaceSettings& settings);

  nic::PortQueue& queue() const noexcept { return *queue_; }
  base::MacAddress mac() const noexcept { return mac_; }
  uint16_t mtu() const noexcept { return mtu_; }
  std::span<const base::IpPrefix> addresses() const noexcept {
    return std::span(addresses_).first(addresses_count_);
  }

  // One of our own addresses.
  bool owns(base::IpAddress address) const noexcept;
  // The address of ours whose network holds `other`: the longest prefix; nullptr when off link.
  const base::IpPrefix* on_link(base::IpAddress other) const noexcept;
  // A network's or a directed broadcast address of ours: never a neighbour, never a source.
  bool is_broadcast(base::IpAddress address) const noexcept;

 private:
  // One that has broadcast addresses: host bits all zero or all one.
  struct Network {
    uint32_t number = 0;
    uint32_t host_mask = 0;
  };

  nic::PortQueue* queue_;
  base::MacAddress mac_;
  uint16_t mtu_;
  uint8_t addresses_count_ = 0;
  std::array<base::IpPrefix, base::kAddressesPerPortMax> addresses_;
  uint8_t networks_count_ = 0;
  std::array<Network, base::kAddressesPerPortMax> networks_;
};

}  // namespace penstock::net
