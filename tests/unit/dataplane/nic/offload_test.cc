// SPDX-License-Identifier: Apache-2.0
#include "dataplane/nic/offload.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "dataplane/wire/byte_order.h"
#include "dataplane/wire/checksum.h"
#include "tests/support/eal_environment.h"
#include "tests/support/packet_builder.h"

namespace penstock::nic {
namespace {

using testing::ip;

class OffloadTest : public ::testing::Test {
 protected:
  // A TCP header in one buffer and its payload in two more, as tcp/ sends it.
  Packet chained_segment() {
    Packet packet = pool_.allocate_packet();
    wire::emit_tcp_header({.source_port = 1, .destination_port = 2, .sequence = 3},
                          packet.append(wire::kTcpHeaderBytes));
    for (const std::string_view text : {"odd", "even"}) {
      Slice payload = pool_.allocate_slice();
      std::copy(text.begin(), text.end(), payload.room().begin());
      payload.commit(static_cast<uint32_t>(text.size()));
      packet.chain(pool_.share(payload, 0, payload.size()));
    }
    return packet;
  }

  PacketPool pool_ = testing::make_test_pool();
};

TEST_F(OffloadTest, SumsEverySegmentInSoftware) {
  Packet packet = chained_segment();
  fill_tcp_checksum(packet, ip("10.0.0.1"), ip("10.0.0.2"), {});
  packet = gathered_for(std::move(packet), {}, pool_);
  EXPECT_TRUE(wire::tcp_checksum_good(ip("10.0.0.1"), ip("10.0.0.2"), packet.first()));
}

TEST_F(OffloadTest, LeavesThePseudoHeaderSumToAPortThatSums) {
  Packet packet = chained_segment();
  fill_tcp_checksum(packet, ip("10.0.0.1"), ip("10.0.0.2"), {.tcp_checksum = true});
  EXPECT_EQ(wire::load_be16(&packet.first()[16]),
            wire::pseudo_header_sum(ip("10.0.0.1"), ip("10.0.0.2"), 6, packet.size()));
}

TEST_F(OffloadTest, AsksForNothingThatThePortDoesNotOffer) {
  Packet packet = chained_segment();
  request_port_checksums(packet, {.ethernet_bytes = 14, .ip_bytes = 20, .tcp_bytes = 20}, {});
  EXPECT_EQ(packet.buffer()->ol_flags, 0u);
}

TEST_F(OffloadTest, AsksForWhatThePortOffers) {
  Packet packet = chained_segment();
  request_port_checksums(packet, {.ethernet_bytes = 14, .ip_bytes = 20, .tcp_bytes = 32},
                         {.ipv4_checksum = true, .tcp_checksum = true});
  EXPECT_EQ(packet.buffer()->ol_flags,
            RTE_MBUF_F_TX_IPV4 | RTE_MBUF_F_TX_IP_CKSUM | RTE_MBUF_F_TX_TCP_CKSUM);
  EXPECT_EQ(packet.buffer()->l2_len, 14);
  EXPECT_EQ(packet.buffer()->l3_len, 20);
  EXPECT_EQ(packet.buffer()->l4_len, 32);
}

TEST_F(OffloadTest, SumsAndAsksForIpv6Alike) {
  Packet packet = chained_segment();
  fill_tcp_checksum(packet, ip("2001:db8::1"), ip("2001:db8::2"), {});
  packet = gathered_for(std::move(packet), {}, pool_);
  EXPECT_TRUE(wire::tcp_checksum_good(ip("2001:db8::1"), ip("2001:db8::2"), packet.first()));
  request_port_checksums(
      packet, {.ethernet_bytes = 18, .ip_bytes = 40, .tcp_bytes = 20, .family = base::IpFamily::V6},
      {.ipv4_checksum = true, .tcp_checksum = true});
  EXPECT_EQ(packet.buffer()->ol_flags, RTE_MBUF_F_TX_IPV6 | RTE_MBUF_F_TX_TCP_CKSUM);
  EXPECT_EQ(packet.buffer()->l3_len, 40);
}

TEST_F(OffloadTest, AsksForNoIpChecksumInIpv6) {
  Packet packet = chained_segment();
  request_port_checksums(
      packet, {.ethernet_bytes = 14, .ip_bytes = 40, .tcp_bytes = 20, .family = base::IpFamily::V6},
      {.ipv4_checksum = true});
  EXPECT_EQ(packet.buffer()->ol_flags, 0u);
}

TEST_F(OffloadTest, ReadsTheVlanWhoseTagThePortTook) {
  Packet packet = pool_.allocate_packet();
  packet.buffer()->vlan_tci = 0x6064;
  EXPECT_EQ(stripped_vlan(packet), 0);
  packet.buffer()->ol_flags = RTE_MBUF_F_RX_VLAN | RTE_MBUF_F_RX_VLAN_STRIPPED;
  EXPECT_EQ(stripped_vlan(packet), 0x64);
}

TEST_F(OffloadTest, GathersIntoOneBufferWithAllHeadroom) {
  Packet packet = gathered_for(chained_segment(), {}, pool_);
  EXPECT_EQ(packet.buffer()->nb_segs, 1);
  EXPECT_EQ(base::as_text(packet.first().subspan(20)), "oddeven");
  EXPECT_EQ(packet.prepend(PacketPool::kHeadroomBytes).size(), PacketPool::kHeadroomBytes);
  EXPECT_EQ(pool_.references_in_use(), 0u);
}

TEST_F(OffloadTest, LeavesSegmentsToAPortThatSendsThem) {
  EXPECT_EQ(gathered_for(chained_segment(), {.multi_segment = true}, pool_).buffer()->nb_segs, 3);
}

TEST_F(OffloadTest, LosesThePacketWhenNoBufferIsLeftToGather) {
  Packet packet = chained_segment();
  std::vector<Packet> held;
  while (Packet taken = pool_.allocate_packet()) held.push_back(std::move(taken));
  EXPECT_FALSE(gathered_for(std::move(packet), {}, pool_));
}

TEST_F(OffloadTest, ForgetsWhatReceptionLeft) {
  Packet packet = pool_.allocate_packet();
  packet.buffer()->ol_flags = RTE_MBUF_F_RX_L4_CKSUM_GOOD | RTE_MBUF_F_RX_RSS_HASH;
  packet.buffer()->packet_type = 0x11;
  reset_metadata(packet);
  EXPECT_EQ(packet.buffer()->ol_flags, 0u);
  EXPECT_EQ(packet.buffer()->packet_type, 0u);
}

TEST_F(OffloadTest, ReadsBothBitsOfAVerdict) {
  Packet packet = pool_.allocate_packet();
  const auto l4 = [&](uint64_t flags) {
    packet.buffer()->ol_flags = flags;
    return received_checksums(packet).l4;
  };
  EXPECT_EQ(l4(RTE_MBUF_F_RX_L4_CKSUM_UNKNOWN), PortVerdict::Unknown);
  EXPECT_EQ(l4(RTE_MBUF_F_RX_L4_CKSUM_GOOD), PortVerdict::Good);
  EXPECT_EQ(l4(RTE_MBUF_F_RX_L4_CKSUM_BAD), PortVerdict::Bad);
  // The bytes are wrong and the data is right: a local peer left the sum to its port.
  EXPECT_EQ(l4(RTE_MBUF_F_RX_L4_CKSUM_NONE), PortVerdict::Good);
  packet.buffer()->ol_flags = RTE_MBUF_F_RX_IP_CKSUM_BAD;
  EXPECT_EQ(received_checksums(packet).ip, PortVerdict::Bad);
}

}  // namespace
}  // namespace penstock::nic
