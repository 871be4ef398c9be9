// SPDX-License-Identifier: Apache-2.0
#include "dataplane/base/wall_offset.h"

#include <gtest/gtest.h>

namespace penstock::base {
namespace {

TEST(WallOffset, IsAddedToMonotonicTime) {
  WallOffset offset;
  EXPECT_EQ(offset.wall_ns(Instant::from_ns(5)), 5);
  offset.set(1'000);
  EXPECT_EQ(offset.wall_ns(Instant::from_ns(5)), 1'005);
  offset.set(-2);
  EXPECT_EQ(offset.wall_ns(Instant::from_ns(5)), 3);
}

}  // namespace
}  // namespace penstock::base
