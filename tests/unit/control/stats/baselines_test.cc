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
