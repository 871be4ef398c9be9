// SPDX-License-Identifier: Apache-2.0
#include "dataplane/base/clock.h"

#include <ctime>

namespace penstock::base {

namespace {

int64_t read_ns(clockid_t id) noexcept {
  // The vDSO answers both clocks without entering the kernel.
  timespec ts{};
  clock_gettime(id, &ts);
  return int64_t{ts.tv_sec} * 1'000'000'000 + ts.tv_nsec;
}

}  // namespace

Instant monotonic_now() noexcept { return Instant::from_ns(read_ns(CLOCK_MONOTONIC)); }

int64_t wall_clock_ns() noexcept { return read_ns(CLOCK_REALTIME); }

}  // namespace penstock::base
