// SPDX-License-Identifier: Apache-2.0
#include "control/compile/rule_translation.h"

#include <gtest/gtest.h>

#include <variant>

namespace penstock::compile {
namespace {

model::Configuration with_rule(model::Rule rule) {
  model::Configuration configuration;
  configuration.pools.resize(2);
  configuration.pools[0].name = "first";
  configuration.pools[1].name = "second";
  configuration.rules.push_back(std::move(rule));
  return configuration;
}

TEST(RuleTranslation, TurnsAPoolsNameIntoItsPlace) {
  model::Rule rule;
  rule.action = model::Forward{"second"};
  const auto rules = translate_rules(with_rule(rule));
  EXPECT_EQ(std::get<route::Forward>(rules[0].action).pool, 1u);
}

TEST(RuleTranslation, KeepsEveryCondition) {
  model::Rule rule;
  rule.name = "r";
  rule.priority = 5;
  rule.hosts = {"*.shop.example"};
  rule.path = {model::PathCondition::Kind::Prefix, "/a"};
  rule.methods = {"GET"};
  rule.headers = {{"X-A", "1"}};
  rule.query = {{"q", std::nullopt}};
  rule.sources = {*base::IpPrefix::parse("10.0.0.0/8")};
  rule.except_sources = {*base::IpPrefix::parse("10.1.0.0/16")};
  const route::Rule translated = translate_rules(with_rule(rule))[0];
  EXPECT_EQ(translated.name, "r");
  EXPECT_EQ(translated.priority, 5);
  EXPECT_EQ(translated.hosts[0].format(), "*.shop.example");
  EXPECT_EQ(translated.path, (route::PathMatch{route::PathMatch::Kind::Prefix, "/a"}));
  EXPECT_EQ(translated.methods, rule.methods);
  EXPECT_EQ(translated.headers[0], (route::HeaderCondition{"X-A", "1"}));
  EXPECT_EQ(translated.query[0], (route::QueryCondition{"q", std::nullopt}));
  EXPECT_EQ(translated.sources, base::PrefixSet(rule.sources));
  EXPECT_EQ(translated.except_sources, base::PrefixSet(rule.except_sources));
}

TEST(RuleTranslation, KeepsARedirect) {
  model::Rule rule;
  rule.action = model::Redirect{308, "http", "new.example", uint16_t{8080}, std::nullopt, "/b"};
  const auto rules = translate_rules(with_rule(rule));
  const auto& redirect = std::get<route::Redirect>(rules[0].action);
  EXPECT_EQ(redirect.status, 308);
  EXPECT_EQ(redirect.host, "new.example");
  EXPECT_EQ(redirect.port, 8080);
  EXPECT_EQ(redirect.path, std::nullopt);
  EXPECT_EQ(redirect.path_prefix, "/b");
}

TEST(RuleTranslation, KeepsAResponse) {
  model::Rule rule;
  rule.action = model::Respond{418, "text/plain", "teapot"};
  const auto rules = translate_rules(with_rule(rule));
  const auto& response = std::get<route::FixedResponse>(rules[0].action);
  EXPECT_EQ(response.status, 418);
  EXPECT_EQ(response.body, "teapot");
}

struct PathCase {
  route::RulePart part;
  const char* path;
};

TEST(RuleTranslation, NamesTheKeyThatIsWrong) {
  model::Rule rule;
  rule.path = {model::PathCondition::Kind::Regex, "("};
  rule.action = model::Respond{};
  const model::Configuration configuration = with_rule(rule);
  const PathCase cases[] = {{route::RulePart::Path, "rules[0].path_regex"},
                            {route::RulePart::Host, "rules[0].hosts[2]"},
                            {route::RulePart::Header, "rules[0].headers[2]"},
                            {route::RulePart::Query, "rules[0].query[2]"},
                            {route::RulePart::Method, "rules[0].methods[2]"},
                            {route::RulePart::Source, "rules[0].sources[2]"},
                            {route::RulePart::ExceptSource, "rules[0].except_sources[2]"},
                            {route::RulePart::Effect, "rules[0].respond"},
                            {route::RulePart::None, "rules[0]"}};
  for (const PathCase& one : cases) {
    EXPECT_EQ(path_of({0, one.part, 2, ""}, configuration), one.path);
  }
  EXPECT_EQ(path_of({std::nullopt, route::RulePart::Table, 0, ""}, configuration), "rules");
}

}  // namespace
}  // namespace penstock::compile
