// SPDX-License-Identifier: Apache-2.0
#include "dataplane/tcp/stack.h"

#include <gtest/gtest.h>

#include "tests/support/tcp_dialogue.h"

namespace penstock::tcp {
namespace {

using testing::TcpDialogue;

TEST(Stack, RefusesToListenTwiceOnOneEndpoint) {
  TcpDialogue d;
  d.listen();
  EXPECT_EQ(d.node().stack.listen(testing::endpoint("10.0.0.2", 80), 1).error(),
            ListenError::AddressInUse);
}

TEST(Stack, ListensOnEveryAddressOfTheHost) {
  TcpDialogue d;
  EXPECT_TRUE(d.node().stack.listen({base::IpAddress(), 80}, 5).ok());
  d.peer_sends({.flags = "S", .mss = 1000});
  d.expect({.flags = "SA", .ack = 1});
  d.peer_sends({.flags = "A", .seq = 1, .ack = 1});
  EXPECT_EQ(d.take_events().user.index, 5u);
}

TEST(Stack, SaysWhyItCannotConnect) {
  TcpDialogue d;
  Stack& stack = d.node().stack;
  const base::Instant now = base::Instant::from_ns(1'000'000'000);
  EXPECT_EQ(stack.connect(testing::endpoint("192.0.2.1", 80), {}, now).error(),
            ConnectError::NoRoute);
  for (int i = 0; i < 8; ++i) {
    EXPECT_TRUE(stack.connect(testing::endpoint("10.0.0.1", 80), {}, now).ok());
  }
  EXPECT_EQ(stack.connect(testing::endpoint("10.0.0.1", 80), {}, now).error(),
            ConnectError::NoMemory);
}

TEST(Stack, OpensFromTheAddressThatItsUserNames) {
  TcpDialogue d;
  Stack& stack = d.node().stack;
  const base::Instant now = base::Instant::from_ns(1'000'000'000);
  const base::Endpoint remote = testing::endpoint("10.0.0.1", 80);
  const auto named = stack.connect(remote, {}, now, testing::ip("10.0.0.77"));
  ASSERT_TRUE(named.ok());
  EXPECT_EQ(named->local().address, testing::ip("10.0.0.77"));
  const auto by_route = stack.connect(remote, {}, now);
  ASSERT_TRUE(by_route.ok());
  EXPECT_EQ(by_route->local().address, testing::ip("10.0.0.2"));
}

TEST(Stack, ReportsSeveralEventsOfAStreamAsOne) {
  TcpDialogue d;
  d.open_passively();
  d.peer_sends_burst({{.flags = "A", .seq = 1, .ack = 1, .length = 10},
                      {.flags = "FA", .seq = 11, .ack = 1, .length = 10}});
  d.expect({.flags = "A", .seq = 1, .ack = 22});
  const Ready events = d.take_events();
  EXPECT_TRUE(events.readable);
  EXPECT_TRUE(events.peer_closed);
}

TEST(Stack, AnUnreachableNeighborEndsAConnectionThatOpens) {
  TcpDialogue d;
  auto stream = d.node().stack.connect(testing::endpoint("10.0.0.9", 80), {},
                                       base::Instant::from_ns(1'000'000'000));
  ASSERT_TRUE(stream.ok());
  d.at_ms(20'000);
  EXPECT_EQ(stream->close_reason(), CloseReason::Unreachable);
}

}  // namespace
}  // namespace penstock::tcp
