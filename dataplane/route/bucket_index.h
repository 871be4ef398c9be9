// SPDX-License-Identifier: Apache-2.0
//
// From a host key and a path key to the ranks of the entries that have just these: what keeps a
// request from being compared with every rule.
// Built by control (allocates); looked up by workers.
// Invariants: (1) the ranks of a bucket ascend, so the first that holds wins; (2) open addressing
// at most half full, so a probe always ends.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "dataplane/route/precedence.h"

namespace penstock::route {

class BucketIndex {
 public:
  BucketIndex() = default;  // holds nothing

  // The rank of an entry is its place.
  explicit BucketIndex(std::span<const Entry> entries);

  // Empty when no entry has both keys.
  std::span<const uint32_t> find(uint32_t host_key, uint32_t path_key) const noexcept;

 private:
  struct Slot {
    uint64_t keys = 0;
    uint32_t first = 0;  // its place in ranks_, or the rank itself when it is the only one
    uint32_t count = 0;  // 0: the slot is free
  };
  size_t slot_of(uint64_t keys) const noexcept;

  std::vector<Slot> slots_;      // a power of two of them
  std::vector<uint32_t> ranks_;  // bucket after bucket
};

}  // namespace penstock::route
