// SPDX-License-Identifier: Apache-2.0
#include "control/model/reachability.h"

#include <algorithm>

namespace penstock::model {

namespace {

constexpr uint8_t kLongestPrefixWithBroadcast = 30;  // RFC 3021: /31 and /32 have no broadcast

uint32_t host_mask(uint8_t length) { return length >= 32 ? 0 : 0xffff'ffffu >> length; }

// The part of the mask for 64 bits, of which `leading` belong to the network.
uint64_t host_mask_v6(unsigned leading) {
  return leading == 0 ? ~uint64_t{0} : leading >= 64 ? 0 : ~uint64_t{0} >> leading;
}

base::IpAddress network_of_v6(base::IpPrefix prefix) {
  const unsigned high = std::min<unsigned>(prefix.length, 64);
  return base::IpAddress::from_v6(prefix.address.high() & ~host_mask_v6(high),
                                  prefix.address.low() & ~host_mask_v6(prefix.length - high));
}

const char* kind_of_no_host_v4(base::IpAddress address) {
  const uint32_t top = address.v4() >> 24;
  if (top == 0) return "of no host";
  if (top == 127) return "a loopback address, which never leaves a host";
  if (top >= 224) return "a multicast, reserved or broadcast address";
  return nullptr;
}

const char* kind_of_no_host_v6(base::IpAddress address) {
  if (address.is_unspecified()) return "of no host";
  if (address.high() == 0 && address.low() == 1) {
    return "a loopback address, which never leaves a host";
  }
  if ((address.high() >> 56) == 0xff) return "a multicast address";
  return nullptr;
}

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
  return std::any_of(configuration.ports.begin(), configuration.ports.end(), [&](const Port& port) {
    return address.is_v4() ? port.gateway.has_value() : port.gateway_ipv6.has_value();
  });
}

base::IpPrefix network_of(base::IpPrefix prefix) {
  if (!prefix.address.is_v4()) return {network_of_v6(prefix), prefix.length};
  const uint32_t network = prefix.address.v4() & ~host_mask(prefix.length);
  return {base::IpAddress::from_v4(network), prefix.length};
}

bool is_link_local(base::IpAddress address) {
  return !address.is_v4() && (address.high() >> 54) == 0xfe80 >> 6;
}

bool is_on_link(const Port& port, base::IpAddress address) {
  return std::any_of(port.addresses.begin(), port.addresses.end(), [&](const base::IpPrefix& own) {
    return own.contains(address) || (is_link_local(address) && !own.address.is_v4());
  });
}

std::optional<std::string> host_address_problem(base::IpAddress address) {
  const char* kind = address.is_v4() ? kind_of_no_host_v4(address) : kind_of_no_host_v6(address);
  if (kind == nullptr) return std::nullopt;
  return address.format() + " is " + kind + "; accepted: the address of one host";
}

std::optional<std::string> host_in_prefix_problem(base::IpAddress address, base::IpPrefix prefix) {
  if (auto problem = host_address_problem(address)) return problem;
  const bool is_v4 = address.is_v4();
  // RFC 6164: like those of a /31, both addresses of a /127 are hosts.
  if (prefix.length > (is_v4 ? kLongestPrefixWithBroadcast : 126)) return std::nullopt;
  const char* role = nullptr;
  if (address == network_of({address, prefix.length}).address) {
    role = is_v4 ? "network address" : "subnet-router anycast address";
  }
  const uint32_t mask = host_mask(prefix.length);
  if (is_v4 && (address.v4() & mask) == mask) role = "broadcast address";
  if (role == nullptr) return std::nullopt;
  return address.format() + " is the " + role + " of its prefix /" + std::to_string(prefix.length) +
         "; accepted: the address of one host";
}

std::optional<std::string> backend_address_problem(const Configuration& configuration,
                                                   base::Endpoint address) {
  if (auto problem = host_address_problem(address.address)) return problem;
  const std::string text = address.address.format();
  if (address.port == 0) return address.format() + " has no port; accepted: 1 to 65535";
  if (is_link_local(address.address)) {
    return text + " is link-local, which does not say on which port; accepted: a global address";
  }
  if (is_own_address(configuration, address.address)) {
    return text + " is an address of Penstock itself; accepted: the address of a backend";
  }
  if (!has_unreadable_network(configuration) && !is_reachable(configuration, address.address)) {
    return text +
           " cannot be reached; accepted: an address in the prefix of a port, behind a route, or "
           "any when a port has a gateway of its family";
  }
  return std::nullopt;
}

}  // namespace penstock::model
