// SPDX-License-Identifier: Apache-2.0
#include "tests/sim/world_networks.h"

#include <set>
#include <sstream>
#include <string_view>

#include "dataplane/wire/ethernet.h"

namespace penstock::testing {

namespace {

using Family = StationPlan::Family;

constexpr uint32_t kFirstStation = 2;
constexpr uint32_t kFirstFurtherSource = 201;
constexpr uint16_t kListenerPort = 80;

const std::vector<StationPlan>& stations_of(const Scenario& scenario, Side side) {
  return side == Side::Clients ? scenario.clients : scenario.backends;
}

std::set<uint32_t> networks_of(const Scenario& scenario, Side side) {
  std::set<uint32_t> networks;
  for (const StationPlan& each : stations_of(scenario, side)) networks.insert(each.network);
  if (networks.empty()) networks.insert(0);
  return networks;
}

std::string list_of(const std::vector<base::IpPrefix>& addresses) {
  std::string text;
  for (const base::IpPrefix& each : addresses) {
    text += (text.empty() ? "\"" : ", \"") + each.format() + '"';
  }
  return "addresses = [" + text + "]; ";
}

std::string port_text(const Scenario& scenario, Side side, std::string_view name) {
  std::ostringstream text;
  std::ostringstream vlans;
  text << "{ name = \"" << name << "\"; device = \"net_tap" << static_cast<int>(side) << "\"; ";
  for (const OurNetwork& each : our_networks(scenario, side)) {
    if (each.tag == wire::kVlanNone) {
      text << list_of(each.addresses);
      continue;
    }
    vlans << (vlans.tellp() == 0 ? "" : ", ") << "{ tag = " << each.tag << "; "
          << list_of(each.addresses) << '}';
  }
  if (vlans.tellp() != 0) text << "vlans = ( " << vlans.str() << " ); ";
  return text.str() + "}";
}

std::string listeners_text(const Scenario& scenario) {
  std::ostringstream text;
  for (const uint32_t network : networks_of(scenario, Side::Clients)) {
    for (const Family family : {Family::V4, Family::V6}) {
      const base::Endpoint at = server_for({.family = family, .network = network});
      text << (text.tellp() == 0 ? "" : ", ") << "{ name = \""
           << (family == Family::V4 ? "web" : "web6_") << network << "\"; address = \""
           << at.format() << "\"; }";
    }
  }
  return text.str();
}

std::string backends_text(const Scenario& scenario) {
  std::ostringstream text;
  for (uint32_t i = 0; i < scenario.backends.size(); ++i) {
    text << (i == 0 ? "" : ", ") << "{ address = \""
         << backend_endpoint(scenario.backends[i], i).format() << "\"; }";
  }
  return text.str();
}

}  // namespace

base::IpPrefix address_of(Family family, Side side, uint32_t network, uint32_t host) {
  const uint32_t number = 10 * network + static_cast<uint32_t>(side);
  if (family == Family::V4) {
    return {base::IpAddress::from_v4(0x0a000000u | number << 16 | host), 24};
  }
  return {base::IpAddress::from_v6(0xfd00'0000'0000'0000 | uint64_t{number} << 32, host), 64};
}

// The same tag on both sides is two VLANs, for the ports are two.
uint16_t tag_of(uint32_t network) {
  return network == 0 ? wire::kVlanNone : static_cast<uint16_t>(100 * network);
}

base::IpPrefix client_address(const StationPlan& client, uint32_t index) {
  return address_of(client.family, Side::Clients, client.network, kFirstStation + index);
}

base::IpPrefix backend_address(const StationPlan& backend, uint32_t index) {
  return address_of(backend.family, Side::Backends, backend.network, kFirstStation + index);
}

base::Endpoint backend_endpoint(const StationPlan& backend, uint32_t index) {
  return {backend_address(backend, index).address, static_cast<uint16_t>(kFirstOriginPort + index)};
}

base::Endpoint server_for(const StationPlan& client) {
  return {address_of(client.family, Side::Clients, client.network, 1).address, kListenerPort};
}

std::vector<OurNetwork> our_networks(const Scenario& scenario, Side side) {
  std::vector<OurNetwork> all;
  for (const uint32_t network : networks_of(scenario, side)) {
    OurNetwork& ours = all.emplace_back();
    ours.tag = tag_of(network);
    for (const Family family : {Family::V4, Family::V6}) {
      ours.addresses.push_back(address_of(family, side, network, 1));
      if (side == Side::Clients || scenario.source_addresses < 2) continue;
      auto& sources = family == Family::V4 ? ours.sources_v4 : ours.sources_v6;
      sources.push_back(ours.addresses.back().address);
      for (uint32_t i = 1; i < scenario.source_addresses; ++i) {
        ours.addresses.push_back(address_of(family, side, network, kFirstFurtherSource + i));
        sources.push_back(ours.addresses.back().address);
      }
    }
  }
  return all;
}

std::vector<WayToBackend> ways_to_backends(const Scenario& scenario) {
  std::vector<WayToBackend> all;
  for (uint32_t i = 0; i < scenario.backends.size(); ++i) {
    const base::Endpoint backend = backend_endpoint(scenario.backends[i], i);
    for (const OurNetwork& each : our_networks(scenario, Side::Backends)) {
      if (each.tag != tag_of(scenario.backends[i].network)) continue;
      for (const base::IpPrefix& ours : each.addresses) {
        if (ours.address.is_v4() == backend.address.is_v4()) all.push_back({backend, ours.address});
      }
    }
  }
  return all;
}

// Time-outs are such that no loss that TCP bridges meets them.
std::string configuration_text(const Scenario& scenario) {
  return "ports = ( " + port_text(scenario, Side::Clients, "client") + ",\n" +
         port_text(scenario, Side::Backends, "backend") + R"( );
timeouts = { request_head_ms = 60000; request_body_ms = 60000; keep_alive_ms = 60000;
             connect_ms = 30000; response_head_ms = 100000; response_body_ms = 100000;
             upstream_idle_ms = 15000; };
limits = { retries = 2; };
listeners = ( )" +
         listeners_text(scenario) + R"( );
pools = ( { name = "main"; policy = "round_robin"; backends = ( )" +
         backends_text(scenario) + R"( ); } );
rules = ( { name = "no"; path_prefix = "/rule"; respond = { status = 403; body = ""; }; },
          { name = "all"; forward = "main"; } );
)";
}

}  // namespace penstock::testing
