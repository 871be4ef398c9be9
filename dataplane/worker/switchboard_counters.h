// SPDX-License-Identifier: Apache-2.0
//
// What a worker counts of frames that arrived at another worker than their owner.
// Written by the worker; read by control.
#pragma once

#include "dataplane/base/counter.h"

namespace penstock::worker {

struct SwitchboardCounters {
  // Of the segments that were looked at, those that the NIC was to bring to another worker; not 0
  // means that it hashes otherwise than it says.
  base::Counter wrong_core_arrivals;
  base::Counter frames_handed_over;
  base::Counter frames_taken_over;
};

}  // namespace penstock::worker
