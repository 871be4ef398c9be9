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
bool has_unreadable_addresses(const Port& port);
bool has_unreadable_network(const Configuration& configuration);

bool is_own_address(const Configuration& configuration, base::IpAddress address);
// The port one of whose prefixes contains the address; nullptr when there is none.
const Port* connected_port(const Configuration& configuration, base::IpAddress address);
// Through a connected prefix, a static route or a gateway of the address's family.
bool is_reachable(const Configuration& configuration, base::IpAddress address);

// The prefix without its host bits.
base::IpPrefix network_of(base::IpPrefix prefix);

// fe80::/10.
bool is_link_local(base::IpAddress address);
// Whether the address can be a neighbour of the port: in one of its networks, or link-local where
// the port has IPv6.
bool is_on_link(const Port& port, base::IpAddress address);

// Why the address cannot be that of one host; nothing when it can.
std::optional<std::string> host_address_problem(base::IpAddress address);
// Why the address cannot be that of one host within this prefix; nothing when it can.
std::optional<std::string> host_in_prefix_problem(base::IpAddress address, base::IpPrefix prefix);
// Why no backend can have this address; nothing when one can.
std::optional<std::string> backend_address_problem(const Configuration& configuration,
                                                   base::Endpoint address);

}  // namespace penstock::model
