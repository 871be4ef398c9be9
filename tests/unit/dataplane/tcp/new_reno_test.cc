// SPDX-License-Identifier: Apache-2.0
#include "dataplane/tcp/new_reno.h"

#include <gtest/gtest.h>

namespace penstock::tcp {
namespace {

NewReno started(uint32_t segment_bytes = 1000) {
  NewReno control;
  control.start(segment_bytes);
  return control;
}

TEST(NewReno, StartsWithTenSegments) {
  EXPECT_EQ(started(1000).window(), 10'000u);
  EXPECT_EQ(started(1460).window(), 14'600u);
  EXPECT_EQ(started(8960).window(), 17'920u);
}

TEST(NewReno, GrowsByWhatIsAcknowledgedInSlowStart) {
  NewReno control = started();
  control.on_acknowledged(400);
  EXPECT_EQ(control.window(), 10'400u);
  control.on_acknowledged(5000);
  EXPECT_EQ(control.window(), 11'400u) << "at most one segment per ACK";
}

TEST(NewReno, GrowsByOneSegmentPerWindowInCongestionAvoidance) {
  NewReno control = started();
  control.on_recovery_started(8000);
  control.on_recovery_ended(4000);
  EXPECT_EQ(control.window(), 4000u);
  for (int i = 0; i < 3; ++i) control.on_acknowledged(1000);
  EXPECT_EQ(control.window(), 4000u);
  control.on_acknowledged(1000);
  EXPECT_EQ(control.window(), 5000u);
}

TEST(NewReno, HalvesAndInflatesWhenRecoveryStarts) {
  NewReno control = started();
  control.on_recovery_started(10'000);
  EXPECT_EQ(control.slow_start_threshold(), 5000u);
  EXPECT_EQ(control.window(), 8000u);
  control.on_duplicate_in_recovery();
  EXPECT_EQ(control.window(), 9000u);
}

TEST(NewReno, DeflatesByAPartialAck) {
  NewReno control = started();
  control.on_recovery_started(10'000);
  control.on_partly_acknowledged(3000);
  EXPECT_EQ(control.window(), 6000u);
  control.on_partly_acknowledged(1'000'000);
  EXPECT_GE(control.window(), 1000u);
}

TEST(NewReno, FallsToOneSegmentOnTimeOut) {
  NewReno control = started();
  control.on_timeout(10'000);
  EXPECT_EQ(control.window(), 1000u);
  EXPECT_EQ(control.slow_start_threshold(), 5000u);
  control.on_timeout_repeated();
  EXPECT_EQ(control.slow_start_threshold(), 5000u);
}

TEST(NewReno, KeepsAThresholdOfTwoSegments) {
  NewReno control = started();
  control.on_timeout(1000);
  EXPECT_EQ(control.slow_start_threshold(), 2000u);
}

TEST(NewReno, ReturnsToTheInitialWindowAfterASilence) {
  NewReno control = started();
  for (int i = 0; i < 50; ++i) control.on_acknowledged(1000);
  control.on_idle();
  EXPECT_EQ(control.window(), 10'000u);
}

}  // namespace
}  // namespace penstock::tcp
