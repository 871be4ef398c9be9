// SPDX-License-Identifier: Apache-2.0
//
// How many of something each key has open, counted by all workers together: connections by source.
// Bounded, without locks, allocating nothing after construction.
// take() and give_back(): any number of workers at once. Constructed and destroyed by control.
// Invariants: (1) a place is one word, part of a key and a count, and a count of 0 makes it free;
// (2) a key is never counted above its `max`: when workers take at once, each looks again after
// its own, and gives back what is too much, so that of two that want the last one neither may get
// it; (3) where eight keys share a set, a ninth is not counted: the caller lets it pass or not.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <memory>

#include "dataplane/base/limits.h"
#include "dataplane/base/random.h"

namespace penstock::base {

class SharedCounts {
 public:
  explicit SharedCounts(SecretKey secret, uint32_t places = kTokenBuckets);

  enum class Verdict : uint8_t {
    Counted,  // to be given back once
    Full,     // the key has `max` already
    NoPlace,  // nothing is counted
  };
  // `key` is a hash by secret(), so that nobody outside chooses who shares a set. Two keys in 2^40
  // of a set are taken for one.
  Verdict take(uint64_t key, uint32_t max) noexcept;
  void give_back(uint64_t key) noexcept;
  const SecretKey& secret() const noexcept { return secret_; }

  static constexpr uint32_t kWays = 8;
  static constexpr uint64_t bytes(uint32_t places = kTokenBuckets) noexcept {
    return uint64_t{places} / kWays * sizeof(Set);
  }

 private:
  // Each word: the key's lower 40 bits, and 24 bits of count.
  struct alignas(64) Set {
    std::array<std::atomic<uint64_t>, kWays> words{};
  };

  Set& set_of(uint64_t key) noexcept { return sets_[(key >> 40) & sets_mask_]; }

  const SecretKey secret_;
  const uint64_t sets_mask_;
  const std::unique_ptr<Set[]> sets_;
};

}  // namespace penstock::base
