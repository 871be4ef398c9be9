// SPDX-License-Identifier: Apache-2.0
//
// Service: a penstockd that serves: data plane, publisher, controller, admin socket and access log
// put together, and the control thread's loop over signals and small chores until the end.
// The end: SIGTERM or SIGINT drains (open exchanges finish or meet timeouts.drain_ms); a second one
// ends at once.
// Control thread.
#pragma once

#include <optional>
#include <string>

#include "control/compile/configuration_check.h"
#include "control/daemon/signals.h"

namespace penstock::daemon {

// Serves `checked`, the content of `file`, until a signal ends it. Returns what kept it from
// starting, as one sentence; nullopt after an orderly end.
std::optional<std::string> serve(const std::string& file, compile::Checked checked,
                                 Signals& signals);

}  // namespace penstock::daemon
