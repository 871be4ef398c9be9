// SPDX-License-Identifier: Apache-2.0
//
// A fixed hash table from texts (hosts, exact paths, prefixes) to keys: two cache lines a look-up
// that finds, one that does not.
// It compares bytes; who wants case folded folds before.
// Built by control (allocates); looked up by workers.
// Invariants: (1) nothing is added after construction, so a client's texts are compared with the
// operator's but never stand in the way; (2) at most half of the slots are used, and no more than
// kRunMax in a row as long as growing helps, so that even a text made to collide is soon refused.
#pragma once

#include <cstdint>
#include <functional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "dataplane/route/precedence.h"

namespace penstock::route {

using TextSet = std::set<std::string, std::less<>>;

class TextIndex {
 public:
  // Only texts whose hashes are equal make runs that no growth takes apart.
  static constexpr uint32_t kRunMax = 32;

  TextIndex() = default;  // holds nothing

  // The keys are first_key (not kAnyKey) and those after it, in the order of the set.
  TextIndex(const TextSet& texts, uint32_t first_key);

  // kAnyKey: it is none of the texts. `hash` is text_hash(text).
  uint32_t find(std::string_view text, uint64_t hash) const noexcept;
  uint32_t find(std::string_view text) const noexcept;

  bool empty() const noexcept { return slots_.empty(); }
  // The most slots that one look-up passes.
  uint32_t longest_run() const noexcept;

 private:
  struct Slot {
    uint32_t tag = 0;     // the upper half of the hash; the lower half is its place
    uint32_t offset = 0;  // in texts_
    uint32_t length = 0;
    uint32_t key = kAnyKey;  // kAnyKey: the slot is free
  };
  void place(const TextSet& texts, uint32_t first_key, size_t slots);

  std::vector<Slot> slots_;  // a power of two of them
  std::string texts_;        // one after the other
};

}  // namespace penstock::route
