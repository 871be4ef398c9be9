// SPDX-License-Identifier: Apache-2.0
//
// The rule tables of a configuration (listeners with the same rules share one), with what they were
// made from, so that a change of membership or of time-outs takes the same tables over instead of
// compiling thousands of patterns again.
// Immutable; shared by the snapshots of all workers and of later generations.
// Control thread.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "control/model/configuration.h"
#include "control/model/problem.h"
#include "control/model/source_map.h"
#include "dataplane/base/result.h"
#include "dataplane/route/rule_table.h"

namespace penstock::compile {

// All that rule tables depend on: the rules, and what they refer to by place.
struct RuleInputs {
  std::vector<model::Rule> rules;
  model::Http http;  // says which paths rules can see
  std::vector<std::string> pools;
  std::vector<std::string> listeners;
  std::vector<std::string> rate_limits;

  static RuleInputs of(const model::Configuration& configuration);
  bool operator==(const RuleInputs&) const = default;
};

struct ListenerTable {
  std::vector<uint32_t> rules;  // their places in the configuration, in the order of the table
  std::shared_ptr<const route::RuleTable> table;
};

struct CompiledRules {
  RuleInputs inputs;
  std::vector<ListenerTable> tables;
  std::vector<uint32_t> table_of_listener;  // for each listener of the configuration
  // Rules that can never win; worth telling, no reason to refuse.
  std::vector<route::RuleProblem> warnings;
};

using SharedRules = std::shared_ptr<const CompiledRules>;

// `previous` itself when nothing that matters has changed; it may be null.
base::Result<SharedRules, model::Problems> compile_rules(const model::Configuration& configuration,
                                                         const model::SourceMap& sources,
                                                         const SharedRules& previous);

}  // namespace penstock::compile
