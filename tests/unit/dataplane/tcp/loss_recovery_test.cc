// SPDX-License-Identifier: Apache-2.0
#include "dataplane/tcp/loss_recovery.h"

#include <gtest/gtest.h>

#include "tests/support/tcp_dialogue.h"

namespace penstock::tcp {
namespace {

using testing::TcpDialogue;

uint32_t skip_all(TcpDialogue& d) {
  uint32_t count = 0;
  for (; d.has_sent(); ++count) d.skip_one();
  return count;
}

// Ten segments are out and one of them is lost; returns how many a full window has afterwards.
uint32_t window_after_one_loss(CongestionAlgorithm algorithm) {
  StackSettings settings = TcpDialogue::small_settings();
  settings.congestion = algorithm;
  TcpDialogue d(settings);
  d.open_passively_with_sack();
  d.write(10'000);
  skip_all(d);
  d.at_ms(80);
  d.peer_sends_ignoring(
      {.flags = "A", .seq = 1, .ack = 1, .sack = std::vector{std::pair{1001u, 10'001u}}});
  d.at_ms(120);
  d.peer_sends({.flags = "A", .seq = 1, .ack = 10'001});
  d.write(30'000);
  return skip_all(d);
}

TEST(LossRecovery, LeavesCubicSeventyPercentOfTheWindow) {
  EXPECT_EQ(window_after_one_loss(CongestionAlgorithm::Cubic), 7u);
}

TEST(LossRecovery, LeavesNewRenoHalfOfTheWindow) {
  EXPECT_EQ(window_after_one_loss(CongestionAlgorithm::NewReno), 5u);
}

TEST(LossRecovery, ProbesNoTailOfAPeerWithoutSack) {
  TcpDialogue d;
  d.open_passively();
  d.write(3000);
  skip_all(d);
  d.at_ms(5000);
  skip_all(d);
  EXPECT_EQ(d.counters().tail_loss_probes.read(), 0u);
  EXPECT_GE(d.counters().retransmit_timeouts.read(), 1u);
}

// RFC 9293 3.8.3 (MUST-20): at R1, whether the next hop is alive is asked at once, by ARP here.
TEST(LossRecovery, SuspectsTheNextHopAfterThreeTimeOuts) {
  TcpDialogue d;
  d.open_passively();
  d.write(100);
  skip_all(d);
  const uint32_t before = d.arp_questions();
  d.at_ms(1399);
  EXPECT_EQ(d.arp_questions(), before);
  d.at_ms(1402);
  EXPECT_EQ(d.arp_questions(), before + 1);
  skip_all(d);
}

// A peer that acknowledges each byte of a segment on its own cannot make the window explode.
TEST(LossRecovery, CountsBytesAndNotAcks) {
  TcpDialogue d;
  d.open_passively_with_sack();
  d.write(10'000);
  skip_all(d);
  d.write(40'000);
  for (uint32_t ack = 2; ack <= 1001; ++ack)
    d.peer_sends_ignoring({.flags = "A", .seq = 1, .ack = ack});
  d.peer_sends({.flags = "A", .seq = 1, .ack = 10'001});
  EXPECT_LE(skip_all(d), 12u);
}

}  // namespace
}  // namespace penstock::tcp
