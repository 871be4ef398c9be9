// SPDX-License-Identifier: Apache-2.0
#include "dataplane/route/rule_check.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "dataplane/base/limits.h"
#include "tests/unit/dataplane/route/rule_builder.h"

namespace penstock::route {
namespace {

using ::testing::HasSubstr;

std::vector<RuleProblem> check(const Rule& rule) { return check_rules({&rule, 1}); }

void expect_problem(const Rule& rule, RulePart part, const char* words) {
  const auto problems = check(rule);
  ASSERT_EQ(problems.size(), 1u) << words;
  EXPECT_EQ(problems[0].rule, 0u);
  EXPECT_EQ(problems[0].part, part);
  EXPECT_THAT(problems[0].text, HasSubstr(words));
}

TEST(RuleCheck, AcceptsARuleWithEveryCondition) {
  EXPECT_TRUE(check(rule("r")
                        .host("shop.example")
                        .host("*.shop_2.example")
                        .host("[2001:db8::1]")
                        .host("*")
                        .prefix("/api/%20")
                        .method("GET")
                        .header("X-Env", "")
                        .query("a b")
                        .source("10.0.0.0/8"))
                  .empty());
}

TEST(RuleCheck, RefusesTextsThatAreNoHosts) {
  for (const char* host : {"", "*.", "a b", "shop.example/", "a.*.example", ".example", "**"}) {
    expect_problem(rule("r").host(host), RulePart::Host, "no host");
  }
  expect_problem(rule("r").host(std::string(base::kHostBytesMax + 1, 'a')), RulePart::Host, "");
}

TEST(RuleCheck, RefusesTooManyHosts) {
  RuleBuilder many = rule("r");
  for (uint32_t i = 0; i <= base::kHostsPerRuleMax; ++i) many.host("a.example");
  expect_problem(many, RulePart::Host, "too many hosts");
}

TEST(RuleCheck, RefusesTextsThatAreNoPaths) {
  for (const char* path : {"", "a", "/a b", "/a?b", "/a#b", "/a\n", "/\x7f"}) {
    expect_problem(rule("r").exact(path), RulePart::Path, "no path");
    expect_problem(rule("r").prefix(path), RulePart::Path, "no path");
  }
}

TEST(RuleCheck, RefusesARegularExpressionThatIsTooLong) {
  expect_problem(rule("r").regex(std::string(base::kRuleTextBytesMax + 1, 'a')), RulePart::Path,
                 "too long");
}

TEST(RuleCheck, RefusesMethodsAndHeadersThatAreNoTokens) {
  expect_problem(rule("r").method("G T"), RulePart::Method, "no method");
  expect_problem(rule("r").header("X:"), RulePart::Header, "no header name");
  expect_problem(rule("r").query(""), RulePart::Query, "needs a name");
}

TEST(RuleCheck, SaysWhichItemOfAListIsWrong) {
  const auto problems = check(rule("r").method("GET").method(""));
  ASSERT_EQ(problems.size(), 1u);
  EXPECT_EQ(problems[0].item, 1u);
}

TEST(RuleCheck, RefusesResponsesThatCannotBeSent) {
  expect_problem(rule("r").action(FixedResponse{100, "", ""}), RulePart::Effect, "no answer");
  expect_problem(rule("r").action(FixedResponse{600, "", ""}), RulePart::Effect, "no answer");
  expect_problem(rule("r").action(FixedResponse{204, "", "x"}), RulePart::Effect, "no body");
  expect_problem(rule("r").action(FixedResponse{200, "a\r\nb: c", ""}), RulePart::Effect,
                 "control character");
  expect_problem(
      rule("r").action(FixedResponse{200, "", std::string(base::kFixedResponseBytesMax + 1, 'x')}),
      RulePart::Effect, "too long");
}

TEST(RuleCheck, RefusesRedirectsThatCannotBeSent) {
  Redirect redirect;
  redirect.status = 304;
  expect_problem(rule("r").action(redirect), RulePart::Effect, "no redirect");
  redirect = {};
  redirect.scheme = "ftp";
  expect_problem(rule("r").action(redirect), RulePart::Effect, "accepted: http, https");
  redirect = {};
  redirect.host = "a/b";
  expect_problem(rule("r").action(redirect), RulePart::Effect, "no host");
  redirect = {};
  redirect.port = 0;
  expect_problem(rule("r").action(redirect), RulePart::Effect, "port 0");
  redirect = {};
  redirect.path = "x";
  expect_problem(rule("r").action(redirect), RulePart::Effect, "no path");
}

TEST(RuleCheck, AcceptsANewPrefixOnlyInARuleForAPrefix) {
  Redirect redirect;
  redirect.path_prefix = "/new";
  EXPECT_TRUE(check(rule("r").prefix("/old").action(redirect)).empty());
  expect_problem(rule("r").exact("/old").action(redirect), RulePart::Effect, "prefix");
  redirect.path = "/all";
  expect_problem(rule("r").prefix("/old").action(redirect), RulePart::Effect, "not both");
}

TEST(RuleCheck, RefusesTooManyRules) {
  const std::vector<Rule> rules(base::kRulesMax + 1);
  const auto problems = check_rules(rules);
  ASSERT_EQ(problems.size(), 1u);
  EXPECT_EQ(problems[0].part, RulePart::Table);
  EXPECT_FALSE(problems[0].rule.has_value());
}

TEST(RuleCheck, ReportsAllProblemsOfAllRules) {
  const std::vector<Rule> rules = {rule("a").host("a b").method(""), rule("b"),
                                   rule("c").exact("x")};
  EXPECT_EQ(check_rules(rules).size(), 3u);
}

}  // namespace
}  // namespace penstock::route
