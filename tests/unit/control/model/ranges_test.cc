// SPDX-License-Identifier: Apache-2.0
#include "control/model/ranges.h"

#include <gtest/gtest.h>

namespace penstock::model {
namespace {

TEST(Range, ContainsBothEndsAndNothingBeyond) {
  constexpr Range range{2, 4};
  EXPECT_FALSE(range.contains(1));
  EXPECT_TRUE(range.contains(2));
  EXPECT_TRUE(range.contains(4));
  EXPECT_FALSE(range.contains(5));
  EXPECT_FALSE(range.contains(0));
}

TEST(Range, MayContainAZeroOutsideItsEnds) {
  constexpr Range range{2, 4, "unlimited"};
  EXPECT_TRUE(range.contains(0));
  EXPECT_FALSE(range.contains(1));
}

TEST(Range, SaysWhatItAccepts) {
  EXPECT_EQ((Range{2, 4}.refusal(9)), "9 is out of range; accepted: an integer from 2 to 4");
  EXPECT_EQ((Range{2, 4, "unlimited"}.accepted()), "an integer from 2 to 4, or 0 (unlimited)");
}

}  // namespace
}  // namespace penstock::model
