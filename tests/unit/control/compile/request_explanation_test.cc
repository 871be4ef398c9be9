// SPDX-License-Identifier: Apache-2.0
#include "control/compile/request_explanation.h"

#include <gtest/gtest.h>

#include "tests/support/configured.h"

namespace penstock::compile {
namespace {

RequestExplanation explained(const std::string& text, std::string_view url,
                             const std::vector<std::string>& fields = {}) {
  const Checked checked = testing::checked(text);
  auto blueprint = compile(checked.configuration, checked.sources, nullptr);
  auto request = describe_request("GET", url, fields, base::IpAddress::parse("10.80.1.2"));
  return explain(*blueprint, *request);
}

RequestExplanation explained(std::string_view url) {
  return explained(testing::configuration_text(), url);
}

TEST(RequestExplanation, NamesTheRuleThatWinsAndThePool) {
  const auto explanation = explained("http://shop.example/cart");
  EXPECT_EQ(explanation.request, "GET http://shop.example/cart from 10.80.1.2");
  EXPECT_EQ(explanation.listener, "web");
  EXPECT_EQ(explanation.rule, "shop");
  EXPECT_EQ(explanation.outcome, "forward to pool shop");
}

TEST(RequestExplanation, TellsWhichConditionFailed) {
  const auto explanation = explained("http://other.example/api/1");
  ASSERT_FALSE(explanation.considered.empty());
  EXPECT_EQ(explanation.rule, "api");
  EXPECT_EQ(explanation.considered.back().name, "api");
  EXPECT_EQ(explanation.considered.back().verdict, "all conditions hold: it wins");
  EXPECT_EQ(explanation.considered.front().name, "shop");
  EXPECT_NE(explanation.considered.front().verdict.find("host"), std::string::npos);
}

TEST(RequestExplanation, SaysThatNoRuleTakesARequest) {
  const auto explanation = explained("http://other.example/");
  EXPECT_EQ(explanation.rule, std::nullopt);
  EXPECT_EQ(explanation.outcome, "404 no_rule");
  EXPECT_EQ(explanation.considered.size(), 2u);
}

TEST(RequestExplanation, SaysThatAListenerDoesNotAdmitTheSource) {
  const auto with_deny = [](std::string_view network) {
    return testing::replaced(
        testing::configuration_text(), "address = \"10.80.1.1:80\";",
        "address = \"10.80.1.1:80\"; deny = [\"" + std::string(network) + "\"];");
  };
  const auto denied = explained(with_deny("10.80.1.0/24"), "http://shop.example/");
  EXPECT_EQ(denied.outcome, "no answer: the listener does not admit this source");
  EXPECT_EQ(denied.rule, std::nullopt);
  EXPECT_EQ(explained(with_deny("10.80.2.0/24"), "http://shop.example/").rule, "shop");
}

TEST(RequestExplanation, SaysThatARuleHasARateLimit) {
  const std::string text =
      "rate_limits = ( { name = \"few\"; per_second = 1; } );\n" +
      testing::configuration_text(
          "{ name = \"r\"; request_rate = \"few\"; respond = { status = 200; }; }");
  EXPECT_EQ(explained(text, "http://shop.example/").outcome,
            "respond 200, as far as rate limit \"few\" allows");
}

TEST(RequestExplanation, SaysWhichSourcesARuleExcepts) {
  const auto explanation =
      explained(testing::configuration_text("{ name = \"r\"; except_sources = [\"10.80.1.0/24\"]; "
                                            "forward = \"api\"; }"),
                "http://shop.example/");
  EXPECT_EQ(explanation.rule, std::nullopt);
  EXPECT_EQ(explanation.considered.at(0).verdict,
            "the source address is in one of the excepted networks 10.80.1.0/24");
}

TEST(RequestExplanation, ReadsARequestAsAWorkerWould) {
  const auto explanation = explained("http://shop.example/x/%2e%2e//%63art");
  EXPECT_EQ(explanation.path, "/cart");
  EXPECT_EQ(explanation.outcome, "forward to pool shop");
  EXPECT_EQ(explanation.pool->key_value, "/cart");
  EXPECT_TRUE(explanation.deviations.empty());
}

TEST(RequestExplanation, NamesDeviations) {
  EXPECT_EQ(
      explained(testing::configuration_text(), "http://shop.example/a|b", {"X_Y: 1"}).deviations,
      (std::vector<std::string>{"target_beyond_uri", "field_name_underscore"}));
}

TEST(RequestExplanation, SaysWhyARequestIsRefusedBeforeAnyRule) {
  EXPECT_EQ(explained("http://shop.example/../x").outcome, "400 path_above_root");
  EXPECT_EQ(explained("http://shop.example/a b").outcome, "400 version_invalid");
  EXPECT_EQ(explained("http://shop.example/%zz").outcome, "400 path_escape_invalid");
  EXPECT_TRUE(explained("http://shop.example/..").considered.empty());
  const std::string strict = testing::configuration_text() + "http = { mode = \"strictest\"; };";
  EXPECT_EQ(explained(strict, "http://shop.example/a|b").outcome, "400 target_invalid");
}

TEST(RequestExplanation, TakesATrustedProxysWordForTheClient) {
  const std::string text =
      testing::replaced(testing::configuration_text(), R"("path")", R"("source")") +
      "forwarding = { trusted_proxies = [\"10.80.1.2/32\"]; };";
  const auto explanation =
      explained(text, "http://shop.example/", {"X-Forwarded-For: 1.1.1.1, 192.0.2.7"});
  EXPECT_EQ(explanation.pool->key_value, "192.0.2.7");
}

TEST(RequestExplanation, PicksTheBackendThatAWorkerWouldPick) {
  const Checked checked = testing::checked();
  const auto blueprint = compile(checked.configuration, checked.sources, nullptr);
  const auto snapshot = make_snapshot(*blueprint, 3);
  for (const std::string path : {"/", "/a", "/b", "/c", "/d", "/e"}) {
    const auto explanation = explained("http://shop.example" + path);
    ASSERT_TRUE(explanation.pool.has_value());
    const auto* picked = snapshot->pools[1].pool.pick(explanation.pool->key_hash, balance::Avoid{});
    EXPECT_EQ(explanation.pool->chosen, picked->name) << path;
    EXPECT_EQ(explanation.pool->key_value, path);
  }
}

TEST(RequestExplanation, LeavesRoundRobinToTheTurn) {
  const auto explanation = explained("/api");
  ASSERT_TRUE(explanation.pool.has_value());
  EXPECT_EQ(explanation.pool->policy, "round_robin");
  EXPECT_EQ(explanation.pool->chosen, std::nullopt);
  EXPECT_EQ(explanation.pool->backends[1].weight, 3u);
}

TEST(RequestExplanation, TellsTheKeyOfAHeader) {
  const std::string text =
      testing::replaced(testing::configuration_text(), R"("path")", R"("header:X-User")");
  const auto with = explained(text, "http://shop.example/", {"x-user: ada"});
  EXPECT_EQ(with.pool->key, "header X-User");
  EXPECT_EQ(with.pool->key_value, "ada");
  const auto without = explained(text, "http://shop.example/");
  EXPECT_EQ(without.pool->key, "header X-User is missing: source address");
  EXPECT_EQ(without.pool->key_value, "10.80.1.2");
}

TEST(RequestExplanation, TellsTheKeyOfACookie) {
  const std::string text =
      testing::replaced(testing::configuration_text(), R"("path")", R"("cookie:sid")");
  const auto explanation = explained(text, "http://shop.example/", {"Cookie: a=b; sid=42"});
  EXPECT_EQ(explanation.pool->key, "cookie sid");
  EXPECT_EQ(explanation.pool->key_value, "42");
}

TEST(RequestExplanation, SaysThatNoBackendTakesWork) {
  std::string text = testing::replaced(testing::configuration_text(), "10.80.2.13:80\"",
                                       "10.80.2.13:80\"; weight = 0");
  text = testing::replaced(text, "10.80.2.14:80\"", "10.80.2.14:80\"; draining = true");
  const auto explanation = explained(text, "http://shop.example/");
  EXPECT_EQ(explanation.pool->chosen, std::nullopt);
  EXPECT_EQ(explanation.pool->why, "no backend takes work: the answer is 503 no_backend");
  EXPECT_TRUE(explanation.pool->backends[1].is_draining);
}

TEST(RequestExplanation, TellsResponsesAndRedirects) {
  const std::string text = testing::configuration_text(R"(
    { path = "/r"; respond = { status = 418; }; },
    { path = "/m"; redirect = { status = 308; host = "new.example"; }; })");
  EXPECT_EQ(explained(text, "/r").outcome, "respond 418");
  EXPECT_EQ(explained(text, "/m").outcome, "redirect 308");
}

TEST(RequestExplanation, IsOneJsonObject) {
  const nlohmann::json json = to_json(explained("http://shop.example/cart"));
  EXPECT_EQ(json["rule"], "shop");
  EXPECT_EQ(json["pool"]["key"]["source"], "path");
  EXPECT_EQ(json["pool"]["backends"].size(), 2u);
  EXPECT_TRUE(json["pool"]["backend"].is_string());
  EXPECT_TRUE(to_json(explained("http://no/"))["rule"].is_null());
}

}  // namespace
}  // namespace penstock::compile
