// SPDX-License-Identifier: Apache-2.0
#include "dataplane/tcp/lifecycle.h"

#include <gtest/gtest.h>

#include "tests/support/tcp_dialogue.h"

namespace penstock::tcp {
namespace {

using testing::TcpDialogue;

TEST(Lifecycle, TheOldestTimeWaitMakesRoomAtTheLimit) {
  TcpDialogue d;
  d.listen();
  for (uint16_t port = 1; port <= 5; ++port) {
    d.peer_changes_port(port);
    d.peer_sends({.flags = "S", .mss = 1000});
    d.expect({.flags = "SA", .ack = 1});
    d.peer_sends({.flags = "A", .seq = 1, .ack = 1});
    d.close();
    d.expect({.flags = "FA", .seq = 1, .ack = 1});
    d.peer_sends({.flags = "FA", .seq = 1, .ack = 2});
    d.expect({.flags = "A", .seq = 2, .ack = 2});
    d.release();
  }
  EXPECT_EQ(d.counters().time_wait.read(), 4u);
  EXPECT_EQ(d.counters().time_wait_evicted.read(), 1u);
  EXPECT_EQ(d.node().stack.connections_open(), 0u);
}

TEST(Lifecycle, AFinishedConnectionKeepsItsUnreadBytesUntilItIsReleased) {
  TcpDialogue d;
  d.open_passively();
  d.peer_sends({.flags = "A", .seq = 1, .ack = 1, .length = 100});
  d.peer_sends({.flags = "R", .seq = 101});
  EXPECT_EQ(d.stream().close_reason(), CloseReason::Reset);
  EXPECT_EQ(d.stream().received().bytes(), 100u);
  d.release();
  EXPECT_EQ(d.node().pool.buffers_in_use(), 0u);
}

}  // namespace
}  // namespace penstock::tcp
