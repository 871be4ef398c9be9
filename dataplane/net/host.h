// SPDX-License-Identifier: Apache-2.0
//
// Host: the IP layer of one worker: its interfaces, neighbours and routes, and the way in and out.
// It turns frames into datagrams and datagrams into frames; it answers ARP, NDP and echo itself.
// It never waits, reads no clock and does no I/O but stage frames to its PortQueues.
// One Host per worker, used by that worker only; nothing allocates after construction.
// Invariants: (1) every frame and datagram given to it is sent, queued, returned or counted as
// dropped at its PortQueue; (2) frames leave only at flush() or when a burst is full.
// RFC 1122 3 (Internet layer of a host), RFC 826, RFC 8504 (the same for IPv6).
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "dataplane/base/limits.h"
#include "dataplane/base/random.h"
#include "dataplane/base/time.h"
#include "dataplane/net/icmp_handler.h"
#include "dataplane/net/interface.h"
#include "dataplane/net/ip_datagram.h"
#include "dataplane/net/ip_input.h"
#include "dataplane/net/ip_output.h"
#include "dataplane/net/next_hop.h"
#include "dataplane/net/resolver.h"

namespace penstock::net {

struct HostSettings {
  std::span<const InterfaceSettings> interfaces;
  std::span<const Route> routes;
  base::SecretKey key;  // for the neighbour table's hash
  base::Instant now;    // when the worker starts; later calls bring later instants
  uint32_t neighbors_max = base::kNeighborsMax;
};

class Host {
 public:
  Host(const HostSettings& settings, nic::PacketPool& pool);
  Host(const Host&) = delete;
  Host& operator=(const Host&) = delete;

  // --- In. `frame` is a whole Ethernet frame that arrived at the port of this number
  // (InterfaceSettings::port_index).
  Arrival on_frame(nic::Packet&& frame, uint8_t port_index, base::Instant now) noexcept;
  // The layer above discards something that came in by this interface.
  void count_drop(uint8_t interface_index, wire::DropReason reason) noexcept;

  // --- Out. Takes the packet whatever the result.
  SendResult send(OutgoingDatagram&& datagram, NextHopCache& next_hop, base::Instant now) noexcept;
  // Whether new data should leave for there now, or wait until the port has caught up. A stale
  // cache says yes: the first packet tells.
  bool has_room_for_data(const NextHopCache& next_hop) noexcept {
    return output_.has_room_for_data(next_hop);
  }
  // Nothing that was sent there is answered: whether the neighbour is alive is asked at once
  // (RFC 1122 3.3.1.4, negative advice).
  void suspect(const NextHopCache& next_hop, base::Instant now) noexcept {
    output_.suspect(next_hop, now);
  }
  // The interface by which a fresh next hop is reached.
  uint8_t interface_of(const NextHopCache& next_hop) noexcept {
    return output_.interface_of(next_hop);
  }
  // The way to `destination`, with the address of ours in the neighbour's network.
  std::optional<NextHop> next_hop_to(base::IpAddress destination) const noexcept {
    return routes_.find(destination);
  }
  // The address that a connection to `destination` opens from; nullopt without a route.
  std::optional<base::IpAddress> source_for(base::IpAddress destination) const noexcept;
  // The MTU of the way to `destination`; the smallest of all interfaces without a route.
  uint16_t mtu_for(base::IpAddress destination) const noexcept;
  bool owns(base::IpAddress address) const noexcept;

  // --- Time.
  void on_timers(base::Instant now) noexcept;
  base::Instant next_deadline() const noexcept;

  // Gratuitous ARP (RFC 5227 2.3) or an unsolicited advertisement (RFC 4861 7.2.6) for every
  // address, repeated for some seconds: neighbours forget who had them before.
  void announce(base::Instant now) noexcept;
  // Hands all staged frames to the ports.
  void flush() noexcept;
  // Replaces the static routes; returns how many took effect.
  size_t set_routes(std::span<const Route> routes);

  std::span<const Interface> interfaces() const noexcept { return interfaces_; }
  uint32_t neighbors_count() const noexcept { return resolver_.neighbors_count(); }

 private:
  std::vector<Interface> interfaces_;
  RouteTable routes_;
  Resolver resolver_;
  IpOutput output_;
  IcmpHandler icmp_;
  IpInput input_;
};

}  // namespace penstock::net
