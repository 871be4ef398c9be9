// SPDX-License-Identifier: Apache-2.0
#include "control/compile/restart_only.h"

#include <gtest/gtest.h>

#include <functional>

#include "tests/support/configured.h"

namespace penstock::compile {
namespace {

model::Problems after(const std::function<void(model::Configuration&)>& change) {
  const Checked running = testing::checked();
  model::Configuration wanted = running.configuration;
  change(wanted);
  return needs_restart(running.configuration, wanted, running.sources);
}

TEST(RestartOnly, LetsEverythingElseChange) {
  const auto problems = after([](model::Configuration& wanted) {
    wanted.rules.clear();
    wanted.pools.clear();
    wanted.listeners.clear();
    wanted.timeouts.drain = base::Duration::from_s(1);
    wanted.limits.fields = 7;
    wanted.forwarding.reason_field = model::Forwarding::ReasonField::Omit;
  });
  EXPECT_TRUE(problems.empty());
}

TEST(RestartOnly, NamesEachPartThatIsReadAtStart) {
  const auto problems = after([](model::Configuration& wanted) {
    wanted.workers.cores = {1};
    wanted.memory.megabytes = 77;
    wanted.admin.socket = "/elsewhere";
    wanted.log.access = "-";
    wanted.ports[0].mtu = 1600;
    wanted.routes.push_back({});
    wanted.limits.connections = 7;
    wanted.limits.half_open = 7;
  });
  EXPECT_EQ(problems.size(), 8u);
}

TEST(RestartOnly, SaysWhereAndWhatToDo) {
  const auto problems = after([](model::Configuration& wanted) { wanted.ports.pop_back(); });
  ASSERT_EQ(problems.size(), 1u);
  EXPECT_EQ(
      problems[0].format(),
      "test.cfg:1: ports: differs from what runs and is read at start only; restart penstockd "
      "to change it");
}

}  // namespace
}  // namespace penstock::compile
