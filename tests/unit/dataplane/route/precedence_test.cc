// SPDX-License-Identifier: Apache-2.0
#include "dataplane/route/precedence.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/dataplane/route/rule_builder.h"

namespace penstock::route {
namespace {

using ::testing::ElementsAre;

// Names of the rules, in order of precedence.
std::vector<std::string> order(const std::vector<Rule>& rules) {
  std::vector<std::string> names;
  for (const Entry& entry : entries_by_precedence(rules)) names.push_back(rules[entry.rule].name);
  return names;
}

TEST(Precedence, PutsRulesWithAPriorityFirstTheSmallestLeading) {
  EXPECT_THAT(order({rule("none").host("a.example").exact("/"), rule("ten").priority(10),
                     rule("minus").priority(-1), rule("largest").priority(INT32_MAX)}),
              ElementsAre("minus", "ten", "largest", "none"));
}

TEST(Precedence, LetsSpecificityDecideBetweenEqualPriorities) {
  EXPECT_THAT(order({rule("any").priority(1), rule("exact").priority(1).host("a.example")}),
              ElementsAre("exact", "any"));
}

TEST(Precedence, PutsExactHostsBeforeWildcardsBeforeAnyHost) {
  EXPECT_THAT(order({rule("any").exact("/long/path"), rule("wild").host("*.example").exact("/x"),
                     rule("exact").host("a.example")}),
              ElementsAre("exact", "wild", "any"));
}

TEST(Precedence, PutsLongerWildcardSuffixesFirst) {
  EXPECT_THAT(order({rule("short").host("*.example").exact("/"), rule("long").host("*.a.example")}),
              ElementsAre("long", "short"));
}

TEST(Precedence, PutsExactPathsBeforePrefixesBeforeRegularExpressionsBeforeAny) {
  EXPECT_THAT(order({rule("any"), rule("regex").regex("/aaaa+"), rule("prefix").prefix("/a"),
                     rule("exact").exact("/")}),
              ElementsAre("exact", "prefix", "regex", "any"));
}

TEST(Precedence, PutsLongerPrefixesFirstWithoutCountingTheLastSlash) {
  EXPECT_THAT(order({rule("root").prefix("/"), rule("a").prefix("/a/").method("GET"),
                     rule("b").prefix("/b").method("GET").query("x"), rule("ab").prefix("/a/b")}),
              ElementsAre("ab", "b", "a", "root"));
}

TEST(Precedence, PutsMoreFurtherConditionsFirst) {
  EXPECT_THAT(order({rule("none"), rule("one").method("GET").method("HEAD").method("POST"),
                     rule("two").header("a").header("b"),
                     rule("three").method("GET").query("q").source("10.0.0.0/8")}),
              ElementsAre("three", "two", "one", "none"));
}

TEST(Precedence, EndsWithTheOrderOfDeclaration) {
  EXPECT_THAT(
      order({rule("first").prefix("/b"), rule("second").prefix("/a"), rule("third").prefix("/b")}),
      ElementsAre("first", "second", "third"));
}

TEST(Precedence, RanksARuleUnderEachOfItsHosts) {
  EXPECT_THAT(
      order({rule("both").host("*.example").host("a.example"), rule("b").host("b.example")}),
      ElementsAre("both", "b", "both"));
}

}  // namespace
}  // namespace penstock::route
