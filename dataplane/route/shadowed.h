// SPDX-License-Identifier: Apache-2.0
//
// Finds rules that can never win, because one with the same host and path always comes first.
// A help, not a proof: that a prefix covers a regular expression, say, is not seen.
// Called by control at compile time; allocates.
#pragma once

#include <span>
#include <vector>

#include "dataplane/route/precedence.h"
#include "dataplane/route/rule_problem.h"

namespace penstock::route {

// `entries` by rank, with their keys.
std::vector<RuleProblem> find_shadowed(std::span<const Rule> rules, std::span<const Entry> entries);

}  // namespace penstock::route
