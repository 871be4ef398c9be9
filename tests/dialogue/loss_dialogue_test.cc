// SPDX-License-Identifier: Apache-2.0
//
// RFC 6298 (retransmission timer), RFC 5681 3.2 (fast retransmit), RFC 6582 (NewReno), RFC 3042
// (limited transmit), RFC 9293 3.8.3 (giving up).
#include <gtest/gtest.h>

#include "tests/support/tcp_dialogue.h"

namespace penstock {
namespace {

using tcp::CloseReason;
using testing::TcpDialogue;

void write_and_expect(TcpDialogue& d, uint32_t segments) {
  d.write(segments * 1000);
  for (uint32_t i = 0; i < segments; ++i) {
    d.expect({.flags = "A", .seq = 1 + 1000 * i, .ack = 1, .length = 1000});
  }
}

TEST(LossDialogue, ALostSegmentIsSentAgainWithGrowingPauses) {
  TcpDialogue d;
  d.open_passively();
  d.write(500);
  d.expect({.flags = "A", .seq = 1, .ack = 1, .length = 500});
  for (const int64_t at : {200, 600, 1400, 3000, 6200, 12'600}) {
    d.at_ms(at - 1);
    d.expect_silence();
    d.at_ms(at + 1);
    d.expect({.flags = "A", .seq = 1, .ack = 1, .length = 500});
  }
}

TEST(LossDialogue, AConnectionIsGivenUpAfterAHundredSeconds) {
  TcpDialogue d;
  d.open_passively();
  write_and_expect(d, 1);
  d.at_ms(99'000);
  EXPECT_EQ(d.stream().close_reason(), CloseReason::None);
  d.at_ms(220'000);
  while (d.has_sent()) d.skip_one();
  EXPECT_EQ(d.stream().close_reason(), CloseReason::TimedOut);
  EXPECT_TRUE(d.take_events().closed);
}

TEST(LossDialogue, AfterATimeOutTheWholeFlightGoesAgainInSlowStart) {
  TcpDialogue d;
  d.open_passively();
  write_and_expect(d, 4);
  d.at_ms(201);
  d.expect({.flags = "A", .seq = 1, .ack = 1, .length = 1000});
  d.expect_silence();
  d.peer_sends({.flags = "A", .seq = 1, .ack = 1001});
  d.expect({.flags = "A", .seq = 1001, .ack = 1, .length = 1000});
  d.expect({.flags = "A", .seq = 2001, .ack = 1, .length = 1000});
}

TEST(LossDialogue, AfterATimeOutWhatThePeerHasIsSkipped) {
  TcpDialogue d;
  d.open_passively();
  write_and_expect(d, 4);
  d.at_ms(201);
  d.expect({.flags = "A", .seq = 1, .ack = 1, .length = 1000});
  d.peer_sends({.flags = "A", .seq = 1, .ack = 4001});
  d.at_ms(2000);
  d.expect_silence();
}

// Karn: the ACK of a segment that was sent twice measures nothing, and the back-off stays.
TEST(LossDialogue, ARetransmittedSegmentIsNotMeasured) {
  TcpDialogue d;
  d.open_passively();
  write_and_expect(d, 1);
  d.at_ms(201);
  d.expect({.flags = "A", .seq = 1, .ack = 1, .length = 1000});
  d.peer_sends({.flags = "A", .seq = 1, .ack = 1001});
  d.write(500);
  d.expect({.flags = "A", .seq = 1001, .ack = 1, .length = 500});
  d.at_ms(201 + 399);
  d.expect_silence();
  d.at_ms(201 + 402);
  d.expect({.flags = "A", .seq = 1001, .ack = 1, .length = 500});
}

TEST(LossDialogue, ThreeDuplicatesBringTheLostSegmentAtOnce) {
  TcpDialogue d;
  d.open_passively();
  write_and_expect(d, 8);
  for (int i = 0; i < 2; ++i) {
    d.peer_sends({.flags = "A", .seq = 1, .ack = 1});
    d.expect_silence();
  }
  d.peer_sends({.flags = "A", .seq = 1, .ack = 1});
  d.expect({.flags = "A", .seq = 1, .ack = 1, .length = 1000});
  EXPECT_EQ(d.counters().fast_retransmits.read(), 1u);
  d.peer_sends({.flags = "A", .seq = 1, .ack = 8001});
  d.at_ms(1000);
  d.expect_silence();
}

TEST(LossDialogue, DuplicatesAreCountedAnewBehindEachAdvance) {
  TcpDialogue d;
  d.open_passively();
  write_and_expect(d, 8);
  for (const uint32_t ack : {1u, 1u, 1001u, 1001u, 1001u}) {
    d.peer_sends({.flags = "A", .seq = 1, .ack = ack});
    d.expect_silence();
  }
  d.peer_sends({.flags = "A", .seq = 1, .ack = 1001});
  d.expect({.flags = "A", .seq = 1001, .ack = 1, .length = 1000});
}

// RFC 9293 3.10.7.4: SND.WL1 and SND.WL2.
TEST(LossDialogue, AnOldSegmentThatComesLateSaysNothingOfTheWindow) {
  TcpDialogue d;
  d.open_passively();
  d.peer_sends_ignoring({.flags = "A", .seq = 101, .ack = 1, .length = 100, .window = 1000});
  d.peer_sends_ignoring({.flags = "A", .seq = 1, .ack = 1, .length = 100, .window = 60'000});
  d.write(5000);
  d.expect({.flags = "A", .seq = 1, .ack = 201, .length = 1000});
  d.expect_silence();
}

TEST(LossDialogue, AChangedWindowIsNoDuplicate) {
  TcpDialogue d;
  d.open_passively();
  write_and_expect(d, 8);
  for (uint16_t window = 60'000; window < 60'005; ++window) {
    d.peer_sends({.flags = "A", .seq = 1, .ack = 1, .window = window});
  }
  d.expect_silence();
  EXPECT_EQ(d.counters().fast_retransmits.read(), 0u);
}

// RFC 3042.
TEST(LossDialogue, TheFirstTwoDuplicatesLetOneNewSegmentOutEach) {
  TcpDialogue d;
  d.open_passively();
  d.write(14'000);
  for (uint32_t i = 0; i < 10; ++i) {
    d.expect({.flags = "A", .seq = 1 + 1000 * i, .ack = 1, .length = 1000});
  }
  d.peer_sends({.flags = "A", .seq = 1, .ack = 1});
  d.expect({.flags = "A", .seq = 10'001, .ack = 1, .length = 1000});
  d.peer_sends({.flags = "A", .seq = 1, .ack = 1});
  d.expect({.flags = "A", .seq = 11'001, .ack = 1, .length = 1000});
  d.peer_sends({.flags = "A", .seq = 1, .ack = 1});
  d.expect({.flags = "A", .seq = 1, .ack = 1, .length = 1000});
}

// RFC 6582 3.2, step 3.
TEST(LossDialogue, APartialAckBringsTheNextLostSegment) {
  TcpDialogue d;
  d.open_passively();
  write_and_expect(d, 8);
  d.peer_sends_burst({{.flags = "A", .seq = 1, .ack = 1},
                      {.flags = "A", .seq = 1, .ack = 1},
                      {.flags = "A", .seq = 1, .ack = 1}});
  d.expect({.flags = "A", .seq = 1, .ack = 1, .length = 1000});
  d.peer_sends({.flags = "A", .seq = 1, .ack = 3001});
  d.expect({.flags = "A", .seq = 3001, .ack = 1, .length = 1000});
  d.peer_sends({.flags = "A", .seq = 1, .ack = 5001});
  d.expect({.flags = "A", .seq = 5001, .ack = 1, .length = 1000});
  d.peer_sends({.flags = "A", .seq = 1, .ack = 8001});
  EXPECT_EQ(d.counters().fast_retransmits.read(), 1u);
  d.at_ms(1000);
  d.expect_silence();
}

// RFC 6582 3.2, step 2 after a time-out: duplicates of repeated segments start no recovery.
TEST(LossDialogue, DuplicatesAfterATimeOutStartNoRecovery) {
  TcpDialogue d;
  d.open_passively();
  write_and_expect(d, 4);
  d.at_ms(201);
  d.expect({.flags = "A", .seq = 1, .ack = 1, .length = 1000});
  for (int i = 0; i < 4; ++i) d.peer_sends_ignoring({.flags = "A", .seq = 1, .ack = 1});
  EXPECT_EQ(d.counters().fast_retransmits.read(), 0u);
}

// RFC 6298 3: an ACK that covers what was sent again measures nothing.
TEST(LossDialogue, AnAckBehindATimeOutDoesNotMeasureWhatWasSentOnce) {
  TcpDialogue d;
  d.open_passively();
  write_and_expect(d, 4);
  d.at_ms(201);
  d.expect({.flags = "A", .seq = 1, .ack = 1, .length = 1000});
  d.peer_sends({.flags = "A", .seq = 1, .ack = 4001});
  d.write(500);
  d.expect({.flags = "A", .seq = 4001, .ack = 1, .length = 500});
  d.at_ms(600);
  d.expect_silence();
  d.at_ms(602);
  d.expect({.flags = "A", .seq = 4001, .ack = 1, .length = 500});
}

// A connection whose time-out was mended by an ACK for `mended` segments, all that had been sent.
void mend_time_out(TcpDialogue& d, uint32_t mended) {
  d.open_passively();
  write_and_expect(d, mended);
  d.at_ms(201);
  d.expect({.flags = "A", .seq = 1, .ack = 1, .length = 1000});
  d.peer_sends({.flags = "A", .seq = 1, .ack = 1 + 1000 * mended});
}

// RFC 6582 4.1.
TEST(LossDialogue, DuplicatesBehindASmallAdvanceStartRecovery) {
  TcpDialogue d;
  mend_time_out(d, 4);
  d.write(14'000);
  while (d.has_sent()) d.skip_one();
  for (int i = 0; i < 3; ++i) d.peer_sends_ignoring({.flags = "A", .seq = 1, .ack = 4001});
  EXPECT_EQ(d.counters().fast_retransmits.read(), 1u);
}

// As many may have been repeated needlessly. RFC 3042 lets two segments out, however many come.
TEST(LossDialogue, DuplicatesBehindALargeAdvanceLetTwoSegmentsOut) {
  TcpDialogue d;
  mend_time_out(d, 8);
  d.write(30'000);
  while (d.has_sent()) d.skip_one();
  uint32_t sent = 0;
  for (int i = 0; i < 8; ++i) {
    d.peer_sends({.flags = "A", .seq = 1, .ack = 8001});
    for (; d.has_sent(); ++sent) d.skip_one();
  }
  EXPECT_EQ(sent, 2u);
  EXPECT_EQ(d.counters().fast_retransmits.read(), 0u);
}

// RFC 9293 3.8.6.2.1 is about new bytes: what was sent and lost is sent again, however small the
// window has become.
TEST(LossDialogue, ASmallSegmentIsSentAgainThoughMoreWaitsBehindIt) {
  TcpDialogue d;
  d.open_passively(60'000);
  d.write(100);
  d.expect({.flags = "A", .seq = 1, .ack = 1, .length = 100});
  d.peer_sends({.flags = "A", .seq = 1, .ack = 101, .window = 600});
  d.write(300);
  d.expect({.flags = "A", .seq = 101, .ack = 1, .length = 300});
  d.write(50'000);
  d.at_ms(5000);
  ASSERT_TRUE(d.has_sent());
  while (d.has_sent()) d.skip_one();
  EXPECT_GE(d.counters().segments_retransmitted.read(), 1u);
}

}  // namespace
}  // namespace penstock
