// SPDX-License-Identifier: Apache-2.0
//
// RFC 9293 3.8.6 (the peer's window, probes, silly window), RFC 6928 (the first flight).
#include <gtest/gtest.h>

#include "tests/support/tcp_dialogue.h"

namespace penstock {
namespace {

using tcp::CloseReason;
using testing::TcpDialogue;

TEST(SendDialogue, TheFirstFlightIsTenSegments) {
  TcpDialogue d;
  d.open_passively();
  d.write(20'000);
  for (uint32_t i = 0; i < 10; ++i) {
    d.expect({.flags = "A", .seq = 1 + 1000 * i, .ack = 1, .length = 1000});
  }
  d.expect_silence();
  d.peer_sends({.flags = "A", .seq = 1, .ack = 2001});
  // Two have left the network, and the window has grown by two (RFC 3465 2.3).
  for (uint32_t i = 10; i < 14; ++i) {
    d.expect({.flags = "A", .seq = 1 + 1000 * i, .ack = 1, .length = 1000});
  }
}

TEST(SendDialogue, ThePeersSegmentSizeIsKept) {
  TcpDialogue d;
  d.listen();
  d.peer_sends({.flags = "S", .mss = 400});
  d.expect({.flags = "SA", .ack = 1});
  d.peer_sends({.flags = "A", .seq = 1, .ack = 1});
  d.write(900);
  d.expect({.flags = "A", .seq = 1, .ack = 1, .length = 400});
  d.expect({.flags = "A", .seq = 401, .ack = 1, .length = 400});
  d.expect({.flags = "A", .seq = 801, .ack = 1, .length = 100});
}

TEST(SendDialogue, ThePeersScaledWindowIsUsed) {
  TcpDialogue d;
  d.listen();
  d.peer_sends({.flags = "S", .window = 65535, .mss = 1000, .scale = 2});
  d.expect({.flags = "SA", .ack = 1});
  d.peer_sends({.flags = "A", .seq = 1, .ack = 1, .window = 500});
  d.write(3000);
  d.expect({.flags = "A", .seq = 1, .ack = 1, .length = 1000});
  d.expect({.flags = "A", .seq = 1001, .ack = 1, .length = 1000});
}

TEST(SendDialogue, NoMoreThanThePeersWindowIsInFlight) {
  TcpDialogue d;
  d.open_passively(2000);
  d.write(5000);
  d.expect({.flags = "A", .seq = 1, .ack = 1, .length = 1000});
  d.expect({.flags = "A", .seq = 1001, .ack = 1, .length = 1000});
  d.expect_silence();
  d.peer_sends({.flags = "A", .seq = 1, .ack = 2001, .window = 2000});
  d.expect({.flags = "A", .seq = 2001, .ack = 1, .length = 1000});
  d.expect({.flags = "A", .seq = 3001, .ack = 1, .length = 1000});
}

// RFC 9293 3.8.6.1: probes back off and never end while the peer answers.
// RFC 9293 3.8.6 (MUST-34): a peer that takes back what it offered gets nothing new, what is under
// way is sent again when it is lost, and nothing breaks.
TEST(SendDialogue, AWindowThatShrinksHoldsNewBytesBack) {
  TcpDialogue d;
  d.open_passively(4000);
  d.write(8000);
  for (uint32_t i = 0; i < 4; ++i) {
    d.expect({.flags = "A", .seq = 1 + 1000 * i, .ack = 1, .length = 1000});
  }
  d.peer_sends({.flags = "A", .seq = 1, .ack = 1001, .window = 1000});
  d.expect_silence();
  d.peer_sends({.flags = "A", .seq = 1, .ack = 4001, .window = 1000});
  d.expect({.flags = "A", .seq = 4001, .ack = 1, .length = 1000});
}

// A retransmission of the peer's has an old number, and the latest ACK and window: taken alone, the
// ACK would push the right edge to where the peer has no room.
TEST(SendDialogue, ARetransmissionBringsItsWindowWithItsAck) {
  TcpDialogue d;
  d.open_passively(4000);
  d.peer_sends({.flags = "A", .seq = 101, .ack = 1, .length = 100, .window = 4000});
  d.expect({.flags = "A", .seq = 1, .ack = 1});
  d.write(8000);
  for (uint32_t i = 0; i < 4; ++i) {
    d.expect({.flags = "A", .seq = 1 + 1000 * i, .ack = 1, .length = 1000});
  }
  // The edge stays where it was: the peer's user has read nothing.
  d.peer_sends({.flags = "A", .seq = 1, .ack = 3001, .length = 100, .window = 1000});
  d.expect({.flags = "A", .seq = 4001, .ack = 201});
  d.peer_sends({.flags = "A", .seq = 201, .ack = 4001, .window = 4000});
  for (uint32_t i = 4; i < 8; ++i) {
    d.expect({.flags = "A", .seq = 1 + 1000 * i, .ack = 201, .length = 1000});
  }
}

// RFC 9293 3.7.4 (MUST-17): there is no Nagle algorithm to wait for.
TEST(SendDialogue, SmallWritesDoNotWaitForEachOther) {
  TcpDialogue d;
  d.open_passively();
  d.write(10);
  d.expect({.flags = "A", .seq = 1, .ack = 1, .length = 10});
  d.write(10);
  d.expect({.flags = "A", .seq = 11, .ack = 1, .length = 10});
}

TEST(SendDialogue, AClosedWindowIsProbedAsLongAsThePeerAnswers) {
  TcpDialogue d;
  d.open_passively(1000);
  d.write(3000);
  d.expect({.flags = "A", .seq = 1, .ack = 1, .length = 1000});
  d.peer_sends({.flags = "A", .seq = 1, .ack = 1001, .window = 0});
  for (int probe = 0; probe < 20; ++probe) {
    d.at_ms(d.now_ms() + 61'000);
    int64_t probes = static_cast<int64_t>(d.counters().zero_window_probes.read());
    EXPECT_GT(probes, probe);
    while (d.has_sent()) d.expect({.flags = "A", .seq = 1001, .ack = 1, .length = 1});
    d.peer_sends({.flags = "A", .seq = 1, .ack = 1001, .window = 0});
  }
  EXPECT_EQ(d.stream().close_reason(), CloseReason::None);
  d.peer_sends({.flags = "A", .seq = 1, .ack = 1001, .window = 1000});
  d.expect({.flags = "A", .seq = 1001, .ack = 1, .length = 1});
  d.expect({.flags = "A", .seq = 1002, .ack = 1, .length = 999});
}

TEST(SendDialogue, AClosedWindowIsGivenUpWhenThePeerIsSilent) {
  TcpDialogue d;
  d.open_passively(1000);
  d.write(3000);
  d.expect({.flags = "A", .seq = 1, .ack = 1, .length = 1000});
  d.peer_sends({.flags = "A", .seq = 1, .ack = 1001, .window = 0});
  while (d.stream().close_reason() == CloseReason::None) {
    while (d.has_sent()) d.expect({.flags = "A", .seq = 1001, .ack = 1, .length = 1});
    d.at_ms(d.now_ms() + 100);
    ASSERT_LT(d.now_ms(), 200'000);
  }
  d.expect({.flags = "RA", .seq = 1001, .ack = 1});
  EXPECT_EQ(d.stream().close_reason(), CloseReason::TimedOut);
}

TEST(SendDialogue, AProbedByteThatWasTakenIsNotSentAgain) {
  TcpDialogue d;
  d.open_passively(1000);
  d.write(3000);
  d.expect({.flags = "A", .seq = 1, .ack = 1, .length = 1000});
  d.peer_sends({.flags = "A", .seq = 1, .ack = 1001, .window = 0});
  d.at_ms(201);
  d.expect({.flags = "A", .seq = 1001, .ack = 1, .length = 1});
  d.peer_sends({.flags = "A", .seq = 1, .ack = 1002, .window = 1000});
  d.expect({.flags = "A", .seq = 1002, .ack = 1, .length = 1000});
}

// RFC 9293 3.8.6.2.1.
TEST(SendDialogue, ACrumbOfWindowIsNotUsed) {
  TcpDialogue d;
  d.open_passively(4000);
  d.write(8000);
  for (uint32_t i = 0; i < 4; ++i) {
    d.expect({.flags = "A", .seq = 1 + 1000 * i, .ack = 1, .length = 1000});
  }
  d.peer_sends({.flags = "A", .seq = 1, .ack = 4001, .window = 300});
  d.expect_silence();
  d.peer_sends({.flags = "A", .seq = 1, .ack = 4001, .window = 4000});
  for (uint32_t i = 4; i < 8; ++i) {
    d.expect({.flags = "A", .seq = 1 + 1000 * i, .ack = 1, .length = 1000});
  }
}

TEST(SendDialogue, TheUserHearsWhenHalfOfTheBufferIsFreeAgain) {
  TcpDialogue d;
  d.open_passively();
  d.write(64'000);
  EXPECT_EQ(d.stream().write_space(), 0u);
  uint32_t acknowledged = 1;
  while (acknowledged < 33'001) {
    while (d.has_sent()) acknowledged = d.skip_one();
    EXPECT_FALSE(d.take_events().writable);
    d.peer_sends({.flags = "A", .seq = 1, .ack = acknowledged});
  }
  while (d.has_sent()) d.skip_one();
  EXPECT_TRUE(d.take_events().writable);
}

}  // namespace
}  // namespace penstock
