// SPDX-License-Identifier: Apache-2.0
//
// ServerStatus as JSON, for the admin API and `penstock status --json`. The names are an interface:
// control/admin/README.md lists them.
// Pure. Control thread.
#pragma once

#include <nlohmann/json.hpp>
#include <string_view>

#include "control/stats/server_status.h"

namespace penstock::stats {

nlohmann::json status_json(const ServerStatus& status);
// {"pools": [...]}: all pools, or the one of that name (none, if there is no such pool).
nlohmann::json backends_json(const ServerStatus& status, std::string_view pool = "");

}  // namespace penstock::stats
