// SPDX-License-Identifier: Apache-2.0
#include "control/model/reachability.h"

#include <algorithm>

#include "control/model/text_rules.h"

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

template <class Predicate>
bool any_prefix(const Configuration& configuration, Predicate holds) {
  const auto all = interfaces_of(configuration.ports);
  return std::any_of(all.begin(), all.end(), [&](const InterfaceOfPort& one) {
    const std::vector<base::IpPrefix>& addresses = one.interface->addresses;
    return std::any_of(addresses.begin(), addresses.end(), holds);
  });
}

}  // namespace

bool has_unreadable_addresses(const Interface& interface) {
  return interface.addresses.empty() ||
         std::any_of(interface.addresses.begin(), interface.addresses.end(),
                     [](const base::IpPrefix& own) { return own.address.is_unspecified(); });
}

bool has_unreadable_network(const Configuration& configuration) {
  const auto is_missing = [](const Port& port) {
    return port.vlans.empty() && port.addresses.empty();
  };
  const auto is_unreadable = [](const InterfaceOfPort& one) {
    return has_unreadable_addresses(*one.interface);
  };
  const std::vector<Port>& ports = configuration.ports;
  const auto all = interfaces_of(ports);
  return ports.empty() || std::any_of(ports.begin(), ports.end(), is_missing) ||
         std::any_of(all.begin(), all.end(), is_unreadable);
}

bool is_own_address(const Configuration& configuration, base::IpAddress address) {
  return any_prefix(configuration,
                    [&](const base::IpPrefix& own) { return own.address == address; });
}

bool is_connected(const Configuration& configuration, base::IpAddress address) {
  return any_prefix(configuration,
                    [&](const base::IpPrefix& own) { return own.contains(address); });
}

bool is_reachable(const Configuration& configuration, base::IpAddress address) {
  if (is_connected(configuration, address)) return true;
  const auto leads_there = [&](const StaticRoute& route) { return route.to.contains(address); };
  if (std::any_of(configuration.routes.begin(), configuration.routes.end(), leads_there)) {
    return true;
  }
  const auto all = interfaces_of(configuration.ports);
  return std::any_of(all.begin(), all.end(), [&](const InterfaceOfPort& one) {
    const Interface& interface = *one.interface;
    return address.is_v4() ? interface.gateway.has_value() : interface.gateway_ipv6.has_value();
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

bool is_on_link(const Interface& interface, base::IpAddress address) {
  return std::any_of(
      interface.addresses.begin(), interface.addresses.end(), [&](const base::IpPrefix& own) {
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

const Interface* find_interface(const Port& port, uint16_t vlan) {
  if (vlan == 0) return &port;
  const auto found = std::find_if(port.vlans.begin(), port.vlans.end(),
                                  [vlan](const Vlan& one) { return one.tag == vlan; });
  return found == port.vlans.end() ? nullptr : &*found;
}

std::string port_text(const Port& port, uint16_t vlan) {
  const std::string text = "port " + quoted(port.name);
  return vlan == 0 ? text : "VLAN " + std::to_string(vlan) + " of " + text;
}

std::optional<std::string> neighbor_problem(const Interface& interface, base::IpAddress neighbor,
                                            const std::string& name) {
  if (neighbor.is_unspecified() || has_unreadable_addresses(interface)) return std::nullopt;
  if (auto problem = host_address_problem(neighbor)) return problem;
  const auto is_own = [&](const base::IpPrefix& own) { return own.address == neighbor; };
  const char* wrong = nullptr;
  if (!is_on_link(interface, neighbor)) wrong = " is in no network";
  if (std::any_of(interface.addresses.begin(), interface.addresses.end(), is_own)) {
    wrong = " is an address";
  }
  if (wrong == nullptr) return std::nullopt;
  return neighbor.format() + wrong + " of " + name +
         "; accepted: a neighbour in the network of one of its addresses";
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
