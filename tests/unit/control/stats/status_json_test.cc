// SPDX-License-Identifier: Apache-2.0
#include "control/stats/status_json.h"

#include <gtest/gtest.h>

#include "tests/support/sample_status.h"

namespace penstock::stats {
namespace {

TEST(StatusJson, TellsWhatRuns) {
  const auto json = status_json(testing::sample_status());
  EXPECT_EQ(json["version"], "1.2.3");
  EXPECT_EQ(json["file"], "a.cfg");
  EXPECT_EQ(json["uptime_s"], 61.5);
  EXPECT_EQ(json["generation"], 4);
  EXPECT_EQ(json["runtime_changes"], 1);
  EXPECT_EQ(json["listeners"][0]["address"], "10.0.0.1:80");
  EXPECT_EQ(json["workers"][0]["phase"], "serving");
  EXPECT_EQ(json["workers"][0]["core"], 2);
}

TEST(StatusJson, TellsWorkersApart) {
  const auto worker = status_json(testing::sample_status())["workers"][0];
  EXPECT_EQ(worker["requests"], 12);
  EXPECT_EQ(worker["packets_received"], 31);
  EXPECT_EQ(worker["packets_sent"], 32);
  EXPECT_EQ(worker["frames_handed_over"], 21);
  EXPECT_EQ(worker["frames_taken_over"], 22);
  EXPECT_EQ(worker["wrong_core_arrivals"], 0);
}

TEST(StatusJson, TellsPlainCountersAsNumbers) {
  EXPECT_EQ(status_json(testing::sample_status())["counters"]["requests"], 12);
}

TEST(StatusJson, LeavesLabelsOutThatCountedNothing) {
  const auto replies = status_json(testing::sample_status())["counters"]["replies"];
  EXPECT_EQ(replies, (nlohmann::json{{"no_rule", 3}}));
}

TEST(StatusJson, TellsBackendsWithTheirCounts) {
  const auto json = backends_json(testing::sample_status());
  const auto& backend = json["pools"][0]["backends"][0];
  EXPECT_EQ(json["pools"][0]["name"], "api");
  EXPECT_EQ(backend["name"], "b1");
  EXPECT_EQ(backend["address"], "10.0.0.2:81");
  EXPECT_EQ(backend["weight"], 7);
  EXPECT_EQ(backend["state"], "draining");
  EXPECT_EQ(backend["requests"], 12);
  EXPECT_EQ(backend["connections_open"], 5);
}

TEST(StatusJson, TellsWhyAttemptsFailedAndRequestsWereRefused) {
  const auto json = status_json(testing::sample_status());
  EXPECT_EQ(json["pools"][0]["backends"][0]["failures"], (nlohmann::json{{"connect_refused", 4}}));
  EXPECT_EQ(json["listeners"][0]["replies"], (nlohmann::json{{"no_rule", 3}}));
}

TEST(StatusJson, TellsOnePoolAlone) {
  EXPECT_EQ(backends_json(testing::sample_status(), "api")["pools"].size(), 1u);
  EXPECT_EQ(backends_json(testing::sample_status(), "other")["pools"].size(), 0u);
}

}  // namespace
}  // namespace penstock::stats
