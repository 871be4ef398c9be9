// SPDX-License-Identifier: Apache-2.0
#include "dataplane/route/rule_table.h"

#include <algorithm>
#include <map>
#include <utility>

#include "dataplane/route/conditions.h"
#include "dataplane/route/expression.h"
#include "dataplane/route/folded_host.h"
#include "dataplane/route/rule_check.h"
#include "dataplane/route/shadowed.h"

namespace penstock::route {

namespace {

// Where a text was first used, to blame it on a rule.
struct PatternUse {
  uint32_t rule;
  uint32_t item;
};

// Distinct expressions in the order in which they were first met.
struct Patterns {
  std::map<std::string, uint32_t> ids;
  std::vector<Pattern> patterns;
  std::vector<PatternUse> uses;

  uint32_t id_of(const std::string& expression, PatternUse use) {
    const auto [at, added] = ids.try_emplace(expression, static_cast<uint32_t>(patterns.size()));
    if (added) {
      patterns.push_back({expression, Letters::CaseSensitive});
      uses.push_back(use);
    }
    return at->second;
  }
};

std::vector<RuleProblem> check_expressions(std::span<const Rule> rules) {
  std::vector<RuleProblem> problems;
  for (uint32_t i = 0; i < rules.size(); ++i) {
    if (rules[i].path.kind != PathMatch::Kind::Regex) continue;
    // As the operator wrote it, so that the engine's words and places fit the operator's text.
    auto problem = expression_problem(rules[i].path.text);
    if (problem) problems.push_back({i, RulePart::Path, 0, *std::move(problem)});
  }
  return problems;
}

std::vector<RuleProblem> blame(const std::vector<PatternProblem>& problems,
                               const Patterns& patterns, RulePart part) {
  std::vector<RuleProblem> blamed;
  for (const PatternProblem& problem : problems) {
    if (problem.pattern) {
      const PatternUse use = patterns.uses[*problem.pattern];
      blamed.push_back({use.rule, part, use.item, problem.text});
    } else {
      blamed.push_back({std::nullopt, RulePart::Table, 0, problem.text});
    }
  }
  return blamed;
}

void append(std::vector<RuleProblem>& to, std::vector<RuleProblem> more) {
  for (RuleProblem& problem : more) to.push_back(std::move(problem));
}

}  // namespace

base::Result<RuleTable, std::vector<RuleProblem>> RuleTable::compile(std::span<const Rule> rules) {
  std::vector<RuleProblem> problems = check_rules(rules);
  append(problems, check_expressions(rules));
  RuleTable table;
  if (problems.empty()) {
    table.rules_.assign(rules.begin(), rules.end());
    table.entries_ = entries_by_precedence(rules);
    problems = table.compile_hosts();
    append(problems, table.compile_paths());
  }
  if (!problems.empty()) {
    std::stable_sort(problems.begin(), problems.end(),
                     [](const RuleProblem& a, const RuleProblem& b) { return a.rule < b.rule; });
    return base::Failure{std::move(problems)};
  }
  table.buckets_ = BucketIndex(table.entries_);
  table.find_first_ranks();
  table.warnings_ = find_shadowed(table.rules_, table.entries_);
  return table;
}

// Gives every entry its host key, and makes what finds the keys of a request's host.
std::vector<RuleProblem> RuleTable::compile_hosts() {
  Patterns wildcards;
  TextSet names;
  for (Entry& entry : entries_) {
    const HostMatch host = host_of(rules_[entry.rule], entry.host_item);
    if (host.kind == HostMatch::Kind::Exact) names.emplace(FoldedHost(host.text).text());
    if (host.kind != HostMatch::Kind::Wildcard) continue;
    const std::string expression = reversed_wildcard_expression(host.text);
    entry.host_key = wildcards.id_of(expression, {entry.rule, entry.host_item}) + 1;
  }
  exact_hosts_ = TextIndex(names, static_cast<uint32_t>(wildcards.patterns.size()) + 1);
  for (Entry& entry : entries_) {
    const HostMatch host = host_of(rules_[entry.rule], entry.host_item);
    if (host.kind != HostMatch::Kind::Exact) continue;
    entry.host_key = exact_hosts_.find(FoldedHost(host.text).text());
  }
  auto compiled = PatternSet::compile(wildcards.patterns);
  if (!compiled) return blame(compiled.error(), wildcards, RulePart::Host);
  wildcard_hosts_ = std::move(compiled).value();
  return {};
}

// The same for paths.
std::vector<RuleProblem> RuleTable::compile_paths() {
  TextSet prefixes;
  TextSet exact;
  for (const Rule& rule : rules_) {
    if (rule.path.kind == PathMatch::Kind::Exact) exact.insert(rule.path.text);
    if (rule.path.kind == PathMatch::Kind::Prefix) {
      prefixes.emplace(without_trailing_slash(rule.path.text));
    }
  }
  paths_ = PathIndex(prefixes, exact);
  Patterns regexes;
  for (Entry& entry : entries_) {
    const PathMatch& path = rules_[entry.rule].path;
    switch (path.kind) {
      case PathMatch::Kind::Any:
        break;
      case PathMatch::Kind::Exact:
        entry.path_key = paths_.exact_key(path.text);
        break;
      case PathMatch::Kind::Prefix:
        entry.path_key = paths_.prefix_key(without_trailing_slash(path.text));
        break;
      case PathMatch::Kind::Regex:
        entry.path_key = regex_key(regexes.id_of(path_expression(path.text), {entry.rule, 0}));
        break;
    }
  }
  auto compiled = PatternSet::compile(regexes.patterns);
  if (!compiled) return blame(compiled.error(), regexes, RulePart::Path);
  path_regexes_ = std::move(compiled).value();
  return {};
}

// Makes what says that a search is over: the best rank of each sort of host and path.
void RuleTable::find_first_ranks() {
  first_ranks_.assign(paths_.size() + 1, kNoRank);
  for (uint32_t rank = 0; rank < entries_.size(); ++rank) {
    const Entry& entry = entries_[rank];
    const HostMatch::Kind host = host_of(rules_[entry.rule], entry.host_item).kind;
    if (host == HostMatch::Kind::Wildcard) {
      first_wildcard_rank_ = std::min(first_wildcard_rank_, rank);
    } else if (host == HostMatch::Kind::Any) {
      first_any_host_rank_ = std::min(first_any_host_rank_, rank);
    }
    uint32_t& of_path =
        entry.path_key > paths_.size() ? first_regex_rank_ : first_ranks_[entry.path_key];
    of_path = std::min(of_path, rank);
  }
  // Wider texts have smaller keys.
  for (uint32_t key = kAnyKey + 1; key <= paths_.size(); ++key) {
    first_ranks_[key] = std::min(first_ranks_[key], first_ranks_[paths_.wider(key)]);
  }
}

const Rule* RuleTable::choose(const RequestView& request, Scratch& scratch) const noexcept {
  const uint32_t path = paths_.narrowest(request.path);
  HostKeys hosts;
  uint32_t best = kNoRank;
  if (!exact_hosts_.empty() || first_wildcard_rank_ != kNoRank) {
    const FoldedHost host(request.host);
    hosts.exact = exact_hosts_.find(host.text());
    if (hosts.exact != kAnyKey) best = best_under(hosts.exact, path, request, best);
    // Most requests are taken under an exact host, which wildcards then cannot better.
    if (first_wildcard_rank_ < best) {
      hosts.wildcards = wildcard_hosts_.scan(ReversedHost(host).text(), scratch.wildcard_hosts_);
      for (const uint32_t id : hosts.wildcards) best = best_under(id + 1, path, request, best);
    }
  }
  if (first_any_host_rank_ < best) best = best_under(kAnyKey, path, request, best);
  if (first_regex_rank_ < best) best = best_by_regex(hosts, request, scratch, best);
  return best == kNoRank ? nullptr : &rules_[entries_[best].rule];
}

Explanation RuleTable::explain(const RequestView& request, Scratch& scratch) const {
  const FoldedHost host(request.host);
  const HostKeys hosts{exact_hosts_.find(host.text()),
                       wildcard_hosts_.scan(ReversedHost(host).text(), scratch.wildcard_hosts_)};
  const PathKeys paths{paths_.narrowest(request.path),
                       path_regexes_.scan(request.path, scratch.path_regexes_)};
  Explanation explanation;
  for (const Entry& entry : entries_) {
    const Rule& rule = rules_[entry.rule];
    FailedCondition failed;
    if (!hosts.hold(entry.host_key)) {
      failed.part = RulePart::Host;
    } else if (!hold(paths, entry.path_key)) {
      failed.part = RulePart::Path;
    } else {
      failed = first_failed(rule, request);
    }
    explanation.considered.push_back(
        {entry.rule, failed.part, failure_text(rule, entry.host_item, failed)});
    if (failed.part == RulePart::None) {
      explanation.winner = entry.rule;
      break;
    }
  }
  return explanation;
}

bool RuleTable::HostKeys::hold(uint32_t key) const noexcept {
  return key == kAnyKey || key == exact ||
         std::find(wildcards.begin(), wildcards.end(), key - 1) != wildcards.end();
}

bool RuleTable::hold(const PathKeys& paths, uint32_t key) const noexcept {
  if (key > paths_.size()) {
    return std::any_of(paths.regexes.begin(), paths.regexes.end(),
                       [&](uint32_t id) { return regex_key(id) == key; });
  }
  uint32_t held = paths.narrowest;
  // Wider texts have smaller keys.
  while (held > key) held = paths_.wider(held);
  return held == key;
}

uint32_t RuleTable::best_under(uint32_t host_key, uint32_t narrowest, const RequestView& request,
                               uint32_t best) const noexcept {
  for (uint32_t key = narrowest; first_ranks_[key] < best; key = paths_.wider(key)) {
    best = best_in(buckets_.find(host_key, key), request, best);
    if (key == kAnyKey) break;
  }
  return best;
}

uint32_t RuleTable::best_by_regex(const HostKeys& hosts, const RequestView& request,
                                  Scratch& scratch, uint32_t best) const noexcept {
  for (const uint32_t id : path_regexes_.scan(request.path, scratch.path_regexes_)) {
    const uint32_t path = regex_key(id);
    best = best_in(buckets_.find(hosts.exact, path), request, best);
    for (const uint32_t wildcard : hosts.wildcards) {
      best = best_in(buckets_.find(wildcard + 1, path), request, best);
    }
    best = best_in(buckets_.find(kAnyKey, path), request, best);
  }
  return best;
}

uint32_t RuleTable::best_in(std::span<const uint32_t> bucket, const RequestView& request,
                            uint32_t best) const noexcept {
  for (const uint32_t rank : bucket) {
    if (rank >= best) return best;
    const Entry& entry = entries_[rank];
    if (entry.further_conditions == 0) return rank;
    if (first_failed(rules_[entry.rule], request).part == RulePart::None) return rank;
  }
  return best;
}

void Scratch::grow_for(const RuleTable& table) {
  wildcard_hosts_.grow_for(table.wildcard_hosts_);
  path_regexes_.grow_for(table.path_regexes_);
}

}  // namespace penstock::route
