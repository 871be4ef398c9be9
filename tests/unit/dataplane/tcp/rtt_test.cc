// SPDX-License-Identifier: Apache-2.0
#include "dataplane/tcp/rtt.h"

#include <gtest/gtest.h>

namespace penstock::tcp {
namespace {

using base::Duration;
using base::Instant;

Instant at_ms(int64_t ms) { return Instant::from_ns(ms * 1'000'000); }

void sample(Rtt& rtt, int64_t sent_ms, int64_t rtt_ms) {
  rtt.on_sent(Seq(100), at_ms(sent_ms));
  rtt.on_acknowledged(Seq(100), at_ms(sent_ms + rtt_ms));
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
  sample(rtt, 1000, 800);
  EXPECT_EQ(rtt.smoothed(), Duration::from_ms(450));
  EXPECT_EQ(rtt.timeout(), Duration::from_ms(450 + 4 * 250));
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

TEST(Rtt, TakesNoSampleFromWhatWasRetransmitted) {
  Rtt rtt;
  rtt.on_sent(Seq(100), at_ms(0));
  rtt.on_retransmitted();
  rtt.on_acknowledged(Seq(100), at_ms(500));
  EXPECT_EQ(rtt.smoothed(), Duration());
}

TEST(Rtt, IgnoresAcksBeforeTheTimedByte) {
  Rtt rtt;
  rtt.on_sent(Seq(100), at_ms(0));
  rtt.on_sent(Seq(200), at_ms(5));
  rtt.on_acknowledged(Seq(99), at_ms(10));
  EXPECT_EQ(rtt.smoothed(), Duration());
  rtt.on_acknowledged(Seq(200), at_ms(20));
  EXPECT_EQ(rtt.smoothed(), Duration::from_ms(20));
}

TEST(Rtt, StartsDataWithThreeSecondsWhenTheSynWasLost) {
  Rtt rtt;
  rtt.on_syn_was_lost();
  EXPECT_EQ(rtt.timeout(), Duration::from_s(3));
}

}  // namespace
}  // namespace penstock::tcp
