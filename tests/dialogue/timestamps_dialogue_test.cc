// SPDX-License-Identifier: Apache-2.0
//
// RFC 7323 (time stamps, PAWS), RFC 6191 (TIME-WAIT), RFC 3522 (Eifel).
#include <gtest/gtest.h>

#include "tests/support/tcp_dialogue.h"

namespace penstock {
namespace {

using testing::TcpDialogue;
using wire::DropReason;

TEST(TimestampsDialogue, TheyAreOfferedAndAnswered) {
  TcpDialogue d;
  d.connect();
  d.expect({.flags = "S", .echo = 0});
  d.peer_sends({.flags = "SA", .ack = 1, .mss = 1000, .stamp = 500});
  d.expect({.flags = "A", .seq = 1, .ack = 1, .echo = 500});
}

TEST(TimestampsDialogue, APeerWithoutThemGetsNone) {
  TcpDialogue d;
  d.open_passively();
  d.write(10);
  d.expect({.flags = "A", .seq = 1, .ack = 1, .length = 10});
  EXPECT_EQ(d.our_stamp(), 0u);
}

// RFC 6691: what they take comes off the payload.
TEST(TimestampsDialogue, FullSegmentsAreTwelveBytesShorter) {
  TcpDialogue d;
  d.open_passively_with_stamps(500);
  d.write(2000);
  d.expect({.flags = "A", .seq = 1, .ack = 1, .length = 988, .echo = 500});
  d.expect({.flags = "A", .seq = 989, .ack = 1, .length = 988, .echo = 500});
  d.expect({.flags = "A", .seq = 1977, .ack = 1, .length = 24, .echo = 500});
}

TEST(TimestampsDialogue, OurClockGoesUp) {
  TcpDialogue d;
  d.open_passively_with_stamps(500);
  d.write(10);
  d.expect({.flags = "A", .seq = 1, .ack = 1, .length = 10});
  const uint32_t before = d.our_stamp();
  d.peer_sends({.flags = "A", .seq = 1, .ack = 11, .stamp = 501});
  d.at_ms(1000);
  d.write(10);
  d.expect({.flags = "A", .seq = 11, .ack = 1, .length = 10, .echo = 501});
  EXPECT_NEAR(d.our_stamp() - before, 953, 2);
}

// 4.3: with delayed ACKs, the value of the earliest segment that the ACK is for.
TEST(TimestampsDialogue, TheEarliestUnacknowledgedSegmentIsEchoed) {
  TcpDialogue d;
  d.open_passively_with_stamps(500);
  d.peer_sends({.flags = "A", .seq = 1, .ack = 1, .length = 100, .stamp = 510});
  d.peer_sends({.flags = "A", .seq = 101, .ack = 1, .length = 100, .stamp = 520});
  d.at_ms(50);
  d.expect({.flags = "A", .seq = 1, .ack = 201, .echo = 510});
}

TEST(TimestampsDialogue, ASegmentBehindAGapIsNotEchoed) {
  TcpDialogue d;
  d.open_passively_with_stamps(500);
  d.peer_sends({.flags = "A", .seq = 101, .ack = 1, .length = 100, .stamp = 520});
  d.expect({.flags = "A", .seq = 1, .ack = 1, .echo = 500});
  d.peer_sends({.flags = "A", .seq = 1, .ack = 1, .length = 100, .stamp = 530});
  d.expect({.flags = "A", .seq = 1, .ack = 201, .echo = 530});
}

// 5.3 R1.
TEST(TimestampsDialogue, AnOldSegmentIsAcknowledgedAndDropped) {
  TcpDialogue d;
  d.open_passively_with_stamps(500);
  d.peer_sends({.flags = "A", .seq = 1, .ack = 1, .length = 100, .stamp = 600});
  EXPECT_EQ(d.read(), 100u);
  d.peer_sends({.flags = "A", .seq = 101, .ack = 1, .length = 100, .stamp = 599});
  d.expect({.flags = "A", .seq = 1, .ack = 101, .echo = 600});
  EXPECT_EQ(d.read(), 0u);
  EXPECT_EQ(d.drops(DropReason::TcpTimestampOld), 1u);
  // One with the same value is not old.
  d.peer_sends({.flags = "A", .seq = 101, .ack = 1, .length = 100, .stamp = 600});
  EXPECT_EQ(d.read(), 100u);
  d.at_ms(100);
  d.expect({.flags = "A", .seq = 1, .ack = 201});
}

// A wire that reorders must not make us answer each ACK that came late.
TEST(TimestampsDialogue, AnAckThatWasOvertakenIsDroppedInSilence) {
  TcpDialogue d;
  d.open_passively_with_stamps(500);
  d.write(1976);
  d.expect({.flags = "A", .seq = 1, .ack = 1, .length = 988});
  d.expect({.flags = "A", .seq = 989, .ack = 1, .length = 988});
  d.peer_sends({.flags = "A", .seq = 1, .ack = 1977, .stamp = 510});
  d.peer_sends({.flags = "A", .seq = 1, .ack = 989, .stamp = 509});
  d.expect_silence();
  EXPECT_EQ(d.drops(DropReason::TcpTimestampOld), 1u);
}

// The clock of the peer wraps.
TEST(TimestampsDialogue, AValueAfterTheWrapIsNew) {
  TcpDialogue d;
  d.open_passively_with_stamps(0xffff'fff0);
  d.peer_sends({.flags = "A", .seq = 1, .ack = 1, .length = 100, .stamp = 5});
  EXPECT_EQ(d.read(), 100u);
  d.at_ms(100);
  d.expect({.flags = "A", .seq = 1, .ack = 101, .echo = 5});
}

// 5.5: after 24 days of silence a value says nothing.
TEST(TimestampsDialogue, AValueOfAMonthAgoRefusesNothing) {
  TcpDialogue d;
  d.open_passively_with_stamps(500);
  d.at_ms(int64_t{25} * 86'400 * 1000);
  d.peer_sends({.flags = "A", .seq = 1, .ack = 1, .length = 100, .stamp = 400});
  EXPECT_EQ(d.read(), 100u);
  d.at_ms(d.now_ms() + 100);
  d.expect({.flags = "A", .seq = 1, .ack = 101, .echo = 400});
}

// 3.2.
TEST(TimestampsDialogue, ASegmentWithoutThemIsDropped) {
  TcpDialogue d;
  d.open_passively_with_stamps(500);
  d.peer_sends({.flags = "A", .seq = 1, .ack = 1, .length = 100});
  EXPECT_EQ(d.read(), 0u);
  EXPECT_EQ(d.drops(DropReason::TcpTimestampMissing), 1u);
}

TEST(TimestampsDialogue, AResetNeedsNone) {
  TcpDialogue d;
  d.open_passively_with_stamps(500);
  d.peer_sends({.flags = "R", .seq = 1});
  EXPECT_EQ(d.stream().close_reason(), tcp::CloseReason::Reset);
}

// RFC 3522: the first ACK after the time-out is for the original.
TEST(TimestampsDialogue, ANeedlessTimeOutIsTakenBack) {
  TcpDialogue d;
  d.open_passively_with_stamps(500);
  d.write(988);
  d.expect({.flags = "A", .seq = 1, .ack = 1, .length = 988});
  const uint32_t original = d.our_stamp();
  d.at_ms(1500);
  while (d.has_sent()) d.skip_one();
  EXPECT_GE(d.counters().retransmit_timeouts.read(), 1u);
  d.peer_sends({.flags = "A", .seq = 1, .ack = 989, .stamp = 501, .echo = original});
  EXPECT_EQ(d.counters().timeouts_spurious.read(), 1u);
}

// Without SACK, so that no tail probe comes before the time-out.
void open_with_stamps_alone(TcpDialogue& d) {
  d.listen();
  d.peer_sends({.flags = "S", .mss = 1000, .stamp = 500, .echo = 0});
  d.expect({.flags = "SA", .ack = 1, .echo = 500});
  d.peer_sends({.flags = "A", .seq = 1, .ack = 1, .stamp = 500});
}

// RFC 7323 4.1: the echo tells which transmission is acknowledged, so the time-out, which had
// become 400 ms, comes down again.
TEST(TimestampsDialogue, AnEchoOfARetransmissionMeasuresIt) {
  TcpDialogue d;
  open_with_stamps_alone(d);
  d.write(988);
  d.expect({.flags = "A", .seq = 1, .ack = 1, .length = 988});
  d.at_ms(201);
  d.expect({.flags = "A", .seq = 1, .ack = 1, .length = 988});
  const uint32_t again = d.our_stamp();
  d.at_ms(230);
  d.peer_sends({.flags = "A", .seq = 1, .ack = 989, .stamp = 501, .echo = again});
  d.write(988);
  d.expect({.flags = "A", .seq = 989, .ack = 1, .length = 988});
  d.at_ms(428);
  d.expect_silence();
  d.at_ms(432);
  d.expect({.flags = "A", .seq = 989, .ack = 1, .length = 988});
}

// An old echo leaves it in doubt, also for what was sent once: the time-out stays as long as it is.
TEST(TimestampsDialogue, AnEchoOfWhatWasLateMeasuresNothing) {
  TcpDialogue d;
  open_with_stamps_alone(d);
  d.write(1976);
  d.expect({.flags = "A", .seq = 1, .ack = 1, .length = 988});
  const uint32_t original = d.our_stamp();
  d.expect({.flags = "A", .seq = 989, .ack = 1, .length = 988});
  d.at_ms(201);
  d.expect({.flags = "A", .seq = 1, .ack = 1, .length = 988});
  d.peer_sends({.flags = "A", .seq = 1, .ack = 1977, .stamp = 501, .echo = original});
  d.write(988);
  d.expect({.flags = "A", .seq = 1977, .ack = 1, .length = 988});
  d.at_ms(600);
  d.expect_silence();
  d.at_ms(602);
  d.expect({.flags = "A", .seq = 1977, .ack = 1, .length = 988});
}

void close_first(TcpDialogue& d) {
  d.close();
  d.expect({.flags = "FA", .seq = 1, .ack = 1});
  d.peer_sends({.flags = "FA", .seq = 1, .ack = 2, .stamp = 510});
  d.expect({.flags = "A", .seq = 2, .ack = 2, .echo = 510});
  d.release();
}

// RFC 6191 2.
TEST(TimestampsDialogue, ALaterSynReopensFromTimeWaitWhateverItsNumber) {
  TcpDialogue d;
  d.open_passively_with_stamps(500);
  close_first(d);
  d.peer_restarts_at(90'000);
  d.peer_sends({.flags = "S", .mss = 1000, .stamp = 511, .echo = 0});
  d.expect({.flags = "SA", .ack = 1, .echo = 511});
  EXPECT_EQ(d.counters().time_wait_reused.read(), 1u);
  d.peer_sends({.flags = "R", .seq = 1});
}

TEST(TimestampsDialogue, AnEarlierSynDoesNotReopenFromTimeWait) {
  TcpDialogue d;
  d.open_passively_with_stamps(500);
  close_first(d);
  d.peer_sends({.flags = "S", .seq = 1000, .mss = 1000, .stamp = 509, .echo = 0});
  d.expect({.flags = "A", .seq = 2, .ack = 2, .echo = 510});
  EXPECT_EQ(d.counters().time_wait.read(), 1u);
}

}  // namespace
}  // namespace penstock
