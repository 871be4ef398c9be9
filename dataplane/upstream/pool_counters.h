// SPDX-License-Identifier: Apache-2.0
//
// What one worker counts of one pool, indexed by the pool's id. Written by the worker; read by
// control, and by the other workers of a pool that has bounds (pool_bounds.h).
#pragma once

#include "dataplane/base/counter.h"

namespace penstock::upstream {

struct PoolCounters {
  base::Counter requests;          // that were sent to the pool
  base::Counter requests_open;     // gauge
  base::Counter pending;           // gauge: of those, the ones that wait for a connection
  base::Counter connections_open;  // gauge: connecting, leased or idle
  base::Counter retries;           // further backends tried
  base::Counter retries_withheld;  // that the budget did not allow
  base::Counter refusals;          // requests beyond a bound, and those that waited in vain
};

}  // namespace penstock::upstream
