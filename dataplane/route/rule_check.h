// SPDX-License-Identifier: Apache-2.0
//
// Judges rules one by one: texts, limits, and actions that do not fit their conditions.
// It leaves two things to RuleTable::compile(): regular expressions, and what only shows when all
// rules are compiled together. That a pool exists is model's to judge.
// Called by control; allocates. All problems at once, by rule and in the order of RulePart.
#pragma once

#include <span>
#include <vector>

#include "dataplane/route/rule_problem.h"

namespace penstock::route {

std::vector<RuleProblem> check_rules(std::span<const Rule> rules);

}  // namespace penstock::route
