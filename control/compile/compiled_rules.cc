// SPDX-License-Identifier: Apache-2.0
#include "control/compile/compiled_rules.h"

#include <utility>

#include "control/compile/rule_translation.h"

namespace penstock::compile {

RuleInputs RuleInputs::of(const model::Configuration& configuration) {
  RuleInputs inputs;
  inputs.rules = configuration.rules;
  for (const model::Pool& pool : configuration.pools) inputs.pools.push_back(pool.name);
  for (const model::Listener& listener : configuration.listeners) {
    inputs.listeners.push_back(listener.name);
  }
  return inputs;
}

base::Result<SharedRules, model::Problems> compile_rules(const model::Configuration& configuration,
                                                         const model::SourceMap& sources,
                                                         const SharedRules& previous) {
  RuleInputs inputs = RuleInputs::of(configuration);
  if (previous != nullptr && previous->inputs == inputs) return previous;

  auto table = route::RuleTable::compile(translate_rules(configuration));
  if (!table.ok()) {
    model::Problems problems;
    for (const route::RuleProblem& problem : table.error()) {
      problems.push_back(to_problem(problem, configuration, sources));
    }
    return base::Failure{std::move(problems)};
  }
  auto compiled = std::make_shared<CompiledRules>();
  compiled->inputs = std::move(inputs);
  compiled->warnings.assign(table->warnings().begin(), table->warnings().end());
  compiled->table = std::make_shared<const route::RuleTable>(std::move(table).value());
  return SharedRules(std::move(compiled));
}

}  // namespace penstock::compile
