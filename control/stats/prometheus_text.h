// SPDX-License-Identifier: Apache-2.0
//
// ServerStatus in Prometheus' text exposition format. Every name starts with "penstock_"; counters
// end in "_total".
// Pure. Control thread.
#pragma once

#include <string>

#include "control/stats/server_status.h"

namespace penstock::stats {

std::string prometheus_text(const ServerStatus& status);

}  // namespace penstock::stats
