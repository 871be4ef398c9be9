// SPDX-License-Identifier: Apache-2.0
//
// Rate limits of the model to those that workers read, and names of limits to their places.
// Pure. Control thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "control/compile/name_registry.h"
#include "control/model/rate_limit_model.h"
#include "dataplane/proxy/rate_limit.h"

namespace penstock::compile {

// In the same order.
std::vector<proxy::RateLimit> compile_rate_limits(const std::vector<model::RateLimit>& limits,
                                                  const NameRegistry& ids);

// The place of the limit with this name; nothing for "", which names none.
std::optional<uint32_t> rate_limit_index(const std::vector<model::RateLimit>& limits,
                                         const std::string& name);

}  // namespace penstock::compile
