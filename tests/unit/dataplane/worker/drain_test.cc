// SPDX-License-Identifier: Apache-2.0
#include "dataplane/worker/drain.h"

#include <gtest/gtest.h>

namespace penstock::worker {
namespace {

using base::Instant;

constexpr Instant kNow = Instant::from_ns(1'000'000'000);

TEST(Drain, ServesFromTheFirstSnapshotOn) {
  Drain drain;
  EXPECT_EQ(drain.phase(), Phase::Starting);
  drain.serve();
  drain.after_turn(ProxyState::Drained, 0, kNow);
  EXPECT_EQ(drain.phase(), Phase::Serving);
}

TEST(Drain, GoesOnWhileTheProxyWorks) {
  Drain drain;
  drain.serve();
  drain.begin();
  drain.after_turn(ProxyState::Working, 1, kNow + Drain::kLingerMax * 10);
  EXPECT_EQ(drain.phase(), Phase::Draining);
  EXPECT_TRUE(drain.next_deadline().is_never());
}

TEST(Drain, EndsWhenTheLastConnectionIsGone) {
  Drain drain;
  drain.serve();
  drain.begin();
  drain.after_turn(ProxyState::Drained, 1, kNow);
  EXPECT_EQ(drain.phase(), Phase::Draining);
  drain.after_turn(ProxyState::Drained, 0, kNow);
  EXPECT_EQ(drain.phase(), Phase::Ended);
}

TEST(Drain, DoesNotWaitForAPeerThatHasVanished) {
  Drain drain;
  drain.serve();
  drain.begin();
  drain.after_turn(ProxyState::Drained, 1, kNow);
  EXPECT_EQ(drain.next_deadline(), kNow + Drain::kLingerMax);
  drain.after_turn(ProxyState::Drained, 1, kNow + Drain::kLingerMax);
  EXPECT_EQ(drain.phase(), Phase::Ended);
}

TEST(Drain, WantsNoTurnWhenItHasEndedAndOtherWorkersHaveNot) {
  Drain drain;
  drain.serve();
  drain.begin();
  drain.after_turn(ProxyState::Drained, 1, kNow);
  drain.after_turn(ProxyState::Drained, 0, kNow);
  ASSERT_EQ(drain.phase(), Phase::Ended);
  EXPECT_TRUE(drain.next_deadline().is_never());
}

TEST(Drain, NeverGoesBack) {
  Drain drain;
  drain.begin();
  drain.serve();
  EXPECT_EQ(drain.phase(), Phase::Draining);
  drain.stop();
  drain.begin();
  EXPECT_EQ(drain.phase(), Phase::Ended);
}

}  // namespace
}  // namespace penstock::worker
