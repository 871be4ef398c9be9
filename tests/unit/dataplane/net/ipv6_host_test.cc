// SPDX-License-Identifier: Apache-2.0
//
// One host of IPv6: what ip_input, ip_output, icmp_handler and resolver do for the other family.
#include <algorithm>

#include "tests/support/host_fixture.h"
#include "tests/support/simulated_link.h"

namespace penstock::net {
namespace {

using base::Duration;
using testing::endpoint;
using testing::Frame;
using testing::ip;
using testing::mac;
using testing::prefix;
using wire::DropReason;
using wire::NdpKind;

constexpr const char* kUs = "2001:db8::1";
constexpr const char* kNeighbor = "2001:db8::2";
constexpr const char* kOurGroup = "ff02::1:ff00:1";

class Ipv6HostTest : public testing::HostFixture {
 protected:
  explicit Ipv6HostTest(testing::SimulatedPortSettings port = {})
      : HostFixture(std::move(port), "2001:db8::1/64") {}

  Frame segment_to(std::string_view destination, std::string_view source = kNeighbor) {
    return testing::build_tcp_packet({.source = endpoint(source, 1000),
                                      .destination = endpoint(destination, 80),
                                      .flags = wire::TcpFlag::Ack,
                                      .payload = "hello"});
  }
  void expect_dropped(const Frame& frame, DropReason reason) {
    EXPECT_TRUE(std::holds_alternative<Consumed>(arrives(frame)));
    EXPECT_EQ(drops(reason), 1u) << wire::to_text(reason);
    EXPECT_EQ(queue_.counters().drops.total(), 1u);
  }
  void neighbor_advertises(wire::NdpMessage message = {}, std::string_view to = kUs) {
    message.kind = NdpKind::Advertisement;
    if (message.target == base::IpAddress()) message.target = ip(kNeighbor);
    if (!message.mac) message.mac = mac(2);
    neighbor_ndp(message, kNeighbor, to);
  }
  void neighbor_answers(uint8_t mac_last = 2) {
    neighbor_advertises({.mac = mac(mac_last), .is_solicited = true, .overrides = true});
  }
  base::MacAddress mac_of_neighbor() {
    port_.take_all_sent();
    EXPECT_EQ(sends_to(kNeighbor), SendResult::Sent);
    return wire::parse_ethernet(port_.take_sent())->destination;
  }
};

class OffloadingIpv6Test : public Ipv6HostTest {
 protected:
  OffloadingIpv6Test()
      : Ipv6HostTest({.features = {.ipv4_checksum = true, .tcp_checksum = true}}) {}
};

// --- In.

TEST_F(Ipv6HostTest, ReturnsATcpDatagramWithoutItsHeaders) {
  const Frame segment = segment_to(kUs);
  Frame frame = from_neighbor(segment);
  frame.resize(frame.size() + 9);  // what a switch may append
  Arrival arrival = arrives(frame);
  const auto& datagram = std::get<IpDatagram>(arrival);
  EXPECT_EQ(datagram.source, ip(kNeighbor));
  EXPECT_EQ(datagram.destination, ip(kUs));
  EXPECT_EQ(datagram.protocol, wire::kProtocolTcp);
  EXPECT_EQ(datagram.packet.size(), segment.size() - wire::kIpv6HeaderBytes);
  EXPECT_FALSE(datagram.reply_hop.names_sender());
}

TEST_F(Ipv6HostTest, SkipsExtensionHeadersBeforeASegment) {
  const Frame plain = segment_to(kUs);
  Frame body{wire::kProtocolTcp, 0, 1, 4, 0, 0, 0, 0};
  body.insert(body.end(), plain.begin() + 40, plain.end());
  Arrival arrival = arrives(from_neighbor(testing::build_ipv6(
      {.source = ip(kNeighbor), .destination = ip(kUs), .protocol = 60}, body)));
  EXPECT_EQ(std::get<IpDatagram>(arrival).packet.size(), plain.size() - 40);
}

TEST_F(Ipv6HostTest, DropsFragmentsWithTheirOwnReason) {
  const Frame body{wire::kProtocolTcp, 0, 0, 1, 0, 0, 0, 7, 1, 2, 3, 4, 5, 6, 7, 8};
  expect_dropped(from_neighbor(testing::build_ipv6(
                     {.source = ip(kNeighbor), .destination = ip(kUs), .protocol = 44}, body)),
                 DropReason::Ipv6Fragment);
}

TEST_F(Ipv6HostTest, DropsDatagramsForAnotherHost) {
  expect_dropped(from_neighbor(segment_to("2001:db8::9")), DropReason::IpNotForUs);
}

TEST_F(Ipv6HostTest, DropsDatagramsThatClaimToComeFromUs) {
  expect_dropped(from_neighbor(segment_to(kUs, kUs)), DropReason::IpSourceIllegal);
}

TEST_F(Ipv6HostTest, DropsSegmentsFromTheUnspecifiedAddress) {
  expect_dropped(from_neighbor(segment_to(kUs, "::")), DropReason::IpSourceIllegal);
}

TEST_F(Ipv6HostTest, DropsSegmentsToAGroup) {
  expect_dropped(to_group(ip("ff02::1"), segment_to("ff02::1")), DropReason::IpDestinationIllegal);
}

TEST_F(Ipv6HostTest, DropsUnicastDatagramsInGroupFrames) {
  expect_dropped(to_group(ip("ff02::1"), segment_to(kUs)), DropReason::IpDestinationIllegal);
}

TEST_F(Ipv6HostTest, DropsGroupsThatItHasNotJoined) {
  expect_dropped(to_group(ip("ff02::fb"), segment_to("ff02::fb")), DropReason::IpNotForUs);
}

TEST_F(Ipv6HostTest, DropsProtocolsThatNobodyHereSpeaksAndIcmpOfTheOtherFamily) {
  for (const uint8_t protocol : std::initializer_list<uint8_t>{17, 1, 59}) {
    arrives(from_neighbor(testing::build_ipv6(
        {.source = ip(kNeighbor), .destination = ip(kUs), .protocol = protocol}, Frame(8))));
  }
  EXPECT_EQ(drops(DropReason::IpProtocolUnknown), 3u);
}

TEST_F(Ipv6HostTest, AnswersALinkLocalPeerWhereItCameFrom) {
  Arrival arrival = arrives(from_neighbor(segment_to(kUs, "fe80::2")));
  next_hop_ = std::get<IpDatagram>(arrival).reply_hop;
  EXPECT_TRUE(next_hop_.names_sender());
  EXPECT_EQ(sends_to("fe80::2"), SendResult::Sent);
  EXPECT_EQ(wire::parse_ethernet(port_.take_sent())->destination, mac(2));
}

TEST_F(Ipv6HostTest, SurvivesEveryTruncationOfAFrame) {
  const Frame frame = from_neighbor(segment_to(kUs));
  for (size_t length = 0; length < frame.size(); ++length) {
    const Frame cut(frame.begin(), frame.begin() + static_cast<int64_t>(length));
    EXPECT_TRUE(std::holds_alternative<Consumed>(arrives(cut))) << length;
  }
  EXPECT_EQ(queue_.counters().drops.total(), frame.size());
  EXPECT_EQ(pool_.buffers_in_use(), 0u);
}

TEST_F(Ipv6HostTest, SurvivesRandomDamage) {
  const Frame segment = from_neighbor(segment_to(kUs));
  const Frame question = to_group(
      ip(kOurGroup),
      testing::build_ndp_packet({.kind = NdpKind::Solicitation, .target = ip(kUs), .mac = mac(2)},
                                ip(kNeighbor), ip(kOurGroup)));
  base::Random random(3);
  for (int round = 0; round < 20'000; ++round) {
    Frame damaged = round % 2 == 0 ? segment : question;
    for (uint64_t i = random.below(4); i > 0; --i) {
      damaged[random.below(damaged.size())] = static_cast<uint8_t>(random.next());
    }
    arrives(damaged);
    port_.take_all_sent();
  }
  host_.reset();
  port_.take_all_sent();
  EXPECT_EQ(pool_.buffers_in_use(), 0u);
}

// --- Out.

TEST_F(Ipv6HostTest, SendsAFrameWithRightChecksumsAndAddresses) {
  neighbor_solicits_us();
  EXPECT_EQ(sends_to(kNeighbor, 5), SendResult::Sent);
  const Frame frame = port_.take_sent();
  EXPECT_EQ(wire::parse_ethernet(frame)->destination, mac(2));
  EXPECT_EQ(wire::parse_ethernet(frame)->type, wire::EtherType::Ipv6);
  const auto header = wire::parse_ipv6(base::ByteSpan(frame).subspan(14));
  ASSERT_TRUE(header);
  EXPECT_EQ(header->hop_limit, wire::kHopLimitDefault);
  EXPECT_EQ(header->source, ip(kUs));
  EXPECT_EQ(testing::read_tcp_frame(frame).payload.size(), 5u);
}

TEST_F(OffloadingIpv6Test, LeavesTheChecksumToThePort) {
  neighbor_solicits_us();
  EXPECT_EQ(sends_to(kNeighbor, 5), SendResult::Sent);
  // The simulated port has finished it; read_tcp_frame() would die of a wrong one.
  EXPECT_EQ(testing::read_tcp_frame(port_.take_sent()).payload.size(), 5u);
}

TEST_F(Ipv6HostTest, RefusesWhatExceedsTheMtu) {
  neighbor_solicits_us();
  EXPECT_EQ(sends_to(kNeighbor, 1440), SendResult::Sent);
  EXPECT_EQ(sends_to(kNeighbor, 1441), SendResult::Refused);
}

TEST_F(Ipv6HostTest, ChoosesTheSourceAndTheMtuByTheRoute) {
  make_host({{prefix("::/0"), ip("fe80::fe"), 0}});
  EXPECT_EQ(host_->source_for(ip("2001:db8::9")), ip(kUs));
  EXPECT_EQ(host_->source_for(ip("2001:db8:9::9")), ip(kUs));
  EXPECT_FALSE(host_->source_for(ip("10.0.0.9")));
  EXPECT_EQ(host_->mtu_for(ip("2001:db8:9::9")), 1500);
  EXPECT_TRUE(host_->owns(ip(kUs)));
  EXPECT_TRUE(host_->owns(ip("fe80::ff:fe00:1")));
}

TEST_F(Ipv6HostTest, SendsThroughALinkLocalGateway) {
  make_host({{prefix("::/0"), ip("fe80::fe"), 0}});
  EXPECT_EQ(sends_to("2001:db8:9::9"), SendResult::Queued);
  EXPECT_EQ(sent_ndp().message.target, ip("fe80::fe"));
  neighbor_ndp({.kind = NdpKind::Advertisement,
                .target = ip("fe80::fe"),
                .mac = mac(2),
                .is_solicited = true,
                .overrides = true},
               "fe80::fe", "fe80::ff:fe00:1");
  EXPECT_EQ(testing::read_tcp_frame(port_.take_sent()).destination.address, ip("2001:db8:9::9"));
}

// --- ICMPv6.

TEST_F(Ipv6HostTest, AnswersAnEchoRequest) {
  neighbor_solicits_us();
  testing::Icmpv6Spec echo{.source = ip(kNeighbor),
                           .destination = ip(kUs),
                           .type = 128,
                           .rest_of_header = 0x00070001,
                           .body = {'p', 'i', 'n', 'g'}};
  arrives(from_neighbor(testing::build_icmpv6_packet(echo)));
  const Frame frame = port_.take_sent();
  std::swap(echo.source, echo.destination);
  echo.type = 129;
  const Frame reply = testing::build_icmpv6_packet(echo);
  EXPECT_TRUE(std::equal(reply.begin(), reply.end(), frame.begin() + 14, frame.end()));
}

TEST_F(Ipv6HostTest, IsSilentAboutEchoRequestsToAGroup) {
  expect_dropped(to_group(ip("ff02::1"), testing::build_icmpv6_packet({.source = ip(kNeighbor),
                                                                       .destination = ip("ff02::1"),
                                                                       .type = 128})),
                 DropReason::IpDestinationIllegal);
  EXPECT_EQ(port_.sent_count(), 0u);
}

TEST_F(Ipv6HostTest, PassesOnAPacketTooBigAboutOurConnection) {
  const auto too_big_about = [&](const char* source) {
    return arrives(from_neighbor(testing::build_icmpv6_packet(
        {.source = ip("2001:db8:9::fe"),
         .destination = ip(kUs),
         .type = 2,
         .rest_of_header = 1280,
         .body = testing::build_tcp_packet({.source = endpoint(source, 40000),
                                            .destination = endpoint("2001:db8:9::9", 80),
                                            .sequence = 77})})));
  };
  const Arrival arrival = too_big_about(kUs);
  ASSERT_TRUE(std::holds_alternative<wire::IcmpError>(arrival));
  const auto& error = std::get<wire::IcmpError>(arrival);
  EXPECT_EQ(error.kind, wire::IcmpErrorKind::FragmentationNeeded);
  EXPECT_EQ(error.next_hop_mtu, 1280);
  EXPECT_EQ(error.source, endpoint(kUs, 40000));
  EXPECT_EQ(error.sequence, 77u);
  EXPECT_TRUE(std::holds_alternative<Consumed>(too_big_about("2001:db8::3")));
  EXPECT_EQ(drops(DropReason::IcmpQuoteMalformed), 1u);
}

TEST_F(Ipv6HostTest, IgnoresRouterAdvertisementsWithAReason) {
  expect_dropped(to_group(ip("ff02::1"),
                          testing::build_icmpv6_packet({.source = ip("fe80::2"),
                                                        .destination = ip("ff02::1"),
                                                        .type = 134,
                                                        .body = Frame(8),
                                                        .hop_limit = wire::kHopLimitOfNeighbors})),
                 DropReason::NdpRouterIgnored);
}

// --- Neighbour discovery: answering.

TEST_F(Ipv6HostTest, AnswersASolicitationForOurAddress) {
  neighbor_ndp({.kind = NdpKind::Solicitation, .target = ip(kUs), .mac = mac(2)}, kNeighbor,
               kOurGroup);
  const SentNdp sent = sent_ndp();
  EXPECT_EQ(sent.to, mac(2));
  EXPECT_EQ(sent.ip.source, ip(kUs));
  EXPECT_EQ(sent.ip.destination, ip(kNeighbor));
  EXPECT_EQ(sent.ip.hop_limit, 255);
  EXPECT_EQ(sent.message.kind, NdpKind::Advertisement);
  EXPECT_EQ(sent.message.target, ip(kUs));
  EXPECT_EQ(sent.message.mac, mac(1));
  EXPECT_TRUE(sent.message.is_solicited);
  EXPECT_TRUE(sent.message.overrides);
}

TEST_F(Ipv6HostTest, AnswersForItsLinkLocalAddress) {
  neighbor_ndp({.kind = NdpKind::Solicitation, .target = ip("fe80::ff:fe00:1"), .mac = mac(2)},
               "fe80::2", kOurGroup);
  EXPECT_EQ(sent_ndp().ip.source, ip("fe80::ff:fe00:1"));
}

TEST_F(Ipv6HostTest, AnswersAProbeToEverybodyAndLearnsNothingFromIt) {
  neighbor_ndp({.kind = NdpKind::Solicitation, .target = ip(kUs)}, "::", kOurGroup);
  const SentNdp sent = sent_ndp();
  EXPECT_EQ(sent.to, wire::multicast_mac(wire::all_nodes()));
  EXPECT_EQ(sent.ip.destination, wire::all_nodes());
  EXPECT_FALSE(sent.message.is_solicited);
  EXPECT_EQ(host_->neighbors_count(), 0u);
}

TEST_F(Ipv6HostTest, AsksBackWhoAsksWithoutSayingWhereHeIs) {
  neighbor_ndp({.kind = NdpKind::Solicitation, .target = ip(kUs)}, kNeighbor, kUs);
  ASSERT_EQ(port_.sent_count(), 1u);
  EXPECT_EQ(sent_ndp().message.kind, NdpKind::Solicitation);
  neighbor_answers();
  EXPECT_EQ(sent_ndp().message.kind, NdpKind::Advertisement);
}

TEST_F(Ipv6HostTest, IsSilentAboutAddressesThatAreNotOurs) {
  // The same solicited node, another address.
  neighbor_ndp({.kind = NdpKind::Solicitation, .target = ip("2001:db8::9:0:0:1"), .mac = mac(2)},
               kNeighbor, kOurGroup);
  EXPECT_EQ(port_.sent_count(), 0u);
  EXPECT_EQ(drops(DropReason::NdpNotForUs), 1u);
}

TEST_F(Ipv6HostTest, DropsWhatCameThroughARouter) {
  Frame packet = testing::build_ndp_packet(
      {.kind = NdpKind::Solicitation, .target = ip(kUs), .mac = mac(2)}, ip(kNeighbor), ip(kUs));
  packet[7] = 254;
  expect_dropped(from_neighbor(packet), DropReason::NdpHopLimitBad);
}

TEST_F(Ipv6HostTest, RefusesToBelieveThatSomebodyElseIsUs) {
  neighbor_ndp({.kind = NdpKind::Advertisement, .target = ip(kUs), .mac = mac(9)}, "fe80::9",
               "ff02::1");
  EXPECT_EQ(drops(DropReason::NdpSourceIllegal), 1u);
}

TEST_F(Ipv6HostTest, RefusesSendersThatAreNotOnLink) {
  neighbor_ndp({.kind = NdpKind::Solicitation, .target = ip(kUs), .mac = mac(9)}, "2001:db8:9::9",
               kOurGroup);
  EXPECT_EQ(drops(DropReason::NdpSourceIllegal), 1u);
  EXPECT_EQ(port_.sent_count(), 0u);
}

// --- Neighbour discovery: learning.

TEST_F(Ipv6HostTest, LearnsWhoAsksForUs) {
  neighbor_solicits_us();
  EXPECT_EQ(sends_to(kNeighbor), SendResult::Sent);
}

TEST_F(Ipv6HostTest, IgnoresAnswersAndAnnouncementsThatNobodyAskedFor) {
  neighbor_answers();
  neighbor_advertises({.overrides = true}, "ff02::1");
  EXPECT_EQ(host_->neighbors_count(), 0u);
  EXPECT_EQ(drops(DropReason::NdpUnsolicited), 2u);
}

TEST_F(Ipv6HostTest, FollowsTheAnnouncementOfAKnownNeighbor) {
  neighbor_solicits_us();
  neighbor_advertises({.mac = mac(9), .overrides = true}, "ff02::1");
  EXPECT_EQ(mac_of_neighbor(), mac(9));
}

TEST_F(Ipv6HostTest, KeepsTheMacThatAnAnnouncementDoesNotOverride) {
  neighbor_solicits_us();
  neighbor_advertises({.mac = mac(9), .overrides = false}, "ff02::1");
  EXPECT_EQ(mac_of_neighbor(), mac(2));
}

// --- Neighbour discovery: asking.

TEST_F(Ipv6HostTest, AsksTheSolicitedNodeAndHoldsThePacket) {
  EXPECT_EQ(sends_to("2001:db8::ab:cdef"), SendResult::Queued);
  ASSERT_EQ(port_.sent_count(), 1u);
  const SentNdp sent = sent_ndp();
  EXPECT_EQ(sent.to, (base::MacAddress{{0x33, 0x33, 0xff, 0xab, 0xcd, 0xef}}));
  EXPECT_EQ(sent.ip.source, ip(kUs));
  EXPECT_EQ(sent.ip.destination, ip("ff02::1:ffab:cdef"));
  EXPECT_EQ(sent.message.target, ip("2001:db8::ab:cdef"));
  EXPECT_EQ(sent.message.mac, mac(1));
}

TEST_F(Ipv6HostTest, SendsHeldPacketsWhenTheAnswerComes) {
  sends_to(kNeighbor, 1);
  sends_to(kNeighbor, 2);
  port_.take_all_sent();
  neighbor_answers();
  ASSERT_EQ(port_.sent_count(), 2u);
  EXPECT_EQ(testing::read_tcp_frame(port_.take_sent()).payload.size(), 1u);
}

TEST_F(Ipv6HostTest, NeedsAMacInTheAnswerToAQuestionOfEverybody) {
  sends_to(kNeighbor);
  port_.take_all_sent();
  neighbor_ndp({.kind = NdpKind::Advertisement, .target = ip(kNeighbor), .is_solicited = true},
               kNeighbor, kUs);
  EXPECT_EQ(port_.sent_count(), 0u);
  EXPECT_EQ(drops(DropReason::NdpUnsolicited), 1u);
}

TEST_F(Ipv6HostTest, PollsANeighborInUseByUnicastAndTakesAnAnswerWithoutMac) {
  neighbor_solicits_us();
  sends_to(kNeighbor);
  port_.take_all_sent();
  passes(Resolver::kRefreshInterval + Duration::from_ms(2));
  const SentNdp poll = sent_ndp();
  EXPECT_EQ(poll.to, mac(2));
  EXPECT_EQ(poll.ip.destination, ip(kNeighbor));
  neighbor_ndp({.kind = NdpKind::Advertisement, .target = ip(kNeighbor), .is_solicited = true},
               kNeighbor, kUs);
  passes(Duration::from_s(5));
  EXPECT_EQ(port_.sent_count(), 0u) << "the answer has ended the poll";
  EXPECT_EQ(mac_of_neighbor(), mac(2));
}

TEST_F(Ipv6HostTest, AnnouncesEveryAddressToEverybody) {
  host_->announce(now_);
  host_->flush();
  for (const char* address : {kUs, "fe80::ff:fe00:1"}) {
    const SentNdp sent = sent_ndp();
    EXPECT_EQ(sent.to, wire::multicast_mac(wire::all_nodes()));
    EXPECT_EQ(sent.ip.source, ip(address));
    EXPECT_EQ(sent.message.kind, NdpKind::Advertisement);
    EXPECT_EQ(sent.message.target, ip(address));
    EXPECT_FALSE(sent.message.is_solicited);
    EXPECT_TRUE(sent.message.overrides);
  }
}

}  // namespace
}  // namespace penstock::net
