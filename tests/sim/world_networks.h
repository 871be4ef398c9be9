// SPDX-License-Identifier: Apache-2.0
//
// Who has which address in a simulated world. Each side has some networks: number 0 is that of
// untagged frames, the others are VLANs. Network n of the clients (side 1) and the backends
// (side 2) is 10.(10 n + side).0.0/24 and fd00:(10 n + side)::/64; ours is host 1, stations follow.
// Any thread.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "dataplane/base/address.h"
#include "tests/sim/scenario.h"

namespace penstock::testing {

enum class Side : uint8_t { Clients = 1, Backends = 2 };

inline constexpr uint16_t kFirstOriginPort = 8000;

base::IpPrefix address_of(StationPlan::Family family, Side side, uint32_t network, uint32_t host);
// wire::kVlanNone for network 0.
uint16_t tag_of(uint32_t network);

// Of the client and the backend with these numbers; where such a client finds us.
base::IpPrefix client_address(const StationPlan& client, uint32_t index);
base::IpPrefix backend_address(const StationPlan& backend, uint32_t index);
base::Endpoint backend_endpoint(const StationPlan& backend, uint32_t index);
base::Endpoint server_for(const StationPlan& client);

// One network of ours.
struct OurNetwork {
  uint16_t tag = 0;
  std::vector<base::IpPrefix> addresses;
  // Those that connections to backends open from, if there are several.
  std::vector<base::IpAddress> sources_v4;
  std::vector<base::IpAddress> sources_v6;
};
// Those of one side that have a station; the untagged one first.
std::vector<OurNetwork> our_networks(const Scenario& scenario, Side side);

// By which address of ours which backend may be reached.
struct WayToBackend {
  base::Endpoint backend;
  base::IpAddress ours;
};
std::vector<WayToBackend> ways_to_backends(const Scenario& scenario);

// Such a world's configuration, with listeners in each network of clients.
std::string configuration_text(const Scenario& scenario);

}  // namespace penstock::testing
