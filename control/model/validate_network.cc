// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <string>

#include "control/model/reachability.h"
#include "control/model/text_rules.h"
#include "control/model/validate_parts.h"

namespace penstock::model {

namespace {

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
  const Interface* interface = find_interface(*port, route.vlan);
  if (interface == nullptr) {
    findings.add(joined(path, "vlan"), "port " + quoted(port->name) + " has no VLAN " +
                                           std::to_string(route.vlan) +
                                           "; accepted: the tag of one of its vlans");
    return;
  }
  // One that could not be read is an IPv4 address of nobody.
  const bool is_readable = !route.via.is_unspecified() && route.to != base::IpPrefix{};
  if (is_readable && route.via.family() != route.to.address.family()) {
    findings.add(joined(path, "via"), route.via.format() +
                                          " is of another family than the network; accepted: a "
                                          "neighbour of the same");
    return;
  }
  if (auto problem = neighbor_problem(*interface, route.via, port_text(*port, route.vlan))) {
    findings.add(joined(path, "via"), *problem);
  }
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
    findings.check_range(joined(path, "connections_per_source_max"),
                         listener.connections_per_source_max, kConnectionsPerSourceRange);
    validate_networks(listener.allow, joined(path, "allow"), findings);
    validate_networks(listener.deny, joined(path, "deny"), findings);
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
  validate_routes(configuration, findings);
  validate_listeners(configuration, findings);
}

}  // namespace penstock::model
