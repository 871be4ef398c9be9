// SPDX-License-Identifier: Apache-2.0
//
// RFC 4987 3.6: a flood of SYNs leaves no state, and whoever means it gets in.
#include <gtest/gtest.h>

#include "tests/support/tcp_dialogue.h"

namespace penstock {
namespace {

using testing::TcpDialogue;
using wire::DropReason;
using Blocks = std::vector<std::pair<uint32_t, uint32_t>>;

// The half-open table holds four.
void fill_half_open(TcpDialogue& d) {
  d.listen();
  for (uint16_t port = 6000; port < 6004; ++port) {
    d.peer_changes_port(port);
    d.peer_sends({.flags = "S", .mss = 1000});
    d.expect({.flags = "SA", .ack = 1});
  }
  d.peer_changes_port(5000);
}

TEST(SynCookieDialogue, AFloodLeavesNoState) {
  TcpDialogue d;
  fill_half_open(d);
  for (uint16_t port = 7000; port < 7500; ++port) {
    d.peer_changes_port(port);
    d.peer_sends({.flags = "S", .mss = 1000});
    d.expect({.flags = "SA", .ack = 1});
  }
  EXPECT_EQ(d.counters().syn_cookies_sent.read(), 500u);
  EXPECT_EQ(d.node().stack.connections_open(), 4u);
  EXPECT_EQ(d.counters().half_open.read(), 4u);
  d.at_ms(500);
  d.expect_silence();  // what is not remembered is not repeated
}

TEST(SynCookieDialogue, TheAckOfACookieOpensWithAllThatWasAgreed) {
  TcpDialogue d;
  fill_half_open(d);
  d.peer_sends({.flags = "S", .mss = 1000, .scale = 7, .sack_permitted = true});
  d.expect({.flags = "SA", .ack = 1, .mss = 1000, .scale = 0, .sack_permitted = true});
  EXPECT_FALSE(d.has_stream());
  d.peer_sends({.flags = "A", .seq = 1, .ack = 1, .window = 100});
  ASSERT_TRUE(d.has_stream());
  EXPECT_TRUE(d.take_events().accepted);
  EXPECT_EQ(d.counters().syn_cookies_accepted.read(), 1u);
  // The window is scaled by 7: 12,800 bytes. A cookie knows an MSS of 536 below 1220.
  d.write(20'000);
  uint32_t last = 0;
  while (d.has_sent()) last = d.skip_one();
  EXPECT_EQ(last, 1 + 10 * 536u);
  d.peer_sends({.flags = "A", .seq = 1001, .ack = 1, .length = 100, .window = 100});
  d.expect({.flags = "A", .seq = last, .ack = 1, .sack = Blocks{{1001, 1101}}});
}

TEST(SynCookieDialogue, TheFirstBytesMayComeWithTheAck) {
  TcpDialogue d;
  fill_half_open(d);
  d.peer_sends({.flags = "S", .mss = 1000});
  d.expect({.flags = "SA", .ack = 1});
  d.peer_sends({.flags = "A", .seq = 1, .ack = 1, .length = 300});
  ASSERT_TRUE(d.has_stream());
  EXPECT_EQ(d.read(), 300u);
  d.at_ms(100);
  d.expect({.flags = "A", .seq = 1, .ack = 301});
}

TEST(SynCookieDialogue, BytesThatOvertookTheAckDoNotTurnThePeerAway) {
  TcpDialogue d;
  fill_half_open(d);
  d.peer_sends({.flags = "S", .mss = 1000});
  d.expect({.flags = "SA", .ack = 1});
  d.peer_sends({.flags = "A", .seq = 501, .ack = 1, .length = 500});
  d.expect_silence();
  EXPECT_EQ(d.drops(DropReason::TcpNoConnection), 1u);
  d.peer_sends({.flags = "A", .seq = 1, .ack = 1, .length = 500});
  ASSERT_TRUE(d.has_stream());
  EXPECT_EQ(d.read(), 500u);
  d.at_ms(100);
  d.expect({.flags = "A", .seq = 1, .ack = 501});
}

TEST(SynCookieDialogue, TimeStampsAreKept) {
  TcpDialogue d;
  fill_half_open(d);
  d.peer_sends({.flags = "S", .mss = 1000, .stamp = 700, .echo = 0});
  d.expect({.flags = "SA", .ack = 1, .echo = 700});
  d.peer_sends({.flags = "A", .seq = 1, .ack = 1, .stamp = 701});
  ASSERT_TRUE(d.has_stream());
  d.write(10);
  d.expect({.flags = "A", .seq = 1, .ack = 1, .length = 10, .echo = 701});
}

// The SYN,ACK came twice, and the first bytes were lost: its second answer comes first.
TEST(SynCookieDialogue, AnAckFromBehindTheFirstBytesDoesNotTurnThePeerAway) {
  TcpDialogue d;
  fill_half_open(d);
  d.peer_sends({.flags = "S", .mss = 1000});
  d.expect({.flags = "SA", .ack = 1});
  d.peer_sends({.flags = "A", .seq = 501, .ack = 1});
  d.peer_sends({.flags = "FA", .seq = 501, .ack = 1});
  d.expect_silence();
  EXPECT_EQ(d.drops(DropReason::TcpNoConnection), 2u);
  d.peer_sends({.flags = "A", .seq = 1, .ack = 1, .length = 500});
  ASSERT_TRUE(d.has_stream());
  EXPECT_EQ(d.read(), 500u);
}

TEST(SynCookieDialogue, AWrongNumberOpensNothing) {
  TcpDialogue d;
  fill_half_open(d);
  d.peer_sends({.flags = "S", .mss = 1000});
  d.expect({.flags = "SA", .ack = 1});
  d.peer_sends({.flags = "A", .seq = 1, .ack = 2});
  d.peer_sends({.flags = "A", .seq = 2, .ack = 1});
  d.expect_silence();
  EXPECT_FALSE(d.has_stream());
  EXPECT_EQ(d.drops(DropReason::TcpNoConnection), 2u);
}

TEST(SynCookieDialogue, ACookieIsNotGoodForEver) {
  TcpDialogue d;
  fill_half_open(d);
  d.peer_sends({.flags = "S", .mss = 1000});
  d.expect({.flags = "SA", .ack = 1});
  for (int64_t ms = 1000; ms < 130'000; ms += 1000) {
    d.at_ms(ms);
    while (d.has_sent()) d.skip_one();
  }
  d.peer_sends({.flags = "A", .seq = 1, .ack = 1});
  d.expect({.flags = "R", .seq = 1});
}

TEST(SynCookieDialogue, WithoutCookiesASynTooManyIsDropped) {
  tcp::StackSettings settings = TcpDialogue::small_settings();
  settings.syn_cookies = tcp::SynCookies::Never;
  TcpDialogue d(settings);
  fill_half_open(d);
  d.peer_sends({.flags = "S", .mss = 1000});
  d.expect_silence();
  EXPECT_EQ(d.drops(DropReason::TcpHalfOpenFull), 1u);
}

TEST(SynCookieDialogue, WithCookiesAlwaysNoSynIsRemembered) {
  tcp::StackSettings settings = TcpDialogue::small_settings();
  settings.syn_cookies = tcp::SynCookies::Always;
  TcpDialogue d(settings);
  d.open_passively();
  EXPECT_EQ(d.counters().syn_cookies_accepted.read(), 1u);
  d.write(100);
  d.expect({.flags = "A", .seq = 1, .ack = 1, .length = 100});
}

TEST(SynCookieDialogue, AtTheConnectionLimitAGoodCookieIsRefusedAndCounted) {
  tcp::StackSettings settings = TcpDialogue::small_settings();
  settings.syn_cookies = tcp::SynCookies::Always;
  settings.connections_max = 2;
  TcpDialogue d(settings);
  d.listen();
  for (uint16_t port = 6000; port < 6003; ++port) {
    d.peer_changes_port(port);
    d.peer_sends({.flags = "S", .mss = 1000});
    d.expect({.flags = "SA", .ack = 1});
    d.peer_sends({.flags = "A", .seq = 1, .ack = 1});
  }
  d.expect_silence();
  EXPECT_EQ(d.node().stack.connections_open(), 2u);
  EXPECT_EQ(d.drops(DropReason::TcpConnectionsFull), 1u);
}

}  // namespace
}  // namespace penstock
