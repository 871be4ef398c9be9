// SPDX-License-Identifier: Apache-2.0
#include "dataplane/net/ip_input.h"

#include "dataplane/wire/byte_order.h"
#include "dataplane/wire/checksum.h"
#include "tests/support/host_fixture.h"

namespace penstock::net {
namespace {

using testing::endpoint;
using testing::Frame;
using testing::ip;
using testing::mac;
using wire::DropReason;

class IpInputTest : public testing::HostFixture {
 protected:
  Frame segment_to(std::string_view destination, std::string payload = "hello") {
    return testing::build_tcp_packet({.source = endpoint("10.0.0.2", 1000),
                                      .destination = endpoint(destination, 80),
                                      .flags = wire::TcpFlag::Ack,
                                      .payload = std::move(payload)});
  }
  // Expects the frame to be consumed and counted under exactly one reason.
  void expect_dropped(const Frame& frame, DropReason reason) {
    EXPECT_TRUE(std::holds_alternative<Consumed>(arrives(frame)));
    EXPECT_EQ(drops(reason), 1u) << wire::to_text(reason);
    EXPECT_EQ(queue_.counters().drops.total(), 1u);
  }
};

TEST_F(IpInputTest, ReturnsATcpDatagramWithoutItsHeaders) {
  const Frame segment = segment_to("10.0.0.1");
  Arrival arrival = arrives(from_neighbor(segment));
  const auto& datagram = std::get<IpDatagram>(arrival);
  EXPECT_EQ(datagram.source, ip("10.0.0.2"));
  EXPECT_EQ(datagram.destination, ip("10.0.0.1"));
  EXPECT_EQ(datagram.protocol, wire::kProtocolTcp);
  EXPECT_EQ(datagram.interface_index, 0);
  EXPECT_EQ(datagram.checksum, L4Checksum::Unverified);
  EXPECT_EQ(datagram.packet.size(), segment.size() - wire::kIpv4HeaderBytes);
}

TEST_F(IpInputTest, TrimsEthernetPadding) {
  Frame frame = from_neighbor(segment_to("10.0.0.1", ""));
  frame.resize(60);
  Arrival arrival = arrives(frame);
  EXPECT_EQ(std::get<IpDatagram>(arrival).packet.size(), wire::kTcpHeaderBytes);
}

TEST_F(IpInputTest, SkipsIpOptions) {
  const Frame plain = segment_to("10.0.0.1");
  Frame packet(plain.begin(), plain.begin() + 20);
  packet.insert(packet.end(), {1, 1, 1, 0});
  packet.insert(packet.end(), plain.begin() + 20, plain.end());
  packet[0] = 0x46;
  wire::store_be16(&packet[2], static_cast<uint16_t>(packet.size()));
  wire::store_be16(&packet[10], 0);
  wire::store_be16(&packet[10], wire::checksum_of(base::ByteSpan(packet).first(24)));
  Arrival arrival = arrives(from_neighbor(packet));
  EXPECT_EQ(std::get<IpDatagram>(arrival).packet.size(), plain.size() - 20);
}

TEST_F(IpInputTest, DropsFramesForAnotherStation) {
  expect_dropped(testing::build_ethernet({.source = mac(2), .destination = mac(3)},
                                         wire::EtherType::Ipv4, segment_to("10.0.0.1")),
                 DropReason::EthernetNotForUs);
}

TEST_F(IpInputTest, DropsUnicastDatagramsInBroadcastFrames) {
  expect_dropped(
      testing::build_ethernet({.source = mac(2), .destination = base::MacAddress::broadcast()},
                              wire::EtherType::Ipv4, segment_to("10.0.0.1")),
      DropReason::IpDestinationIllegal);
}

TEST_F(IpInputTest, DropsDatagramsForAnotherHost) {
  expect_dropped(from_neighbor(segment_to("10.0.0.9")), DropReason::IpNotForUs);
}

TEST_F(IpInputTest, DropsDatagramsThatClaimToComeFromUs) {
  expect_dropped(
      from_neighbor(testing::build_tcp_packet(
          {.source = endpoint("10.0.0.1", 80), .destination = endpoint("10.0.0.1", 80)})),
      DropReason::IpSourceIllegal);
}

TEST_F(IpInputTest, DropsDatagramsFromABroadcastAddress) {
  expect_dropped(
      from_neighbor(testing::build_tcp_packet(
          {.source = endpoint("10.0.0.255", 80), .destination = endpoint("10.0.0.1", 80)})),
      DropReason::IpSourceIllegal);
}

TEST_F(IpInputTest, DropsProtocolsThatNobodyHereSpeaks) {
  expect_dropped(
      from_neighbor(testing::build_ipv4(
          {.source = ip("10.0.0.2"), .destination = ip("10.0.0.1"), .protocol = 17}, {})),
      DropReason::IpProtocolUnknown);
}

TEST_F(IpInputTest, DropsFragmentsWithTheirOwnReason) {
  Frame packet = segment_to("10.0.0.1");
  packet[6] = 0x20;
  wire::store_be16(&packet[10], 0);
  wire::store_be16(&packet[10], wire::checksum_of(base::ByteSpan(packet).first(20)));
  expect_dropped(from_neighbor(packet), DropReason::IpFragment);
}

TEST_F(IpInputTest, DropsWhatThePortFoundDamaged) {
  nic::Packet packet = testing::to_packet(from_neighbor(segment_to("10.0.0.1")), pool_);
  packet.buffer()->ol_flags = RTE_MBUF_F_RX_L4_CKSUM_BAD;
  EXPECT_TRUE(std::holds_alternative<Consumed>(host_->on_frame(std::move(packet), 0, now_)));
  EXPECT_EQ(drops(DropReason::TcpChecksumBad), 1u);
}

TEST_F(IpInputTest, PassesOnThatThePortFoundTheChecksumGood) {
  nic::Packet packet = testing::to_packet(from_neighbor(segment_to("10.0.0.1")), pool_);
  packet.buffer()->ol_flags = RTE_MBUF_F_RX_L4_CKSUM_GOOD | RTE_MBUF_F_RX_IP_CKSUM_GOOD;
  Arrival arrival = host_->on_frame(std::move(packet), 0, now_);
  EXPECT_EQ(std::get<IpDatagram>(arrival).checksum, L4Checksum::Good);
}

TEST_F(IpInputTest, SurvivesEveryTruncationOfAFrame) {
  const Frame frame = from_neighbor(segment_to("10.0.0.1"));
  for (size_t length = 0; length < frame.size(); ++length) {
    const Frame cut(frame.begin(), frame.begin() + static_cast<int64_t>(length));
    EXPECT_TRUE(std::holds_alternative<Consumed>(arrives(cut))) << length;
  }
  EXPECT_EQ(queue_.counters().drops.total(), frame.size());
  EXPECT_EQ(pool_.buffers_in_use(), 0u);
}

TEST_F(IpInputTest, SurvivesRandomDamage) {
  const Frame frame = from_neighbor(segment_to("10.0.0.1"));
  base::Random random(3);
  for (int round = 0; round < 20'000; ++round) {
    Frame damaged = frame;
    for (uint64_t i = random.below(4); i > 0; --i) {
      damaged[random.below(damaged.size())] = static_cast<uint8_t>(random.next());
    }
    arrives(damaged);
    port_.take_all_sent();
  }
  EXPECT_EQ(pool_.buffers_in_use(), 0u);
}

}  // namespace
}  // namespace penstock::net
