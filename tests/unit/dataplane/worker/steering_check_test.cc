// SPDX-License-Identifier: Apache-2.0
#include "dataplane/worker/steering_check.h"

#include <gtest/gtest.h>

namespace penstock::worker {
namespace {

using Trust = SteeringCheck::Trust;

// How many of `frames` are looked at, all of them being right.
uint32_t looked_at(SteeringCheck& check, uint32_t frames) {
  uint32_t count = 0;
  for (uint32_t i = 0; i < frames; ++i) {
    if (!check.is_due()) continue;
    ++count;
    check.was_right();
  }
  return count;
}

TEST(SteeringCheck, LooksAtEveryFrameUntilEnoughWereRight) {
  SteeringCheck check(Trust::Earned);
  EXPECT_EQ(looked_at(check, SteeringCheck::kRightBeforeTrust), SteeringCheck::kRightBeforeTrust);
  EXPECT_EQ(looked_at(check, 100 * SteeringCheck::kFramesBetweenChecks), 100u);
}

TEST(SteeringCheck, LooksAtEveryFrameAgainAfterOneThatWasWrong) {
  SteeringCheck check(Trust::Earned);
  looked_at(check, SteeringCheck::kRightBeforeTrust);
  check.was_wrong();
  EXPECT_EQ(looked_at(check, 100), 100u);
}

TEST(SteeringCheck, NeverTrustsAPortThatDoesNotSteer) {
  SteeringCheck check(Trust::Never);
  constexpr uint32_t kMany = 3 * SteeringCheck::kRightBeforeTrust;
  EXPECT_EQ(looked_at(check, kMany), kMany);
}

}  // namespace
}  // namespace penstock::worker
