// SPDX-License-Identifier: Apache-2.0
//
// RFC 9293 3.10.7.4 (segment text), 3.8.6.2.2 (receiver's window), 3.8.6.3 and RFC 5681 4.2 (when
// to acknowledge), RFC 5961 5.
#include <gtest/gtest.h>

#include "tests/support/tcp_dialogue.h"

namespace penstock {
namespace {

using testing::TcpDialogue;
using wire::DropReason;

TEST(ReceiveDialogue, ALoneSegmentIsAcknowledgedAfterFortyMilliseconds) {
  TcpDialogue d;
  d.open_passively();
  d.peer_sends({.flags = "A", .seq = 1, .ack = 1, .length = 500});
  EXPECT_TRUE(d.take_events().readable);
  d.at_ms(39);
  d.expect_silence();
  d.at_ms(41);
  d.expect({.flags = "A", .seq = 1, .ack = 501});
}

TEST(ReceiveDialogue, EverySecondFullSegmentIsAcknowledgedAtOnce) {
  TcpDialogue d;
  d.open_passively();
  d.peer_sends({.flags = "A", .seq = 1, .ack = 1, .length = 1000});
  d.expect_silence();
  d.peer_sends({.flags = "A", .seq = 1001, .ack = 1, .length = 1000});
  d.expect({.flags = "A", .seq = 1, .ack = 2001});
}

TEST(ReceiveDialogue, ABurstIsAcknowledgedOnce) {
  TcpDialogue d;
  d.open_passively();
  d.peer_sends_burst({{.flags = "A", .seq = 1, .ack = 1, .length = 1000},
                      {.flags = "A", .seq = 1001, .ack = 1, .length = 1000},
                      {.flags = "A", .seq = 2001, .ack = 1, .length = 1000},
                      {.flags = "A", .seq = 3001, .ack = 1, .length = 1000}});
  d.expect({.flags = "A", .seq = 1, .ack = 4001});
}

TEST(ReceiveDialogue, AnAnswerCarriesTheAck) {
  TcpDialogue d;
  d.open_passively();
  d.peer_sends({.flags = "A", .seq = 1, .ack = 1, .length = 500});
  d.write(200);
  d.expect({.flags = "A", .seq = 1, .ack = 501, .length = 200});
  d.peer_sends({.flags = "A", .seq = 501, .ack = 201});
  d.at_ms(100);
  d.expect_silence();
}

TEST(ReceiveDialogue, AGapIsReportedAtOnceAndItsFillingToo) {
  TcpDialogue d;
  d.open_passively();
  d.peer_sends({.flags = "A", .seq = 1001, .ack = 1, .length = 1000});
  d.expect({.flags = "A", .seq = 1, .ack = 1});
  d.peer_sends({.flags = "A", .seq = 3001, .ack = 1, .length = 1000});
  d.expect({.flags = "A", .seq = 1, .ack = 1});
  d.peer_sends({.flags = "A", .seq = 1, .ack = 1, .length = 1000});
  d.expect({.flags = "A", .seq = 1, .ack = 2001});
  d.peer_sends({.flags = "A", .seq = 2001, .ack = 1, .length = 1000});
  d.expect({.flags = "A", .seq = 1, .ack = 4001});
  EXPECT_EQ(d.read(), 4000u);
}

TEST(ReceiveDialogue, OverlappingSegmentsAreTrimmed) {
  TcpDialogue d;
  d.open_passively();
  d.peer_sends({.flags = "A", .seq = 1, .ack = 1, .length = 600});
  d.peer_sends({.flags = "A", .seq = 301, .ack = 1, .length = 600});
  d.expect({.flags = "A", .seq = 1, .ack = 901});
  EXPECT_EQ(d.read(), 900u);
}

TEST(ReceiveDialogue, ADuplicateIsAcknowledgedAtOnce) {
  TcpDialogue d;
  d.open_passively();
  d.peer_sends({.flags = "A", .seq = 1, .ack = 1, .length = 600});
  d.peer_sends({.flags = "A", .seq = 1, .ack = 1, .length = 600});
  d.expect({.flags = "A", .seq = 1, .ack = 601});
  EXPECT_EQ(d.read(), 600u);
}

TEST(ReceiveDialogue, WhatLiesBeyondTheWindowIsRefused) {
  TcpDialogue d;
  d.open_passively();
  d.peer_sends({.flags = "A", .seq = 32'001, .ack = 1, .length = 100});
  d.expect({.flags = "A", .seq = 1, .ack = 1});
  EXPECT_EQ(d.drops(DropReason::TcpOutOfWindow), 1u);
  EXPECT_EQ(d.read(), 0u);
}

void fill_window(TcpDialogue& d) {
  for (uint32_t seq = 1; seq < 32'000; seq += 2000) {
    d.peer_sends_burst({{.flags = "A", .seq = seq, .ack = 1, .length = 1000},
                        {.flags = "A", .seq = seq + 1000, .ack = 1, .length = 1000}});
    d.expect({.flags = "A",
              .seq = 1,
              .ack = seq + 2000,
              .window = static_cast<uint16_t>(32'000 - (seq + 1999))});
  }
}

TEST(ReceiveDialogue, TheWindowClosesAsBytesWaitAndItsRightEdgeStays) {
  TcpDialogue d;
  d.open_passively();
  fill_window(d);
}

TEST(ReceiveDialogue, AProbeOfAClosedWindowIsAnsweredAndItsByteRefused) {
  TcpDialogue d;
  d.open_passively();
  fill_window(d);
  d.peer_sends({.flags = "A", .seq = 32'001, .ack = 1, .length = 1});
  d.expect({.flags = "A", .seq = 1, .ack = 32'001, .window = 0});
  EXPECT_EQ(d.stream().received().bytes(), 32'000u);
}

TEST(ReceiveDialogue, AClosedWindowStillLetsAcksIn) {
  TcpDialogue d;
  d.open_passively();
  fill_window(d);
  d.write(10);
  d.expect({.flags = "A", .seq = 1, .ack = 32'001, .length = 10});
  d.peer_sends({.flags = "A", .seq = 32'001, .ack = 11});
  EXPECT_EQ(d.stream().bytes_unacknowledged(), 0u);
}

TEST(ReceiveDialogue, ReadingOpensAClosedWindowAtOnce) {
  TcpDialogue d;
  d.open_passively();
  fill_window(d);
  EXPECT_EQ(d.read(), 32'000u);
  d.expect({.flags = "A", .seq = 1, .ack = 32'001, .window = 32'000});
}

// RFC 9293 3.8.6.2.2.
TEST(ReceiveDialogue, ACrumbOfRoomIsNotOffered) {
  TcpDialogue d;
  d.open_passively();
  fill_window(d);
  d.stream().received().trim_front(500);
  d.stream().consumed();
  d.turn();
  d.expect_silence();
  d.stream().received().trim_front(500);
  d.stream().consumed();
  d.turn();
  d.expect({.flags = "A", .seq = 1, .ack = 32'001, .window = 1000});
}

TEST(ReceiveDialogue, CrumbsShareBuffers) {
  TcpDialogue d;
  d.open_passively();
  for (uint32_t seq = 1; seq <= 1000; ++seq) {
    d.peer_sends({.flags = "A", .seq = seq, .ack = 1, .length = 1});
  }
  EXPECT_LT(d.stream().received().count(), 4u);
  EXPECT_EQ(d.read(), 1000u);
  d.at_ms(100);
  d.expect({.flags = "A", .seq = 1, .ack = 1001});
}

TEST(ReceiveDialogue, MoreRangesThanItCanHoldAreRefusedWithAReason) {
  TcpDialogue d;
  d.open_passively();
  for (uint32_t i = 0; i < base::kOutOfOrderRangesMax + 1; ++i) {
    d.peer_sends({.flags = "A", .seq = 101 + 200 * i, .ack = 1, .length = 100});
    d.expect({.flags = "A", .seq = 1, .ack = 1});
  }
  EXPECT_EQ(d.drops(DropReason::TcpOutOfOrderLimit), 1u);
}

// RFC 5961 4.2 and 5.2.
TEST(ReceiveDialogue, ASynOrAnImpossibleAckIsChallenged) {
  TcpDialogue d;
  d.open_passively();
  d.peer_sends({.flags = "SA", .seq = 50, .ack = 1});
  d.expect({.flags = "A", .seq = 1, .ack = 1});
  d.at_ms(100);
  d.peer_sends({.flags = "A", .seq = 1, .ack = 5000, .length = 10});
  d.expect({.flags = "A", .seq = 1, .ack = 1});
  EXPECT_EQ(d.read(), 0u);
  EXPECT_EQ(d.counters().challenge_acks.read(), 2u);
}

// RFC 9293 3.8.5 (MUST-31): to us they are bytes like others, however many.
TEST(ReceiveDialogue, UrgentBytesAreBytes) {
  TcpDialogue d;
  d.open_passively();
  d.peer_sends({.flags = "AU", .seq = 1, .ack = 1, .length = 900});
  d.peer_sends({.flags = "AU", .seq = 901, .ack = 1, .length = 900});
  EXPECT_EQ(d.read(), 1800u);
  d.at_ms(100);
  d.expect({.flags = "A", .seq = 1, .ack = 1801});
}

TEST(ReceiveDialogue, ASegmentWithoutAckIsDropped) {
  TcpDialogue d;
  d.open_passively();
  d.peer_sends({.flags = "", .seq = 1, .length = 10});
  d.expect_silence();
  EXPECT_EQ(d.drops(DropReason::TcpAckUnacceptable), 1u);
}

}  // namespace
}  // namespace penstock
