// SPDX-License-Identifier: Apache-2.0
#include "dataplane/upstream/pool_bounds.h"

namespace penstock::upstream {

uint64_t sum_over_workers(PoolCountersOfWorkers workers, uint32_t pool,
                          base::Counter PoolCounters::*gauge) noexcept {
  uint64_t sum = 0;
  for (const PoolCounters* counters : workers) sum += (counters[pool].*gauge).read();
  return sum;
}

}  // namespace penstock::upstream
