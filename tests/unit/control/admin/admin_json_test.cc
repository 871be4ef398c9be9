// SPDX-License-Identifier: Apache-2.0
#include "control/admin/admin_json.h"

#include <gtest/gtest.h>

namespace penstock::admin {
namespace {

std::string problem_of(const std::string& body) {
  const auto parsed = parse_new_backend(body);
  if (parsed.ok()) return "";
  return parsed.error()[0].path + ": " + parsed.error()[0].text;
}

std::string change_problem_of(const std::string& body) {
  const auto parsed = parse_backend_change(body);
  if (parsed.ok()) return "";
  return parsed.error()[0].path + ": " + parsed.error()[0].text;
}

TEST(AdminJson, ReadsANewBackend) {
  const auto backend =
      parse_new_backend(R"({"address": "10.0.0.1:80", "name": "a", "weight": 256})");
  ASSERT_TRUE(backend.ok());
  EXPECT_EQ(backend->address.format(), "10.0.0.1:80");
  EXPECT_EQ(backend->name, "a");
  EXPECT_EQ(backend->weight, 256u);
}

TEST(AdminJson, RefusesWhatIsNoNewBackend) {
  EXPECT_EQ(problem_of("{"), ": the body is not a JSON object");
  EXPECT_EQ(problem_of("[]"), ": the body is not a JSON object");
  EXPECT_EQ(problem_of("{}"), "address: missing; accepted: ADDRESS:PORT");
  EXPECT_EQ(problem_of(R"({"address": 1})"), "address: is not a text");
  EXPECT_EQ(problem_of(R"({"address": "x"})"),
            "address: \"x\" is not an address; accepted: ADDRESS:PORT");
  EXPECT_EQ(problem_of(R"({"address": "10.0.0.1:80", "wait": 1})"),
            "wait: unknown key; accepted: address, name, weight");
  EXPECT_EQ(problem_of(R"({"address": "10.0.0.1:80", "weight": 257})"),
            "weight: 257 is not accepted; accepted: 0 to 256");
  EXPECT_EQ(problem_of(R"({"address": "10.0.0.1:80", "weight": -1})"),
            "weight: -1 is not accepted; accepted: 0 to 256");
}

TEST(AdminJson, ReadsAChange) {
  const auto change = parse_backend_change(R"({"weight": 0, "state": "draining"})");
  ASSERT_TRUE(change.ok());
  EXPECT_EQ(change->weight, 0u);
  EXPECT_EQ(change->state, model::BackendState::Draining);
}

TEST(AdminJson, LeavesAloneWhatAChangeDoesNotName) {
  const auto change = parse_backend_change(R"({"state": "active"})");
  ASSERT_TRUE(change.ok());
  EXPECT_EQ(change->weight, std::nullopt);
}

TEST(AdminJson, RefusesWhatIsNoChange) {
  EXPECT_EQ(change_problem_of("{}"), ": nothing to change; accepted: weight, state");
  EXPECT_EQ(change_problem_of(R"({"state": "gone"})"),
            "state: \"gone\" is not accepted; accepted: active, draining");
}

TEST(AdminJson, TellsAChange) {
  Change change;
  change.generation = 3;
  change.live = publish::Live::Everywhere;
  change.took = base::Duration::from_us(1500);
  EXPECT_EQ(to_json(change), (nlohmann::json{{"generation", 3},
                                             {"live", true},
                                             {"took_ms", 1.5},
                                             {"runtime_changes_replaced", 0},
                                             {"warnings", nlohmann::json::array()}}));
}

TEST(AdminJson, TellsProblems) {
  EXPECT_EQ(problems_json({{"a.cfg", 3, "rules", "bad"}}).dump(),
            R"({"problems":[{"file":"a.cfg","line":3,"path":"rules","text":"bad"}]})");
}

}  // namespace
}  // namespace penstock::admin
