// SPDX-License-Identifier: Apache-2.0
//
// Rules that have a NIC bring replies of backends to the worker that asked, by the low bits of our
// port: for devices that hash by a key or table which they do not tell (rte_flow; one rule for each
// value of the bits and IP version). Steering::by_rules() is the same arithmetic on our side, and
// the self-check holds the NIC to it. A device that refuses one of the rules keeps none of them.
// Called by the control thread when a port has started.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

namespace penstock::nic {

// The worker by the low bits of a port from Steering::kRulePortLowest on; nullopt when the device
// does not take such rules.
std::optional<std::vector<uint16_t>> install_port_rules(uint16_t port, uint32_t workers);

}  // namespace penstock::nic
