// SPDX-License-Identifier: Apache-2.0
#include "dataplane/tcp/stream.h"

#include <gtest/gtest.h>

#include "tests/support/tcp_dialogue.h"

namespace penstock::tcp {
namespace {

using testing::TcpDialogue;

TEST(UserCalls, EndpointsAreThoseOfTheConnection) {
  TcpDialogue d;
  d.open_passively();
  EXPECT_EQ(d.stream().local(), testing::endpoint("10.0.0.2", 80));
  EXPECT_EQ(d.stream().remote(), testing::endpoint("10.0.0.1", 5000));
}

TEST(UserCalls, WriteSpaceShrinksByWhatIsWritten) {
  TcpDialogue d;
  d.open_passively(0);
  const uint32_t before = d.stream().write_space();
  d.write(1500);
  EXPECT_EQ(d.stream().write_space(), before - 1500);
  EXPECT_EQ(d.stream().bytes_unacknowledged(), 1500u);
}

TEST(UserCalls, WritingAfterCloseGoesNowhere) {
  TcpDialogue d;
  d.open_passively();
  d.close();
  d.expect({.flags = "FA", .seq = 1, .ack = 1});
  d.write(100);
  d.expect_silence();
  EXPECT_EQ(d.node().pool.buffers_in_use(), 0u);
}

TEST(UserCalls, ClosingTwiceIsClosingOnce) {
  TcpDialogue d;
  d.open_passively();
  d.close();
  d.expect({.flags = "FA", .seq = 1, .ack = 1});
  d.close();
  d.expect_silence();
}

TEST(UserCalls, AbortingWhileWeOpenSaysNothingToThePeer) {
  TcpDialogue d;
  d.connect();
  d.expect({.flags = "S"});
  d.abort();
  d.expect_silence();
  d.release();
  EXPECT_EQ(d.node().stack.connections_open(), 0u);
}

TEST(UserCalls, ReleasingWhileWeOpenFreesTheSlot) {
  TcpDialogue d;
  d.connect();
  d.expect({.flags = "S"});
  d.release();
  d.expect_silence();
  EXPECT_EQ(d.node().stack.connections_open(), 0u);
}

TEST(UserCalls, AStreamWithABodyHeldBackIsFinishedAfterItsRelease) {
  TcpDialogue d;
  d.open_passively(1000);
  d.write(1500);
  d.expect({.flags = "A", .seq = 1, .ack = 1, .length = 1000});
  d.release();
  d.peer_sends({.flags = "A", .seq = 1, .ack = 1001, .window = 1000});
  d.expect({.flags = "FA", .seq = 1001, .ack = 1, .length = 500});
  d.peer_sends({.flags = "FA", .seq = 1, .ack = 1502});
  d.expect({.flags = "A", .seq = 1502, .ack = 2});
  EXPECT_EQ(d.node().stack.connections_open(), 0u);
}

}  // namespace
}  // namespace penstock::tcp
