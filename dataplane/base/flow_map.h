// SPDX-License-Identifier: Apache-2.0
//
// FlowMap: from a hash to the index of a record that lives elsewhere (a Slab). It keeps no keys:
// the caller says whether the record at an index is the one it seeks. Fixed size from start.
// One slot is 8 bytes, a 32-bit tag beside a 32-bit index, so eight neighbours share a cache line;
// a record is looked at only when the whole tag agrees.
// Owned by one worker; not thread safe. Hash with a secret key (siphash.h): peers choose the keys.
// Invariants: (1) linear probing, at most half full, so a probe is short; (2) deletion shifts the
// run back and leaves no tombstone, so churn never slows it down; (3) (hash, index) is in at most
// once.
#pragma once

#include <bit>
#include <cstdint>
#include <vector>

#include "dataplane/base/check.h"

namespace penstock::base {

class FlowMap {
 public:
  static constexpr uint32_t kNone = UINT32_MAX;

  // Allocates for `entries_max` entries; a start-up call.
  explicit FlowMap(uint32_t entries_max)
      : slots_(std::bit_ceil(uint64_t{entries_max < 4 ? 4 : entries_max} * 2)),
        mask_(static_cast<uint32_t>(slots_.size() - 1)),
        entries_max_(entries_max) {}

  // The index under `hash` for which matches(index) is true, or kNone.
  template <class Matches>
  uint32_t find(uint32_t hash, Matches&& matches) const noexcept {
    for (uint32_t i = hash & mask_;; i = (i + 1) & mask_) {
      const Slot& slot = slots_[i];
      if (slot.index == kNone) return kNone;
      if (slot.tag == hash && matches(slot.index)) return slot.index;
    }
  }

  void insert(uint32_t hash, uint32_t index) noexcept {
    CHECK(size_ < entries_max_ && index != kNone);
    uint32_t i = hash & mask_;
    while (slots_[i].index != kNone) i = (i + 1) & mask_;
    slots_[i] = {hash, index};
    ++size_;
  }

  // The entry must be there.
  void erase(uint32_t hash, uint32_t index) noexcept {
    uint32_t hole = position_of(hash, index);
    for (uint32_t i = (hole + 1) & mask_; slots_[i].index != kNone; i = (i + 1) & mask_) {
      // An entry may move back into the hole only if its home does not lie behind the hole.
      const uint32_t home = slots_[i].tag & mask_;
      if (((i - home) & mask_) >= ((i - hole) & mask_)) {
        slots_[hole] = slots_[i];
        hole = i;
      }
    }
    slots_[hole] = {};
    --size_;
  }

  // The entry stays where it is and names another record.
  void replace(uint32_t hash, uint32_t index, uint32_t new_index) noexcept {
    CHECK(new_index != kNone);
    slots_[position_of(hash, index)].index = new_index;
  }

  // Brings the first slot of `hash` nearer, for lookups in batches.
  void prefetch(uint32_t hash) const noexcept { __builtin_prefetch(&slots_[hash & mask_]); }

  uint32_t size() const noexcept { return size_; }

 private:
  struct Slot {
    uint32_t tag = 0;
    uint32_t index = kNone;
  };

  uint32_t position_of(uint32_t hash, uint32_t index) const noexcept {
    for (uint32_t i = hash & mask_;; i = (i + 1) & mask_) {
      CHECK(slots_[i].index != kNone);
      if (slots_[i].tag == hash && slots_[i].index == index) return i;
    }
  }

  std::vector<Slot> slots_;
  uint32_t mask_;
  uint32_t entries_max_;
  uint32_t size_ = 0;
};

}  // namespace penstock::base
