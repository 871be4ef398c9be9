// SPDX-License-Identifier: Apache-2.0
//
// Smooth weighted round robin: backends of equal weight stand in a ring and take turns, and rings
// take turns by what they weigh: each pick raises every ring's credit by its weight, takes the
// highest, and lowers that one by the sum, as nginx does with single backends. Weights 5, 1, 1 give
// a b a a a c a, not a a a a a b c.
// A pick costs a few steps for each different weight, however many backends there are; only where
// weights differ and a backend is avoided, one pass over all.
// Built by control; picks change the turns of a worker's own copy.
// Invariants: (1) a backend that is avoided earns nothing meanwhile; (2) over a full turn, shares
// are exactly proportional to weights.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "dataplane/balance/backend.h"

namespace penstock::balance {

class RoundRobin {
 public:
  explicit RoundRobin(std::span<const Backend> backends);

  // Begins the turn at the backend in this place (modulo their number).
  void start_at(uint64_t place) noexcept;

  // The place of the backend whose turn it is; nullopt: all are avoided.
  // `backends` are those it was built from.
  std::optional<uint32_t> pick(std::span<const Backend> backends, const Avoid& avoid) noexcept;

 private:
  // All backends of one weight that take work.
  struct Ring {
    uint32_t weight = 0;           // of each
    std::vector<uint32_t> places;  // in order
    uint32_t next = 0;             // whose turn it is: an index into places
    int64_t credit = 0;
  };

  // The index into ring.places of the next one that is not avoided.
  static std::optional<uint32_t> find_next(const Ring& ring, std::span<const Backend> backends,
                                           const Avoid& avoid) noexcept;
  static uint32_t take(Ring& ring, uint32_t index) noexcept;
  std::optional<uint32_t> pick_among_rings(std::span<const Backend> backends,
                                           const Avoid& avoid) noexcept;

  std::vector<Ring> rings_;
  uint32_t count_ = 0;  // of all backends, those that take no work included
};

}  // namespace penstock::balance
