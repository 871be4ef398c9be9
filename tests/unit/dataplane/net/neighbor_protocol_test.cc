// SPDX-License-Identifier: Apache-2.0
#include "dataplane/net/neighbor_protocol.h"

#include <gtest/gtest.h>

#include "dataplane/wire/ipv6.h"
#include "tests/support/eal_environment.h"
#include "tests/support/packet_builder.h"
#include "tests/support/simulated_port.h"

namespace penstock::net {
namespace {

using testing::ip;
using testing::mac;
using testing::prefix;
using wire::ArpOperation;
using wire::NdpKind;
using Kind = NeighborWord::Kind;

// --- What neighbours say.

TEST(NeighborWord, IsAQuestionAnAnswerOrAnAnnouncementInArp) {
  wire::ArpMessage message{.operation = ArpOperation::Request,
                           .sender_mac = mac(2),
                           .sender_ip = ip("10.0.0.2"),
                           .target_ip = ip("10.0.0.1")};
  EXPECT_EQ(word_of(message).kind, Kind::Question);
  EXPECT_EQ(word_of(message).mac, mac(2));
  message.operation = ArpOperation::Reply;
  EXPECT_EQ(word_of(message).kind, Kind::Answer);
  message.target_ip = message.sender_ip;
  EXPECT_EQ(word_of(message).kind, Kind::Announcement);
}

TEST(NeighborWord, IsAQuestionInASolicitation) {
  const auto word = word_of({.kind = NdpKind::Solicitation, .target = ip("fe80::1"), .mac = mac(2)},
                            ip("fe80::2"), ip("ff02::1:ff00:1"));
  ASSERT_TRUE(word);
  EXPECT_EQ(word->kind, Kind::Question);
  EXPECT_EQ(word->sender, ip("fe80::2"));
  EXPECT_EQ(word->target, ip("fe80::1"));
}

TEST(NeighborWord, IsAProbeOnlyWithoutAMacAndToTheSolicitedNode) {
  wire::NdpMessage probe{.kind = NdpKind::Solicitation, .target = ip("fe80::1")};
  EXPECT_TRUE(word_of(probe, ip("::"), ip("ff02::1:ff00:1")));
  EXPECT_FALSE(word_of(probe, ip("::"), ip("fe80::1")));
  probe.mac = mac(2);
  EXPECT_FALSE(word_of(probe, ip("::"), ip("ff02::1:ff00:1")));
}

TEST(NeighborWord, SpeaksOfTheTargetInAnAdvertisement) {
  wire::NdpMessage message{.kind = NdpKind::Advertisement,
                           .target = ip("2001:db8::2"),
                           .mac = mac(2),
                           .is_solicited = true};
  const auto answer = word_of(message, ip("fe80::2"), ip("2001:db8::1"));
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->kind, Kind::Answer);
  EXPECT_EQ(answer->sender, ip("2001:db8::2"));
  EXPECT_EQ(answer->weight, NeighborWord::Weight::Confirms);
  EXPECT_FALSE(word_of(message, ip("fe80::2"), ip("ff02::1"))) << "answers go to who asked";
  message.is_solicited = false;
  message.overrides = true;
  const auto announcement = word_of(message, ip("fe80::2"), ip("ff02::1"));
  EXPECT_EQ(announcement->kind, Kind::Announcement);
  EXPECT_EQ(announcement->weight, NeighborWord::Weight::Overrides);
}

// --- What we say. That it is said when it should be is tested with the resolver.

class NeighborProtocolTest : public ::testing::Test {
 protected:
  testing::Frame sent() {
    queue_.flush();
    return port_.take_sent();
  }
  nic::PacketPool pool_ = testing::make_test_pool();
  testing::SimulatedPort port_{{}, pool_};
  nic::PortQueue queue_{port_, 0};
  std::vector<base::IpPrefix> addresses_{prefix("10.0.0.1/24"), prefix("2001:db8::1/64")};
  Interface at_{{.queue = &queue_, .addresses = addresses_, .vlan = 7}};
  NeighborProtocol protocol_{pool_};
};

TEST_F(NeighborProtocolTest, TagsItsWordsLikeItsInterface) {
  protocol_.ask(at_, ip("10.0.0.2"), std::nullopt);
  EXPECT_EQ(wire::parse_ethernet(sent())->vlan, 7);
  protocol_.ask(at_, ip("2001:db8::2"), std::nullopt);
  EXPECT_EQ(wire::parse_ethernet(sent())->vlan, 7);
}

TEST_F(NeighborProtocolTest, AsksFromTheAddressOfTheNeighborsNetwork) {
  protocol_.ask(at_, ip("2001:db8::2"), std::nullopt);
  EXPECT_EQ(wire::parse_ipv6(base::ByteSpan(sent()).subspan(18))->source, ip("2001:db8::1"));
  protocol_.ask(at_, ip("fe80::2"), std::nullopt);
  EXPECT_EQ(wire::parse_ipv6(base::ByteSpan(sent()).subspan(18))->source, ip("fe80::ff:fe00:1"));
}

TEST_F(NeighborProtocolTest, CountsAFrameThatThePoolCannotHold) {
  std::vector<nic::Packet> held;
  while (nic::Packet packet = pool_.allocate_packet()) held.push_back(std::move(packet));
  protocol_.announce(at_, ip("10.0.0.1"));
  protocol_.announce(at_, ip("2001:db8::1"));
  EXPECT_EQ(queue_.counters().drops.read(wire::DropReason::PoolEmpty), 2u);
}

}  // namespace
}  // namespace penstock::net
