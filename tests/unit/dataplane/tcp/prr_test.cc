// SPDX-License-Identifier: Apache-2.0
#include "dataplane/tcp/prr.h"

#include <gtest/gtest.h>

namespace penstock::tcp {
namespace {

constexpr uint32_t kSegment = 1000;

TEST(ProportionalRate, LetsTheFirstRetransmissionOut) {
  ProportionalRate prr;
  prr.start(20'000);
  const uint32_t window = prr.window({.delivered = 1000, .in_flight = 16'000}, 14'000, kSegment);
  EXPECT_EQ(window, 17'000u);
}

// RFC 6937 4: with one loss in twenty and a threshold of 70 %, seven leave for every ten delivered.
TEST(ProportionalRate, SendsInProportionToWhatIsDelivered) {
  ProportionalRate prr;
  prr.start(20'000);
  uint32_t in_flight = 19'000;
  uint32_t sent = 0;
  for (int ack = 0; ack < 10; ++ack) {
    in_flight -= kSegment;
    const uint32_t window =
        prr.window({.delivered = kSegment, .in_flight = in_flight}, 14'000, kSegment);
    while (in_flight + kSegment <= window) {
      prr.on_sent(kSegment);
      in_flight += kSegment;
      ++sent;
    }
  }
  EXPECT_NEAR(sent, 7, 1);
}

TEST(ProportionalRate, FillsUpToTheThresholdWhileProgressIsMade) {
  ProportionalRate prr;
  prr.start(20'000);
  prr.on_sent(1000);
  // Much was lost at once: two segments for each one that is delivered.
  EXPECT_EQ(
      prr.window({.delivered = 1000, .in_flight = 4000, .makes_progress = true}, 10'000, kSegment),
      6000u);
  prr.on_sent(2000);
  // Without progress, only as many as were delivered.
  EXPECT_EQ(prr.window({.delivered = 1000, .in_flight = 5000}, 10'000, kSegment), 5000u);
}

TEST(ProportionalRate, NeverGoesBeyondTheThreshold) {
  ProportionalRate prr;
  prr.start(20'000);
  prr.on_sent(1000);
  EXPECT_EQ(
      prr.window({.delivered = 9000, .in_flight = 9500, .makes_progress = true}, 10'000, kSegment),
      10'000u);
}

}  // namespace
}  // namespace penstock::tcp
