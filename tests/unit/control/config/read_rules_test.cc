// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "tests/unit/control/config/read_text.h"

namespace penstock::config {
namespace {

using model::PathCondition;

ReadText read_rule_text(const std::string& text) {
  return read_with_network("rules = ( { " + text + " } );");
}

model::Rule only_rule(const std::string& text) {
  const ReadText read = read_rule_text(text);
  EXPECT_EQ(read.problems, std::vector<std::string>{});
  CHECK(read.configuration.rules.size() == 1);
  return read.configuration.rules[0];
}

TEST(ReadRules, ReadsEveryCondition) {
  const model::Rule rule = only_rule(R"(name = "r"; listeners = ["web"]; priority = -3;
    hosts = ["a.example", "*.b.example"]; path_prefix = "/a"; methods = ["GET"];
    headers = ( { name = "X"; value = "1"; }, { name = "Y"; } ); query = ( { name = "q"; } );
    sources = ["10.0.0.0/8"]; except_sources = ["10.1.0.0/16"]; forward = "api";)");
  EXPECT_EQ(rule.name, "r");
  EXPECT_EQ(rule.listeners, std::vector<std::string>{"web"});
  EXPECT_EQ(rule.priority, -3);
  EXPECT_EQ(rule.hosts, (std::vector<std::string>{"a.example", "*.b.example"}));
  EXPECT_EQ(rule.path, (PathCondition{PathCondition::Kind::Prefix, "/a"}));
  EXPECT_EQ(rule.methods, std::vector<std::string>{"GET"});
  EXPECT_EQ(rule.headers, (std::vector<model::NamedCondition>{{"X", "1"}, {"Y", std::nullopt}}));
  EXPECT_EQ(rule.query, (std::vector<model::NamedCondition>{{"q", std::nullopt}}));
  ASSERT_EQ(rule.sources.size(), 1u);
  EXPECT_EQ(rule.sources[0].format(), "10.0.0.0/8");
  ASSERT_EQ(rule.except_sources.size(), 1u);
  EXPECT_EQ(rule.except_sources[0].format(), "10.1.0.0/16");
  EXPECT_EQ(std::get<model::Forward>(rule.action).pool, "api");
}

TEST(ReadRules, NamesARuleAfterItsPlace) {
  EXPECT_EQ(only_rule("forward = \"api\";").name, "rules[0]");
}

TEST(ReadRules, ReadsEverySortOfPath) {
  EXPECT_EQ(only_rule("forward = \"a\";").path.kind, PathCondition::Kind::Any);
  EXPECT_EQ(only_rule("forward = \"a\"; path = \"/\";").path.kind, PathCondition::Kind::Exact);
  EXPECT_EQ(only_rule("forward = \"a\"; path_regex = \"/\";").path.kind,
            PathCondition::Kind::Regex);
}

TEST(ReadRules, RefusesTwoSortsOfPath) {
  const ReadText read = read_rule_text("forward = \"a\"; path = \"/\"; path_regex = \"/\";");
  EXPECT_TRUE(blames(read, "rules[0].path_regex"));
}

TEST(ReadRules, ReadsAResponse) {
  const model::Rule rule =
      only_rule("respond = { status = 503; content_type = \"text/html\"; body = \"b\"; };");
  EXPECT_EQ(std::get<model::Respond>(rule.action), (model::Respond{503, "text/html", "b"}));
}

TEST(ReadRules, ReadsARedirect) {
  const model::Rule rule = only_rule(R"(redirect = { status = 308; scheme = "https";
    host = "a.example"; port = 8443; path = "/p"; };)");
  const auto& redirect = std::get<model::Redirect>(rule.action);
  EXPECT_EQ(redirect.status, 308);
  EXPECT_EQ(redirect.scheme, "https");
  EXPECT_EQ(redirect.host, "a.example");
  EXPECT_EQ(redirect.port, 8443);
  EXPECT_EQ(redirect.path, "/p");
  EXPECT_EQ(redirect.path_prefix, std::nullopt);
}

TEST(ReadRules, WantsExactlyOneAction) {
  EXPECT_TRUE(blames(read_rule_text(""), "rules[0]"));
  EXPECT_TRUE(blames(read_rule_text("forward = \"a\"; respond = { };"), "rules[0]"));
  EXPECT_TRUE(blames(read_rule_text("redirect = { }; respond = { };"), "rules[0]"));
}

TEST(ReadRules, RefusesToForwardToAPoolWithoutName) {
  EXPECT_TRUE(blames(read_rule_text("forward = \"\";"), "rules[0].forward"));
}

TEST(ReadRules, KeepsTheIndexOfARuleAfterAWrongOne) {
  const ReadText read =
      read_with_network("rules = ( 7, { name = \"second\"; forward = \"a\"; } );");
  ASSERT_EQ(read.configuration.rules.size(), 2u);
  EXPECT_EQ(read.configuration.rules[1].name, "second");
}

}  // namespace
}  // namespace penstock::config
