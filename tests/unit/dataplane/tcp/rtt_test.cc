// SPDX-License-Identifier: Apache-2.0
#include "dataplane/tcp/rtt.h"

#include <gtest/gtest.h>

#include "tests/support/literals.h"

namespace penstock::tcp {
namespace {

using base::Duration;
using base::Instant;
using testing::at_ms;

// The flight [seq, seq + 100) is acknowledged as a whole.
void sample(Rtt& rtt, uint32_t seq, int64_t rtt_ms, int64_t now_ms = 0) {
  rtt.on_sample(Duration::from_ms(rtt_ms), Seq(seq + 100), Seq(seq + 100), at_ms(now_ms));
}

TEST(Rtt, WaitsOneSecondBeforeItHasMeasured) { EXPECT_EQ(Rtt().timeout(), Duration::from_s(1)); }

TEST(Rtt, TakesTheFirstSampleAsMeanAndHalfOfItAsVariation) {
  Rtt rtt;
  sample(rtt, 0, 400);
  EXPECT_EQ(rtt.smoothed(), Duration::from_ms(400));
  EXPECT_EQ(rtt.timeout(), Duration::from_ms(400 + 4 * 200));
}

TEST(Rtt, SmoothsLaterSamples) {
  Rtt rtt;
  sample(rtt, 0, 400);
  sample(rtt, 200, 800);
  EXPECT_EQ(rtt.smoothed(), Duration::from_ms(450));
  EXPECT_EQ(rtt.timeout(), Duration::from_ms(450 + 4 * 250));
}

TEST(Rtt, SmoothsOneSampleOfEachFlight) {
  Rtt rtt;
  rtt.on_sample(Duration::from_ms(400), Seq(100), Seq(1000), at_ms(0));
  rtt.on_sample(Duration::from_ms(800), Seq(200), Seq(1000), at_ms(1));
  EXPECT_EQ(rtt.smoothed(), Duration::from_ms(400));
  rtt.on_sample(Duration::from_ms(800), Seq(1100), Seq(2000), at_ms(2));
  EXPECT_EQ(rtt.smoothed(), Duration::from_ms(450));
}

TEST(Rtt, NeverWaitsLessThanTheMinimum) {
  Rtt rtt;
  sample(rtt, 0, 1);
  EXPECT_EQ(rtt.timeout(), kRtoMin);
}

TEST(Rtt, DoublesWithEachExpiryUpToAMinute) {
  Rtt rtt;
  rtt.back_off();
  EXPECT_EQ(rtt.timeout(), Duration::from_s(2));
  for (int i = 0; i < 10; ++i) rtt.back_off();
  EXPECT_EQ(rtt.timeout(), kRtoMax);
}

TEST(Rtt, KeepsTheSmallestSampleForFiveMinutes) {
  Rtt rtt;
  sample(rtt, 0, 400);
  sample(rtt, 200, 100, 1000);
  sample(rtt, 400, 300, 2000);
  EXPECT_EQ(rtt.minimum(), Duration::from_ms(100));
  sample(rtt, 600, 300, 302'000);
  EXPECT_EQ(rtt.minimum(), Duration::from_ms(300)) << "the path has changed since";
}

TEST(Rtt, StartsDataWithThreeSecondsWhenTheSynWasLost) {
  Rtt rtt;
  rtt.on_syn_was_lost();
  EXPECT_EQ(rtt.timeout(), Duration::from_s(3));
}

}  // namespace
}  // namespace penstock::tcp
