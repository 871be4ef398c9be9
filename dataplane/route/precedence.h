// SPDX-License-Identifier: Apache-2.0
//
// The order in which rules win: DESIGN.md 7, written once.
// It does not match anything. A rule with several hosts stands in the order once for each of them,
// because an exact host is more specific than a wildcard.
// Called by control at compile time; allocates.
// Invariant: the order is total: no two entries are equal, so a rank decides.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "dataplane/route/rule.h"

namespace penstock::route {

// The key of "any host" and of "any path".
inline constexpr uint32_t kAnyKey = 0;

// A rule under one of its hosts.
struct Entry {
  uint32_t rule = 0;
  uint32_t host_item = 0;  // its place in Rule::hosts; no meaning when that is empty
  uint32_t host_key = kAnyKey;
  uint32_t path_key = kAnyKey;
  uint32_t further_conditions = 0;  // 0: host and path decide alone
};

// The entry's host; Any for a rule without hosts.
HostMatch host_of(const Rule& rule, uint32_t host_item);

// First the one that wins over all others. Keys are left to the caller.
std::vector<Entry> entries_by_precedence(std::span<const Rule> rules);

}  // namespace penstock::route
