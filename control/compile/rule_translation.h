// SPDX-License-Identifier: Apache-2.0
//
// Model rules -> route rules: names of pools become indices of a snapshot; and back: what route
// says of a rule becomes a problem at the key an operator wrote. Which listener has which rules is
// left to compiled_rules.h. It judges nothing: a pool that does not exist was reported by validate,
// and gives index 0 here. Pure. Control thread.
#pragma once

#include <string>
#include <vector>

#include "control/model/configuration.h"
#include "control/model/problem.h"
#include "control/model/source_map.h"
#include "dataplane/route/rule.h"
#include "dataplane/route/rule_problem.h"

namespace penstock::compile {

// In the order of the configuration.
std::vector<route::Rule> translate_rules(const model::Configuration& configuration);

// "rules[3].path_regex", "rules[3].headers[1]", "rules". The problem's rule is its place in the
// configuration.
std::string path_of(const route::RuleProblem& problem, const model::Configuration& configuration);

model::Problem to_problem(const route::RuleProblem& problem,
                          const model::Configuration& configuration,
                          const model::SourceMap& sources);

}  // namespace penstock::compile
