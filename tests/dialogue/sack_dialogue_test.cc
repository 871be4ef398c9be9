// SPDX-License-Identifier: Apache-2.0
//
// RFC 2018 (SACK), RFC 2883 (D-SACK), RFC 8985 (RACK-TLP), RFC 6937 (PRR), as sender and receiver.
#include <gtest/gtest.h>

#include "tests/support/tcp_dialogue.h"

namespace penstock {
namespace {

using testing::TcpDialogue;
using Blocks = std::vector<std::pair<uint32_t, uint32_t>>;

void write_and_expect(TcpDialogue& d, uint32_t segments) {
  d.write(segments * 1000);
  for (uint32_t i = 0; i < segments; ++i) {
    d.expect({.flags = "A", .seq = 1 + 1000 * i, .ack = 1, .length = 1000});
  }
}

// --- As a receiver.

TEST(SackDialogue, WeOfferItWhenWeOpen) {
  TcpDialogue d;
  d.connect();
  d.expect({.flags = "S", .sack_permitted = true});
  d.peer_sends({.flags = "SA", .ack = 1, .mss = 1000, .sack_permitted = true});
  d.expect({.flags = "A", .seq = 1, .ack = 1});
}

TEST(SackDialogue, BlocksBehindGapsAreReportedTheLatestFirst) {
  TcpDialogue d;
  d.open_passively_with_sack();
  d.peer_sends({.flags = "A", .seq = 1001, .ack = 1, .length = 1000});
  d.expect({.flags = "A", .seq = 1, .ack = 1, .sack = Blocks{{1001, 2001}}});
  d.peer_sends({.flags = "A", .seq = 3001, .ack = 1, .length = 1000});
  d.expect({.flags = "A", .seq = 1, .ack = 1, .sack = Blocks{{3001, 4001}, {1001, 2001}}});
  d.peer_sends({.flags = "A", .seq = 2001, .ack = 1, .length = 500});
  d.expect({.flags = "A", .seq = 1, .ack = 1, .sack = Blocks{{1001, 2501}, {3001, 4001}}});
  d.peer_sends({.flags = "A", .seq = 1, .ack = 1, .length = 1000});
  d.expect({.flags = "A", .seq = 1, .ack = 2501, .sack = Blocks{{3001, 4001}}});
  d.peer_sends({.flags = "A", .seq = 2501, .ack = 1, .length = 500});
  d.expect({.flags = "A", .seq = 1, .ack = 4001, .sack = Blocks{}});
}

TEST(SackDialogue, APeerThatDidNotAskForThemGetsNone) {
  TcpDialogue d;
  d.open_passively();
  d.peer_sends({.flags = "A", .seq = 1001, .ack = 1, .length = 1000});
  d.expect({.flags = "A", .seq = 1, .ack = 1, .sack = Blocks{}});
}

TEST(SackDialogue, WhatArrivedTwiceIsReportedOnce) {
  TcpDialogue d;
  d.open_passively_with_sack();
  d.peer_sends({.flags = "A", .seq = 1, .ack = 1, .length = 1000});
  EXPECT_EQ(d.read(), 1000u);
  d.peer_sends({.flags = "A", .seq = 1, .ack = 1, .length = 1000});
  d.expect({.flags = "A", .seq = 1, .ack = 1001, .sack = Blocks{{1, 1001}}});
  d.peer_sends({.flags = "A", .seq = 2001, .ack = 1, .length = 1000});
  d.expect({.flags = "A", .seq = 1, .ack = 1001, .sack = Blocks{{2001, 3001}}});
  // Behind a gap: the repeated part, then the range that it lies in.
  d.peer_sends({.flags = "A", .seq = 2001, .ack = 1, .length = 1000});
  d.expect({.flags = "A", .seq = 1, .ack = 1001, .sack = Blocks{{2001, 3001}, {2001, 3001}}});
}

TEST(SackDialogue, DataThatLeavesDoesNotHideAReport) {
  TcpDialogue d;
  d.open_passively_with_sack();
  d.peer_sends({.flags = "A", .seq = 1001, .ack = 1, .length = 1000});
  d.expect({.flags = "A", .seq = 1, .ack = 1, .sack = Blocks{{1001, 2001}}});
  d.write(100);
  d.expect({.flags = "A", .seq = 1, .ack = 1, .length = 100});
  d.peer_sends({.flags = "A", .seq = 3001, .ack = 101, .length = 1000});
  d.expect({.flags = "A", .seq = 101, .ack = 1, .sack = Blocks{{3001, 4001}, {1001, 2001}}});
}

// --- As a sender.

TEST(SackDialogue, OnlyTheHoleIsSentAgain) {
  TcpDialogue d;
  d.open_passively_with_sack();
  write_and_expect(d, 8);
  d.at_ms(80);
  d.peer_sends({.flags = "A", .seq = 1, .ack = 1001, .sack = Blocks{{2001, 5001}}});
  d.expect({.flags = "A", .seq = 1001, .ack = 1, .length = 1000});
  EXPECT_EQ(d.counters().fast_retransmits.read(), 1u);
  d.peer_sends({.flags = "A", .seq = 1, .ack = 8001});
  d.at_ms(1000);
  d.expect_silence();
  EXPECT_EQ(d.counters().segments_retransmitted.read(), 1u);
}

TEST(SackDialogue, TwoHolesAreMendedInOneRoundTrip) {
  TcpDialogue d;
  d.open_passively_with_sack();
  write_and_expect(d, 10);
  d.at_ms(80);
  d.peer_sends({.flags = "A", .seq = 1, .ack = 1, .sack = Blocks{{1001, 4001}}});
  d.expect({.flags = "A", .seq = 1, .ack = 1, .length = 1000});
  d.at_ms(82);
  d.peer_sends({.flags = "A", .seq = 1, .ack = 1, .sack = Blocks{{5001, 9001}, {1001, 4001}}});
  d.expect({.flags = "A", .seq = 4001, .ack = 1, .length = 1000});
  d.at_ms(122);
  d.peer_sends({.flags = "A", .seq = 1, .ack = 10'001});
  d.at_ms(1000);
  d.expect_silence();
}

// RFC 8985: one segment overtaken by one other is given a quarter of a round trip.
TEST(SackDialogue, AnOvertakenSegmentIsGivenTimeToArrive) {
  TcpDialogue d;
  d.open_passively_with_sack();
  write_and_expect(d, 2);
  d.at_ms(80);
  d.peer_sends({.flags = "A", .seq = 1, .ack = 1, .sack = Blocks{{1001, 2001}}});
  d.at_ms(89);
  d.expect_silence();
  d.at_ms(92);
  d.expect({.flags = "A", .seq = 1, .ack = 1, .length = 1000});
  d.peer_sends({.flags = "A", .seq = 1, .ack = 2001});
}

// RFC 8985 7: the last segments of a burst have nobody behind them whose SACK would tell.
TEST(SackDialogue, ALostTailIsProbedBeforeTheTimeOut) {
  TcpDialogue d;
  d.open_passively_with_sack();
  write_and_expect(d, 2);
  d.at_ms(40 + 79);
  d.expect_silence();
  d.at_ms(40 + 82);
  d.expect({.flags = "A", .seq = 1001, .ack = 1, .length = 1000});
  EXPECT_EQ(d.counters().tail_loss_probes.read(), 1u);
  d.at_ms(162);
  d.peer_sends({.flags = "A", .seq = 1, .ack = 1, .sack = Blocks{{1001, 2001}}});
  // It was sent long before the probe: there is nothing to wait for.
  d.expect({.flags = "A", .seq = 1, .ack = 1, .length = 1000});
  d.peer_sends({.flags = "A", .seq = 1, .ack = 2001});
  EXPECT_EQ(d.counters().retransmit_timeouts.read(), 0u);
}

TEST(SackDialogue, AProbeOfTheTailPrefersNewBytes) {
  TcpDialogue d;
  d.open_passively_with_sack();
  d.write(11'000);
  for (uint32_t i = 0; i < 10; ++i) {
    d.expect({.flags = "A", .seq = 1 + 1000 * i, .ack = 1, .length = 1000});
  }
  d.at_ms(40 + 82);
  d.expect({.flags = "A", .seq = 10'001, .ack = 1, .length = 1000});
  EXPECT_EQ(d.counters().segments_retransmitted.read(), 0u);
  d.peer_sends({.flags = "A", .seq = 1, .ack = 11'001});
}

// RFC 8985 7.4: the probe has mended a loss that nobody saw, and the window answers for it.
TEST(SackDialogue, ALossThatAProbeMendedIsALoss) {
  TcpDialogue d;
  d.open_passively_with_sack();
  write_and_expect(d, 10);
  d.at_ms(80);
  d.peer_sends({.flags = "A", .seq = 1, .ack = 9001});
  // One segment may be acknowledged late: two round trips and 200 ms, but not later than the RTO.
  d.at_ms(80 + 199);
  d.expect_silence();
  d.at_ms(80 + 202);
  d.expect({.flags = "A", .seq = 9001, .ack = 1, .length = 1000});
  EXPECT_EQ(d.counters().tail_loss_probes.read(), 1u);
  d.write(40'000);
  uint32_t burst = 0;
  for (; d.has_sent(); ++burst) d.skip_one();
  d.peer_sends_ignoring({.flags = "A", .seq = 1, .ack = 12'001});
  EXPECT_EQ(d.counters().retransmit_timeouts.read(), 0u);
  EXPECT_GT(burst, 5u) << "the probe itself changes nothing";
}

TEST(SackDialogue, ALostRetransmissionIsFoundWithoutATimeOut) {
  TcpDialogue d;
  d.open_passively_with_sack();
  d.write(20'000);
  for (uint32_t i = 0; i < 10; ++i) {
    d.expect({.flags = "A", .seq = 1 + 1000 * i, .ack = 1, .length = 1000});
  }
  d.at_ms(80);
  d.peer_sends({.flags = "A", .seq = 1, .ack = 1, .sack = Blocks{{1001, 7001}}});
  d.expect({.flags = "A", .seq = 1, .ack = 1, .length = 1000});
  const auto last_after = [&](int64_t ms, uint32_t sacked_to) {
    d.at_ms(ms);
    while (d.has_sent()) d.skip_one();
    d.peer_sends({.flags = "A", .seq = 1, .ack = 1, .sack = Blocks{{1001, sacked_to}}});
    uint32_t last = 0;
    while (d.has_sent()) last = d.skip_one();
    return last;
  };
  // New segments keep the clock of ACKs going behind the retransmission, which is lost.
  const uint32_t last = last_after(82, 10'001);
  ASSERT_GT(last, 10'001u);
  EXPECT_EQ(d.counters().segments_retransmitted.read(), 1u);
  last_after(123, last);
  d.at_ms(135);
  while (d.has_sent()) d.skip_one();
  EXPECT_EQ(d.counters().segments_retransmitted.read(), 2u);
  EXPECT_EQ(d.counters().retransmit_timeouts.read(), 0u);
}

// RFC 2018 8: a receiver may take back what it said; the time-out believes the ACK alone.
TEST(SackDialogue, APeerThatRenegesGetsEverythingAgain) {
  TcpDialogue d;
  d.open_passively_with_sack();
  write_and_expect(d, 4);
  d.at_ms(80);
  d.peer_sends({.flags = "A", .seq = 1, .ack = 1, .sack = Blocks{{1001, 4001}}});
  d.expect({.flags = "A", .seq = 1, .ack = 1, .length = 1000});
  d.at_ms(120);
  d.peer_sends({.flags = "A", .seq = 1, .ack = 1001});
  d.at_ms(400);
  d.expect({.flags = "A", .seq = 1001, .ack = 1, .length = 1000});
  d.peer_sends({.flags = "A", .seq = 1, .ack = 2001});
  d.expect({.flags = "A", .seq = 2001, .ack = 1, .length = 1000});
  d.expect({.flags = "A", .seq = 3001, .ack = 1, .length = 1000});
  d.peer_sends({.flags = "A", .seq = 1, .ack = 4001});
}

// RFC 5682: after a time-out, an ACK for what was sent once says that nothing was lost.
TEST(SackDialogue, ANeedlessTimeOutIsTakenBack) {
  TcpDialogue d;
  d.open_passively_with_sack();
  write_and_expect(d, 4);
  d.at_ms(1500);
  while (d.has_sent()) d.skip_one();
  EXPECT_GE(d.counters().retransmit_timeouts.read(), 1u);
  d.peer_sends({.flags = "A", .seq = 1, .ack = 2001});
  EXPECT_EQ(d.counters().timeouts_spurious.read(), 1u);
  d.expect_silence();
  d.peer_sends({.flags = "A", .seq = 1, .ack = 4001});
  d.at_ms(3000);
  d.expect_silence();
}

TEST(SackDialogue, ARecoveryForNothingIsTakenBack) {
  TcpDialogue d;
  d.open_passively_with_sack();
  write_and_expect(d, 10);
  d.peer_sends({.flags = "A", .seq = 1, .ack = 1, .sack = Blocks{{1001, 4001}}});
  d.expect({.flags = "A", .seq = 1, .ack = 1, .length = 1000});
  // The original was late; then the copy arrives too, and is reported.
  d.peer_sends_ignoring({.flags = "A", .seq = 1, .ack = 4001});
  d.peer_sends_ignoring({.flags = "A", .seq = 1, .ack = 4001, .sack = Blocks{{1, 1001}}});
  EXPECT_EQ(d.counters().duplicates_reported.read(), 1u);
  EXPECT_EQ(d.counters().recoveries_spurious.read(), 1u);
  d.peer_sends_ignoring({.flags = "A", .seq = 1, .ack = 10'001});
}

}  // namespace
}  // namespace penstock
