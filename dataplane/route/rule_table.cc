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

// Distinct texts in the order in which they were first met.
class TextNumbers {
 public:
  uint32_t number_of(const std::string& text) {
    const auto [at, added] = numbers_.try_emplace(text, static_cast<uint32_t>(texts_.size()));
    if (added) texts_.push_back(text);
    return at->second;
  }
  const std::vector<std::string>& texts() const { return texts_; }

 private:
  std::map<std::string, uint32_t> numbers_;
  std::vector<std::string> texts_;
};

// Where a text was first used, to blame it on a rule.
struct PatternUse {
  uint32_t rule;
  uint32_t item;
};

struct Patterns {
  TextNumbers numbers;
  std::vector<Pattern> patterns;
  std::vector<PatternUse> uses;

  uint32_t key_of(const std::string& expression, PatternUse use) {
    const uint32_t id = numbers.number_of(expression);
    if (id == patterns.size()) {
      patterns.push_back({expression, Letters::CaseSensitive});
      uses.push_back(use);
    }
    return id + 1;
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
  table.warnings_ = find_shadowed(table.rules_, table.entries_);
  return table;
}

// Gives every entry its host key, and makes what finds the keys of a request's host.
std::vector<RuleProblem> RuleTable::compile_hosts() {
  Patterns wildcards;
  TextNumbers exact;
  for (uint32_t rank = 0; rank < entries_.size(); ++rank) {
    Entry& entry = entries_[rank];
    const HostMatch host = host_of(rules_[entry.rule], entry.host_item);
    if (host.kind == HostMatch::Kind::Wildcard) {
      entry.host_key =
          wildcards.key_of(reversed_wildcard_expression(host.text), {entry.rule, entry.host_item});
      first_wildcard_rank_ = std::min(first_wildcard_rank_, rank);
    }
  }
  const auto first_exact_key = static_cast<uint32_t>(wildcards.patterns.size()) + 1;
  for (Entry& entry : entries_) {
    const HostMatch host = host_of(rules_[entry.rule], entry.host_item);
    if (host.kind != HostMatch::Kind::Exact) continue;
    const std::string folded(FoldedHost(host.text).text());
    entry.host_key = first_exact_key + exact.number_of(folded);
  }
  exact_hosts_ = ExactIndex(exact.texts(), first_exact_key);
  auto compiled = PatternSet::compile(wildcards.patterns);
  if (!compiled) return blame(compiled.error(), wildcards, RulePart::Host);
  wildcard_hosts_ = std::move(compiled).value();
  return {};
}

// The same for paths.
std::vector<RuleProblem> RuleTable::compile_paths() {
  Patterns patterns;
  TextNumbers exact;
  for (Entry& entry : entries_) {
    const PathMatch& path = rules_[entry.rule].path;
    if (path.kind == PathMatch::Kind::Prefix || path.kind == PathMatch::Kind::Regex) {
      entry.path_key = patterns.key_of(path_expression(path), {entry.rule, 0});
    }
  }
  const auto first_exact_key = static_cast<uint32_t>(patterns.patterns.size()) + 1;
  for (Entry& entry : entries_) {
    const PathMatch& path = rules_[entry.rule].path;
    if (path.kind != PathMatch::Kind::Exact) continue;
    entry.path_key = first_exact_key + exact.number_of(path.text);
  }
  exact_paths_ = ExactIndex(exact.texts(), first_exact_key);
  auto compiled = PatternSet::compile(patterns.patterns);
  if (!compiled) return blame(compiled.error(), patterns, RulePart::Path);
  path_patterns_ = std::move(compiled).value();
  return {};
}

const Rule* RuleTable::choose(const RequestView& request, Scratch& scratch) const noexcept {
  const FoldedHost host(request.host);
  const Keys paths = path_keys(request.path, scratch);
  uint32_t best = kNoRank;
  if (const auto key = exact_hosts_.find(host.text())) {
    best = best_under(*key, paths, request, best);
  }
  // Most requests are taken under an exact host, which wildcards then cannot better.
  if (first_wildcard_rank_ < best) {
    for (const uint32_t id : wildcard_hosts_.scan(host.reversed(), scratch.wildcard_hosts_)) {
      best = best_under(id + 1, paths, request, best);
    }
  }
  best = best_under(kAnyKey, paths, request, best);
  return best == kNoRank ? nullptr : &rules_[entries_[best].rule];
}

Explanation RuleTable::explain(const RequestView& request, Scratch& scratch) const {
  const FoldedHost host(request.host);
  const Keys paths = path_keys(request.path, scratch);
  const Keys hosts{exact_hosts_.find(host.text()).value_or(kAnyKey),
                   wildcard_hosts_.scan(host.reversed(), scratch.wildcard_hosts_)};
  Explanation explanation;
  for (const Entry& entry : entries_) {
    const Rule& rule = rules_[entry.rule];
    FailedCondition failed;
    if (!hosts.hold(entry.host_key)) {
      failed.part = RulePart::Host;
    } else if (!paths.hold(entry.path_key)) {
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

bool RuleTable::Keys::hold(uint32_t key) const noexcept {
  return key == kAnyKey || key == exact ||
         std::find(patterns.begin(), patterns.end(), key - 1) != patterns.end();
}

RuleTable::Keys RuleTable::path_keys(std::string_view path, Scratch& scratch) const noexcept {
  return {exact_paths_.find(path).value_or(kAnyKey),
          path_patterns_.scan(path, scratch.path_patterns_)};
}

uint32_t RuleTable::best_under(uint32_t host_key, const Keys& paths, const RequestView& request,
                               uint32_t best) const noexcept {
  if (paths.exact != kAnyKey) best = best_in(buckets_.find(host_key, paths.exact), request, best);
  for (const uint32_t id : paths.patterns) {
    best = best_in(buckets_.find(host_key, id + 1), request, best);
  }
  return best_in(buckets_.find(host_key, kAnyKey), request, best);
}

uint32_t RuleTable::best_in(std::span<const uint32_t> bucket, const RequestView& request,
                            uint32_t best) const noexcept {
  for (const uint32_t rank : bucket) {
    if (rank >= best) return best;
    if (first_failed(rules_[entries_[rank].rule], request).part == RulePart::None) return rank;
  }
  return best;
}

void Scratch::grow_for(const RuleTable& table) {
  wildcard_hosts_.grow_for(table.wildcard_hosts_);
  path_patterns_.grow_for(table.path_patterns_);
}

}  // namespace penstock::route
