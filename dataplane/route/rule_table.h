// SPDX-License-Identifier: Apache-2.0
//
// All rules of a snapshot, judged, ordered and compiled; says which rule takes a request.
// It does not carry the action out. It outlives a change of pools: share it between snapshots.
// compile() and explain() are control's and allocate; choose() runs on workers, does not allocate,
// and needs a RuleScratch of its own that was grown for this table before it was published.
// Order of precedence (DESIGN.md 7): explicit priority; then exact host, wildcard host (longer
// suffix first), any host; then exact path, prefix (longer first), regular expression, any path;
// then the number of further conditions; then the order of declaration.
// Invariants: (1) a rank is an entry's place in that order, fixed at compile time; (2) choose() and
// explain() name the same rule.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "dataplane/base/result.h"
#include "dataplane/route/bucket_index.h"
#include "dataplane/route/host_index.h"
#include "dataplane/route/pattern_set.h"
#include "dataplane/route/request_view.h"
#include "dataplane/route/rule.h"

namespace penstock::route {

// What is wrong with a rule, or (as a warning) that it can never win.
struct RuleProblem {
  std::optional<uint32_t> rule;  // its place in the span compiled; absent: the set as a whole
  RulePart part = RulePart::Table;
  uint32_t item = 0;  // which of the part's list (hosts[item], headers[item], ...)
  std::string text;
};

// Working memory of one worker. Not while a choose() runs with it: control makes a fresh one for
// every worker when it publishes a new table.
class RuleScratch {
 public:
  void grow_for(const class RuleTable& table);

 private:
  friend class RuleTable;
  PatternScratch host_patterns_;
  PatternScratch path_patterns_;
};

// One rule under one of its hosts, as explain() met it.
struct ConsideredRule {
  uint32_t rule = 0;
  RulePart failed = RulePart::None;  // None: all conditions hold, this rule wins
  std::string text;                  // "path prefix /api does not match /index.html"
};

struct Explanation {
  std::vector<ConsideredRule> considered;  // in order of precedence, up to the winner
  std::optional<uint32_t> winner;
};

class RuleTable {
 public:
  RuleTable() = default;  // no rules: no request is taken

  static base::Result<RuleTable, std::vector<RuleProblem>> compile(std::span<const Rule> rules);

  // The rule that takes the request, or nullptr.
  const Rule* choose(const RequestView& request, RuleScratch& scratch) const noexcept;
  Explanation explain(const RequestView& request, RuleScratch& scratch) const;

  // In the order given to compile().
  std::span<const Rule> rules() const noexcept { return rules_; }
  uint32_t index_of(const Rule& rule) const noexcept {
    return static_cast<uint32_t>(&rule - rules_.data());
  }
  // Rules that another rule shadows entirely.
  std::span<const RuleProblem> warnings() const noexcept { return warnings_; }
};

}  // namespace penstock::route
