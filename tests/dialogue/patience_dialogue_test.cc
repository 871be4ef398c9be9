// SPDX-License-Identifier: Apache-2.0
//
// RFC 9293 3.8.3 (R2, the user time-out), 3.8.4 (keep-alive), 3.8.6.1 (a window that stays shut),
// RFC 5961 7 (how often a connection is challenged).
#include <gtest/gtest.h>

#include "tests/support/tcp_dialogue.h"

namespace penstock {
namespace {

using base::Duration;
using tcp::CloseReason;
using testing::TcpDialogue;

tcp::StackSettings with_keep_alive() {
  tcp::StackSettings settings = TcpDialogue::small_settings();
  settings.keep_alive = {
      .idle = Duration::from_s(60), .interval = Duration::from_s(10), .probes = 3};
  return settings;
}

TEST(PatienceDialogue, AQuietPeerIsAskedForASignOfLife) {
  TcpDialogue d(with_keep_alive());
  d.open_passively();
  d.at_ms(59'999);
  d.expect_silence();
  d.at_ms(60'001);
  d.expect({.flags = "A", .seq = 0, .ack = 1});
  d.peer_sends({.flags = "A", .seq = 1, .ack = 1});
  d.at_ms(120'000);
  d.expect_silence();
  d.at_ms(120'002);
  d.expect({.flags = "A", .seq = 0, .ack = 1});
  EXPECT_EQ(d.counters().keep_alive_probes.read(), 2u);
}

TEST(PatienceDialogue, APeerThatIsGoneIsGivenUpAfterTheLastProbe) {
  TcpDialogue d(with_keep_alive());
  d.open_passively();
  for (const int64_t at : {60'001, 70'001, 80'001}) {
    d.at_ms(at);
    d.expect({.flags = "A", .seq = 0, .ack = 1});
  }
  d.at_ms(90'001);
  d.expect({.flags = "RA", .seq = 1, .ack = 1});
  EXPECT_EQ(d.stream().close_reason(), CloseReason::TimedOut);
}

TEST(PatienceDialogue, WhoeverSpeaksIsNotAsked) {
  TcpDialogue d(with_keep_alive());
  d.open_passively();
  for (int i = 1; i <= 5; ++i) {
    d.at_ms(i * 50'000);
    d.peer_sends({.flags = "A", .seq = 1, .ack = 1});
  }
  d.expect_silence();
}

// RFC 9293 3.8.4 (MUST-26): off unless an operator wants it.
TEST(PatienceDialogue, NobodyIsAskedUnlessSomebodyWantsIt) {
  TcpDialogue d;
  d.open_passively();
  d.at_ms(86'400'000);
  d.expect_silence();
}

TEST(PatienceDialogue, AProbeOfThePeersIsAnswered) {
  TcpDialogue d;
  d.open_passively();
  d.peer_sends({.flags = "A", .seq = 0, .ack = 1});
  d.expect({.flags = "A", .seq = 1, .ack = 1});
  d.at_ms(1000);
  d.peer_sends({.flags = "A", .seq = 0, .ack = 1, .length = 1});
  d.expect({.flags = "A", .seq = 1, .ack = 1});
}

TEST(PatienceDialogue, TheUserTimeoutDecidesHowLongSilenceIsBorne) {
  tcp::StackSettings settings = TcpDialogue::small_settings();
  settings.user_timeout = Duration::from_s(300);
  TcpDialogue d(settings);
  d.open_passively();
  d.write(1000);
  d.at_ms(290'000);
  while (d.has_sent()) d.skip_one();
  EXPECT_EQ(d.stream().close_reason(), CloseReason::None);
  d.at_ms(400'000);
  while (d.has_sent()) d.skip_one();
  EXPECT_EQ(d.stream().close_reason(), CloseReason::TimedOut);
}

TEST(PatienceDialogue, AWindowMayStayShutAsLongAsPolicyAllows) {
  tcp::StackSettings settings = TcpDialogue::small_settings();
  settings.zero_window_timeout = Duration::from_s(600);
  TcpDialogue d(settings);
  d.open_passively(1000);
  d.write(3000);
  d.expect({.flags = "A", .seq = 1, .ack = 1, .length = 1000});
  d.peer_sends({.flags = "A", .seq = 1, .ack = 1001, .window = 0});
  const auto live_until = [&](int64_t end_ms) {
    while (d.now_ms() < end_ms && d.stream().close_reason() == CloseReason::None) {
      d.at_ms(d.now_ms() + 10'000);
      while (d.has_sent()) d.skip_one();
      d.peer_sends_ignoring({.flags = "A", .seq = 1, .ack = 1001, .window = 0});
    }
  };
  live_until(590'000);
  EXPECT_EQ(d.stream().close_reason(), CloseReason::None);
  live_until(700'000);
  EXPECT_EQ(d.stream().close_reason(), CloseReason::TimedOut);
}

TEST(PatienceDialogue, OneConnectionIsChallengedTenTimesASecondAtMost) {
  TcpDialogue d;
  d.open_passively();
  uint32_t answers = 0;
  for (int64_t ms = 0; ms < 1000; ++ms) {
    d.at_ms(ms);
    d.peer_sends({.flags = "R", .seq = 100});
    for (; d.has_sent(); ++answers) d.skip_one();
  }
  EXPECT_EQ(answers, 10u);
}

// A reset that finds no buffer waits for one: a peer that only listens would never hear of it.
TEST(PatienceDialogue, TheLastWordWaitsForABuffer) {
  TcpDialogue d;
  d.open_passively();
  std::vector<nic::Packet> hoard;
  while (nic::Packet packet = d.node().pool.allocate_packet()) hoard.push_back(std::move(packet));
  d.stream().abort();
  d.release();
  d.at_ms(100);
  d.expect_silence();
  hoard.clear();
  d.at_ms(102);
  d.expect({.flags = "RA", .seq = 1, .ack = 1});
  EXPECT_EQ(d.node().stack.connections_open(), 0u);
}

}  // namespace
}  // namespace penstock
