// SPDX-License-Identifier: Apache-2.0
//
// Finds rules whose path no request can have, because rules see paths in normal form only: an
// operator who writes "/a//b" to keep clients out would keep nobody out.
// Pure. Control thread.
#pragma once

#include <vector>

#include "control/model/configuration.h"
#include "dataplane/route/rule_problem.h"

namespace penstock::compile {

std::vector<route::RuleProblem> paths_never_seen(const model::Configuration& configuration);

}  // namespace penstock::compile
