// SPDX-License-Identifier: Apache-2.0
//
// Questions about addresses in a desired state: which are ours, which can be reached, and which
// can be the address of one host at all. Answers are sentences for problems.
// It looks at configured prefixes, routes and gateways only; whether somebody answers there is for
// the data plane to find out.
// RFC 1122 3.2.1.3, RFC 4291 2 (addresses that name no single host).
// Control thread.
#pragma once

#include <optional>
#include <string>

#include "control/model/configuration.h"

namespace penstock::model {

// Whether addresses of ports are missing or could not be read. That has been reported, and what
// the others miss may be among them.
bool has_unreadable_addresses(const Interface& interface);
bool has_unreadable_network(const Configuration& configuration);

bool is_own_address(const Configuration& configuration, base::IpAddress address);
// Whether the address lies in a prefix of a port or VLAN.
bool is_connected(const Configuration& configuration, base::IpAddress address);
// Through a connected prefix, a static route or a gateway of the address's family.
bool is_reachable(const Configuration& configuration, base::IpAddress address);

// The prefix without its host bits.
base::IpPrefix network_of(base::IpPrefix prefix);

// fe80::/10.
bool is_link_local(base::IpAddress address);
// Whether the address can be a neighbour at the interface: in one of its networks, or link-local
// where the interface has IPv6.
bool is_on_link(const Interface& interface, base::IpAddress address);
// The port's VLAN of this tag, or for 0 its untagged interface; nullptr when there is none.
const Interface* find_interface(const Port& port, uint16_t vlan);
// `port "client"`, `VLAN 100 of port "client"`: in sentences.
std::string port_text(const Port& port, uint16_t vlan);

// Why the address cannot be that of one host; nothing when it can.
std::optional<std::string> host_address_problem(base::IpAddress address);
// Why the address cannot be that of one host within this prefix; nothing when it can.
std::optional<std::string> host_in_prefix_problem(base::IpAddress address, base::IpPrefix prefix);
// Why the address cannot be that of a gateway or next hop, another host on the interface's link;
// nothing when it can, or when the interface's own addresses are unknown. `name` is port_text().
std::optional<std::string> neighbor_problem(const Interface& interface, base::IpAddress neighbor,
                                            const std::string& name);
// Why no backend can have this address; nothing when one can.
std::optional<std::string> backend_address_problem(const Configuration& configuration,
                                                   base::Endpoint address);

}  // namespace penstock::model
