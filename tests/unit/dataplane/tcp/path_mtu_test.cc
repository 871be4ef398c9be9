// SPDX-License-Identifier: Apache-2.0
#include "dataplane/tcp/path_mtu.h"

#include <gtest/gtest.h>

#include <array>

#include "tests/support/tcp_dialogue.h"

namespace penstock::tcp {
namespace {

using testing::TcpDialogue;

// A quarter of a megabyte is written to a peer that takes segments of up to 1400 bytes.
class PathMtuTest : public ::testing::Test {
 protected:
  static StackSettings settings() {
    StackSettings settings = TcpDialogue::small_settings();
    settings.mss = 1400;
    return settings;
  }
  void open() {
    d_.listen();
    d_.peer_sends({.flags = "S", .mss = 1400});
    d_.expect({.flags = "SA", .ack = 1, .mss = 1400});
    d_.peer_sends({.flags = "A", .seq = 1, .ack = 1});
    d_.write(2800);
    d_.expect({.flags = "A", .seq = 1, .ack = 1, .length = 1400});
    d_.expect({.flags = "A", .seq = 1401, .ack = 1, .length = 1400});
  }

  TcpDialogue d_{settings()};
};

TEST_F(PathMtuTest, WhatIsTooLongGoesAgainInPieces) {
  open();
  d_.router_says_too_big({.seq = 1, .mtu = 1040});
  EXPECT_EQ(d_.node().icmp_used, 1u);
  d_.expect({.flags = "A", .seq = 1, .ack = 1, .length = 1000});
  d_.expect({.flags = "A", .seq = 1001, .ack = 1, .length = 400});
  d_.expect({.flags = "A", .seq = 1401, .ack = 1, .length = 1000});
  d_.expect({.flags = "A", .seq = 2401, .ack = 1, .length = 400});
  EXPECT_EQ(d_.counters().path_mtu_lowered.read(), 1u);
  // New data keeps to it.
  d_.peer_sends({.flags = "A", .seq = 1, .ack = 2801});
  d_.write(1400);
  d_.expect({.flags = "A", .seq = 2801, .ack = 1, .length = 1000});
  d_.expect({.flags = "A", .seq = 3801, .ack = 1, .length = 400});
}

TEST_F(PathMtuTest, AnErrorAboutWhatIsNotUnderWayIsNotBelieved) {
  open();
  d_.router_says_too_big({.seq = 0, .mtu = 1040});
  d_.router_says_too_big({.seq = 2801, .mtu = 1040});
  d_.router_says_too_big({.seq = 1'000'000, .mtu = 1040});
  EXPECT_EQ(d_.node().icmp_used, 0u);
  d_.expect_silence();
}

TEST_F(PathMtuTest, AnErrorAboutAnotherConnectionIsNotBelieved) {
  open();
  d_.router_says_too_big({.seq = 1, .mtu = 1040, .peer_port = 5001});
  EXPECT_EQ(d_.node().icmp_used, 0u);
}

TEST_F(PathMtuTest, APathCannotBecomeWiderOrNarrowerThanIpAllows) {
  open();
  d_.router_says_too_big({.seq = 1, .mtu = 9000});
  EXPECT_EQ(d_.node().icmp_used, 0u);
  d_.router_says_too_big({.seq = 1, .mtu = 68});
  d_.expect({.flags = "A", .seq = 1, .ack = 1, .length = 536});
  while (d_.has_sent()) d_.skip_one();
}

// RFC 1191 5: routers of old do not say their MTU.
TEST_F(PathMtuTest, WithoutANumberTheNextPlateauIsTried) {
  open();
  d_.router_says_too_big({.seq = 1, .mtu = 0});
  d_.expect({.flags = "A", .seq = 1, .ack = 1, .length = 1280 - 40});
  while (d_.has_sent()) d_.skip_one();
}

// RFC 2923 2.1: a router that drops what is too long, and says nothing.
TEST_F(PathMtuTest, ABlackHoleIsFoundByTimeOuts) {
  open();
  for (const int64_t at : {201, 602}) {
    d_.at_ms(at);
    d_.expect({.flags = "A", .seq = 1, .ack = 1, .length = 1400});
  }
  d_.at_ms(1403);
  EXPECT_EQ(d_.counters().path_mtu_black_holes.read(), 1u);
  d_.expect({.flags = "A", .seq = 1, .ack = 1, .length = 1240});
  d_.expect({.flags = "A", .seq = 1241, .ack = 1, .length = 160});
  d_.peer_sends_ignoring({.flags = "A", .seq = 1, .ack = 1241});
  d_.peer_sends_ignoring({.flags = "A", .seq = 1, .ack = 2801});
}

TEST_F(PathMtuTest, AShortSegmentIsNotTakenForABlackHole) {
  d_.listen();
  d_.peer_sends({.flags = "S", .mss = 1400});
  d_.expect({.flags = "SA", .ack = 1});
  d_.peer_sends({.flags = "A", .seq = 1, .ack = 1});
  d_.write(500);
  d_.at_ms(10'000);
  while (d_.has_sent()) d_.skip_one();
  EXPECT_EQ(d_.counters().path_mtu_black_holes.read(), 0u);
}

// RFC 9293 3.7.1 (MUST-15).
TEST(PathMtu, APeerThatAnnouncesNothingTakesWhatItsFamilyAlwaysCarries) {
  EXPECT_EQ(default_mss(testing::ip("10.0.0.1")), 536);
  EXPECT_EQ(default_mss(testing::ip("2001:db8::1")), 1220);
}

TEST(PathMtu, AHardErrorEndsAnOpeningAtOnce) {
  TcpDialogue d;
  d.connect();
  d.expect({.flags = "S"});
  d.router_says_unreachable({.seq = 0});
  EXPECT_EQ(d.stream().close_reason(), CloseReason::Unreachable);
}

// RFC 9293 3.9.2.2 (MUST-56).
TEST(PathMtu, ASoftErrorDoesNotEndAnOpening) {
  TcpDialogue d;
  d.connect();
  d.expect({.flags = "S"});
  for (const uint8_t code : std::array<uint8_t, 3>{0, 1, 5})
    d.router_says_unreachable({.seq = 0, .code = code});
  EXPECT_EQ(d.stream().close_reason(), CloseReason::None);
}

// RFC 9293 3.7.1 (MUST-67): 1500 bytes of Ethernet less 40 of headers.
TEST(PathMtu, TheMssIsWhatTheInterfaceCarries) {
  StackSettings settings = TcpDialogue::small_settings();
  settings.mss = 9000;
  TcpDialogue d(settings);
  d.listen();
  d.peer_sends({.flags = "S", .mss = 8960});
  d.expect({.flags = "SA", .ack = 1, .mss = 1460});
  d.peer_sends({.flags = "R", .seq = 1});
}

// RFC 5927 5.2: no stranger resets a connection by ICMP.
TEST_F(PathMtuTest, AHardErrorDoesNotEndAConnection) {
  open();
  d_.router_says_unreachable({.seq = 1});
  EXPECT_EQ(d_.stream().close_reason(), CloseReason::None);
}

}  // namespace
}  // namespace penstock::tcp
