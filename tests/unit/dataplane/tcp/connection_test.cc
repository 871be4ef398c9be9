// SPDX-License-Identifier: Apache-2.0
#include "dataplane/tcp/connection.h"

#include <gtest/gtest.h>

#include "tests/support/tcp_dialogue.h"

namespace penstock::tcp {
namespace {

using testing::TcpDialogue;

TEST(Connection, FitsInItsBudget) { EXPECT_LE(base::Slab<Connection>::bytes_per_object(), 900u); }

TEST(Connection, MovesTheGaugesWithItsState) {
  TcpDialogue d;
  d.listen();
  d.peer_sends({.flags = "S", .mss = 1000});
  d.expect({.flags = "SA", .ack = 1});
  EXPECT_EQ(d.counters().half_open.read(), 1u);
  EXPECT_EQ(d.counters().established.read(), 0u);
  d.peer_sends({.flags = "A", .seq = 1, .ack = 1});
  EXPECT_EQ(d.counters().half_open.read(), 0u);
  EXPECT_EQ(d.counters().established.read(), 1u);
  d.close();
  d.expect({.flags = "FA", .seq = 1, .ack = 1});
  EXPECT_EQ(d.counters().established.read(), 0u);
}

}  // namespace
}  // namespace penstock::tcp
