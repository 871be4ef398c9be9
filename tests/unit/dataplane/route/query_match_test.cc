// SPDX-License-Identifier: Apache-2.0
#include "dataplane/route/query_match.h"

#include <gtest/gtest.h>

namespace penstock::route {
namespace {

bool has(std::string_view query, std::string name) { return holds({std::move(name), {}}, query); }

bool has(std::string_view query, std::string name, std::string value) {
  return holds({std::move(name), std::move(value)}, query);
}

TEST(QueryMatch, FindsAParameterWhereverItStands) {
  EXPECT_TRUE(has("a=1&b=2&c=3", "a", "1"));
  EXPECT_TRUE(has("a=1&b=2&c=3", "b", "2"));
  EXPECT_TRUE(has("a=1&b=2&c=3", "c", "3"));
  EXPECT_FALSE(has("a=1&b=2&c=3", "b", "3"));
}

TEST(QueryMatch, WithoutAValueAsksOnlyForTheName) {
  EXPECT_TRUE(has("debug", "debug"));
  EXPECT_TRUE(has("debug=0", "debug"));
  EXPECT_FALSE(has("debugger=1", "debug"));
  EXPECT_FALSE(has("", "debug"));
}

TEST(QueryMatch, TakesAnyOfSeveralParametersOfOneName) { EXPECT_TRUE(has("a=1&a=2", "a", "2")); }

TEST(QueryMatch, ReadsAMissingValueAsEmpty) {
  EXPECT_TRUE(has("a", "a", ""));
  EXPECT_TRUE(has("a=", "a", ""));
  EXPECT_FALSE(has("a=1", "a", ""));
}

TEST(QueryMatch, SplitsAtTheFirstEqualsSign) { EXPECT_TRUE(has("a=b=c", "a", "b=c")); }

TEST(QueryMatch, ComparesAfterDecoding) {
  EXPECT_TRUE(has("na%6De=x%2fy+z%2B", "name", "x/y z+"));
  EXPECT_FALSE(has("a=%31x", "a", "1"));
}

TEST(QueryMatch, TakesABrokenEscapeForItself) {
  EXPECT_TRUE(has("a=%", "a", "%"));
  EXPECT_TRUE(has("a=%4", "a", "%4"));
  EXPECT_TRUE(has("a=%zz", "a", "%zz"));
}

TEST(QueryMatch, PassesOverEmptyParameters) { EXPECT_TRUE(has("&&a=1&&", "a", "1")); }

}  // namespace
}  // namespace penstock::route
