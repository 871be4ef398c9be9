// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "tests/unit/control/model/small_configuration.h"

namespace penstock::model {
namespace {

Configuration with_action(Action action) {
  Configuration c = small_configuration();
  c.rules[0].action = std::move(action);
  return c;
}

TEST(ValidateRules, RefusesARuleToNoPoolAndSaysWhichThereAre) {
  EXPECT_EQ(
      problems_of(with_action(Forward{"apis"})),
      std::vector<std::string>{"rules[0].forward: there is no pool \"apis\"; accepted: \"api\""});
}

TEST(ValidateRules, DoesNotBlameARuleForAPoolWithoutName) {
  Configuration c = with_action(Forward{"apis"});
  c.pools[0].name = "";
  EXPECT_FALSE(blames(c, "rules[0].forward"));
}

TEST(ValidateRules, RefusesAListenerThatIsNotThere) {
  Configuration c = small_configuration();
  c.rules[0].listeners = {"web", "wbe"};
  EXPECT_TRUE(blames(c, "rules[0].listeners[1]"));
  EXPECT_FALSE(blames(c, "rules[0].listeners[0]"));
}

TEST(ValidateRules, RefusesARuleNameTwice) {
  Configuration c = small_configuration();
  c.rules.push_back(c.rules[0]);
  EXPECT_TRUE(blames(c, "rules[1].name"));
}

TEST(ValidateRules, JudgesHosts) {
  Configuration c = small_configuration();
  c.rules[0].hosts = {"shop.example", "*.shop.example", "Shop.example", "shop.example"};
  EXPECT_FALSE(blames(c, "rules[0].hosts[0]"));
  EXPECT_FALSE(blames(c, "rules[0].hosts[1]"));
  EXPECT_TRUE(blames(c, "rules[0].hosts[2]"));
  EXPECT_TRUE(blames(c, "rules[0].hosts[3]"));
}

TEST(ValidateRules, JudgesPathsButNotRegularExpressions) {
  Configuration c = small_configuration();
  c.rules[0].path = {PathCondition::Kind::Exact, "a"};
  EXPECT_TRUE(blames(c, "rules[0].path"));
  c.rules[0].path = {PathCondition::Kind::Prefix, "/a?b"};
  EXPECT_TRUE(blames(c, "rules[0].path_prefix"));
  c.rules[0].path = {PathCondition::Kind::Regex, "("};
  EXPECT_TRUE(problems_of(c).empty());
}

TEST(ValidateRules, WantsMethodsInCapitals) {
  Configuration c = small_configuration();
  c.rules[0].methods = {"GET", "get", ""};
  EXPECT_FALSE(blames(c, "rules[0].methods[0]"));
  EXPECT_TRUE(blames(c, "rules[0].methods[1]"));
  EXPECT_TRUE(blames(c, "rules[0].methods[2]"));
}

TEST(ValidateRules, JudgesHeaderAndQueryConditions) {
  Configuration c = small_configuration();
  c.rules[0].headers = {{"X-A", "b"}, {"X A", std::nullopt}, {"X-A", "b\r\n"}};
  c.rules[0].query = {{"q", std::nullopt}, {"", "x"}};
  EXPECT_EQ(problems_of(c).size(), 3u);
  EXPECT_TRUE(blames(c, "rules[0].headers[1].name"));
  EXPECT_TRUE(blames(c, "rules[0].headers[2].value"));
  EXPECT_TRUE(blames(c, "rules[0].query[1].name"));
}

TEST(ValidateRules, JudgesResponses) {
  EXPECT_TRUE(blames(with_action(Respond{199, "text/plain", ""}), "rules[0].respond.status"));
  EXPECT_TRUE(blames(with_action(Respond{204, "text/plain", "x"}), "rules[0].respond.body"));
  EXPECT_TRUE(blames(with_action(Respond{200, "a\r\nb", ""}), "rules[0].respond.content_type"));
  const std::string large(base::kRespondBodyBytesMax + 1, 'x');
  EXPECT_TRUE(blames(with_action(Respond{200, "text/plain", large}), "rules[0].respond.body"));
}

TEST(ValidateRules, JudgesRedirects) {
  Redirect redirect;
  EXPECT_TRUE(blames(with_action(redirect), "rules[0].redirect"));
  redirect.host = "a.example";
  EXPECT_TRUE(problems_of(with_action(redirect)).empty());
  redirect.status = 304;
  EXPECT_TRUE(blames(with_action(redirect), "rules[0].redirect.status"));
  redirect.scheme = "ftp";
  EXPECT_TRUE(blames(with_action(redirect), "rules[0].redirect.scheme"));
  redirect.host = "a.example\r\n";
  EXPECT_TRUE(blames(with_action(redirect), "rules[0].redirect.host"));
  redirect.path = "/a\r\nX: y";
  EXPECT_TRUE(blames(with_action(redirect), "rules[0].redirect.path"));
}

TEST(ValidateRules, ReplacesAPrefixOnlyWhereThereIsOne) {
  Redirect redirect;
  redirect.path_prefix = "/new";
  Configuration c = with_action(redirect);
  EXPECT_TRUE(blames(c, "rules[0].redirect.path_prefix"));
  c.rules[0].path = {PathCondition::Kind::Prefix, "/old"};
  EXPECT_TRUE(problems_of(c).empty());
}

}  // namespace
}  // namespace penstock::model
