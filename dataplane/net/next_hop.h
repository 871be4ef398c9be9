// SPDX-License-Identifier: Apache-2.0
//
// Which interface and which neighbour a destination is reached by: our connected networks and the
// static routes, longest prefix first; among equals the route declared first. A default gateway is
// the route 0.0.0.0/0 or ::/0. NextHopCache spares a connection the lookup for every packet.
// Routes are set at start or by a message from control; looked up by the worker that owns the Host.
// Invariants: (1) every gateway is on link on the route's interface; (2) at most kRoutesMax routes
// and kGatewaysMax default ones.
// RFC 1122 3.3.1, RFC 4861 5.2; RFC 6724 5 as far as one address of a network goes.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "dataplane/base/address.h"
#include "dataplane/net/interface.h"

namespace penstock::net {

struct Route {
  base::IpPrefix destination;
  base::IpAddress gateway;
  // Where the gateway is; without it, the first interface on whose networks it is. A link-local
  // gateway is on every link.
  std::optional<uint8_t> interface_index = std::nullopt;
};

struct NextHop {
  uint8_t interface_index = 0;
  base::IpAddress neighbor;  // the gateway, or the destination itself when it is on link
  base::IpAddress source;    // the address of ours to open a connection from
};

// Filled in and checked by Host::send(); a connection only keeps it. A fresh one is always stale.
// One that came with a datagram (IpDatagram::reply_hop) names its sender's MAC instead: it needs no
// lookup, and is never stale.
struct NextHopCache {
  static constexpr uint32_t kSender = UINT32_MAX;  // no generation of the neighbour table

  uint32_t generation = 0;
  uint16_t index = 0;  // of the neighbour; of the interface when it names a sender
  base::MacAddress sender = {};

  static constexpr NextHopCache to_sender(uint8_t interface_index, base::MacAddress mac) noexcept {
    return {.generation = kSender, .index = interface_index, .sender = mac};
  }
  constexpr bool names_sender() const noexcept { return generation == kSender; }
};
static_assert(sizeof(NextHopCache) == 12);

class RouteTable {
 public:
  // `interfaces` outlives the table.
  explicit RouteTable(std::span<const Interface> interfaces);

  // Replaces all static routes. A route whose gateway is on no connected network is left out and
  // counted in the result, which is how many routes took effect.
  size_t set_routes(std::span<const Route> routes);

  // `source` is the address that the packet comes from, where it has one already: it names the link
  // of a link-local destination.
  std::optional<NextHop> find(base::IpAddress destination,
                              base::IpAddress source = {}) const noexcept;

 private:
  struct Entry {
    base::IpPrefix destination;
    base::IpAddress gateway;  // unspecified: on link
    base::IpAddress source;
    uint8_t interface_index;
  };

  void add_connected();
  bool add(const Route& route);
  std::optional<NextHop> find_on_link_local(base::IpAddress destination,
                                            base::IpAddress source) const noexcept;

  std::span<const Interface> interfaces_;
  std::vector<Entry> entries_;  // longest prefix first; scanned, for tables are short
};

}  // namespace penstock::net
