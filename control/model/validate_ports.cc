// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <string>

#include "control/model/reachability.h"
#include "control/model/text_rules.h"
#include "control/model/validate_parts.h"

namespace penstock::model {

namespace {

// One interface with the words for it.
struct Place {
  const Interface* interface;
  std::string path;
  std::string name;
};

std::vector<Place> places_of(const std::vector<Port>& ports) {
  std::vector<Place> places;
  for (size_t i = 0; i < ports.size(); ++i) {
    const Port& port = ports[i];
    const std::string path = indexed("ports", i);
    const std::string name = port_text(port, 0);
    if (!port.addresses.empty() || port.vlans.empty()) places.push_back({&port, path, name});
    for (size_t k = 0; k < port.vlans.size(); ++k) {
      const Vlan& vlan = port.vlans[k];
      places.push_back({&vlan, indexed(joined(path, "vlans"), k), port_text(port, vlan.tag)});
    }
  }
  return places;
}

bool overlap(const base::IpPrefix& a, const base::IpPrefix& b) {
  return a.length <= b.length ? a.contains(b.address) : b.contains(a.address);
}

// Two links with one network would leave open through which of them a host of it is reached.
void check_overlap(const std::vector<Place>& places, size_t place_index, size_t address_index,
                   Findings& findings) {
  const base::IpPrefix& prefix = places[place_index].interface->addresses[address_index];
  // Every link has the link-local network.
  if (is_link_local(prefix.address)) return;
  for (size_t i = 0; i < place_index; ++i) {
    for (const base::IpPrefix& other : places[i].interface->addresses) {
      // Reported already, as a duplicate or as unreadable.
      if (prefix.address == other.address || other.address.is_unspecified()) continue;
      if (!overlap(prefix, other)) continue;
      findings.add(indexed(joined(places[place_index].path, "addresses"), address_index),
                   prefix.format() + " overlaps " + other.format() + " of " + places[i].name +
                       "; accepted: one port or VLAN for each network");
      return;
    }
  }
}

void check_gateway(const Place& place, std::optional<base::IpAddress> gateway,
                   base::IpFamily family, Findings& findings) {
  if (!gateway || *gateway == base::IpAddress()) return;  // absent, or unreadable
  const bool is_v4 = family == base::IpFamily::V4;
  const std::string path = joined(place.path, is_v4 ? "gateway" : "gateway_ipv6");
  if (gateway->family() == family) {
    if (auto problem = neighbor_problem(*place.interface, *gateway, place.name)) {
      findings.add(path, *problem);
    }
    return;
  }
  findings.add(path, gateway->format() +
                         (is_v4 ? " is IPv6; accepted: an IPv4 address, with the IPv6 one in "
                                  "gateway_ipv6"
                                : " is IPv4; accepted: an IPv6 address"));
}

void check_source_addresses(const Place& place, Findings& findings) {
  Uniqueness unique(findings, "address");
  const std::vector<base::IpPrefix>& own = place.interface->addresses;
  for (size_t i = 0; i < place.interface->source_addresses.size(); ++i) {
    const base::IpAddress source = place.interface->source_addresses[i];
    // An address that could not be read has been reported.
    if (source.is_unspecified() || has_unreadable_addresses(*place.interface)) continue;
    const std::string path = indexed(joined(place.path, "source_addresses"), i);
    unique.check(path, source.format());
    const bool is_own = std::any_of(
        own.begin(), own.end(), [&](const base::IpPrefix& each) { return each.address == source; });
    if (is_own) continue;
    findings.add(path, source.format() + " is no address of " + place.name +
                           "; accepted: one of its addresses");
  }
}

void validate_interface(const std::vector<Place>& places, size_t index, Findings& findings) {
  const Place& place = places[index];
  const std::vector<base::IpPrefix>& addresses = place.interface->addresses;
  const std::string path = joined(place.path, "addresses");
  if (addresses.empty() || addresses.size() > base::kAddressesPerInterfaceMax) {
    findings.add(path, std::to_string(addresses.size()) + " addresses; accepted: 1 to " +
                           std::to_string(base::kAddressesPerInterfaceMax));
  }
  for (size_t i = 0; i < addresses.size(); ++i) {
    if (auto problem = host_in_prefix_problem(addresses[i].address, addresses[i])) {
      findings.add(indexed(path, i), *problem);
      continue;
    }
    check_overlap(places, index, i, findings);
  }
  check_source_addresses(place, findings);
  check_gateway(place, place.interface->gateway, base::IpFamily::V4, findings);
  check_gateway(place, place.interface->gateway_ipv6, base::IpFamily::V6, findings);
}

void validate_port(const Port& port, const std::string& path, Findings& findings) {
  findings.check_text(joined(path, "name"), port.name, is_name, kNameAccepted);
  findings.check_range(joined(path, "mtu"), port.mtu, kMtuRange);
  if (port.device.empty()) {
    findings.add(joined(path, "device"),
                 "no device is named; accepted: a PCI address such as \"0000:3b:00.0\" or a vdev "
                 "such as \"net_tap0,iface=client\"");
  }
  if (kMtuRange.contains(port.mtu) && port.mtu < base::kMtuMinIpv6 && has_ipv6(port)) {
    findings.add(joined(path, "mtu"), std::to_string(port.mtu) +
                                          " is less than every link of IPv6 carries; accepted: " +
                                          std::to_string(base::kMtuMinIpv6) + " or more");
  }
  Uniqueness tags(findings, "tag");
  for (size_t i = 0; i < port.vlans.size(); ++i) {
    const std::string tag_path = joined(indexed(joined(path, "vlans"), i), "tag");
    findings.check_range(tag_path, port.vlans[i].tag, kVlanTagRange);
    if (port.vlans[i].tag != 0) tags.check(tag_path, std::to_string(port.vlans[i].tag));
  }
  const bool is_tagged_only = port.addresses.empty() && !port.vlans.empty();
  if (is_tagged_only && (port.gateway || port.gateway_ipv6)) {
    findings.add(joined(path, port.gateway ? "gateway" : "gateway_ipv6"),
                 "a gateway among untagged frames, where the port has no address; accepted: one in "
                 "the VLAN in which it is");
  }
}

void check_unique_addresses(const std::vector<Place>& places, Findings& findings) {
  Uniqueness addresses(findings, "address");
  for (const Place& place : places) {
    for (size_t i = 0; i < place.interface->addresses.size(); ++i) {
      const base::IpAddress address = place.interface->addresses[i].address;
      if (address.is_unspecified()) continue;
      addresses.check(indexed(joined(place.path, "addresses"), i), address.format());
    }
  }
}

}  // namespace

void validate_ports(const Configuration& configuration, Findings& findings) {
  const std::vector<Port>& ports = configuration.ports;
  if (ports.empty() || ports.size() > base::kPortsMax) {
    findings.add("ports", std::to_string(ports.size()) + " ports; accepted: 1 to " +
                              std::to_string(base::kPortsMax));
  }
  const std::vector<Place> places = places_of(ports);
  if (places.size() > base::kInterfacesMax) {
    findings.add("ports", std::to_string(places.size()) +
                              " interfaces, VLANs and untagged together; accepted: at most " +
                              std::to_string(base::kInterfacesMax));
  }
  Uniqueness names(findings, "port name");
  Uniqueness devices(findings, "device");
  for (size_t i = 0; i < ports.size(); ++i) {
    const std::string path = indexed("ports", i);
    if (!ports[i].name.empty()) names.check(joined(path, "name"), ports[i].name);
    // A vdev is one device whatever its arguments say.
    const std::string device = ports[i].device.substr(0, ports[i].device.find(','));
    if (!device.empty()) devices.check(joined(path, "device"), device);
    validate_port(ports[i], path, findings);
  }
  check_unique_addresses(places, findings);
  for (size_t i = 0; i < places.size(); ++i) validate_interface(places, i, findings);
}

}  // namespace penstock::model
