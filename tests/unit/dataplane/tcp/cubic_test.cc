// SPDX-License-Identifier: Apache-2.0
#include "dataplane/tcp/cubic.h"

#include <gtest/gtest.h>

#include <cmath>

namespace penstock::tcp {
namespace {

using base::Duration;
using base::Instant;

constexpr uint32_t kSegment = 1000;

// Grows for `seconds` with one ACK for each segment of the window, every `rtt_ms`; returns the
// window in segments.
double run(Cubic& cubic, double segments, double from_s, double seconds, int rtt_ms) {
  auto window = static_cast<uint32_t>(segments * kSegment);
  for (double at = from_s; at < from_s + seconds; at += rtt_ms / 1e3) {
    const auto count = static_cast<int>(window / kSegment);
    for (int i = 0; i < count; ++i) {
      const double now = at + rtt_ms / 1e3 * i / count;
      window += cubic.growth({.window = window,
                              .segment = kSegment,
                              .acknowledged = kSegment,
                              .rtt = Duration::from_ms(rtt_ms),
                              .now = Instant::from_ns(static_cast<int64_t>(now * 1e9))});
    }
  }
  return static_cast<double>(window) / kSegment;
}

TEST(Cubic, GoesDownToSeventyPercent) {
  Cubic cubic;
  EXPECT_EQ(cubic.reduced({.window = 100'000, .in_flight = 100'000}, kSegment), 70'000u);
}

// RFC 9438 figure 2: K = cbrt(W_max * (1 - beta) / C).
TEST(Cubic, IsBackAtThePlateauAfterK) {
  Cubic cubic;
  cubic.reduced({.window = 1'000'000, .in_flight = 1'000'000}, kSegment);
  const double k = std::cbrt(1000 * 0.3 / 0.4);
  const double early = run(cubic, 700, 0, k / 2, 100);
  EXPECT_NEAR(early, 1000 - 0.4 * std::pow(k / 2, 3), 15);
  const double late = run(cubic, early, k / 2, k / 2, 100);
  EXPECT_NEAR(late, 1000, 15);
  const double beyond = run(cubic, late, k, k / 2, 100);
  EXPECT_NEAR(beyond, 1000 + 0.4 * std::pow(k / 2, 3), 15);
}

// 4.3: with short round trips NewReno's line is above the cubic one.
TEST(Cubic, GrowsLikeNewRenoWhereThatIsFaster) {
  Cubic cubic;
  cubic.reduced({.window = 20'000, .in_flight = 20'000}, kSegment);
  const double after = run(cubic, 14, 0, 0.1, 1);
  // 100 round trips at alpha = 0.529, and 1 once the old window is reached.
  EXPECT_GT(after, 14 + 0.529 * 90);
}

// 4.7: fast convergence.
TEST(Cubic, LowersThePlateauWhenItLosesBelowIt) {
  Cubic cubic;
  cubic.reduced({.window = 1'000'000, .in_flight = 1'000'000}, kSegment);
  cubic.reduced({.window = 800'000, .in_flight = 800'000}, kSegment);
  // W_max is 680 and not 800, which is where the window pauses.
  const double k = std::cbrt((680 - 560) / 0.4);
  EXPECT_NEAR(run(cubic, 560, 0, k, 100), 680, 12);
}

TEST(Cubic, StartsOnAPlateauAfterATimeOut) {
  Cubic cubic;
  cubic.reduced({.window = 1'000'000, .in_flight = 1'000'000}, kSegment);
  cubic.on_timeout();
  EXPECT_NEAR(run(cubic, 700, 0, 1, 100), 700.4, 8);
}

}  // namespace
}  // namespace penstock::tcp
