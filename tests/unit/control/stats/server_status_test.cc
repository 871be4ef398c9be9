// SPDX-License-Identifier: Apache-2.0
#include "control/stats/server_status.h"

#include <gtest/gtest.h>

namespace penstock::stats {
namespace {

TEST(ServerStatus, ReadsAWorkersChannel) {
  worker::Channel channel;
  channel.phase = worker::Phase::Draining;
  channel.generation_in_use = 9;
  channel.counters.turns.add(5);
  channel.counters.switchboard.wrong_core_arrivals.add(7);
  channel.counters.proxy.requests.add(8);
  const WorkerStatus status = worker_status(channel, 3);
  EXPECT_EQ(status.core, 3u);
  EXPECT_EQ(status.phase, worker::Phase::Draining);
  EXPECT_EQ(status.generation, 9u);
  EXPECT_EQ(status.turns, 5u);
  EXPECT_EQ(status.wrong_core_arrivals, 7u);
  EXPECT_EQ(status.requests, 8u);
}

TEST(ServerStatus, NamesPhases) {
  EXPECT_STREQ(phase_text(worker::Phase::Starting), "starting");
  EXPECT_STREQ(phase_text(worker::Phase::Serving), "serving");
  EXPECT_STREQ(phase_text(worker::Phase::Draining), "draining");
  EXPECT_STREQ(phase_text(worker::Phase::Ended), "ended");
}

}  // namespace
}  // namespace penstock::stats
