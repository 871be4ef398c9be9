// SPDX-License-Identifier: Apache-2.0
//
// The rule table of a configuration, with what it was made from, so that a change of membership or
// of time-outs takes the same table over instead of compiling thousands of patterns again.
// Immutable; shared by the snapshots of all workers and of later generations.
// Control thread.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "control/model/configuration.h"
#include "control/model/problem.h"
#include "control/model/source_map.h"
#include "dataplane/base/result.h"
#include "dataplane/route/rule_table.h"

namespace penstock::compile {

// All that a rule table depends on: the rules, and what its indices stand for.
struct RuleInputs {
  std::vector<model::Rule> rules;
  std::vector<std::string> pools;
  std::vector<std::string> listeners;

  static RuleInputs of(const model::Configuration& configuration);
  bool operator==(const RuleInputs&) const = default;
};

struct CompiledRules {
  RuleInputs inputs;
  std::shared_ptr<const route::RuleTable> table;
  // Rules that can never win; worth telling, no reason to refuse.
  std::vector<route::RuleProblem> warnings;
};

using SharedRules = std::shared_ptr<const CompiledRules>;

// `previous` itself when nothing that matters has changed; it may be null.
base::Result<SharedRules, model::Problems> compile_rules(const model::Configuration& configuration,
                                                         const model::SourceMap& sources,
                                                         const SharedRules& previous);

}  // namespace penstock::compile
