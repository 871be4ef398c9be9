// SPDX-License-Identifier: Apache-2.0
//
// The simulation itself: the same seed is the same world, and what goes wrong is seen.
#include "tests/sim/scenario_run.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <fstream>
#include <string>

#include "tests/support/temporary_folder.h"

namespace penstock::testing {
namespace {

ExchangePlan exchange(uint32_t id, uint32_t bytes) { return {.id = id, .answer_bytes = bytes}; }

TEST(ScenarioRun, IsTheSameWorldForTheSameSeed) {
  for (const uint64_t seed : {3, 11, 42}) {
    const ScenarioReport first = run_scenario(draw_scenario(seed));
    const ScenarioReport second = run_scenario(draw_scenario(seed));
    EXPECT_EQ(first.digest, second.digest);
    EXPECT_EQ(first.turns, second.turns);
    EXPECT_EQ(first.virtual_time, second.virtual_time);
  }
}

TEST(ScenarioRun, IsAnotherWorldForAnotherSeed) {
  EXPECT_NE(describe(draw_scenario(1)), describe(draw_scenario(2)));
  EXPECT_NE(run_scenario(draw_scenario(1)).digest, run_scenario(draw_scenario(2)).digest);
}

TEST(ScenarioRun, AnswersAllInACalmWorld) {
  Scenario scenario = calm_scenario(2, 2);
  scenario.conversations.push_back({.client = 0, .exchanges = {exchange(1, 10)}});
  scenario.conversations.push_back({.client = 1, .exchanges = {exchange(2, 70'000)}});
  const ScenarioReport report = run_scenario(scenario);
  EXPECT_TRUE(report.problems.empty()) << report.problems.front();
  EXPECT_EQ(report.answers, 2 + 4u) << "two at the end ask whether all clients are served";
  EXPECT_EQ(report.failures, 0u);
}

std::string problems_of(const Scenario& scenario) {
  std::string text;
  for (const std::string& each : run_scenario(scenario).problems) text += each + "\n";
  return text;
}

// Each client in a network of its own, each backend too, and in neither family the same.
Scenario scenario_of_vlans(uint32_t workers) {
  Scenario scenario = calm_scenario(4, 4);
  scenario.workers = workers;
  for (uint32_t i = 0; i < 4; ++i) {
    scenario.clients[i].network = i;
    scenario.backends[i].network = 3 - i;
    const bool is_v6 = i % 2 == 1;
    scenario.clients[i].family = is_v6 ? StationPlan::Family::V6 : StationPlan::Family::V4;
    scenario.backends[i].family = scenario.clients[i].family;
    for (uint32_t k = 0; k < 4; ++k) {
      scenario.conversations.push_back({.client = i, .exchanges = {exchange(i * 4 + k, 5000)}});
    }
  }
  return scenario;
}

TEST(ScenarioRun, ServesClientsAndBackendsInVlansOfBothFamilies) {
  EXPECT_EQ(problems_of(scenario_of_vlans(1)), "");
  EXPECT_EQ(problems_of(scenario_of_vlans(3)), "");
}

TEST(ScenarioRun, NeedsNoUntaggedNetwork) {
  Scenario scenario = scenario_of_vlans(2);
  scenario.clients[0].network = 2;
  scenario.backends[3].network = 1;
  EXPECT_EQ(problems_of(scenario), "");
}

TEST(ScenarioRun, LetsRequestsBeRefusedWhereSourcePortsAreFewAndServesAllAfterwards) {
  Scenario scenario = calm_scenario(2, 1);
  scenario.source_ports = 1;
  for (uint32_t i = 0; i < 32; ++i) {
    scenario.conversations.push_back({.client = i % 2, .exchanges = {exchange(i, 1000)}});
  }
  const ScenarioReport report = run_scenario(scenario);
  EXPECT_TRUE(report.problems.empty()) << report.problems.front();
  EXPECT_GT(report.refusals, 0u);
  EXPECT_LT(report.refusals, 32u);
}

TEST(ScenarioRun, BridgesAStallOfOneWorkerOfSeveral) {
  Scenario scenario = calm_scenario(1, 1);
  scenario.workers = 3;
  scenario.wire = Scenario::Wire::UnknownHash;
  for (uint32_t i = 0; i < 12; ++i) {
    scenario.conversations.push_back({.exchanges = {exchange(i, 20'000)}});
  }
  scenario.faults.push_back({.kind = FaultPlan::Kind::WorkerStall,
                             .start = base::Duration::from_us(500),
                             .length = base::Duration::from_ms(700),
                             .target = 1});
  scenario.faults.push_back({.kind = FaultPlan::Kind::SnapshotStorm,
                             .start = base::Duration::from_us(600),
                             .amount = 60});
  EXPECT_EQ(problems_of(scenario), "");
}

TEST(ScenarioRun, SeesAConversationThatIsStuck) {
  Scenario scenario = calm_scenario(1, 1);
  scenario.conversations.push_back({.exchanges = {exchange(1, 10)}});
  scenario.faults.push_back({.kind = FaultPlan::Kind::WorkerStall,
                             .start = base::Duration::from_us(200),
                             .length = base::Duration::from_s(3600)});
  const ScenarioReport report = run_scenario(scenario);
  ASSERT_FALSE(report.problems.empty());
}

TEST(ScenarioRun, SeesAnExchangeThatFailsInAStrictWorld) {
  Scenario scenario = calm_scenario(1, 1);
  scenario.conversations.push_back(
      {.start = base::Duration::from_ms(10), .exchanges = {exchange(1, 10)}});
  scenario.faults.push_back(
      {.kind = FaultPlan::Kind::BackendCrash, .length = base::Duration::from_s(1)});
  const ScenarioReport report = run_scenario(scenario);
  ASSERT_FALSE(report.problems.empty());
  EXPECT_NE(report.problems.front().find("502"), std::string::npos) << report.problems.front();
}

TEST(ScenarioRun, ToleratesAnErrorWithAReasonWhereBackendsDie) {
  Scenario scenario = calm_scenario(1, 1);
  scenario.judgement = Scenario::Judgement::Tolerant;
  scenario.conversations.push_back(
      {.start = base::Duration::from_ms(10), .exchanges = {exchange(1, 10)}});
  scenario.faults.push_back(
      {.kind = FaultPlan::Kind::BackendCrash, .length = base::Duration::from_s(1)});
  const ScenarioReport report = run_scenario(scenario);
  EXPECT_TRUE(report.problems.empty()) << report.problems.front();
  EXPECT_EQ(report.failures, 1u);
}

TEST(ScenarioRun, WritesTheWireToAFile) {
  const TemporaryFolder folder;
  Scenario scenario = calm_scenario(1, 1);
  scenario.conversations.push_back({.exchanges = {exchange(1, 10)}});
  const std::string path = (folder.path() / "wire.pcap").string();
  run_scenario(scenario, path);
  std::ifstream file(path, std::ios::binary);
  uint32_t magic = 0;
  file.read(reinterpret_cast<char*>(&magic), sizeof magic);
  EXPECT_EQ(magic, 0xa1b23c4du);
  file.seekg(0, std::ios::end);
  EXPECT_GT(file.tellg(), 1000);
}

}  // namespace
}  // namespace penstock::testing
