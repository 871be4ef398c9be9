// SPDX-License-Identifier: Apache-2.0
#include "dataplane/route/shadowed.h"

#include <map>
#include <utility>

namespace penstock::route {

namespace {

template <class List>
bool covers_list(const List& earlier, const List& later) {
  return earlier.empty() || earlier == later;
}

// Whether every request that `later` takes, host and path being equal, is one for `earlier`.
bool covers(const Rule& earlier, const Rule& later) {
  return covers_list(earlier.methods, later.methods) &&
         covers_list(earlier.sources, later.sources) &&
         covers_list(earlier.except_sources, later.except_sources) &&
         covers_list(earlier.headers, later.headers) && covers_list(earlier.query, later.query);
}

}  // namespace

std::vector<RuleProblem> find_shadowed(std::span<const Rule> rules,
                                       std::span<const Entry> entries) {
  std::vector<RuleProblem> found;
  // Those met so far that are not shadowed themselves.
  std::map<std::pair<uint32_t, uint32_t>, std::vector<uint32_t>> winners;
  for (const Entry& entry : entries) {
    const Rule& rule = rules[entry.rule];
    std::vector<uint32_t>& earlier = winners[{entry.host_key, entry.path_key}];
    const uint32_t* by = nullptr;
    for (const uint32_t& other : earlier) {
      if (by == nullptr && covers(rules[other], rule)) by = &other;
    }
    if (by == nullptr) {
      earlier.push_back(entry.rule);
    } else if (*by != entry.rule) {
      found.push_back({entry.rule, RulePart::Host, entry.host_item,
                       "for host " + host_of(rule, entry.host_item).format() + " rule " +
                           rules[*by].name + " always wins"});
    }
  }
  return found;
}

}  // namespace penstock::route
