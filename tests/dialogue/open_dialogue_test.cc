// SPDX-License-Identifier: Apache-2.0
//
// RFC 9293 3.5: establishing a connection.
#include <gtest/gtest.h>

#include "tests/support/tcp_dialogue.h"

namespace penstock {
namespace {

using tcp::CloseReason;
using testing::TcpDialogue;
using wire::DropReason;

TEST(OpenDialogue, APeerOpens) {
  TcpDialogue d;
  d.listen();
  d.peer_sends({.flags = "S", .mss = 1460, .scale = 7});
  d.expect({.flags = "SA", .ack = 1, .window = 32'000, .mss = 1000, .scale = 0});
  EXPECT_FALSE(d.take_events().accepted);
  d.peer_sends({.flags = "A", .seq = 1, .ack = 1});
  const tcp::Ready events = d.take_events();
  EXPECT_TRUE(events.accepted);
  EXPECT_EQ(events.user.index, TcpDialogue::kTag);
  EXPECT_TRUE(d.stream().is_established());
}

TEST(OpenDialogue, NoWindowScaleIsAnsweredToAPeerThatOffersNone) {
  TcpDialogue d;
  d.listen();
  d.peer_sends({.flags = "S", .mss = 1460});
  d.expect({.flags = "SA", .ack = 1});
  d.peer_sends({.flags = "R", .seq = 1});
}

// RFC 7323 2.2: every segment but a SYN is read scaled, also before the handshake is complete.
TEST(OpenDialogue, AnAckBeforeTheHandshakeEndsHasAScaledWindow) {
  tcp::StackSettings settings = TcpDialogue::small_settings();
  settings.receive_window_bytes = 256 * 1024;
  TcpDialogue d(settings);
  d.listen();
  d.peer_sends({.flags = "S", .mss = 1000, .scale = 7});
  d.expect({.flags = "SA", .ack = 1, .window = 65535, .scale = 3});
  d.peer_sends({.flags = "A", .seq = 500'000, .ack = 1, .length = 10});
  d.expect({.flags = "A", .seq = 1, .ack = 1, .window = base::kReceiveSlicesMax * 536 / 8});
  d.peer_sends({.flags = "R", .seq = 1});
}

// RFC 9293 3.7.1 (MUST-15).
TEST(OpenDialogue, APeerWithoutAnMssGetsFiveHundredThirtySixBytes) {
  TcpDialogue d;
  d.listen();
  d.peer_sends({.flags = "S"});
  d.expect({.flags = "SA", .ack = 1, .mss = 1000});
  d.peer_sends({.flags = "A", .seq = 1, .ack = 1});
  d.write(600);
  d.expect({.flags = "A", .seq = 1, .ack = 1, .length = 536});
  d.expect({.flags = "A", .seq = 537, .ack = 1, .length = 64});
}

// RFC 9293 3.9.2 (MUST-48, MUST-49).
TEST(OpenDialogue, HopLimitAndDscpAreWhatTheOperatorSays) {
  tcp::StackSettings settings = TcpDialogue::small_settings();
  settings.hop_limit = 7;
  settings.dscp = 46;
  TcpDialogue d(settings);
  d.open_passively();
  d.write(10);
  d.expect({.flags = "A", .seq = 1, .ack = 1, .length = 10, .hop_limit = 7, .dscp = 46});
}

TEST(OpenDialogue, WeOpen) {
  TcpDialogue d;
  d.connect();
  d.expect({.flags = "S", .mss = 1000, .scale = 0});
  d.peer_sends({.flags = "SA", .ack = 1, .mss = 1460});
  d.expect({.flags = "A", .seq = 1, .ack = 1});
  EXPECT_TRUE(d.take_events().connected);
}

TEST(OpenDialogue, DataWrittenBeforeTheHandshakeEndsFollowsIt) {
  TcpDialogue d;
  d.connect();
  d.expect({.flags = "S"});
  d.write(100);
  d.expect_silence();
  d.peer_sends({.flags = "SA", .ack = 1, .mss = 1460});
  d.expect({.flags = "A", .seq = 1, .ack = 1, .length = 100});
}

TEST(OpenDialogue, BothSidesOpenAtOnce) {
  TcpDialogue d;
  d.connect();
  d.expect({.flags = "S"});
  d.peer_sends({.flags = "S", .mss = 1460});
  d.expect({.flags = "SA", .ack = 1});
  d.peer_sends({.flags = "SA", .ack = 1, .mss = 1460});
  EXPECT_TRUE(d.take_events().connected);
  EXPECT_TRUE(d.stream().is_established());
}

// RFC 9293 3.10.7.4 (MUST-11): we came from SYN-SENT, so our user is told.
TEST(OpenDialogue, AResetAfterBothOpenedAtOnceIsARefusal) {
  TcpDialogue d;
  d.connect();
  d.expect({.flags = "S"});
  d.peer_sends({.flags = "S", .mss = 1460});
  d.expect({.flags = "SA", .ack = 1});
  d.peer_sends({.flags = "R", .seq = 1});
  EXPECT_TRUE(d.take_events().closed);
  EXPECT_EQ(d.stream().close_reason(), CloseReason::Refused);
}

// The dialogue itself looks at the options of every segment that it expects.
TEST(OpenDialogue, OnlyASynCarriesWhatIsAgreedUponOnce) {
  TcpDialogue d;
  d.open_passively_with_sack();
  d.write(10);
  d.expect({.flags = "A", .seq = 1, .ack = 1, .length = 10});
  d.peer_sends({.flags = "A", .seq = 100, .ack = 11, .length = 10});
  d.expect({.flags = "A", .seq = 11, .ack = 1});
}

TEST(OpenDialogue, OurSynIsRefused) {
  TcpDialogue d;
  d.connect();
  d.expect({.flags = "S"});
  d.peer_sends({.flags = "RA", .ack = 1});
  EXPECT_TRUE(d.take_events().closed);
  EXPECT_EQ(d.stream().close_reason(), CloseReason::Refused);
}

TEST(OpenDialogue, AResetThatDoesNotAcknowledgeOurSynIsIgnored) {
  TcpDialogue d;
  d.connect();
  d.expect({.flags = "S"});
  d.peer_sends({.flags = "R"});
  d.peer_sends({.flags = "RA", .ack = 0});
  EXPECT_EQ(d.stream().close_reason(), CloseReason::None);
  d.peer_sends({.flags = "SA", .ack = 1});
  d.expect({.flags = "A", .seq = 1, .ack = 1});
}

TEST(OpenDialogue, AnAckForWhatWeNeverSentIsReset) {
  TcpDialogue d;
  d.connect();
  d.expect({.flags = "S"});
  d.peer_sends({.flags = "SA", .ack = 500});
  d.expect({.flags = "R", .seq = 500});
  EXPECT_EQ(d.stream().close_reason(), CloseReason::None);
}

TEST(OpenDialogue, OurSynIsRepeatedAndGivenUpAfterThreeMinutes) {
  TcpDialogue d;
  d.connect();
  d.expect({.flags = "S"});
  for (const int64_t at : {1000, 3000, 7000, 15'000, 31'000, 63'000, 123'000}) {
    d.at_ms(at - 2);
    d.expect_silence();
    d.at_ms(at + 1);
    d.expect({.flags = "S"});
  }
  d.at_ms(183'001);
  EXPECT_TRUE(d.take_events().closed);
  EXPECT_EQ(d.stream().close_reason(), CloseReason::ConnectTimeout);
}

TEST(OpenDialogue, OurSynAckIsRepeatedAndForgottenAfterAMinute) {
  TcpDialogue d;
  d.listen();
  d.peer_sends({.flags = "S", .mss = 1000});
  d.expect({.flags = "SA", .ack = 1});
  for (const int64_t at : {1000, 3000, 7000, 15'000, 31'000}) {
    d.at_ms(at + 1);
    d.expect({.flags = "SA", .ack = 1});
  }
  d.at_ms(64'000);
  EXPECT_EQ(d.counters().half_open.read(), 0u);
  EXPECT_EQ(d.node().stack.connections_open(), 0u);
}

TEST(OpenDialogue, ARepeatedSynIsAnsweredAgain) {
  TcpDialogue d;
  d.listen();
  d.peer_sends({.flags = "S", .mss = 1000});
  d.expect({.flags = "SA", .ack = 1});
  d.peer_sends({.flags = "S", .mss = 1000});
  d.expect({.flags = "SA", .ack = 1});
  d.peer_sends({.flags = "A", .seq = 1, .ack = 1});
  EXPECT_TRUE(d.take_events().accepted);
}

// RFC 9293 3.5, figure 8: the peer's old SYN arrives first, and the peer resets it.
TEST(OpenDialogue, AnOldDuplicateSynIsUndoneByThePeersReset) {
  TcpDialogue d;
  d.listen();
  d.peer_sends({.flags = "S", .mss = 1000});
  d.expect({.flags = "SA", .ack = 1});
  d.peer_sends({.flags = "R", .seq = 1});
  EXPECT_EQ(d.counters().half_open.read(), 0u);
  d.peer_restarts_at(500'000);
  d.peer_sends({.flags = "S", .mss = 1000});
  d.expect({.flags = "SA", .ack = 1});
  d.peer_sends({.flags = "A", .seq = 1, .ack = 1});
  EXPECT_TRUE(d.take_events().accepted);
}

// RFC 9293 3.5.1: a peer that has crashed and opens anew meets our old connection.
TEST(OpenDialogue, AHalfOpenConnectionIsDiscovered) {
  TcpDialogue d;
  d.open_passively();
  d.peer_sends({.flags = "S", .seq = 300, .mss = 1000});
  d.expect({.flags = "A", .seq = 1, .ack = 1});
  d.peer_sends({.flags = "R", .seq = 1});
  EXPECT_TRUE(d.take_events().closed);
  EXPECT_EQ(d.stream().close_reason(), CloseReason::Reset);
}

TEST(OpenDialogue, ASynToAPortWhereNobodyListensIsReset) {
  TcpDialogue d;
  d.peer_sends({.flags = "S", .mss = 1000});
  d.expect({.flags = "RA", .ack = 1});
  EXPECT_EQ(d.drops(DropReason::TcpNoListener), 1u);
}

TEST(OpenDialogue, WhatBelongsToNoConnectionIsReset) {
  TcpDialogue d;
  d.listen();
  d.peer_sends({.flags = "A", .seq = 1, .ack = 77});
  d.expect({.flags = "R", .seq = 77});
  d.peer_sends({.flags = "R", .seq = 1});
  EXPECT_EQ(d.drops(DropReason::TcpNoConnection), 2u);
}

TEST(OpenDialogue, AWrongAckInTheHandshakeIsResetAndTheRightOneStillCounts) {
  TcpDialogue d;
  d.listen();
  d.peer_sends({.flags = "S", .mss = 1000});
  d.expect({.flags = "SA", .ack = 1});
  d.peer_sends({.flags = "A", .seq = 1, .ack = 99});
  d.expect({.flags = "R", .seq = 99});
  d.peer_sends({.flags = "A", .seq = 1, .ack = 1});
  EXPECT_TRUE(d.take_events().accepted);
}

TEST(OpenDialogue, OpenConnectionsAreBounded) {
  TcpDialogue d;
  d.listen();
  for (uint16_t port = 1; port <= 8; ++port) {
    d.peer_changes_port(port);
    d.peer_sends({.flags = "S", .mss = 1000});
    d.expect({.flags = "SA", .ack = 1});
    d.peer_sends({.flags = "A", .seq = 1, .ack = 1});
  }
  d.peer_changes_port(9);
  d.peer_sends({.flags = "S", .mss = 1000});
  d.expect_silence();
  EXPECT_EQ(d.drops(DropReason::TcpConnectionsFull), 1u);
}

TEST(OpenDialogue, AcceptedConnectionsOutliveTheirListener) {
  TcpDialogue d;
  d.open_passively();
  EXPECT_TRUE(d.node().stack.stop_listening(testing::endpoint("10.0.0.2", 80)));
  d.peer_sends({.flags = "A", .seq = 1, .ack = 1, .length = 10});
  d.write(10);
  d.expect({.flags = "A", .seq = 1, .ack = 11, .length = 10});
  d.peer_changes_port(6000);
  d.peer_sends({.flags = "S"});
  d.expect({.flags = "RA", .ack = 1});
}

}  // namespace
}  // namespace penstock
