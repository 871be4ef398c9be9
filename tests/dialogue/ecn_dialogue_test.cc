// SPDX-License-Identifier: Apache-2.0
//
// RFC 3168 6.1: explicit congestion notification, which an operator has to ask for.
#include <gtest/gtest.h>

#include "tests/support/tcp_dialogue.h"

namespace penstock {
namespace {

using testing::TcpDialogue;
using wire::Ecn;

tcp::StackSettings with_ecn() {
  tcp::StackSettings settings = TcpDialogue::small_settings();
  settings.ecn = true;
  return settings;
}

void open_with_ecn(TcpDialogue& d) {
  d.listen();
  d.peer_sends({.flags = "SEW", .mss = 1000, .sack_permitted = true});
  d.expect({.flags = "SAE", .ack = 1, .ecn = Ecn::NotCapable});
  d.at_ms(40);
  d.peer_sends({.flags = "A", .seq = 1, .ack = 1});
}

TEST(EcnDialogue, ItIsOffByDefault) {
  TcpDialogue d;
  d.listen();
  d.peer_sends({.flags = "SEW", .mss = 1000});
  d.expect({.flags = "SA", .ack = 1});
  d.peer_sends({.flags = "A", .seq = 1, .ack = 1, .length = 10, .ecn = Ecn::CongestionExperienced});
  d.at_ms(100);
  d.expect({.flags = "A", .seq = 1, .ack = 11});
}

TEST(EcnDialogue, WeAskForItOnce) {
  TcpDialogue d(with_ecn());
  d.connect();
  d.expect({.flags = "SEW", .ecn = Ecn::NotCapable});
  d.at_ms(1001);
  d.expect({.flags = "S"});
  d.peer_sends({.flags = "SAE", .ack = 1, .mss = 1000});
  d.expect({.flags = "A", .seq = 1, .ack = 1});
  d.write(10);
  d.expect({.flags = "A", .seq = 1, .ack = 1, .length = 10, .ecn = Ecn::NotCapable});
}

// 6.1.1: an answer that mirrors both flags is from a host that only copies them.
TEST(EcnDialogue, AMirrorAgreesToNothing) {
  TcpDialogue d(with_ecn());
  d.connect();
  d.expect({.flags = "SEW"});
  d.peer_sends({.flags = "SAEW", .ack = 1, .mss = 1000});
  d.expect({.flags = "A", .seq = 1, .ack = 1});
  d.write(10);
  d.expect({.flags = "A", .seq = 1, .ack = 1, .length = 10, .ecn = Ecn::NotCapable});
}

TEST(EcnDialogue, NewDataMayBeMarkedAndNothingElse) {
  TcpDialogue d(with_ecn());
  open_with_ecn(d);
  d.write(10);
  d.expect({.flags = "A", .seq = 1, .ack = 1, .length = 10, .ecn = Ecn::Capable});
  d.at_ms(700);
  d.expect({.flags = "A", .seq = 1, .ack = 1, .length = 10, .ecn = Ecn::NotCapable});
  while (d.has_sent()) d.skip_one();
  d.peer_sends({.flags = "A", .seq = 1, .ack = 11, .length = 10});
  d.at_ms(800);
  d.expect({.flags = "A", .seq = 11, .ack = 11, .ecn = Ecn::NotCapable});
}

TEST(EcnDialogue, AMarkIsEchoedUntilThePeerHasSlowedDown) {
  TcpDialogue d(with_ecn());
  open_with_ecn(d);
  d.peer_sends({.flags = "A", .seq = 1, .ack = 1, .length = 10, .ecn = Ecn::CongestionExperienced});
  d.expect({.flags = "AE", .seq = 1, .ack = 11});
  d.peer_sends({.flags = "A", .seq = 11, .ack = 1, .length = 10, .ecn = Ecn::Capable});
  d.at_ms(100);
  d.expect({.flags = "AE", .seq = 1, .ack = 21});
  d.peer_sends({.flags = "AW", .seq = 21, .ack = 1, .length = 10, .ecn = Ecn::Capable});
  d.at_ms(200);
  d.expect({.flags = "A", .seq = 1, .ack = 31});
}

TEST(EcnDialogue, AnEchoSlowsUsDownOnceARoundTrip) {
  TcpDialogue d(with_ecn());
  open_with_ecn(d);
  d.write(40'000);
  for (uint32_t i = 0; i < 10; ++i) {
    d.expect({.flags = "A", .seq = 1 + 1000 * i, .ack = 1, .length = 1000});
  }
  d.at_ms(80);
  d.peer_sends({.flags = "AE", .seq = 1, .ack = 1001});
  // Seven are allowed and nine under way.
  d.expect_silence();
  d.peer_sends({.flags = "AE", .seq = 1, .ack = 4001});
  d.expect({.flags = "AW", .seq = 10'001, .ack = 1, .length = 1000, .ecn = Ecn::Capable});
  EXPECT_EQ(d.counters().congestion_echoes.read(), 1u);
  d.peer_sends({.flags = "A", .seq = 1, .ack = 5001});
  d.expect({.flags = "A", .seq = 11'001, .ack = 1, .length = 1000});
  while (d.has_sent()) d.skip_one();
  // The first ACK for what left after the answer begins another round trip.
  d.peer_sends_ignoring({.flags = "AE", .seq = 1, .ack = 11'001});
  EXPECT_EQ(d.counters().congestion_echoes.read(), 2u);
}

}  // namespace
}  // namespace penstock
