// SPDX-License-Identifier: Apache-2.0
#include "dataplane/tcp/congestion.h"

#include <gtest/gtest.h>

namespace penstock::tcp {
namespace {

using Algorithm = CongestionAlgorithm;

class CongestionOf : public ::testing::TestWithParam<Algorithm> {
 protected:
  Congestion started(uint32_t segment_bytes = 1000) {
    Congestion control;
    control.start(GetParam(), segment_bytes);
    return control;
  }
  static Congestion::Acknowledgment ack_of(uint32_t bytes) {
    return {.bytes = bytes, .rtt = base::Duration::from_ms(10), .now = base::Instant()};
  }
};

INSTANTIATE_TEST_SUITE_P(Both, CongestionOf,
                         ::testing::Values(Algorithm::Cubic, Algorithm::NewReno),
                         [](const auto& tested) {
                           return tested.param == Algorithm::Cubic ? "Cubic" : "NewReno";
                         });

TEST_P(CongestionOf, StartsWithTenSegments) {
  EXPECT_EQ(started(1000).window(), 10'000u);
  EXPECT_EQ(started(1460).window(), 14'600u);
  EXPECT_EQ(started(8960).window(), 17'920u);
}

TEST_P(CongestionOf, GrowsByWhatIsAcknowledgedInSlowStart) {
  Congestion control = started();
  control.on_acknowledged(ack_of(400));
  EXPECT_EQ(control.window(), 10'400u);
  control.on_acknowledged(ack_of(5000));
  EXPECT_EQ(control.window(), 12'400u) << "at most two segments per ACK";
}

TEST_P(CongestionOf, FallsToOneSegmentOnTimeOut) {
  Congestion control = started();
  control.on_timeout(10'000);
  EXPECT_EQ(control.window(), 1000u);
  const uint32_t threshold = control.threshold();
  EXPECT_LT(threshold, 10'000u);
  control.on_timeout_repeated();
  EXPECT_EQ(control.threshold(), threshold);
}

TEST_P(CongestionOf, KeepsAThresholdOfTwoSegments) {
  Congestion control = started();
  control.on_timeout(1000);
  EXPECT_EQ(control.threshold(), 2000u);
}

TEST_P(CongestionOf, ReturnsToTheInitialWindowAfterASilence) {
  Congestion control = started();
  for (int i = 0; i < 50; ++i) control.on_acknowledged(ack_of(1000));
  control.on_idle();
  EXPECT_EQ(control.window(), 10'000u);
}

TEST_P(CongestionOf, TakesAReductionBackOnce) {
  Congestion control = started();
  control.on_timeout(10'000);
  control.undo();
  EXPECT_EQ(control.window(), 10'000u);
  EXPECT_EQ(control.threshold(), UINT32_MAX);
  control.on_timeout_repeated();
  control.undo();
  EXPECT_EQ(control.window(), 1000u) << "there is nothing left to undo";
}

TEST_P(CongestionOf, EndsRecoveryAtTheThreshold) {
  Congestion control = started();
  control.on_recovery_started(10'000);
  control.set_window(3000);
  control.on_recovery_ended();
  EXPECT_EQ(control.window(), control.threshold());
}

}  // namespace
}  // namespace penstock::tcp
