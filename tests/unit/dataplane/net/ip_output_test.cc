// SPDX-License-Identifier: Apache-2.0
#include "dataplane/net/ip_output.h"

#include "tests/support/host_fixture.h"

namespace penstock::net {
namespace {

using testing::ip;
using testing::mac;
using wire::DropReason;

class IpOutputTest : public testing::HostFixture {
 protected:
  using HostFixture::HostFixture;
};

class OffloadingOutputTest : public testing::HostFixture {
 protected:
  OffloadingOutputTest()
      : HostFixture({.features = {.ipv4_checksum = true, .tcp_checksum = true}}) {}
};

TEST_F(IpOutputTest, SendsAFrameWithRightChecksumsAndAddresses) {
  neighbor_asks_for_us();
  EXPECT_EQ(sends_to("10.0.0.2", 5), SendResult::Sent);
  const testing::Frame frame = port_.take_sent();
  EXPECT_EQ(wire::parse_ethernet(frame)->source, mac(1));
  EXPECT_EQ(wire::parse_ethernet(frame)->destination, mac(2));
  const auto header = wire::parse_ipv4(base::ByteSpan(frame).subspan(14));
  ASSERT_TRUE(header);
  EXPECT_EQ(header->ttl, wire::kTtlDefault);
  EXPECT_EQ(testing::read_tcp_frame(frame).payload.size(), 5u);
}

TEST_F(OffloadingOutputTest, LeavesBothChecksumsToThePort) {
  neighbor_asks_for_us();
  EXPECT_EQ(sends_to("10.0.0.2", 5), SendResult::Sent);
  // The simulated port has finished them; read_tcp_frame() would die of a wrong one.
  EXPECT_EQ(testing::read_tcp_frame(port_.take_sent()).payload.size(), 5u);
}

TEST_F(OffloadingOutputTest, RemembersTheOffloadOfAPacketThatHadToWait) {
  EXPECT_EQ(sends_to("10.0.0.2", 5), SendResult::Queued);
  port_.take_all_sent();
  neighbor_arp(wire::ArpOperation::Reply, "10.0.0.2", "10.0.0.1");
  EXPECT_EQ(testing::read_tcp_frame(port_.take_sent()).payload.size(), 5u);
}

TEST_F(IpOutputTest, RefusesWhatExceedsTheMtu) {
  neighbor_asks_for_us();
  EXPECT_EQ(sends_to("10.0.0.2", 1460), SendResult::Sent);
  EXPECT_EQ(sends_to("10.0.0.2", 1461), SendResult::Refused);
  EXPECT_EQ(drops(DropReason::PacketTooBig), 1u);
}

TEST_F(IpOutputTest, SaysThatThereIsNoRoute) {
  EXPECT_EQ(sends_to("192.168.0.1"), SendResult::NoRoute);
  EXPECT_EQ(drops(DropReason::NoRoute), 1u);
  EXPECT_EQ(pool_.buffers_in_use(), 0u);
}

TEST_F(IpOutputTest, SendsThroughTheGatewayToTheFinalDestination) {
  make_host({{testing::prefix("0.0.0.0/0"), ip("10.0.0.2")}});
  neighbor_asks_for_us();
  EXPECT_EQ(sends_to("192.168.0.1"), SendResult::Sent);
  const testing::Frame frame = port_.take_sent();
  EXPECT_EQ(wire::parse_ethernet(frame)->destination, mac(2));
  EXPECT_EQ(testing::read_tcp_frame(frame).destination.address, ip("192.168.0.1"));
}

TEST_F(IpOutputTest, LooksUpAgainWhenTheRoutesHaveChanged) {
  make_host({{testing::prefix("0.0.0.0/0"), ip("10.0.0.2")}});
  neighbor_asks_for_us();
  EXPECT_EQ(sends_to("192.168.0.1"), SendResult::Sent);
  EXPECT_EQ(host_->set_routes({}), 0u);
  EXPECT_EQ(sends_to("192.168.0.1"), SendResult::NoRoute);
}

TEST_F(IpOutputTest, LooksUpAgainWhenTheNeighborWasForgotten) {
  neighbor_asks_for_us();
  EXPECT_EQ(sends_to("10.0.0.2"), SendResult::Sent);
  port_.take_all_sent();
  passes(Resolver::kRefreshInterval + base::Duration::from_ms(2));
  for (int i = 0; i < 3; ++i) passes(base::Duration::from_ms(1001));
  EXPECT_EQ(host_->neighbors_count(), 0u);
  EXPECT_EQ(sends_to("10.0.0.2"), SendResult::Queued);
}

TEST_F(IpOutputTest, CountsAPacketThatCannotBeGathered) {
  neighbor_asks_for_us();
  nic::Packet packet = pool_.allocate_packet();
  packet.append(wire::kTcpHeaderBytes);
  nic::Slice payload = pool_.allocate_slice();
  payload.commit(100);
  packet.chain(std::move(payload));
  std::vector<nic::Packet> held;
  while (nic::Packet taken = pool_.allocate_packet()) held.push_back(std::move(taken));
  EXPECT_EQ(host_->send({.packet = std::move(packet),
                         .source = ip("10.0.0.1"),
                         .destination = ip("10.0.0.2"),
                         .protocol = wire::kProtocolTcp},
                        next_hop_, now_),
            SendResult::Refused);
  EXPECT_EQ(drops(DropReason::PoolEmpty), 1u);
}

}  // namespace
}  // namespace penstock::net
