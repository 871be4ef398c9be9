// SPDX-License-Identifier: Apache-2.0
#include "dataplane/tcp/seq.h"

#include <gtest/gtest.h>

namespace penstock::tcp {
namespace {

TEST(Seq, OrdersNumbersAcrossTheWrap) {
  const Seq before(0xffff'fff0);
  const Seq after = before + 0x20;
  EXPECT_EQ(after.value(), 0x10u);
  EXPECT_LT(before, after);
  EXPECT_GT(after, before);
  EXPECT_EQ(after - before, 0x20);
  EXPECT_EQ(bytes_between(before, after), 0x20u);
  EXPECT_EQ(later(before, after), after);
  EXPECT_EQ(earlier(before, after), before);
}

}  // namespace
}  // namespace penstock::tcp
