// SPDX-License-Identifier: Apache-2.0
//
// Interface: one worker's view of one VLAN (or of the untagged frames) of one port as IP sees it:
// its queue, MAC, MTU and addresses. Addresses are fixed at start. An address with its prefix says
// both who we are and who is on link.
// Owned by the worker's Host; not thread safe.
// Invariants: (1) every address is unicast; (2) at most kAddressesPerInterfaceMax are configured;
// (3) who has an IPv6 address has a link-local one: configured, or made from the MAC.
// RFC 1122 3.3.1.1, RFC 4291 2.8 (the addresses that a node must know as its own).
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <utility>

#include "dataplane/base/address.h"
#include "dataplane/base/limits.h"
#include "dataplane/nic/port_queue.h"
#include "dataplane/wire/ethernet.h"

namespace penstock::net {

// Where the answer to a segment goes.
enum class ReplyTo : uint8_t {
  Route,   // to where the routes lead
  Sender,  // to the MAC and VLAN that delivered it: for networks with several routers (ECMP)
};

// What an operator says about one interface.
struct InterfaceSettings {
  nic::PortQueue* queue = nullptr;
  // Our addresses with the length of their networks: 10.1.0.2/24.
  std::span<const base::IpPrefix> addresses = {};
  // The number by which Host::on_frame() knows the queue. Interfaces of one port share it.
  uint8_t port_index = 0;
  uint16_t vlan = wire::kVlanNone;
  ReplyTo reply_to = ReplyTo::Route;
};

class Interface {
 public:
  explicit Interface(const InterfaceSettings& settings);

  nic::PortQueue& queue() const noexcept { return *queue_; }
  base::MacAddress mac() const noexcept { return mac_; }
  uint16_t mtu() const noexcept { return mtu_; }
  uint16_t vlan() const noexcept { return vlan_; }
  uint8_t port_index() const noexcept { return port_index_; }
  ReplyTo reply_to() const noexcept { return reply_to_; }
  uint32_t ethernet_bytes() const noexcept { return ethernet_bytes_; }
  // With the link-local one.
  std::span<const base::IpPrefix> addresses() const noexcept {
    return std::span(addresses_).first(addresses_count_);
  }

  // One of our own addresses.
  bool owns(base::IpAddress address) const noexcept;
  // The address of ours whose network holds `other`: the longest prefix; nullptr when off link.
  const base::IpPrefix* on_link(base::IpAddress other) const noexcept;
  // An address of this family that others than neighbours can answer to; nullptr without one.
  const base::IpPrefix* global(base::IpFamily family) const noexcept;
  // A network's or a directed broadcast address of ours: never a neighbour, never a source.
  bool is_broadcast(base::IpAddress address) const noexcept {
    for (const Broadcasts& network : std::span(broadcasts_).first(broadcasts_count_)) {
      if (address == network.zeros || address == network.ones) return true;
    }
    return address == kLimitedBroadcast;
  }
  // An IPv6 group that we must listen to: all nodes, or the solicited node of an address of ours.
  bool has_joined(base::IpAddress group) const noexcept;

  // Puts the Ethernet header before a packet and stages it.
  void stage(nic::Packet&& packet, base::MacAddress to, wire::EtherType type) const noexcept {
    wire::emit_ethernet({.destination = to, .source = mac_, .type = type, .vlan = vlan_},
                        packet.prepend(ethernet_bytes()));
    queue_->stage(std::move(packet));
  }

 private:
  static constexpr base::IpAddress kLimitedBroadcast = base::IpAddress::from_v4(UINT32_MAX);

  // The two addresses of a network that no host has: host bits all zero and all one.
  struct Broadcasts {
    base::IpAddress zeros;
    base::IpAddress ones;
  };

  void add(const base::IpPrefix& address);
  void add_link_local();

  nic::PortQueue* queue_;
  base::MacAddress mac_;
  uint16_t mtu_;
  uint16_t vlan_;
  uint8_t ethernet_bytes_;
  uint8_t port_index_;
  ReplyTo reply_to_;
  uint8_t addresses_count_ = 0;
  std::array<base::IpPrefix, base::kAddressesPerInterfaceMax + 1> addresses_;
  uint8_t broadcasts_count_ = 0;
  std::array<Broadcasts, base::kAddressesPerInterfaceMax> broadcasts_;
};

}  // namespace penstock::net
