// SPDX-License-Identifier: Apache-2.0
#include "dataplane/route/expression.h"

#include <gtest/gtest.h>

namespace penstock::route {
namespace {

TEST(Expression, WritesAWildcardHostBackwardsAndEscaped) {
  EXPECT_EQ(reversed_wildcard_expression("A-b.example"), R"(^elpmaxe\x2eb\x2da\x2e.)");
}

TEST(Expression, IgnoresTheSlashThatEndsAPrefix) {
  EXPECT_EQ(without_trailing_slash("/a/"), "/a");
  EXPECT_EQ(without_trailing_slash("/a"), "/a");
  EXPECT_EQ(without_trailing_slash("/a//"), "/a/");
  EXPECT_EQ(without_trailing_slash("/"), "");
}

TEST(Expression, AnchorsARegularExpressionWholly) {
  EXPECT_EQ(path_expression("/a|/b"), "^(?:/a|/b)");
}

}  // namespace
}  // namespace penstock::route
