// SPDX-License-Identifier: Apache-2.0
//
// RFC 9293 3.6: closing a connection, and 3.10.5, 3.10.7.4: resets and aborts.
#include <gtest/gtest.h>

#include "tests/support/tcp_dialogue.h"

namespace penstock {
namespace {

using tcp::CloseReason;
using testing::TcpDialogue;
using wire::DropReason;

// Figure 12: we close, the peer closes later.
void close_first(TcpDialogue& d) {
  d.close();
  d.expect({.flags = "FA", .seq = 1, .ack = 1});
  d.peer_sends({.flags = "A", .seq = 1, .ack = 2});
  d.peer_sends({.flags = "FA", .seq = 1, .ack = 2});
  d.expect({.flags = "A", .seq = 2, .ack = 2});
}

TEST(CloseDialogue, WeCloseFirstAndWaitTwoMsl) {
  TcpDialogue d;
  d.open_passively();
  close_first(d);
  const tcp::Ready events = d.take_events();
  EXPECT_TRUE(events.peer_closed);
  EXPECT_TRUE(events.closed);
  EXPECT_EQ(d.stream().close_reason(), CloseReason::Finished);
  EXPECT_EQ(d.counters().time_wait.read(), 1u);
  d.at_ms(59'999);
  EXPECT_EQ(d.counters().time_wait.read(), 1u);
  d.at_ms(60'002);
  EXPECT_EQ(d.counters().time_wait.read(), 0u);
}

TEST(CloseDialogue, ThePeerClosesFirst) {
  TcpDialogue d;
  d.open_passively();
  d.peer_sends({.flags = "FA", .seq = 1, .ack = 1});
  d.expect({.flags = "A", .seq = 1, .ack = 2});
  EXPECT_TRUE(d.take_events().peer_closed);
  EXPECT_TRUE(d.stream().peer_closed());
  d.close();
  d.expect({.flags = "FA", .seq = 1, .ack = 2});
  d.peer_sends({.flags = "A", .seq = 2, .ack = 2});
  EXPECT_TRUE(d.take_events().closed);
  EXPECT_EQ(d.stream().close_reason(), CloseReason::Finished);
  EXPECT_EQ(d.counters().time_wait.read(), 0u);
}

// Figure 13.
TEST(CloseDialogue, BothCloseAtOnce) {
  TcpDialogue d;
  d.open_passively();
  d.close();
  d.expect({.flags = "FA", .seq = 1, .ack = 1});
  d.peer_sends({.flags = "FA", .seq = 1, .ack = 1});
  d.expect({.flags = "A", .seq = 2, .ack = 2});
  d.peer_sends({.flags = "A", .seq = 2, .ack = 2});
  EXPECT_EQ(d.stream().close_reason(), CloseReason::Finished);
  EXPECT_EQ(d.counters().time_wait.read(), 1u);
}

TEST(CloseDialogue, AFinThatAcknowledgesOursEndsInTimeWaitAtOnce) {
  TcpDialogue d;
  d.open_passively();
  d.close();
  d.expect({.flags = "FA", .seq = 1, .ack = 1});
  d.peer_sends({.flags = "FA", .seq = 1, .ack = 2});
  d.expect({.flags = "A", .seq = 2, .ack = 2});
  EXPECT_EQ(d.counters().time_wait.read(), 1u);
}

TEST(CloseDialogue, AfterOurFinThePeerMayGoOnSending) {
  TcpDialogue d;
  d.open_passively();
  d.close();
  d.expect({.flags = "FA", .seq = 1, .ack = 1});
  d.peer_sends({.flags = "A", .seq = 1, .ack = 2, .length = 500});
  d.at_ms(50);
  d.expect({.flags = "A", .seq = 2, .ack = 501});
  EXPECT_EQ(d.read(), 500u);
}

TEST(CloseDialogue, AfterThePeersFinWeMayGoOnSending) {
  TcpDialogue d;
  d.open_passively();
  d.peer_sends({.flags = "FA", .seq = 1, .ack = 1});
  d.expect({.flags = "A", .seq = 1, .ack = 2});
  d.write(700);
  d.expect({.flags = "A", .seq = 1, .ack = 2, .length = 700});
  d.peer_sends({.flags = "A", .seq = 2, .ack = 701});
}

TEST(CloseDialogue, OurFinSharesASegmentWithTheLastData) {
  TcpDialogue d;
  d.open_passively();
  d.stream().close();
  d.turn();
  d.expect({.flags = "FA", .seq = 1, .ack = 1});
}

TEST(CloseDialogue, ALostFinIsSentAgain) {
  TcpDialogue d;
  d.open_passively();
  d.write(100);
  d.close();
  d.expect({.flags = "A", .seq = 1, .ack = 1, .length = 100});
  d.expect({.flags = "FA", .seq = 101, .ack = 1});
  d.peer_sends({.flags = "A", .seq = 1, .ack = 101});
  d.at_ms(201);
  d.expect({.flags = "FA", .seq = 101, .ack = 1});
  d.peer_sends({.flags = "A", .seq = 1, .ack = 102});
}

TEST(CloseDialogue, AFinThatOvertookItsDataWaitsForThem) {
  TcpDialogue d;
  d.open_passively();
  d.peer_sends({.flags = "FA", .seq = 1001, .ack = 1, .length = 10});
  d.expect({.flags = "A", .seq = 1, .ack = 1});
  EXPECT_FALSE(d.stream().peer_closed());
  d.peer_sends({.flags = "A", .seq = 1, .ack = 1, .length = 1000});
  d.expect({.flags = "A", .seq = 1, .ack = 1012});
  EXPECT_TRUE(d.stream().peer_closed());
  EXPECT_EQ(d.read(), 1010u);
}

TEST(CloseDialogue, TimeWaitAnswersTheLastFinAndWaitsAnew) {
  TcpDialogue d;
  d.open_passively();
  close_first(d);
  d.at_ms(30'000);
  d.peer_sends({.flags = "FA", .seq = 1, .ack = 2});
  d.expect({.flags = "A", .seq = 2, .ack = 2});
  d.at_ms(89'000);
  EXPECT_EQ(d.counters().time_wait.read(), 1u);
  d.at_ms(90'002);
  EXPECT_EQ(d.counters().time_wait.read(), 0u);
}

TEST(CloseDialogue, ANewSynBeyondTheOldNumbersReopensFromTimeWait) {
  TcpDialogue d;
  d.open_passively();
  close_first(d);
  d.release();
  d.peer_sends({.flags = "S", .seq = 1000, .mss = 1000});
  d.expect({.flags = "SA", .ack = 1001});
  EXPECT_EQ(d.counters().time_wait_reused.read(), 1u);
  d.peer_sends({.flags = "A", .seq = 1001, .ack = 1});
  EXPECT_TRUE(d.take_events().accepted);
}

TEST(CloseDialogue, AnOldSynMeetsTimeWaitAndIsOnlyAcknowledged) {
  TcpDialogue d;
  d.open_passively();
  close_first(d);
  d.peer_sends({.flags = "S", .seq = 0, .mss = 1000});
  d.expect({.flags = "A", .seq = 2, .ack = 2});
  EXPECT_EQ(d.counters().time_wait.read(), 1u);
}

// RFC 1337 3 (F1).
TEST(CloseDialogue, NoResetCutsTimeWaitShort) {
  TcpDialogue d;
  d.open_passively();
  close_first(d);
  d.peer_sends({.flags = "R", .seq = 3});
  d.peer_sends({.flags = "R", .seq = 2});
  EXPECT_EQ(d.counters().time_wait.read(), 1u);
  EXPECT_EQ(d.drops(wire::DropReason::TcpResetUnacceptable), 2u);
}

TEST(CloseDialogue, WeAbortWithAReset) {
  TcpDialogue d;
  d.open_passively();
  d.write(100);
  d.expect({.flags = "A", .seq = 1, .ack = 1, .length = 100});
  d.abort();
  d.expect({.flags = "RA", .seq = 101, .ack = 1});
  EXPECT_EQ(d.stream().close_reason(), CloseReason::Aborted);
  d.release();
  EXPECT_EQ(d.node().stack.connections_open(), 0u);
}

TEST(CloseDialogue, AnExactResetEndsAConnectionInEveryState) {
  for (int state = 0; state < 4; ++state) {
    TcpDialogue d;
    d.open_passively();
    uint32_t next = 1;
    if (state == 1) {  // FIN-WAIT-1
      d.close();
      d.expect({.flags = "FA", .seq = 1, .ack = 1});
    } else if (state == 2) {  // FIN-WAIT-2
      d.close();
      d.expect({.flags = "FA", .seq = 1, .ack = 1});
      d.peer_sends({.flags = "A", .seq = 1, .ack = 2});
    } else if (state == 3) {  // CLOSE-WAIT
      d.peer_sends({.flags = "FA", .seq = 1, .ack = 1});
      d.expect({.flags = "A", .seq = 1, .ack = 2});
      next = 2;
    }
    d.peer_sends({.flags = "R", .seq = next});
    EXPECT_TRUE(d.take_events().closed) << state;
    EXPECT_EQ(d.stream().close_reason(), CloseReason::Reset) << state;
  }
}

// RFC 5961 3.2.
// RFC 9293 3.10.7.4 (MUST-66).
TEST(CloseDialogue, AResetIsHeardThroughAShutWindow) {
  TcpDialogue d;
  d.open_passively();
  for (uint32_t sent = 0; sent < 32'000; sent += 1000) {
    d.peer_sends_ignoring({.flags = "A", .seq = 1 + sent, .ack = 1, .length = 1000});
  }
  d.peer_sends({.flags = "R", .seq = 32'001});
  EXPECT_EQ(d.stream().close_reason(), CloseReason::Reset);
}

TEST(CloseDialogue, AResetWithinTheWindowIsChallenged) {
  TcpDialogue d;
  d.open_passively();
  d.peer_sends({.flags = "R", .seq = 100});
  d.expect({.flags = "A", .seq = 1, .ack = 1});
  EXPECT_EQ(d.stream().close_reason(), CloseReason::None);
}

TEST(CloseDialogue, AResetOutsideTheWindowIsIgnored) {
  TcpDialogue d;
  d.open_passively();
  d.peer_sends({.flags = "R", .seq = 100'000});
  d.expect_silence();
  EXPECT_EQ(d.drops(DropReason::TcpResetUnacceptable), 1u);
}

TEST(CloseDialogue, AReleasedStreamFinishesAlone) {
  TcpDialogue d;
  d.open_passively();
  d.write(100);
  d.expect({.flags = "A", .seq = 1, .ack = 1, .length = 100});
  d.release();
  d.expect({.flags = "FA", .seq = 101, .ack = 1});
  d.peer_sends({.flags = "FA", .seq = 1, .ack = 102});
  d.expect({.flags = "A", .seq = 102, .ack = 2});
  EXPECT_EQ(d.node().stack.connections_open(), 0u);
  EXPECT_EQ(d.counters().time_wait.read(), 1u);
}

TEST(CloseDialogue, BytesForAReleasedStreamAreReset) {
  TcpDialogue d;
  d.open_passively();
  d.release();
  d.expect({.flags = "FA", .seq = 1, .ack = 1});
  d.peer_sends({.flags = "A", .seq = 1, .ack = 2, .length = 10});
  d.expect({.flags = "RA", .seq = 2, .ack = 1});
  EXPECT_EQ(d.node().stack.connections_open(), 0u);
}

TEST(CloseDialogue, AReleasedStreamWhosePeerNeverClosesIsResetInTheEnd) {
  TcpDialogue d;
  d.open_passively();
  d.release();
  d.expect({.flags = "FA", .seq = 1, .ack = 1});
  d.peer_sends({.flags = "A", .seq = 1, .ack = 2});
  d.at_ms(59'000);
  EXPECT_EQ(d.node().stack.connections_open(), 1u);
  d.at_ms(60'002);
  d.expect({.flags = "RA", .seq = 2, .ack = 1});
  EXPECT_EQ(d.node().stack.connections_open(), 0u);
}

TEST(CloseDialogue, ClosingBeforeTheSynIsAnsweredForgetsTheConnection) {
  TcpDialogue d;
  d.connect();
  d.expect({.flags = "S"});
  d.close();
  EXPECT_EQ(d.stream().close_reason(), CloseReason::Aborted);
  d.release();
  d.peer_sends({.flags = "SA", .ack = 1});
  d.expect({.flags = "R", .seq = 1});
}

}  // namespace
}  // namespace penstock
