// SPDX-License-Identifier: Apache-2.0
#include "control/compile/configuration_check.h"

#include <algorithm>
#include <utility>

#include "control/compile/rule_translation.h"

namespace penstock::compile {
namespace {

// Validate and route both look at hosts, methods and actions; the first word on a key is enough.
void add_unless_told(model::Problems& problems, const model::Problem& problem) {
  const bool is_told =
      std::any_of(problems.begin(), problems.end(),
                  [&](const model::Problem& told) { return told.path == problem.path; });
  if (!is_told) problems.push_back(problem);
}

}  // namespace

Checked check(config::Loaded loaded, const SharedRules& previous) {
  Checked checked;
  checked.configuration = std::move(loaded.configuration);
  checked.sources = std::move(loaded.sources);
  checked.problems = std::move(loaded.problems);
  if (!loaded.has_configuration) return checked;

  auto rules = compile_rules(checked.configuration, checked.sources, previous);
  if (rules.ok()) {
    checked.rules = std::move(rules).value();
    for (const route::RuleProblem& warning : checked.rules->warnings) {
      checked.warnings.push_back(to_problem(warning, checked.configuration, checked.sources));
    }
    return checked;
  }
  for (const model::Problem& problem : rules.error()) add_unless_told(checked.problems, problem);
  model::sort_by_place(checked.problems);
  return checked;
}

Checked check_file(const std::string& file, const SharedRules& previous) {
  return check(config::load_file(file), previous);
}

}  // namespace penstock::compile
