// SPDX-License-Identifier: Apache-2.0
#include "control/model/reachability.h"

#include <algorithm>

namespace penstock::model {

namespace {

constexpr uint8_t kLongestPrefixWithBroadcast = 30;  // RFC 3021: /31 and /32 have no broadcast

uint32_t host_mask(uint8_t length) { return length >= 32 ? 0 : 0xffff'ffffu >> length; }

}  // namespace

bool has_unreadable_addresses(const Port& port) {
  return port.addresses.empty() ||
         std::any_of(port.addresses.begin(), port.addresses.end(),
                     [](const base::IpPrefix& own) { return own.address.is_unspecified(); });
}

bool has_unreadable_network(const Configuration& configuration) {
  return configuration.ports.empty() ||
         std::any_of(configuration.ports.begin(), configuration.ports.end(),
                     has_unreadable_addresses);
}

bool is_own_address(const Configuration& configuration, base::IpAddress address) {
  return std::any_of(configuration.ports.begin(), configuration.ports.end(), [&](const Port& port) {
    return std::any_of(port.addresses.begin(), port.addresses.end(),
                       [&](const base::IpPrefix& own) { return own.address == address; });
  });
}

const Port* connected_port(const Configuration& configuration, base::IpAddress address) {
  for (const Port& port : configuration.ports) {
    for (const base::IpPrefix& prefix : port.addresses) {
      if (prefix.contains(address)) return &port;
    }
  }
  return nullptr;
}

bool is_reachable(const Configuration& configuration, base::IpAddress address) {
  if (connected_port(configuration, address) != nullptr) return true;
  const auto leads_there = [&](const StaticRoute& route) { return route.to.contains(address); };
  if (std::any_of(configuration.routes.begin(), configuration.routes.end(), leads_there)) {
    return true;
  }
  return std::any_of(configuration.ports.begin(), configuration.ports.end(),
                     [](const Port& port) { return port.gateway.has_value(); });
}

base::IpPrefix network_of(base::IpPrefix prefix) {
  const uint32_t network = prefix.address.v4() & ~host_mask(prefix.length);
  return {base::IpAddress::from_v4(network), prefix.length};
}

std::optional<std::string> host_address_problem(base::IpAddress address) {
  const std::string text = address.format();
  if (!address.is_v4()) return text + " is an IPv6 address; accepted: an IPv4 address";
  const uint32_t top = address.v4() >> 24;
  const char* kind = nullptr;
  if (top == 0) kind = "of no host";
  if (top == 127) kind = "a loopback address, which never leaves a host";
  if (top >= 224) kind = "a multicast, reserved or broadcast address";
  if (kind == nullptr) return std::nullopt;
  return text + " is " + kind + "; accepted: the address of one host";
}

std::optional<std::string> host_in_prefix_problem(base::IpAddress address, base::IpPrefix prefix) {
  if (auto problem = host_address_problem(address)) return problem;
  if (prefix.length > kLongestPrefixWithBroadcast) return std::nullopt;
  const uint32_t mask = host_mask(prefix.length);
  const uint32_t host = address.v4() & mask;
  if (host != 0 && host != mask) return std::nullopt;
  return address.format() + " is the " + (host == 0 ? "network" : "broadcast") +
         " address of its prefix /" + std::to_string(prefix.length) +
         "; accepted: the address of one host";
}

std::optional<std::string> backend_address_problem(const Configuration& configuration,
                                                   base::Endpoint address) {
  if (auto problem = host_address_problem(address.address)) return problem;
  const std::string text = address.address.format();
  if (address.port == 0) return address.format() + " has no port; accepted: 1 to 65535";
  if (is_own_address(configuration, address.address)) {
    return text + " is an address of Penstock itself; accepted: the address of a backend";
  }
  if (!has_unreadable_network(configuration) && !is_reachable(configuration, address.address)) {
    return text +
           " cannot be reached; accepted: an address in the prefix of a port, behind a route, or "
           "any when a port has a gateway";
  }
  return std::nullopt;
}

}  // namespace penstock::model
