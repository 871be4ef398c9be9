// SPDX-License-Identifier: Apache-2.0
#include "dataplane/tcp/answer_budget.h"

#include <gtest/gtest.h>

#include <set>

namespace penstock::tcp {
namespace {

uint32_t spend_all(AnswerBudget& budget, base::Instant now) {
  uint32_t spent = 0;
  while (budget.try_spend(now)) ++spent;
  return spent;
}

TEST(AnswerBudget, IsSpentAndComesBackAfterASecond) {
  AnswerBudget budget(100, 1);
  const base::Instant now = base::Instant::from_ns(5);
  EXPECT_GT(spend_all(budget, now), 0u);
  EXPECT_FALSE(budget.try_spend(now + base::Duration::from_ms(999)));
  EXPECT_TRUE(budget.try_spend(now + base::Duration::from_s(1)));
}

TEST(AnswerBudget, IsAnotherEachSecondAndRightOnAverage) {
  AnswerBudget budget(100, 1);
  std::set<uint32_t> seen;
  uint32_t sum = 0;
  for (int second = 0; second < 1000; ++second) {
    const uint32_t spent =
        spend_all(budget, base::Instant::from_ns(5) + base::Duration::from_s(second));
    EXPECT_GE(spent, 50u);
    EXPECT_LE(spent, 150u);
    seen.insert(spent);
    sum += spent;
  }
  EXPECT_GT(seen.size(), 50u);
  EXPECT_NEAR(sum / 1000.0, 100, 5);
}

}  // namespace
}  // namespace penstock::tcp
