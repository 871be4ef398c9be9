// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <string>

#include "control/model/reachability.h"
#include "control/model/text_rules.h"
#include "control/model/validate_parts.h"

namespace penstock::model {

namespace {

bool overlap(const base::IpPrefix& a, const base::IpPrefix& b) {
  return a.length <= b.length ? a.contains(b.address) : b.contains(a.address);
}

// Two ports with one network would leave open through which of them a host of it is reached.
void check_overlap(const Configuration& configuration, size_t port_index, size_t address_index,
                   Findings& findings) {
  const base::IpPrefix& prefix = configuration.ports[port_index].addresses[address_index];
  for (size_t i = 0; i < port_index; ++i) {
    const Port& other = configuration.ports[i];
    // Every link has the link-local network.
    if (is_link_local(prefix.address)) return;
    for (size_t j = 0; j < other.addresses.size(); ++j) {
      const base::IpAddress address = other.addresses[j].address;
      // Reported already, as a duplicate or as unreadable.
      if (prefix.address == address || address.is_unspecified()) continue;
      if (!overlap(prefix, other.addresses[j])) continue;
      findings.add(indexed(joined(indexed("ports", port_index), "addresses"), address_index),
                   prefix.format() + " overlaps " + other.addresses[j].format() + " of port " +
                       quoted(other.name) + "; accepted: one port for each network");
      return;
    }
  }
}

// Gateways and next hops are neighbours: other hosts in a network of the port.
void check_neighbor(const Port& port, base::IpAddress neighbor, const std::string& path,
                    Findings& findings) {
  if (neighbor.is_unspecified() || has_unreadable_addresses(port)) return;
  if (auto problem = host_address_problem(neighbor)) {
    findings.add(path, *problem);
    return;
  }
  const auto is_own = [&](const base::IpPrefix& own) { return own.address == neighbor; };
  const char* wrong = nullptr;
  if (!is_on_link(port, neighbor)) wrong = " is in no network";
  if (std::any_of(port.addresses.begin(), port.addresses.end(), is_own)) wrong = " is an address";
  if (wrong == nullptr) return;
  findings.add(path, neighbor.format() + wrong + " of port " + quoted(port.name) +
                         "; accepted: a neighbour in the network of one of its addresses");
}

void check_gateway(const Port& port, std::optional<base::IpAddress> gateway, base::IpFamily family,
                   const std::string& path, Findings& findings) {
  if (!gateway || *gateway == base::IpAddress()) return;  // absent, or unreadable
  if (gateway->family() == family) return check_neighbor(port, *gateway, path, findings);
  findings.add(path, gateway->format() + (family == base::IpFamily::V4
                                              ? " is IPv6; accepted: an IPv4 address, with the "
                                                "IPv6 one in gateway_ipv6"
                                              : " is IPv4; accepted: an IPv6 address"));
}

void validate_port(const Configuration& configuration, size_t index, Findings& findings) {
  const Port& port = configuration.ports[index];
  const std::string path = indexed("ports", index);
  findings.check_text(joined(path, "name"), port.name, is_name, kNameAccepted);
  findings.check_range(joined(path, "mtu"), port.mtu, kMtuRange);
  if (port.device.empty()) {
    findings.add(joined(path, "device"),
                 "no device is named; accepted: a PCI address such as \"0000:3b:00.0\" or a vdev "
                 "such as \"net_tap0,iface=client\"");
  }
  if (port.addresses.empty() || port.addresses.size() > base::kAddressesPerInterfaceMax) {
    findings.add(joined(path, "addresses"), std::to_string(port.addresses.size()) +
                                                " addresses; accepted: 1 to " +
                                                std::to_string(base::kAddressesPerInterfaceMax));
  }
  for (size_t i = 0; i < port.addresses.size(); ++i) {
    const base::IpPrefix& own = port.addresses[i];
    if (auto problem = host_in_prefix_problem(own.address, own)) {
      findings.add(indexed(joined(path, "addresses"), i), *problem);
      continue;
    }
    check_overlap(configuration, index, i, findings);
  }
  check_gateway(port, port.gateway, base::IpFamily::V4, joined(path, "gateway"), findings);
  check_gateway(port, port.gateway_ipv6, base::IpFamily::V6, joined(path, "gateway_ipv6"),
                findings);
}

void validate_ports(const Configuration& configuration, Findings& findings) {
  const size_t count = configuration.ports.size();
  if (count == 0 || count > base::kPortsMax) {
    findings.add("ports", std::to_string(count) + " ports; accepted: 1 to " +
                              std::to_string(base::kPortsMax));
  }
  Uniqueness names(findings, "port name");
  Uniqueness devices(findings, "device");
  Uniqueness addresses(findings, "address");
  for (size_t i = 0; i < count; ++i) {
    const Port& port = configuration.ports[i];
    const std::string path = indexed("ports", i);
    if (!port.name.empty()) names.check(joined(path, "name"), port.name);
    // A vdev is one device whatever its arguments say.
    const std::string device = port.device.substr(0, port.device.find(','));
    if (!device.empty()) devices.check(joined(path, "device"), device);
    for (size_t j = 0; j < port.addresses.size(); ++j) {
      if (port.addresses[j].address.is_unspecified()) continue;
      addresses.check(indexed(joined(path, "addresses"), j), port.addresses[j].address.format());
    }
    validate_port(configuration, i, findings);
  }
}

void validate_route(const Configuration& configuration, size_t index, Findings& findings) {
  const StaticRoute& route = configuration.routes[index];
  const std::string path = indexed("routes", index);
  const base::IpPrefix network = network_of(route.to);
  if (network != route.to) {
    findings.add(joined(path, "to"),
                 route.to.format() + " names a host in a network; accepted: " + network.format());
  }
  if (!has_name(configuration.ports, route.port)) {
    findings.add(joined(path, "port"), "there is no port " + quoted(route.port) +
                                           "; accepted: " + accepted_names(configuration.ports));
  }
  const auto port = std::find_if(configuration.ports.begin(), configuration.ports.end(),
                                 [&](const Port& p) { return p.name == route.port; });
  if (port == configuration.ports.end()) return;
  // One that could not be read is an IPv4 address of nobody.
  const bool is_readable = !route.via.is_unspecified() && route.to != base::IpPrefix{};
  if (is_readable && route.via.family() != route.to.address.family()) {
    findings.add(joined(path, "via"), route.via.format() +
                                          " is of another family than the network; accepted: a "
                                          "neighbour of the same");
    return;
  }
  check_neighbor(*port, route.via, joined(path, "via"), findings);
}

void validate_routes(const Configuration& configuration, Findings& findings) {
  if (configuration.routes.size() > base::kRoutesMax) {
    findings.add("routes", std::to_string(configuration.routes.size()) +
                               " routes; accepted: at most " + std::to_string(base::kRoutesMax));
  }
  Uniqueness destinations(findings, "destination");
  for (size_t i = 0; i < configuration.routes.size(); ++i) {
    const StaticRoute& route = configuration.routes[i];
    validate_route(configuration, i, findings);
    // A route that could not be read has no gateway either; two of them are no duplicates.
    if (route.via.is_unspecified()) continue;
    destinations.check(joined(indexed("routes", i), "to"), route.to.format());
  }
}

void validate_listeners(const Configuration& configuration, Findings& findings) {
  const size_t count = configuration.listeners.size();
  if (count == 0 || count > base::kListenersMax) {
    findings.add("listeners", std::to_string(count) + " listeners; accepted: 1 to " +
                                  std::to_string(base::kListenersMax));
  }
  Uniqueness names(findings, "listener name");
  Uniqueness addresses(findings, "address");
  for (size_t i = 0; i < count; ++i) {
    const Listener& listener = configuration.listeners[i];
    const std::string path = indexed("listeners", i);
    findings.check_text(joined(path, "name"), listener.name, is_name, kNameAccepted);
    if (!listener.name.empty()) names.check(joined(path, "name"), listener.name);
    const std::string address_path = joined(path, "address");
    if (listener.address.port == 0) {
      findings.add(address_path, "no address and port; accepted: ADDRESS:PORT");
      continue;
    }
    addresses.check(address_path, listener.address.format());
    if (!has_unreadable_network(configuration) &&
        !is_own_address(configuration, listener.address.address)) {
      findings.add(address_path,
                   listener.address.address.format() +
                       " is no address of a port; accepted: one of ports[].addresses");
    }
  }
}

}  // namespace

void validate_network(const Configuration& configuration, Findings& findings) {
  validate_ports(configuration, findings);
  validate_routes(configuration, findings);
  validate_listeners(configuration, findings);
}

}  // namespace penstock::model
