// SPDX-License-Identifier: Apache-2.0
//
// Smooth weighted round robin, as nginx does it: each pick raises every backend's credit by its
// weight, takes the highest, and lowers that one by the sum. Weights 5, 1, 1 give a a b a c a a,
// not a a a a a b c.
// It costs one pass over the pool's backends a pick: meant for pools of tens, not thousands.
// Built by control; picks change the credits of a worker's own copy.
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
  std::vector<int64_t> credits_;  // by place
  int64_t weight_sum_ = 0;        // of all that take work
};

}  // namespace penstock::balance
