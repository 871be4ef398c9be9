// SPDX-License-Identifier: Apache-2.0
//
// One port with several interfaces: untagged frames, and VLANs; and answers to who spoke last.
#include "tests/support/host_fixture.h"

namespace penstock::net {
namespace {

using testing::endpoint;
using testing::Frame;
using testing::ip;
using testing::mac;
using testing::prefix;
using wire::ArpOperation;
using wire::DropReason;

// Untagged 10.0.0.1/24, VLAN 100 10.0.100.1/24, VLAN 200 10.0.200.1/24 which replies to the sender.
class VlanTest : public testing::HostFixture {
 protected:
  void SetUp() override {
    const std::array<InterfaceSettings, 3> interfaces{
        {{.queue = &queue_, .addresses = networks_[0]},
         {.queue = &queue_, .addresses = networks_[1], .vlan = 100},
         {.queue = &queue_, .addresses = networks_[2], .vlan = 200, .reply_to = ReplyTo::Sender}}};
    HostFixture::make_host(interfaces, {});
  }

  void asks(std::string_view sender, std::string_view target, uint16_t vlan) {
    Frame bytes(wire::kArpBytes);
    wire::emit_arp({.operation = ArpOperation::Request,
                    .sender_mac = mac(2),
                    .sender_ip = ip(sender),
                    .target_ip = ip(target)},
                   bytes);
    arrives(
        testing::build_ethernet({.source = mac(2), .destination = base::MacAddress::broadcast()},
                                wire::EtherType::Arp, bytes, vlan));
  }
  Arrival segment_arrives(std::string_view source, std::string_view destination, uint16_t vlan,
                          uint8_t sender_mac = 2) {
    return arrives(testing::build_tcp_frame({.source = mac(sender_mac), .destination = mac(1)},
                                            {.source = endpoint(source, 1000),
                                             .destination = endpoint(destination, 80),
                                             .flags = wire::TcpFlag::Ack},
                                            vlan));
  }

  std::array<std::vector<base::IpPrefix>, 3> networks_{
      {{prefix("10.0.0.1/24")}, {prefix("10.0.100.1/24")}, {prefix("10.0.200.1/24")}}};
};

TEST_F(VlanTest, TakesFramesByTheirTag) {
  const Arrival untagged = segment_arrives("10.0.0.2", "10.0.0.1", wire::kVlanNone);
  EXPECT_EQ(std::get<IpDatagram>(untagged).interface_index, 0);
  const Arrival tagged = segment_arrives("10.0.100.2", "10.0.100.1", 100);
  EXPECT_EQ(std::get<IpDatagram>(tagged).interface_index, 1);
  EXPECT_EQ(std::get<IpDatagram>(tagged).packet.size(), wire::kTcpHeaderBytes);
}

TEST_F(VlanTest, TakesTheTagFromAPortThatStripsIt) {
  nic::Packet packet = testing::to_packet(
      testing::build_tcp_frame(
          {.source = mac(2), .destination = mac(1)},
          {.source = endpoint("10.0.100.2", 1000), .destination = endpoint("10.0.100.1", 80)}),
      pool_);
  packet.buffer()->ol_flags = RTE_MBUF_F_RX_VLAN | RTE_MBUF_F_RX_VLAN_STRIPPED;
  packet.buffer()->vlan_tci = 100;
  const Arrival arrival = host_->on_frame(std::move(packet), 0, now_);
  EXPECT_EQ(std::get<IpDatagram>(arrival).interface_index, 1);
}

TEST_F(VlanTest, DropsFramesOfAVlanThatItIsNotIn) {
  segment_arrives("10.0.0.2", "10.0.0.1", 300);
  EXPECT_EQ(drops(DropReason::VlanUnknown), 1u);
}

TEST_F(VlanTest, AnswersInTheVlanOfTheQuestion) {
  asks("10.0.100.2", "10.0.100.1", 100);
  const Frame frame = port_.take_sent();
  EXPECT_EQ(wire::parse_ethernet(frame)->vlan, 100);
  EXPECT_EQ(wire::parse_ethernet(frame)->destination, mac(2));
}

TEST_F(VlanTest, KeepsTheNeighborsOfItsVlansApart) {
  asks("10.0.100.2", "10.0.0.1", wire::kVlanNone);
  EXPECT_EQ(drops(DropReason::ArpSourceIllegal), 1u) << "that network is on another VLAN";
  asks("10.0.100.2", "10.0.100.1", 100);
  port_.take_all_sent();
  EXPECT_EQ(sends_to("10.0.100.2", 5), SendResult::Sent);
  const Frame frame = port_.take_sent();
  EXPECT_EQ(wire::parse_ethernet(frame)->vlan, 100);
  EXPECT_EQ(testing::read_tcp_frame(frame).payload.size(), 5u);
}

TEST_F(VlanTest, AnswersToTheMacThatSpokeLastWhereItIsToldTo) {
  const Arrival arrival = segment_arrives("192.168.7.7", "10.0.200.1", 200, 42);
  next_hop_ = std::get<IpDatagram>(arrival).reply_hop;
  ASSERT_TRUE(next_hop_.names_sender());
  EXPECT_EQ(sends_to("192.168.7.7", 5), SendResult::Sent) << "there is no route";
  const Frame frame = port_.take_sent();
  EXPECT_EQ(wire::parse_ethernet(frame)->destination, mac(42));
  EXPECT_EQ(wire::parse_ethernet(frame)->vlan, 200);
  EXPECT_EQ(host_->interface_of(next_hop_), 2);
  EXPECT_TRUE(host_->has_room_for_data(next_hop_));
}

TEST_F(VlanTest, AnswersByItsRoutesElsewhere) {
  const Arrival arrival = segment_arrives("10.0.100.2", "10.0.100.1", 100);
  EXPECT_FALSE(std::get<IpDatagram>(arrival).reply_hop.names_sender());
}

TEST_F(VlanTest, HoldsOnToTheSenderWhateverTheTableForgets) {
  const Arrival arrival = segment_arrives("192.168.7.7", "10.0.200.1", 200, 42);
  next_hop_ = std::get<IpDatagram>(arrival).reply_hop;
  host_->set_routes({});
  EXPECT_EQ(sends_to("192.168.7.7"), SendResult::Sent);
}

TEST_F(VlanTest, RefusesWhatExceedsTheMtuOfTheSendersInterface) {
  next_hop_ = NextHopCache::to_sender(2, mac(42));
  EXPECT_EQ(sends_to("192.168.7.7", 1461), SendResult::Refused);
}

TEST_F(VlanTest, AnswersAnEchoRequestToTheMacThatSentIt) {
  const Frame request = testing::build_icmp(8, 0, 1, {});
  arrives(testing::build_ethernet(
      {.source = mac(42), .destination = mac(1)}, wire::EtherType::Ipv4,
      testing::build_ipv4(
          {.source = ip("192.168.7.7"), .destination = ip("10.0.200.1"), .protocol = 1}, request),
      200));
  EXPECT_EQ(wire::parse_ethernet(port_.take_sent())->destination, mac(42));
}

}  // namespace
}  // namespace penstock::net
