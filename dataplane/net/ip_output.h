// SPDX-License-Identifier: Apache-2.0
//
// IpOutput: from an upper-layer segment to a staged Ethernet frame: next hop, checksums (offloaded
// or computed), IPv4 header with DF or IPv6 header, neighbour.
// It does not fragment: what exceeds the MTU is refused, and tcp/ keeps its segments below it.
// Owned by one worker's Host.
// Invariant: it takes the packet whatever the result, and counts every drop.
// RFC 791 3.1, RFC 6864 (an identification without meaning under DF), RFC 8200 3.
#pragma once

#include <cstdint>
#include <span>

#include "dataplane/base/time.h"
#include "dataplane/net/interface.h"
#include "dataplane/net/ip_datagram.h"
#include "dataplane/net/next_hop.h"
#include "dataplane/net/resolver.h"
#include "dataplane/nic/packet_pool.h"

namespace penstock::net {

class IpOutput {
 public:
  // All references outlive the object.
  IpOutput(std::span<const Interface> interfaces, const RouteTable& routes, Resolver& resolver,
           nic::PacketPool& pool) noexcept
      : interfaces_(interfaces), routes_(routes), resolver_(resolver), pool_(pool) {}

  SendResult send(OutgoingDatagram&& datagram, NextHopCache& next_hop, base::Instant now) noexcept;

  bool has_room_for_data(const NextHopCache& next_hop) noexcept {
    if (!is_fresh(next_hop)) return true;
    return interfaces_[interface_of(next_hop)].queue().has_room_for_data();
  }
  void suspect(const NextHopCache& next_hop, base::Instant now) noexcept {
    if (next_hop.generation == resolver_.generation()) resolver_.suspect(next_hop.index, now);
  }
  uint8_t interface_of(const NextHopCache& next_hop) noexcept {
    if (next_hop.names_sender()) return static_cast<uint8_t>(next_hop.index);
    return resolver_.neighbor_at(next_hop.index).interface_index;
  }

 private:
  bool is_fresh(const NextHopCache& next_hop) const noexcept {
    return next_hop.generation == resolver_.generation() || next_hop.names_sender();
  }
  // Sent stands for "found"; the cache is then fresh.
  SendResult refresh(NextHopCache& next_hop, const OutgoingDatagram& datagram,
                     base::Instant now) noexcept;
  // Sent stands for "ready": the packet is one of IP, in as many buffers as the port takes.
  SendResult wrap(OutgoingDatagram& datagram, const Interface& out) noexcept;
  void add_ip_header(OutgoingDatagram& datagram, const Interface& out) noexcept;
  void count_drop(uint8_t interface_index, wire::DropReason reason) const noexcept;

  std::span<const Interface> interfaces_;
  const RouteTable& routes_;
  Resolver& resolver_;
  nic::PacketPool& pool_;
  uint16_t identification_ = 0;
};

}  // namespace penstock::net
