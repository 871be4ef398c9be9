// SPDX-License-Identifier: Apache-2.0
#include "dataplane/tcp/acknowledge.h"

#include <gtest/gtest.h>

#include "tests/support/tcp_dialogue.h"

namespace penstock::tcp {
namespace {

using testing::TcpDialogue;

TEST(Acknowledge, FreesWhatArrived) {
  TcpDialogue d;
  d.open_passively();
  d.write(1500);
  d.expect({.flags = "A", .seq = 1, .ack = 1, .length = 1000});
  d.expect({.flags = "A", .seq = 1001, .ack = 1, .length = 500});
  d.peer_sends({.flags = "A", .seq = 1, .ack = 1201});
  EXPECT_EQ(d.stream().bytes_unacknowledged(), 300u);
  d.peer_sends({.flags = "A", .seq = 1, .ack = 1501});
  EXPECT_EQ(d.stream().bytes_unacknowledged(), 0u);
  EXPECT_EQ(d.node().pool.buffers_in_use(), 0u);
}

TEST(Acknowledge, TakesTheWindowOfNewerSegmentsOnly) {
  TcpDialogue d;
  d.open_passively(1000);
  d.peer_sends({.flags = "A", .seq = 1, .ack = 1, .length = 10, .window = 0});
  // An older segment arrives late and still says 1000.
  d.peer_sends({.flags = "A", .seq = 1, .ack = 1, .window = 1000});
  d.expect({.flags = "A", .seq = 1, .ack = 11});
  d.write(100);
  d.expect_silence();
}

TEST(Acknowledge, IgnoresOldNumbersButTakesTheirBytes) {
  TcpDialogue d;
  d.open_passively();
  d.write(100);
  d.expect({.flags = "A", .seq = 1, .ack = 1, .length = 100});
  d.peer_sends({.flags = "A", .seq = 1, .ack = 101});
  d.peer_sends({.flags = "A", .seq = 1, .ack = 1, .length = 10});
  EXPECT_EQ(d.read(), 10u);
  d.at_ms(50);
  d.expect({.flags = "A", .seq = 101, .ack = 11});
}

}  // namespace
}  // namespace penstock::tcp
