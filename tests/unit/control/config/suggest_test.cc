// SPDX-License-Identifier: Apache-2.0
#include "control/config/suggest.h"

#include <gtest/gtest.h>

namespace penstock::config {
namespace {

TEST(Suggest, CountsInsertionsRemovalsReplacementsAndSwaps) {
  EXPECT_EQ(edit_distance("", "abc"), 3u);
  EXPECT_EQ(edit_distance("abc", ""), 3u);
  EXPECT_EQ(edit_distance("kitten", "sitting"), 3u);
  EXPECT_EQ(edit_distance("wieght", "weight"), 1u);
  EXPECT_EQ(edit_distance("same", "same"), 0u);
}

TEST(Suggest, FindsTheClosestWord) {
  EXPECT_EQ(closest("listner", {"limits", "listeners", "log"}), "listeners");
  EXPECT_EQ(closest("nmae", {"name", "mode"}), "name");
}

TEST(Suggest, FindsNothingForWhatResemblesNothing) {
  EXPECT_EQ(closest("colour", {"name", "weight"}), std::nullopt);
  EXPECT_EQ(closest("x", {"port", "to"}), std::nullopt);
  EXPECT_EQ(closest("anything", {}), std::nullopt);
}

}  // namespace
}  // namespace penstock::config
