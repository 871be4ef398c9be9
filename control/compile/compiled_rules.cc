// SPDX-License-Identifier: Apache-2.0
#include "control/compile/compiled_rules.h"

#include <algorithm>
#include <utility>

#include "control/compile/rule_paths.h"
#include "control/compile/rule_translation.h"

namespace penstock::compile {
namespace {

bool is_for(const model::Rule& rule, const std::string& listener) {
  return rule.listeners.empty() ||
         std::find(rule.listeners.begin(), rule.listeners.end(), listener) != rule.listeners.end();
}

std::vector<uint32_t> rules_for(const model::Configuration& configuration,
                                const std::string& listener) {
  std::vector<uint32_t> rules;
  for (uint32_t i = 0; i < configuration.rules.size(); ++i) {
    if (is_for(configuration.rules[i], listener)) rules.push_back(i);
  }
  return rules;
}

// The place of the table with these rules, which is added if there is none.
uint32_t table_with(std::vector<ListenerTable>& tables, std::vector<uint32_t> rules) {
  const auto place = std::find_if(tables.begin(), tables.end(),
                                  [&](const ListenerTable& t) { return t.rules == rules; });
  const auto index = static_cast<uint32_t>(place - tables.begin());
  if (place == tables.end()) tables.push_back({std::move(rules), nullptr});
  return index;
}

// A table counts its own rules; an operator counts those of the file.
route::RuleProblem in_file_order(route::RuleProblem problem, const ListenerTable& table) {
  if (problem.rule) problem.rule = table.rules[*problem.rule];
  return problem;
}

struct Findings {
  std::vector<route::RuleProblem> problems;
  std::vector<route::RuleProblem> warnings;
};

void add_once(std::vector<route::RuleProblem>& list, const route::RuleProblem& problem) {
  const bool is_there = std::any_of(list.begin(), list.end(), [&](const route::RuleProblem& other) {
    return other.rule == problem.rule && other.part == problem.part && other.item == problem.item &&
           other.text == problem.text;
  });
  if (!is_there) list.push_back(problem);
}

void compile_table(ListenerTable& target, const std::vector<route::Rule>& all, Findings& findings) {
  std::vector<route::Rule> rules;
  rules.reserve(target.rules.size());
  for (const uint32_t index : target.rules) rules.push_back(all[index]);
  auto table = route::RuleTable::compile(rules);
  if (!table.ok()) {
    for (const auto& problem : table.error()) {
      add_once(findings.problems, in_file_order(problem, target));
    }
    return;
  }
  for (const auto& warning : table->warnings()) {
    add_once(findings.warnings, in_file_order(warning, target));
  }
  target.table = std::make_shared<const route::RuleTable>(std::move(table).value());
}

}  // namespace

RuleInputs RuleInputs::of(const model::Configuration& configuration) {
  RuleInputs inputs;
  inputs.rules = configuration.rules;
  inputs.http = configuration.http;
  for (const model::Pool& pool : configuration.pools) inputs.pools.push_back(pool.name);
  for (const model::Listener& listener : configuration.listeners) {
    inputs.listeners.push_back(listener.name);
  }
  for (const model::RateLimit& limit : configuration.rate_limits) {
    inputs.rate_limits.push_back(limit.name);
  }
  return inputs;
}

base::Result<SharedRules, model::Problems> compile_rules(const model::Configuration& configuration,
                                                         const model::SourceMap& sources,
                                                         const SharedRules& previous) {
  RuleInputs inputs = RuleInputs::of(configuration);
  if (previous != nullptr && previous->inputs == inputs) return previous;

  auto compiled = std::make_shared<CompiledRules>();
  for (const std::string& listener : inputs.listeners) {
    compiled->table_of_listener.push_back(
        table_with(compiled->tables, rules_for(configuration, listener)));
  }
  // A file without a usable listener still has its rules judged: all problems at once.
  if (compiled->tables.empty()) {
    std::vector<uint32_t> all(configuration.rules.size());
    for (uint32_t i = 0; i < all.size(); ++i) all[i] = i;
    compiled->tables.push_back({std::move(all), nullptr});
  }
  Findings findings{paths_never_seen(configuration), {}};
  const std::vector<route::Rule> rules = translate_rules(configuration);
  for (ListenerTable& table : compiled->tables) compile_table(table, rules, findings);
  if (!findings.problems.empty()) {
    model::Problems problems;
    for (const auto& problem : findings.problems) {
      problems.push_back(to_problem(problem, configuration, sources));
    }
    return base::Failure{std::move(problems)};
  }
  compiled->warnings = std::move(findings.warnings);
  compiled->inputs = std::move(inputs);
  return SharedRules(std::move(compiled));
}

}  // namespace penstock::compile
