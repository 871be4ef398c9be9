// SPDX-License-Identifier: Apache-2.0
#include "dataplane/upstream/cooldown.h"

#include <gtest/gtest.h>

namespace penstock::upstream {
namespace {

using base::Duration;
using base::Instant;

const Instant kStart = Instant::from_ns(1'000'000'000);

TEST(Cooldown, AvoidsNobodyAtFirst) {
  Cooldown cooldown;
  EXPECT_EQ(cooldown.at(kStart), nullptr);
}

TEST(Cooldown, AvoidsABackendUntilItsTimeIsOver) {
  Cooldown cooldown;
  cooldown.begin(7, kStart);
  const balance::BackendSet* avoided = cooldown.at(kStart + kCooldown - Duration::from_ns(1));
  ASSERT_NE(avoided, nullptr);
  EXPECT_TRUE(avoided->test(7));
  EXPECT_EQ(avoided->count(), 1u);
  EXPECT_EQ(cooldown.at(kStart + kCooldown), nullptr);
}

TEST(Cooldown, BeginsAnewWithEachFailure) {
  Cooldown cooldown;
  cooldown.begin(7, kStart);
  cooldown.begin(7, kStart + Duration::from_ms(900));
  EXPECT_NE(cooldown.at(kStart + Duration::from_ms(1800)), nullptr);
  EXPECT_EQ(cooldown.at(kStart + Duration::from_ms(1900)), nullptr);
}

TEST(Cooldown, EndsWhenTheBackendAnswers) {
  Cooldown cooldown;
  cooldown.begin(7, kStart);
  cooldown.begin(8, kStart);
  cooldown.end(7);
  const balance::BackendSet* avoided = cooldown.at(kStart);
  ASSERT_NE(avoided, nullptr);
  EXPECT_FALSE(avoided->test(7));
  EXPECT_TRUE(avoided->test(8));
}

TEST(Cooldown, ForgetsFailuresBeyondItsMemory) {
  Cooldown cooldown;
  for (uint32_t backend = 0; backend < 1000; ++backend) cooldown.begin(backend, kStart);
  ASSERT_NE(cooldown.at(kStart), nullptr);
  EXPECT_LT(cooldown.at(kStart)->count(), 1000u);
  EXPECT_EQ(cooldown.at(kStart + kCooldown), nullptr);
}

}  // namespace
}  // namespace penstock::upstream
