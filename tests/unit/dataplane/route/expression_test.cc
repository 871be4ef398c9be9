// SPDX-License-Identifier: Apache-2.0
#include "dataplane/route/expression.h"

#include <gtest/gtest.h>

namespace penstock::route {
namespace {

TEST(Expression, WritesAWildcardHostBackwardsAndEscaped) {
  EXPECT_EQ(reversed_wildcard_expression("A-b.example"), R"(^elpmaxe\x2eb\x2da\x2e.)");
}

TEST(Expression, EndsAPrefixAtAPathElement) {
  EXPECT_EQ(path_expression({PathMatch::Kind::Prefix, "/a.b"}), R"(^\x2fa\x2eb(?:/|\z))");
}

TEST(Expression, IgnoresTheSlashThatEndsAPrefix) {
  EXPECT_EQ(path_expression({PathMatch::Kind::Prefix, "/a/"}),
            path_expression({PathMatch::Kind::Prefix, "/a"}));
  EXPECT_EQ(without_trailing_slash("/"), "");
}

TEST(Expression, AnchorsARegularExpressionWholly) {
  EXPECT_EQ(path_expression({PathMatch::Kind::Regex, "/a|/b"}), "^(?:/a|/b)");
}

}  // namespace
}  // namespace penstock::route
