// SPDX-License-Identifier: Apache-2.0
#include "control/stats/baselines.h"

#include <gtest/gtest.h>

namespace penstock::stats {
namespace {

TEST(Baselines, ShowWhatWasCountedFromTheStart) {
  worker::Counters counters;
  const worker::Counters* workers[] = {&counters};
  counters.backends[3].requests.add(5);
  EXPECT_EQ(Baselines<BackendSums>().read(workers, 3).requests, 5u);
}

TEST(Baselines, HideWhatAFormerOwnerCounted) {
  worker::Counters counters;
  const worker::Counters* workers[] = {&counters};
  Baselines<BackendSums> baselines;
  counters.backends[3].requests.add(5);
  baselines.start_anew(workers, 3);
  EXPECT_EQ(baselines.read(workers, 3).requests, 0u);
  counters.backends[3].requests.add(2);
  counters.backends[3].connections_open.add(1);
  EXPECT_EQ(baselines.read(workers, 3).requests, 2u);
  EXPECT_EQ(baselines.read(workers, 3).connections_open, 1u);
}

TEST(Baselines, HideTheReasonsOfAFormerOwner) {
  worker::Counters counters;
  const worker::Counters* workers[] = {&counters};
  const auto no_rule = static_cast<size_t>(http::ReplyReason::NoRule);
  Baselines<ListenerSums> listeners;
  counters.listeners[3].replies_by_reason[no_rule].add(5);
  listeners.start_anew(workers, 3);
  counters.listeners[3].replies_by_reason[no_rule].add(2);
  EXPECT_EQ(listeners.read(workers, 3).by_reason[no_rule], 2u);

  Baselines<BackendSums> backends;
  counters.backends[3].failures.count(http::ReplyReason::ConnectRefused);
  backends.start_anew(workers, 3);
  EXPECT_TRUE(samples_of(backends.read(workers, 3).by_reason).empty());
}

TEST(Baselines, HideTheSumOfSeveralOwners) {
  worker::Counters counters;
  const worker::Counters* workers[] = {&counters};
  Baselines<BackendSums> baselines;
  for (int owner = 0; owner < 3; ++owner) {
    counters.backends[3].requests.add(5);
    baselines.start_anew(workers, 3);
  }
  EXPECT_EQ(baselines.read(workers, 3).requests, 0u);
}

}  // namespace
}  // namespace penstock::stats
