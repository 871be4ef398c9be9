// SPDX-License-Identifier: Apache-2.0
#include "dataplane/tcp/handshake_arrives.h"

#include <gtest/gtest.h>

#include "tests/support/tcp_dialogue.h"

namespace penstock::tcp {
namespace {

using testing::TcpDialogue;

TEST(HandshakeArrives, BytesOnASynAreLeftToBeSentAgain) {
  TcpDialogue d;
  d.listen();
  d.peer_sends({.flags = "S", .length = 10, .mss = 1000});
  d.expect({.flags = "SA", .ack = 1});
  d.peer_sends({.flags = "A", .seq = 1, .ack = 1, .length = 10});
  EXPECT_EQ(d.read(), 10u);
  d.at_ms(41);
  d.expect({.flags = "A", .seq = 1, .ack = 11});
}

TEST(HandshakeArrives, AWindowScaleBeyondFourteenCountsAsFourteen) {
  TcpDialogue d;
  d.listen();
  d.peer_sends({.flags = "S", .mss = 1000, .scale = 200});
  d.expect({.flags = "SA", .ack = 1});
  d.peer_sends({.flags = "A", .seq = 1, .ack = 1, .window = 1});
  d.write(1000);
  d.expect({.flags = "A", .seq = 1, .ack = 1, .length = 1000});
}

TEST(HandshakeArrives, AnAbsurdSegmentSizeIsRaised) {
  TcpDialogue d;
  d.listen();
  d.peer_sends({.flags = "S", .mss = 1});
  d.expect({.flags = "SA", .ack = 1});
  d.peer_sends({.flags = "A", .seq = 1, .ack = 1});
  d.write(64);
  d.expect({.flags = "A", .seq = 1, .ack = 1, .length = 64});
}

TEST(HandshakeArrives, AnAckWithoutSynInSynSentIsDropped) {
  TcpDialogue d;
  d.connect();
  d.expect({.flags = "S"});
  d.peer_sends({.flags = "A", .ack = 1});
  EXPECT_FALSE(d.stream().is_established());
}

}  // namespace
}  // namespace penstock::tcp
