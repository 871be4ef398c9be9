// SPDX-License-Identifier: Apache-2.0
#include "dataplane/tcp/answer_budget.h"

#include <gtest/gtest.h>

namespace penstock::tcp {
namespace {

TEST(AnswerBudget, IsSpentAndComesBackAfterASecond) {
  AnswerBudget budget(2);
  const base::Instant now = base::Instant::from_ns(5);
  EXPECT_TRUE(budget.try_spend(now));
  EXPECT_TRUE(budget.try_spend(now));
  EXPECT_FALSE(budget.try_spend(now + base::Duration::from_ms(999)));
  EXPECT_TRUE(budget.try_spend(now + base::Duration::from_s(1)));
}

}  // namespace
}  // namespace penstock::tcp
