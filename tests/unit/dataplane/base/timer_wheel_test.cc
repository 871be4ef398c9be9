// SPDX-License-Identifier: Apache-2.0
#include "dataplane/base/timer_wheel.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <vector>

#include "dataplane/base/random.h"
#include "tests/support/literals.h"

namespace penstock::base {
namespace {

using testing::at_ms;

struct Alarm : TimerNode {};

class TimerWheelTest : public ::testing::Test {
 protected:
  void TearDown() override {
    while (wheel.expire_one(Instant::never()) != nullptr) {
    }
  }
  TimerWheel<Alarm> wheel{at_ms(0)};
  Alarm alarm;
  Alarm other;
};

TEST_F(TimerWheelTest, ExpiresNothingBeforeTheDeadline) {
  wheel.arm(alarm, at_ms(5));
  EXPECT_EQ(wheel.expire_one(Instant::from_ns(4'999'999)), nullptr);
  EXPECT_EQ(wheel.expire_one(at_ms(5)), &alarm);
  EXPECT_FALSE(alarm.is_armed());
}

TEST_F(TimerWheelTest, ExpiresWithinOneTickOfADeadlineBetweenTicks) {
  wheel.arm(alarm, Instant::from_ns(5'000'001));
  EXPECT_EQ(wheel.expire_one(at_ms(5)), nullptr);
  EXPECT_EQ(wheel.expire_one(at_ms(6)), &alarm);
}

TEST_F(TimerWheelTest, ExpiresAtOnceWhatIsOverdueWhenArmed) {
  wheel.expire_one(at_ms(100));
  wheel.arm(alarm, at_ms(50));
  EXPECT_EQ(wheel.expire_one(at_ms(100)), &alarm);
}

TEST_F(TimerWheelTest, ForgetsACancelledDeadline) {
  wheel.arm(alarm, at_ms(5));
  wheel.cancel(alarm);
  EXPECT_EQ(wheel.expire_one(at_ms(10)), nullptr);
  EXPECT_TRUE(wheel.next_deadline().is_never());
}

TEST_F(TimerWheelTest, FollowsADeadlineThatMovesLater) {
  wheel.arm(alarm, at_ms(5));
  wheel.arm(alarm, at_ms(5000));
  EXPECT_EQ(wheel.expire_one(at_ms(4999)), nullptr);
  EXPECT_EQ(wheel.expire_one(at_ms(5000)), &alarm);
}

TEST_F(TimerWheelTest, FollowsADeadlineThatMovesEarlier) {
  wheel.arm(alarm, at_ms(5000));
  wheel.arm(alarm, at_ms(3));
  EXPECT_EQ(wheel.next_deadline(), at_ms(3));
  EXPECT_EQ(wheel.expire_one(at_ms(3)), &alarm);
}

TEST_F(TimerWheelTest, FollowsADeadlineThatMovesLaterAndBack) {
  wheel.arm(alarm, at_ms(5));
  wheel.arm(alarm, at_ms(5000));
  wheel.arm(alarm, at_ms(7));
  EXPECT_EQ(wheel.expire_one(at_ms(6)), nullptr);
  EXPECT_EQ(wheel.next_deadline(), at_ms(7));
  EXPECT_EQ(wheel.expire_one(at_ms(7)), &alarm);
}

TEST_F(TimerWheelTest, ReachesDeadlinesBeyondItsTwoLevels) {
  const int64_t day_ms = 24 * 3600 * 1000;
  wheel.arm(alarm, at_ms(day_ms));
  EXPECT_EQ(wheel.expire_one(at_ms(day_ms - 1)), nullptr);
  EXPECT_EQ(wheel.expire_one(at_ms(day_ms)), &alarm);
}

TEST_F(TimerWheelTest, SaysWhenToCallAgainAtTheLatest) {
  wheel.arm(alarm, at_ms(3000));
  // A lower bound that is walked up to the deadline in a few steps.
  int steps = 0;
  while (wheel.expire_one(wheel.next_deadline()) == nullptr) ASSERT_LT(++steps, 10);
  EXPECT_FALSE(alarm.is_armed());
}

TEST_F(TimerWheelTest, JumpsOverAnEmptyEternity) {
  EXPECT_EQ(wheel.expire_one(Instant::never()), nullptr);
}

// Against a model: random deadlines, moves and cancellations.
TEST(TimerWheel, AgreesWithASortedListForManySeeds) {
  for (uint64_t seed = 1; seed <= 50; ++seed) {
    Random random(seed);
    TimerWheel<Alarm> wheel(at_ms(0));
    std::array<Alarm, 40> alarms;
    std::array<Instant, 40> model;
    model.fill(Instant::never());
    Instant now = at_ms(0);
    for (int step = 0; step < 400; ++step) {
      const size_t i = random.below(alarms.size());
      const int64_t spread = random.below(2) == 0 ? 3'000'000 : 3'000'000'000;
      model[i] = random.below(5) == 0
                     ? Instant::never()
                     : now + Duration::from_ns(static_cast<int64_t>(random.below(spread)));
      wheel.arm(alarms[i], model[i]);
      now = now + Duration::from_ns(static_cast<int64_t>(random.below(spread / 4)));
      ASSERT_LE(wheel.next_deadline().ns() - 1'000'000,
                std::min_element(model.begin(), model.end())->ns());
      while (Alarm* expired = wheel.expire_one(now)) {
        const auto at = static_cast<size_t>(expired - alarms.data());
        ASSERT_LE(model[at], now);
        model[at] = Instant::never();
      }
      for (const Instant deadline : model) ASSERT_GT(deadline, now - Duration::from_ms(1));
    }
    while (wheel.expire_one(Instant::never()) != nullptr) {
    }
  }
}

}  // namespace
}  // namespace penstock::base
