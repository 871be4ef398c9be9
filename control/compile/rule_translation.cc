// SPDX-License-Identifier: Apache-2.0
#include "control/compile/rule_translation.h"

#include <algorithm>
#include <type_traits>
#include <variant>

#include "control/compile/rate_limits.h"

namespace penstock::compile {
namespace {

uint32_t index_of(const std::vector<model::Pool>& pools, const std::string& name) {
  const auto place = std::find_if(pools.begin(), pools.end(),
                                  [&](const model::Pool& pool) { return pool.name == name; });
  return place == pools.end() ? 0 : static_cast<uint32_t>(place - pools.begin());
}

route::PathMatch translate(const model::PathCondition& path) {
  using From = model::PathCondition::Kind;
  using To = route::PathMatch::Kind;
  switch (path.kind) {
    case From::Exact:
      return {To::Exact, path.text};
    case From::Prefix:
      return {To::Prefix, path.text};
    case From::Regex:
      return {To::Regex, path.text};
    case From::Any:
      break;
  }
  return {};
}

route::Action translate(const model::Action& action, const std::vector<model::Pool>& pools) {
  if (const auto* forward = std::get_if<model::Forward>(&action)) {
    return route::Forward{index_of(pools, forward->pool)};
  }
  if (const auto* respond = std::get_if<model::Respond>(&action)) {
    return route::FixedResponse{respond->status, respond->content_type, respond->body};
  }
  const auto& redirect = std::get<model::Redirect>(action);
  return route::Redirect{redirect.status, redirect.scheme, redirect.host,
                         redirect.port,   redirect.path,   redirect.path_prefix};
}

template <class Condition>
std::vector<Condition> translate(const std::vector<model::NamedCondition>& conditions) {
  std::vector<Condition> translated;
  for (const model::NamedCondition& condition : conditions) {
    translated.push_back(Condition{condition.name, condition.value});
  }
  return translated;
}

route::Rule translate(const model::Rule& rule, const std::vector<model::Pool>& pools) {
  route::Rule translated;
  translated.name = rule.name;
  translated.priority = rule.priority;
  for (const std::string& host : rule.hosts) {
    translated.hosts.push_back(route::HostMatch::from_text(host));
  }
  translated.path = translate(rule.path);
  translated.methods = rule.methods;
  translated.headers = translate<route::HeaderCondition>(rule.headers);
  translated.query = translate<route::QueryCondition>(rule.query);
  translated.sources = base::PrefixSet(rule.sources);
  translated.except_sources = base::PrefixSet(rule.except_sources);
  translated.action = translate(rule.action, pools);
  return translated;
}

const char* action_key(const model::Action& action) {
  if (std::holds_alternative<model::Forward>(action)) return "forward";
  return std::holds_alternative<model::Respond>(action) ? "respond" : "redirect";
}

}  // namespace

std::vector<route::Rule> translate_rules(const model::Configuration& configuration) {
  std::vector<route::Rule> rules;
  rules.reserve(configuration.rules.size());
  for (const model::Rule& rule : configuration.rules) {
    rules.push_back(translate(rule, configuration.pools));
    rules.back().request_rate = rate_limit_index(configuration.rate_limits, rule.request_rate);
  }
  return rules;
}

std::string path_of(const route::RuleProblem& problem, const model::Configuration& configuration) {
  using Part = route::RulePart;
  if (!problem.rule || *problem.rule >= configuration.rules.size()) return "rules";
  std::string rule_path = model::indexed("rules", *problem.rule);
  const model::Rule& rule = configuration.rules[*problem.rule];
  const auto item_of = [&](const char* key) {
    return model::indexed(model::joined(rule_path, key), problem.item);
  };
  switch (problem.part) {
    case Part::Host:
      return item_of("hosts");
    case Part::Path:
      return model::joined(rule_path, model::path_condition_key(rule.path.kind));
    case Part::Method:
      return item_of("methods");
    case Part::Header:
      return item_of("headers");
    case Part::Query:
      return item_of("query");
    case Part::Source:
      return item_of("sources");
    case Part::ExceptSource:
      return item_of("except_sources");
    case Part::Effect:
      return model::joined(rule_path, action_key(rule.action));
    case Part::None:
    case Part::Table:
      break;
  }
  return rule_path;
}

model::Problem to_problem(const route::RuleProblem& problem,
                          const model::Configuration& configuration,
                          const model::SourceMap& sources) {
  return sources.problem(path_of(problem, configuration), problem.text);
}

}  // namespace penstock::compile
