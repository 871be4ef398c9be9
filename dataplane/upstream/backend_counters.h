// SPDX-License-Identifier: Apache-2.0
//
// What one worker counts of one backend, indexed by the backend's id. Written by the worker; read
// by control, which sums over workers.
#pragma once

#include "dataplane/base/counter.h"
#include "dataplane/upstream/failure_counts.h"

namespace penstock::upstream {

struct BackendCounters {
  base::Counter requests;          // exchanges that were sent to it
  base::Counter retries;           // of those, after another attempt had failed
  base::Counter connects;          // connections opened
  base::Counter connect_failures;  // refused, timed out, unreachable
  base::Counter resets;            // died while an exchange used them
  base::Counter reuses;            // exchanges that found an idle connection
  base::Counter idle_timeouts;     // idle connections that waited too long for a request
  base::Counter connections_open;  // gauge: connecting, leased or idle
  base::Counter connections_idle;  // gauge
  base::Counter exchanges_open;    // gauge
  FailureCounts failures;          // of attempts
};

}  // namespace penstock::upstream
