// SPDX-License-Identifier: Apache-2.0
//
// The one reader of time in the product: a monotonic Instant and the wall clock.
// A worker samples monotonic_now() once a turn and passes it on as `now`; nothing else on the data
// path asks for the time. Wall time is for logs and ISN epochs of the control thread only.
// Any thread.
#pragma once

#include "dataplane/base/time.h"

namespace penstock::base {

Instant monotonic_now() noexcept;

// Nanoseconds since the Unix epoch.
int64_t wall_clock_ns() noexcept;

}  // namespace penstock::base
