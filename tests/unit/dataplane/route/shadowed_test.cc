// SPDX-License-Identifier: Apache-2.0
#include "dataplane/route/shadowed.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "dataplane/route/rule_table.h"
#include "tests/unit/dataplane/route/rule_builder.h"

namespace penstock::route {
namespace {

std::vector<std::string> shadowed(const std::vector<Rule>& rules) {
  const auto table = RuleTable::compile(rules);
  CHECK(table.ok());
  std::vector<std::string> names;
  for (const RuleProblem& warning : table.value().warnings()) {
    names.push_back(rules[*warning.rule].name);
  }
  return names;
}

using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST(Shadowed, FindsASecondRuleWithTheSameConditions) {
  EXPECT_THAT(
      shadowed({rule("a").host("x.example").exact("/"), rule("b").host("X.example").exact("/")}),
      ElementsAre("b"));
}

TEST(Shadowed, FindsARuleBehindAPriorityThatNeedsLess) {
  EXPECT_THAT(shadowed({rule("a").prefix("/a").method("GET"), rule("b").prefix("/a/").priority(1)}),
              ElementsAre("a"));
}

TEST(Shadowed, LeavesRulesThatCanWin) {
  EXPECT_THAT(shadowed({rule("a").prefix("/a").method("GET"), rule("b").prefix("/a"),
                        rule("c").prefix("/b"), rule("d").prefix("/a").method("POST")}),
              IsEmpty());
}

TEST(Shadowed, LeavesARuleForSourcesThatAnEarlierOneExcepts) {
  EXPECT_THAT(shadowed({rule("a").prefix("/a").except("10.0.0.0/8"), rule("b").prefix("/a")}),
              IsEmpty());
  EXPECT_THAT(shadowed({rule("a").prefix("/a").except("10.0.0.0/8"),
                        rule("b").prefix("/a").except("10.0.0.0/8")}),
              ElementsAre("b"));
}

TEST(Shadowed, LeavesARuleThatNamesAHostTwice) {
  EXPECT_THAT(shadowed({rule("a").host("x.example").host("x.example")}), IsEmpty());
}

TEST(Shadowed, NamesTheHostAndTheWinner) {
  const std::vector<Rule> rules = {rule("a").host("x.example"),
                                   rule("b").host("y.example").host("x.example")};
  const auto table = RuleTable::compile(rules);
  ASSERT_EQ(table.value().warnings().size(), 1u);
  EXPECT_EQ(table.value().warnings()[0].text, "for host x.example rule a always wins");
  EXPECT_EQ(table.value().warnings()[0].item, 1u);
}

}  // namespace
}  // namespace penstock::route
