// SPDX-License-Identifier: Apache-2.0
#include "dataplane/tcp/segment_arrives.h"

#include <gtest/gtest.h>

#include "tests/support/tcp_dialogue.h"

namespace penstock::tcp {
namespace {

using testing::TcpDialogue;

TEST(SegmentArrives, TakesBytesThatComeWithTheLastAckOfTheHandshake) {
  TcpDialogue d;
  d.listen();
  d.peer_sends({.flags = "S", .mss = 1000});
  d.expect({.flags = "SA", .ack = 1});
  d.peer_sends({.flags = "A", .seq = 1, .ack = 1, .length = 100});
  const Ready events = d.take_events();
  EXPECT_TRUE(events.accepted);
  EXPECT_TRUE(events.readable);
  EXPECT_EQ(d.read(), 100u);
  d.at_ms(41);
  d.expect({.flags = "A", .seq = 1, .ack = 101});
}

TEST(SegmentArrives, TakesAFinThatComesWithTheLastAckOfTheHandshake) {
  TcpDialogue d;
  d.listen();
  d.peer_sends({.flags = "S", .mss = 1000});
  d.expect({.flags = "SA", .ack = 1});
  d.peer_sends({.flags = "FA", .seq = 1, .ack = 1, .length = 100});
  d.expect({.flags = "A", .seq = 1, .ack = 102});
  EXPECT_TRUE(d.stream().peer_closed());
}

TEST(SegmentArrives, CutsOffWhatLiesBeyondTheWindow) {
  TcpDialogue d;
  d.open_passively();
  d.peer_sends({.flags = "A", .seq = 31'501, .ack = 1, .length = 1000});
  d.expect({.flags = "A", .seq = 1, .ack = 1});
  for (uint32_t seq = 1; seq < 31'501; seq += 900) {
    d.peer_sends_ignoring({.flags = "A", .seq = seq, .ack = 1, .length = 900});
  }
  EXPECT_EQ(d.read(), 32'000u);
  d.expect({.flags = "A", .seq = 1, .ack = 32'001});
}

TEST(SegmentArrives, IgnoresBytesBehindTheFin) {
  TcpDialogue d;
  d.open_passively();
  d.peer_sends({.flags = "FA", .seq = 1, .ack = 1});
  d.expect({.flags = "A", .seq = 1, .ack = 2});
  d.peer_sends_ignoring({.flags = "A", .seq = 2, .ack = 1, .length = 10});
  EXPECT_EQ(d.read(), 0u);
}

TEST(SegmentArrives, BareAcksOutsideTheWindowAreAnsweredWithABound) {
  TcpDialogue d;
  d.open_passively();
  d.peer_sends({.flags = "A", .seq = 90'000, .ack = 1});
  d.expect({.flags = "A", .seq = 1, .ack = 1});
  d.peer_sends({.flags = "A", .seq = 90'000, .ack = 1});
  d.expect_silence();
  d.at_ms(d.now_ms() + 100);
  d.peer_sends({.flags = "A", .seq = 90'000, .ack = 1});
  d.expect({.flags = "A", .seq = 1, .ack = 1});
}

}  // namespace
}  // namespace penstock::tcp
