// SPDX-License-Identifier: Apache-2.0
//
// A connection whose interface replies to the sender: it answers the MAC that delivered its peer's
// last good segment, in networks where the routes know nothing of the peer.
#include <gtest/gtest.h>

#include "tests/support/tcp_node.h"

namespace penstock::tcp {
namespace {

using base::Instant;
using testing::endpoint;
using testing::mac;
using wire::TcpFlag;

class ReplyHopTest : public ::testing::Test {
 protected:
  ReplyHopTest() { EXPECT_TRUE(node_.stack.listen(kOurs, 1).ok()); }

  static testing::TcpNodeSettings settings() {
    testing::TcpNodeSettings settings;
    settings.address = testing::prefix("10.0.0.1/24");
    settings.stack.connections_max = settings.stack.half_open_max = 16;
    settings.stack.time_wait_max = 16;
    settings.reply_to = net::ReplyTo::Sender;
    return settings;
  }

  // The peer's segment comes through the router with this MAC; returns what it is answered.
  std::deque<testing::Frame> hears(uint8_t router, testing::TcpSegmentSpec segment) {
    segment.source = kPeer;
    segment.destination = kOurs;
    node_.port.deliver(
        testing::build_tcp_frame({.source = mac(router), .destination = mac(1)}, segment));
    node_.receive(now_);
    node_.send(now_);
    return node_.port.take_all_sent();
  }
  static base::MacAddress to(const testing::Frame& frame) {
    return wire::parse_ethernet(frame)->destination;
  }

  static inline const base::Endpoint kOurs = endpoint("10.0.0.1", 80);
  static inline const base::Endpoint kPeer = endpoint("192.168.7.7", 5000);  // no route leads there
  Instant now_ = Instant::from_ns(1'000'000'000);
  testing::TcpNode node_{settings()};
};

TEST_F(ReplyHopTest, AnswersTheRouterThatDeliveredTheLastGoodSegment) {
  auto sent = hears(42, {.sequence = 100, .flags = TcpFlag::Syn});
  ASSERT_EQ(sent.size(), 1u);
  EXPECT_EQ(to(sent[0]), mac(42));
  const uint32_t our_isn = testing::read_tcp_frame(sent[0]).sequence;
  const testing::TcpSegmentSpec crumb{
      .sequence = 101, .acknowledgment = our_isn + 1, .flags = TcpFlag::Ack, .payload = "abc"};
  hears(42, {.sequence = 101, .acknowledgment = our_isn + 1, .flags = TcpFlag::Ack});
  hears(43, crumb);
  sent = hears(43, crumb);  // repeated: acknowledged at once
  ASSERT_EQ(sent.size(), 1u);
  EXPECT_EQ(to(sent[0]), mac(43));
}

TEST_F(ReplyHopTest, DoesNotFollowWhoGuessesBeyondTheWindow) {
  auto sent = hears(42, {.sequence = 100, .flags = TcpFlag::Syn});
  const uint32_t our_isn = testing::read_tcp_frame(sent.at(0)).sequence;
  hears(42, {.sequence = 101, .acknowledgment = our_isn + 1, .flags = TcpFlag::Ack});
  sent = hears(66, {.sequence = 0x7000'0000, .acknowledgment = 1, .flags = TcpFlag::Ack});
  for (const testing::Frame& frame : sent) EXPECT_EQ(to(frame), mac(42));
}

TEST_F(ReplyHopTest, ResetsASegmentOfNobodyWhereItCameFrom) {
  const auto sent = hears(42, {.sequence = 100, .acknowledgment = 7, .flags = TcpFlag::Ack});
  ASSERT_EQ(sent.size(), 1u);
  EXPECT_EQ(to(sent[0]), mac(42));
  EXPECT_TRUE(testing::read_tcp_frame(sent[0]).flags.rst());
}

}  // namespace
}  // namespace penstock::tcp
