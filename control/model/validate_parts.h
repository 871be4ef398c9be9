// SPDX-License-Identifier: Apache-2.0
//
// The parts of validate, one file each: numbers and paths of the whole process, the network side,
// the pools, the rules. Each reports everything it finds and depends on no other having run.
// A name or address that is empty was already reported by config/ as missing or unreadable: what
// refers to others then keeps quiet instead of blaming the reference.
// Used within model/ only.
// Control thread.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "control/model/configuration.h"
#include "control/model/findings.h"

namespace penstock::model {

void validate_process(const Configuration& configuration, Findings& findings);
void validate_http(const Configuration& configuration, Findings& findings);
void validate_ports(const Configuration& configuration, Findings& findings);
void validate_network(const Configuration& configuration, Findings& findings);
void validate_pools(const Configuration& configuration, Findings& findings);
void validate_rules(const Configuration& configuration, Findings& findings);

void validate_rate_limits(const Configuration& configuration, Findings& findings);

// A field that somebody looks for in requests, and what becomes of who looks in vain.
struct SoughtField {
  std::string_view name;
  std::string so;
};
// The name must be a token, and one that requests still have when it is looked for.
void validate_field_name(const Http& http, const SoughtField& field, const std::string& path,
                         Findings& findings);

// A list of networks that clients come from.
void validate_networks(const std::vector<base::IpPrefix>& networks, const std::string& path,
                       Findings& findings);

}  // namespace penstock::model
