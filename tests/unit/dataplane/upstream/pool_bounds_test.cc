// SPDX-License-Identifier: Apache-2.0
#include "dataplane/upstream/pool_bounds.h"

#include <gtest/gtest.h>

#include <array>
#include <memory>

#include "dataplane/base/limits.h"

namespace penstock::upstream {
namespace {

TEST(PoolBounds, CountWhatAllWorkersHave) {
  const auto first = std::make_unique<PoolCounters[]>(base::kPoolsMax);
  const auto second = std::make_unique<PoolCounters[]>(base::kPoolsMax);
  const std::array<const PoolCounters*, 2> workers = {first.get(), second.get()};
  first[7].requests_open.add(3);
  second[7].requests_open.add(4);
  second[8].requests_open.add(100);
  EXPECT_EQ(sum_over_workers(workers, 7, &PoolCounters::requests_open), 7u);
  EXPECT_TRUE(has_room(8, workers, 7, &PoolCounters::requests_open));
  EXPECT_FALSE(has_room(7, workers, 7, &PoolCounters::requests_open));
}

TEST(PoolBounds, OfZeroAreNone) { EXPECT_TRUE(has_room(0, {}, 7, &PoolCounters::requests_open)); }

}  // namespace
}  // namespace penstock::upstream
