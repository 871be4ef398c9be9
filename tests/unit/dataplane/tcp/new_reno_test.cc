// SPDX-License-Identifier: Apache-2.0
#include "dataplane/tcp/new_reno.h"

#include <gtest/gtest.h>

namespace penstock::tcp {
namespace {

AvoidanceAck ack_of(uint32_t bytes, uint32_t window) {
  return {.window = window,
          .segment = 1000,
          .acknowledged = bytes,
          .rtt = base::Duration::from_ms(10),
          .now = base::Instant()};
}

TEST(NewReno, GrowsByOneSegmentPerWindow) {
  NewReno control;
  for (int i = 0; i < 3; ++i) EXPECT_EQ(control.growth(ack_of(1000, 4000)), 0u);
  EXPECT_EQ(control.growth(ack_of(1000, 4000)), 1000u);
  EXPECT_EQ(control.growth(ack_of(1000, 5000)), 0u);
}

TEST(NewReno, HalvesWhatIsInFlight) {
  NewReno control;
  EXPECT_EQ(control.reduced({.window = 20'000, .in_flight = 10'000}, 1000), 5000u);
}

TEST(NewReno, KeepsAThresholdOfTwoSegments) {
  NewReno control;
  EXPECT_EQ(control.reduced({.window = 1000, .in_flight = 1000}, 1000), 2000u);
}

}  // namespace
}  // namespace penstock::tcp
