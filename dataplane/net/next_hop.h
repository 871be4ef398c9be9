// SPDX-License-Identifier: Apache-2.0
//
// Which interface and which neighbour a destination is reached by: our connected networks and the
// static routes, longest prefix first; among equals the route declared first. A gateway is the
// route 0.0.0.0/0. NextHopCache spares a connection the lookup for every packet.
// Routes are set at start or by a message from control; looked up by the worker that owns the Host.
// Invariants: (1) every gateway is on link on the route's interface; (2) at most kRoutesMax routes.
// RFC 1122 3.3.1.
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
};

struct NextHop {
  uint8_t interface_index = 0;
  base::IpAddress neighbor;  // the gateway, or the destination itself when it is on link
  base::IpAddress source;    // our address in the neighbour's network
};

// Filled in and checked by Host::send(); a connection only keeps it. A fresh one is always stale.
struct NextHopCache {
  uint32_t generation = 0;
  uint16_t neighbor_index = 0;
};

class RouteTable {
 public:
  // `interfaces` outlives the table.
  explicit RouteTable(std::span<const Interface> interfaces);

  // Replaces all static routes. A route whose gateway is on no connected network is left out and
  // counted in the result, which is how many routes took effect.
  size_t set_routes(std::span<const Route> routes);

  std::optional<NextHop> find(base::IpAddress destination) const noexcept;

 private:
  struct Entry {
    base::IpPrefix destination;
    base::IpAddress gateway;  // unspecified: on link
    base::IpAddress source;
    uint8_t interface_index;
  };

  std::span<const Interface> interfaces_;
  std::vector<Entry> entries_;  // longest prefix first; scanned, for tables are short
};

}  // namespace penstock::net
