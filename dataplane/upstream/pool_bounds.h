// SPDX-License-Identifier: Apache-2.0
//
// How much a pool takes on, over all workers together, so that one that is slow or dying does not
// take the others' connections and memory with it (a circuit breaker).
// Every worker counts for itself, and whoever asks adds up what all have counted: nothing is
// written by two. Two workers that ask at the same moment may both be let in, so a bound can be
// exceeded by as many as there are workers beside the one that asks.
// Bounds are the configuration's; asked by the conductor on a worker.
#pragma once

#include <cstdint>
#include <span>

#include "dataplane/upstream/pool_counters.h"

namespace penstock::upstream {

// 0: no bound.
struct PoolBounds {
  uint32_t connections = 0;
  uint32_t pending = 0;
  uint32_t requests = 0;
};

// Every worker's counters by pool id; base::kPoolsMax each.
using PoolCountersOfWorkers = std::span<const PoolCounters* const>;

uint64_t sum_over_workers(PoolCountersOfWorkers workers, uint32_t pool,
                          base::Counter PoolCounters::*gauge) noexcept;

// Whether one more fits. Without a bound nothing is added up.
inline bool has_room(uint32_t bound, PoolCountersOfWorkers workers, uint32_t pool,
                     base::Counter PoolCounters::*gauge) noexcept {
  return bound == 0 || sum_over_workers(workers, pool, gauge) < bound;
}

}  // namespace penstock::upstream
