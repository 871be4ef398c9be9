// SPDX-License-Identifier: Apache-2.0
#include "dataplane/upstream/retry.h"

#include <gtest/gtest.h>

namespace penstock::upstream {
namespace {

using base::Duration;
using base::Instant;

const Instant kFirstTry = Instant::from_ns(1'000'000'000);

uint32_t spend_all(RetryBudget& budget, Instant now) {
  uint32_t spent = 0;
  while (budget.try_spend(now)) ++spent;
  return spent;
}

TEST(RetryPolicy, TakesTheStatusesThatItNames) {
  RetryPolicy policy;
  policy.statuses.set(503 - base::kRetryStatusMin);
  EXPECT_TRUE(policy.takes_again(503));
  EXPECT_FALSE(policy.takes_again(502));
  EXPECT_FALSE(policy.takes_again(200));
  EXPECT_FALSE(policy.takes_again(999));
}

TEST(RetryBudget, AllowsAFewASecondToThoseWithoutRequests) {
  RetryBudget budget;
  EXPECT_EQ(spend_all(budget, kFirstTry), base::kRetriesPerSecondMin);
  EXPECT_EQ(spend_all(budget, kFirstTry + Duration::from_ms(99)), 0u);
  EXPECT_EQ(spend_all(budget, kFirstTry + Duration::from_ms(100)), 1u);
  EXPECT_EQ(spend_all(budget, kFirstTry + Duration::from_s(60)), base::kRetriesPerSecondMin);
}

TEST(RetryBudget, GrowsWithTheRequests) {
  RetryBudget budget;
  spend_all(budget, kFirstTry);
  for (int i = 0; i < 50; ++i) budget.on_request(20);
  EXPECT_EQ(spend_all(budget, kFirstTry), 10u);
}

TEST(RetryBudget, SavesNoMoreThanItsMaximum) {
  RetryBudget budget;
  spend_all(budget, kFirstTry);
  for (int i = 0; i < 100'000; ++i) budget.on_request(100);
  EXPECT_EQ(spend_all(budget, kFirstTry), base::kRetriesSavedMax);
}

TEST(RetryBudget, OfZeroPercentHasTheAllowanceAlone) {
  RetryBudget budget;
  for (int i = 0; i < 1000; ++i) budget.on_request(0);
  EXPECT_EQ(spend_all(budget, kFirstTry), base::kRetriesPerSecondMin);
}

}  // namespace
}  // namespace penstock::upstream
