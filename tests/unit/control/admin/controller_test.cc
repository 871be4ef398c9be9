// SPDX-License-Identifier: Apache-2.0
#include "control/admin/controller.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <thread>

#include "dataplane/base/clock.h"
#include "tests/support/running_controller.h"

namespace penstock::admin {
namespace {

using testing::configuration_text;
using testing::replaced;

class ControllerTest : public ::testing::Test {
 protected:
  const model::Backend* backend(const std::string& pool, const std::string& name) {
    configuration_ = controller_.configuration();
    for (const model::Pool& one : configuration_.pools) {
      if (one.name != pool) continue;
      for (const model::Backend& found : one.backends) {
        if (found.name == name) return &found;
      }
    }
    return nullptr;
  }
  static model::Backend new_backend(const char* address) {
    return {"", *base::Endpoint::parse(address)};
  }
  stats::BackendSums counts(size_t pool, size_t index) {
    return controller_.status().pools[pool].backends[index].counts;
  }
  // The worker's next quiescent state is soon.
  void tick_until_nothing_waits() {
    const base::Instant deadline = base::monotonic_now() + base::Duration::from_s(20);
    do {
      controller_.tick();
      std::this_thread::yield();
    } while (controller_.status().snapshots_waiting != 0 && base::monotonic_now() < deadline);
    controller_.tick();
  }

  testing::RunningController running_;
  Controller& controller_ = running_.controller();
  model::Configuration configuration_;
};

TEST_F(ControllerTest, AddsABackendThatEveryWorkerThenUses) {
  const Outcome outcome = controller_.add_backend("api", new_backend("10.80.2.20:80"));
  ASSERT_TRUE(outcome.ok());
  EXPECT_EQ(outcome->generation, 2u);
  EXPECT_EQ(outcome->live, publish::Live::Everywhere);
  EXPECT_EQ(running_.channel().generation_in_use.load(), 2u);
  ASSERT_NE(backend("api", "10.80.2.20:80"), nullptr);
}

TEST_F(ControllerTest, ChangesWeightAndStateAtOnce) {
  ASSERT_TRUE(controller_.change_backend({"api", "a1"}, {5, model::BackendState::Draining}).ok());
  EXPECT_EQ(backend("api", "a1")->weight, 5u);
  EXPECT_EQ(backend("api", "a1")->state, model::BackendState::Draining);
  EXPECT_EQ(controller_.status().generation, 2u);
}

TEST_F(ControllerTest, GivesADrainedBackendItsWorkBackWithItsWeight) {
  ASSERT_TRUE(controller_.change_backend({"api", "a2"}, {{}, model::BackendState::Draining}).ok());
  ASSERT_TRUE(controller_.change_backend({"api", "a2"}, {{}, model::BackendState::Active}).ok());
  EXPECT_EQ(backend("api", "a2")->state, model::BackendState::Active);
  EXPECT_EQ(backend("api", "a2")->weight, 3u);
}

TEST_F(ControllerTest, RemovesABackendByNameOrAddress) {
  ASSERT_TRUE(controller_.remove_backend({"api", "a1"}).ok());
  ASSERT_TRUE(controller_.remove_backend({"api", "10.80.2.12:80"}).ok());
  EXPECT_EQ(backend("api", "a1"), nullptr);
  EXPECT_EQ(backend("api", "a2"), nullptr);
}

TEST_F(ControllerTest, SaysWhatIsNotThere) {
  const Outcome no_pool = controller_.remove_backend({"none", "a1"});
  ASSERT_FALSE(no_pool.ok());
  EXPECT_EQ(no_pool.error().kind, Refusal::Kind::NotFound);
  EXPECT_EQ(no_pool.error().problems[0].text, "there is no pool \"none\"");
  const Outcome no_backend = controller_.change_backend({"api", "x"}, {1, {}});
  ASSERT_FALSE(no_backend.ok());
  EXPECT_EQ(no_backend.error().kind, Refusal::Kind::NotFound);
  EXPECT_EQ(controller_.status().generation, 1u);
}

TEST_F(ControllerTest, RefusesABackendThatIsThere) {
  const Outcome outcome = controller_.add_backend("api", new_backend("10.80.2.11:80"));
  ASSERT_FALSE(outcome.ok());
  EXPECT_EQ(outcome.error().kind, Refusal::Kind::Conflict);
  EXPECT_EQ(controller_.status().generation, 1u);
}

TEST_F(ControllerTest, RefusesABackendThatNoPortReaches) {
  EXPECT_FALSE(controller_.add_backend("api", new_backend("203.0.113.1:80")).ok());
  EXPECT_EQ(controller_.status().generation, 1u);
  EXPECT_EQ(controller_.status().runtime_changes, 0u);
}

TEST_F(ControllerTest, LetsTheFileWinOverRuntimeChanges) {
  ASSERT_TRUE(controller_.remove_backend({"api", "a1"}).ok());
  ASSERT_TRUE(controller_.change_backend({"api", "a2"}, {9, {}}).ok());
  EXPECT_EQ(controller_.status().runtime_changes, 2u);
  const Outcome outcome = controller_.reload();
  ASSERT_TRUE(outcome.ok());
  EXPECT_EQ(outcome->runtime_changes_replaced, 2u);
  EXPECT_NE(backend("api", "a1"), nullptr);
  EXPECT_EQ(controller_.status().runtime_changes, 0u);
}

TEST_F(ControllerTest, ChangesNothingWhenTheFileIsBad) {
  running_.write(configuration_text(R"({ path_regex = "/(a"; forward = "api"; })"));
  const Outcome outcome = controller_.reload();
  ASSERT_FALSE(outcome.ok());
  EXPECT_EQ(outcome.error().problems[0].path, "rules[0].path_regex");
  EXPECT_EQ(controller_.status().generation, 1u);
  EXPECT_EQ(controller_.configuration().rules.size(), 2u);
}

TEST_F(ControllerTest, RefusesAFileThatNeedsARestart) {
  running_.write(replaced(configuration_text(), "net_tap0", "net_tap7"));
  const Outcome outcome = controller_.reload();
  ASSERT_FALSE(outcome.ok());
  EXPECT_EQ(outcome.error().problems[0].path, "ports");
}

TEST_F(ControllerTest, TakesNewRulesOverOnReload) {
  running_.write(configuration_text(R"({ name = "only"; forward = "shop"; })"));
  ASSERT_TRUE(controller_.reload().ok());
  const auto request = compile::describe_request("GET", "http://x/", {}, std::nullopt);
  EXPECT_EQ(controller_.explain(*request).rule, "only");
}

TEST_F(ControllerTest, CountsForTheBackendsThatAreThere) {
  running_.channel().counters.backends[1].requests.add(6);
  EXPECT_EQ(counts(0, 1).requests, 6u);
  ASSERT_TRUE(controller_.remove_backend({"api", "a1"}).ok());
  EXPECT_EQ(counts(0, 0).requests, 6u);
}

TEST_F(ControllerTest, ShowsNoOldNumbersUnderAnIdThatWasGivenAway) {
  running_.channel().counters.backends[0].requests.add(6);
  ASSERT_TRUE(controller_.remove_backend({"api", "a1"}).ok());
  tick_until_nothing_waits();
  ASSERT_TRUE(controller_.add_backend("api", new_backend("10.80.2.30:80")).ok());
  EXPECT_EQ(running_.channel().snapshot.load()->pools[0].pool.backends()[1].id, 0u);
  EXPECT_EQ(counts(0, 1).requests, 0u);
}

TEST_F(ControllerTest, GivesNoIdAwayThatHasConnections) {
  running_.channel().counters.backends[0].connections_open.add();
  ASSERT_TRUE(controller_.remove_backend({"api", "a1"}).ok());
  tick_until_nothing_waits();
  ASSERT_TRUE(controller_.add_backend("api", new_backend("10.80.2.30:80")).ok());
  EXPECT_NE(running_.channel().snapshot.load()->pools[0].pool.backends()[1].id, 0u);
}

TEST_F(ControllerTest, ReachesTheWorkerWithinTenMilliseconds) {
  std::vector<int64_t> took_us;
  for (uint32_t weight = 1; weight <= 100; ++weight) {
    const Outcome outcome = controller_.change_backend({"shop", "s1"}, {weight, {}});
    ASSERT_TRUE(outcome.ok());
    took_us.push_back(outcome->took.us());
    controller_.tick();
  }
  std::sort(took_us.begin(), took_us.end());
  RecordProperty("median_us", static_cast<int>(took_us[50]));
  EXPECT_LT(took_us[50], 10'000);
}

}  // namespace
}  // namespace penstock::admin
