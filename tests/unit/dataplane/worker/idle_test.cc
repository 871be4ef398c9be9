// SPDX-License-Identifier: Apache-2.0
#include "dataplane/worker/idle.h"

#include <gtest/gtest.h>

namespace penstock::worker {
namespace {

using base::Duration;
using base::Instant;

constexpr Instant kIdleFrom = Instant::from_ns(5'000'000'000);

Rest rest_after(Idle& idle, uint32_t empty_turns, Instant deadline = Instant::never()) {
  Rest rest;
  for (uint32_t i = 0; i < empty_turns; ++i)
    rest = idle.after_turn(Activity::Idle, kIdleFrom, deadline);
  return rest;
}

TEST(Idle, GoesOnAtOnceAfterWork) {
  Idle idle(IdleMode::BackOff);
  rest_after(idle, 10'000);
  EXPECT_EQ(idle.after_turn(Activity::Busy, kIdleFrom, Instant::never()).kind, Rest::Kind::None);
  EXPECT_EQ(rest_after(idle, 1).kind, Rest::Kind::None);
}

TEST(Idle, PausesBeforeItSleeps) {
  Idle idle(IdleMode::BackOff);
  EXPECT_EQ(rest_after(idle, Idle::kTurnsBeforePause - 1).kind, Rest::Kind::None);
  EXPECT_EQ(rest_after(idle, 1).kind, Rest::Kind::Pause);
  EXPECT_EQ(rest_after(idle, Idle::kTurnsBeforeSleep - Idle::kTurnsBeforePause - 1).kind,
            Rest::Kind::Pause);
  const Rest rest = rest_after(idle, 1);
  EXPECT_EQ(rest.kind, Rest::Kind::Sleep);
  EXPECT_EQ(rest.sleep, Idle::kSleepFirst);
}

TEST(Idle, SleepsLongerEachTimeUpToOneMillisecond) {
  Idle idle(IdleMode::BackOff);
  EXPECT_EQ(rest_after(idle, Idle::kTurnsBeforeSleep).sleep, Duration::from_us(50));
  EXPECT_EQ(rest_after(idle, 1).sleep, Duration::from_us(100));
  EXPECT_EQ(rest_after(idle, 1).sleep, Duration::from_us(200));
  EXPECT_EQ(rest_after(idle, 10).sleep, Duration::from_ms(1));
}

TEST(Idle, StartsWithAShortSleepAgainAfterWork) {
  Idle idle(IdleMode::BackOff);
  rest_after(idle, Idle::kTurnsBeforeSleep + 10);
  (void)idle.after_turn(Activity::Busy, kIdleFrom, Instant::never());
  EXPECT_EQ(rest_after(idle, Idle::kTurnsBeforeSleep).sleep, Idle::kSleepFirst);
}

TEST(Idle, NeverSleepsPastADeadline) {
  Idle idle(IdleMode::BackOff);
  rest_after(idle, Idle::kTurnsBeforeSleep + 10);
  EXPECT_EQ(rest_after(idle, 1, kIdleFrom + Duration::from_us(300)).sleep, Duration::from_us(300));
  EXPECT_EQ(rest_after(idle, 1, kIdleFrom + Duration::from_us(2)).kind, Rest::Kind::Pause);
  EXPECT_EQ(rest_after(idle, 1, kIdleFrom - Duration::from_ms(2)).kind, Rest::Kind::Pause);
}

TEST(Idle, NeverSleepsWhenToldToSpin) {
  Idle idle(IdleMode::Spin);
  for (int i = 0; i < 5000; ++i) {
    EXPECT_NE(idle.after_turn(Activity::Idle, kIdleFrom, Instant::never()).kind, Rest::Kind::Sleep);
  }
}

}  // namespace
}  // namespace penstock::worker
