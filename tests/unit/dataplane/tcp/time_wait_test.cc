// SPDX-License-Identifier: Apache-2.0
#include "dataplane/tcp/time_wait.h"

#include <gtest/gtest.h>

#include "tests/support/literals.h"

namespace penstock::tcp {
namespace {

using testing::at_s;

FlowKey flow(uint16_t port) { return {{base::IpAddress(), 80}, {base::IpAddress(), port}}; }

TEST(TimeWaitTable, HandsOutTheOldestFirst) {
  TimeWaitTable table(4);
  table.add(flow(1), 0, at_s(10));
  table.add(flow(2), 0, at_s(20));
  EXPECT_EQ(table.oldest()->flow, flow(1));
  EXPECT_EQ(table.next_deadline(), at_s(10));
}

TEST(TimeWaitTable, PutsARestartedRecordLast) {
  TimeWaitTable table(4);
  TimeWaitRecord& first = table.add(flow(1), 0, at_s(10));
  table.add(flow(2), 0, at_s(20));
  table.restart(first, at_s(30));
  EXPECT_EQ(table.oldest()->flow, flow(2));
  table.remove(*table.oldest());
  EXPECT_EQ(table.next_deadline(), at_s(30));
}

TEST(TimeWaitTable, SaysWhenItIsFullAndWhenItIsEmpty) {
  TimeWaitTable table(2);
  EXPECT_TRUE(table.next_deadline().is_never());
  table.add(flow(1), 0, at_s(1));
  EXPECT_FALSE(table.is_full());
  table.add(flow(2), 0, at_s(2));
  EXPECT_TRUE(table.is_full());
}

}  // namespace
}  // namespace penstock::tcp
