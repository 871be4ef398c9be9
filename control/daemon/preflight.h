// SPDX-License-Identifier: Apache-2.0
//
// Says why a valid configuration cannot run on this machine, before anything has been started: in
// one sentence that names what is missing and how to mend it.
// It judges values; what only an attempt can tell (a driver's refusal) is told by nic/eal and
// nic/dpdk_port in the same manner.
// Pure. Control thread, at start.
#pragma once

#include <optional>
#include <string>

#include "control/daemon/machine.h"
#include "control/model/configuration.h"

namespace penstock::daemon {

// nullopt: go on. Otherwise the first obstacle, the one to mend first.
std::optional<std::string> preflight(const model::Configuration& configuration,
                                     const Machine& machine);

}  // namespace penstock::daemon
