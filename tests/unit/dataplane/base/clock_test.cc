// SPDX-License-Identifier: Apache-2.0
#include "dataplane/base/clock.h"

#include <gtest/gtest.h>

namespace penstock::base {
namespace {

TEST(Clock, NeverGoesBack) {
  Instant last = monotonic_now();
  for (int i = 0; i < 1000; ++i) {
    const Instant now = monotonic_now();
    EXPECT_GE(now, last);
    last = now;
  }
}

TEST(Clock, KnowsThatThisCenturyHasBegun) {
  EXPECT_GT(wall_clock_ns(), int64_t{1'700'000'000} * 1'000'000'000);
}

}  // namespace
}  // namespace penstock::base
