// SPDX-License-Identifier: Apache-2.0
//
// All rules of a listener, judged, ordered and compiled; says which of them takes a request.
// It does not carry the action out, and knows nothing of pools but their indices.
// compile() and explain() are control's and allocate. choose() runs on any number of workers at
// once, does not allocate, and needs a Scratch of the worker's own, grown before for this table.
// Order of precedence (DESIGN.md 7): explicit priority; then exact host, wildcard host (longer
// suffix first), any host; then exact path, prefix (longer first), regular expression, any path;
// then the number of further conditions; then the order of declaration.
// Invariants: (1) an entry's rank is its place in that order, fixed by compile(); (2) choose() and
// explain() name the same rule; (3) choose() looks only at rules whose host and path have the
// request's keys, so its cost does not grow with the number of the others.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "dataplane/base/result.h"
#include "dataplane/route/bucket_index.h"
#include "dataplane/route/path_index.h"
#include "dataplane/route/pattern_set.h"
#include "dataplane/route/precedence.h"
#include "dataplane/route/request_view.h"
#include "dataplane/route/rule.h"
#include "dataplane/route/rule_problem.h"
#include "dataplane/route/text_index.h"

namespace penstock::route {

class RuleTable;

// Working memory of one worker, for any number of tables.
class Scratch {
 public:
  // Makes room for `table`. Allocates, and never while choose() runs with this scratch: control
  // grows a fresh one for each worker before it publishes.
  void grow_for(const RuleTable& table);

 private:
  friend class RuleTable;
  PatternScratch wildcard_hosts_;
  PatternScratch path_regexes_;
};

// One rule under one of its hosts, as explain() met it.
struct ConsideredRule {
  uint32_t rule = 0;
  RulePart failed = RulePart::None;  // None: all conditions hold, this rule wins
  std::string text;                  // "the path does not begin with /api"
};

struct Explanation {
  std::vector<ConsideredRule> considered;  // in order of precedence, the winner last
  std::optional<uint32_t> winner;
};

class RuleTable {
 public:
  RuleTable() = default;  // no rules: no request is taken

  // All problems at once; bad regular expressions with Hyperscan's own words.
  static base::Result<RuleTable, std::vector<RuleProblem>> compile(std::span<const Rule> rules);

  // The rule that takes the request, or nullptr.
  const Rule* choose(const RequestView& request, Scratch& scratch) const noexcept;
  Explanation explain(const RequestView& request, Scratch& scratch) const;

  // In the order given to compile().
  std::span<const Rule> rules() const noexcept { return rules_; }
  uint32_t index_of(const Rule& rule) const noexcept {
    return static_cast<uint32_t>(&rule - rules_.data());
  }
  // Rules that can never win because another with the same host and path always does.
  std::span<const RuleProblem> warnings() const noexcept { return warnings_; }

 private:
  friend class Scratch;
  static constexpr uint32_t kNoRank = UINT32_MAX;

  // Hosts are known by keys: kAnyKey, then those of the wildcards (id + 1), then those of the exact
  // names. These are the ones that a request has, besides kAnyKey.
  struct HostKeys {
    uint32_t exact = kAnyKey;             // kAnyKey: it is none of the exact names
    std::span<const uint32_t> wildcards;  // ids

    bool hold(uint32_t key) const noexcept;
  };
  // Paths too: kAnyKey, then those of the texts, then those of the regular expressions.
  struct PathKeys {
    uint32_t narrowest = kAnyKey;       // the wider ones are those that PathIndex knows
    std::span<const uint32_t> regexes;  // ids
  };

  std::vector<RuleProblem> compile_hosts();
  std::vector<RuleProblem> compile_paths();
  void find_first_ranks();
  uint32_t regex_key(uint32_t id) const noexcept { return paths_.size() + 1 + id; }
  bool hold(const PathKeys& paths, uint32_t key) const noexcept;

  // The better of `best` and the best rank that holds: under this host with the path's texts, under
  // all hosts with its regular expressions, in this bucket.
  uint32_t best_under(uint32_t host_key, uint32_t narrowest, const RequestView& request,
                      uint32_t best) const noexcept;
  uint32_t best_by_regex(const HostKeys& hosts, const RequestView& request, Scratch& scratch,
                         uint32_t best) const noexcept;
  uint32_t best_in(std::span<const uint32_t> bucket, const RequestView& request,
                   uint32_t best) const noexcept;

  std::vector<Rule> rules_;
  std::vector<Entry> entries_;  // by rank
  TextIndex exact_hosts_;
  PatternSet wildcard_hosts_;
  PathIndex paths_;
  PatternSet path_regexes_;
  BucketIndex buckets_;

  // What is not worth looking for once a better rank is found.
  uint32_t first_wildcard_rank_ = kNoRank;
  uint32_t first_any_host_rank_ = kNoRank;
  uint32_t first_regex_rank_ = kNoRank;
  std::vector<uint32_t> first_ranks_{kNoRank};  // by the key of a text: of it and all wider ones

  std::vector<RuleProblem> warnings_;
};

}  // namespace penstock::route
