// SPDX-License-Identifier: Apache-2.0
//
// A fixed hash table from exact texts (hosts, paths) to keys: one or two cache lines a look-up,
// where Hyperscan would take half a second to compile a thousand of them and longer to scan.
// It compares bytes; who wants case folded folds before.
// Built by control (allocates); looked up by workers.
// Invariants: (1) open addressing at most half full, so a probe always ends; (2) nothing is added
// after construction.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace penstock::route {

class ExactIndex {
 public:
  ExactIndex() = default;  // holds nothing

  // The key of texts[i] is first_key + i. The texts differ.
  ExactIndex(std::span<const std::string> texts, uint32_t first_key);

  std::optional<uint32_t> find(std::string_view text) const noexcept;

 private:
  struct Slot {
    uint64_t hash = 0;
    uint32_t offset = 0;  // in texts_
    uint32_t length = 0;
    uint32_t key = 0;
    uint32_t used = 0;
  };

  std::vector<Slot> slots_;  // a power of two of them
  std::string texts_;        // one after the other
};

}  // namespace penstock::route
