// SPDX-License-Identifier: Apache-2.0
//
// What is added to a worker's monotonic time to get the wall clock's, for what a peer is told of
// the time. Control looks at both clocks again and again, since the wall clock may be set; a worker
// reads no clock but its own.
// Written by control; read by any thread.
#pragma once

#include <atomic>
#include <cstdint>

#include "dataplane/base/time.h"

namespace penstock::base {

class WallOffset {
 public:
  void set(int64_t offset_ns) noexcept { offset_ns_.store(offset_ns, std::memory_order_relaxed); }
  int64_t ns() const noexcept { return offset_ns_.load(std::memory_order_relaxed); }
  // Nanoseconds since the Unix epoch.
  int64_t wall_ns(Instant monotonic) const noexcept { return monotonic.ns() + ns(); }

 private:
  std::atomic<int64_t> offset_ns_{0};
};

}  // namespace penstock::base
