// SPDX-License-Identifier: Apache-2.0
#include "dataplane/tcp/timers.h"

#include <gtest/gtest.h>

#include <utility>
#include <vector>

#include "tests/support/tcp_dialogue.h"

namespace penstock::tcp {
namespace {

using testing::TcpDialogue;

TEST(Timers, NothingWaitsOnAnIdleConnection) {
  TcpDialogue d;
  d.open_passively();
  EXPECT_TRUE(d.node().stack.next_deadline().is_never() ||
              d.node().stack.next_deadline() > base::Instant::from_ns(1'900'000'000));
  d.at_ms(3'600'000);
  d.expect_silence();
  EXPECT_TRUE(d.node().stack.next_deadline().is_never());
  EXPECT_EQ(d.stream().close_reason(), CloseReason::None);
}

TEST(Timers, AnAckThatAdvancesStartsTheWaitAnew) {
  TcpDialogue d;
  d.open_passively();
  d.write(2000);
  d.expect({.flags = "A", .seq = 1, .ack = 1, .length = 1000});
  d.expect({.flags = "A", .seq = 1001, .ack = 1, .length = 1000});
  d.at_ms(150);
  d.peer_sends({.flags = "A", .seq = 1, .ack = 1001});
  d.at_ms(150 + 199);
  d.expect_silence();
  d.at_ms(150 + 202);
  d.expect({.flags = "A", .seq = 1001, .ack = 1, .length = 1000});
}

TEST(Timers, AProbeOfTheTailThatFindsNoBufferIsNotDueAgainAtOnce) {
  TcpDialogue d;
  d.open_passively_with_sack();
  d.write(2000);
  d.expect({.flags = "A", .seq = 1, .ack = 1, .length = 1000});
  d.expect({.flags = "A", .seq = 1001, .ack = 1, .length = 1000});
  std::vector<nic::Packet> all;
  while (nic::Packet packet = d.node().pool.allocate_packet()) all.push_back(std::move(packet));
  const base::Instant when = d.node().stack.next_deadline() + base::Duration::from_ms(1);
  d.node().receive(when);
  d.node().send(when);
  EXPECT_GT(d.node().stack.next_deadline(), when);
}

}  // namespace
}  // namespace penstock::tcp
