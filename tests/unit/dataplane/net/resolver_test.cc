// SPDX-License-Identifier: Apache-2.0
#include "dataplane/net/resolver.h"

#include "tests/support/host_fixture.h"

namespace penstock::net {
namespace {

using base::Duration;
using testing::ip;
using testing::mac;
using wire::ArpOperation;
using wire::DropReason;

class ResolverTest : public testing::HostFixture {
 protected:
  void neighbor_answers() { neighbor_arp(ArpOperation::Reply, "10.0.0.2", "10.0.0.1"); }
  // Sends one packet and drops the frames that it caused.
  void uses_neighbor() {
    ASSERT_EQ(sends_to("10.0.0.2"), SendResult::Sent);
    port_.take_all_sent();
  }
};

// --- Answering.

TEST_F(ResolverTest, AnswersARequestForOurAddress) {
  neighbor_arp(ArpOperation::Request, "10.0.0.2", "10.0.0.1");
  const testing::Frame frame = port_.take_sent();
  EXPECT_EQ(wire::parse_ethernet(frame)->destination, mac(2));
  const auto reply = wire::parse_arp(base::ByteSpan(frame).subspan(14));
  EXPECT_EQ(reply->operation, ArpOperation::Reply);
  EXPECT_EQ(reply->sender_ip, ip("10.0.0.1"));
  EXPECT_EQ(reply->sender_mac, mac(1));
  EXPECT_EQ(reply->target_ip, ip("10.0.0.2"));
  EXPECT_EQ(reply->target_mac, mac(2));
}

TEST_F(ResolverTest, IsSilentAboutAddressesThatAreNotOurs) {
  neighbor_arp(ArpOperation::Request, "10.0.0.2", "10.0.0.3");
  EXPECT_EQ(port_.sent_count(), 0u);
  EXPECT_EQ(drops(DropReason::ArpNotForUs), 1u);
}

TEST_F(ResolverTest, AnswersAProbeAndLearnsNothingFromIt) {
  neighbor_arp(ArpOperation::Request, "0.0.0.0", "10.0.0.1");
  EXPECT_EQ(sent_arp().operation, ArpOperation::Reply);
  EXPECT_EQ(host_->neighbors_count(), 0u);
}

TEST_F(ResolverTest, DropsWhatIsMalformed) {
  arrives(testing::build_ethernet({.source = mac(2), .destination = mac(1)}, wire::EtherType::Arp,
                                  std::vector<uint8_t>(28)));
  EXPECT_EQ(drops(DropReason::ArpMalformed), 1u);
}

TEST_F(ResolverTest, RefusesToBelieveThatSomebodyElseIsUs) {
  neighbor_arp(ArpOperation::Request, "10.0.0.1", "10.0.0.1", 9);
  EXPECT_EQ(drops(DropReason::ArpSourceIllegal), 1u);
  EXPECT_EQ(host_->neighbors_count(), 0u);
}

TEST_F(ResolverTest, RefusesSendersThatAreNotOnLink) {
  neighbor_arp(ArpOperation::Request, "192.168.0.9", "10.0.0.1");
  EXPECT_EQ(drops(DropReason::ArpSourceIllegal), 1u);
  EXPECT_EQ(port_.sent_count(), 0u);
}

// --- Learning.

TEST_F(ResolverTest, LearnsWhoAsksForUs) {
  neighbor_asks_for_us();
  EXPECT_EQ(sends_to("10.0.0.2"), SendResult::Sent);
}

TEST_F(ResolverTest, IgnoresAnAnswerThatNobodyAskedFor) {
  neighbor_answers();
  EXPECT_EQ(host_->neighbors_count(), 0u);
  EXPECT_EQ(drops(DropReason::ArpUnsolicited), 1u);
}

TEST_F(ResolverTest, IgnoresAnUnsolicitedAnswerForAKnownNeighbor) {
  neighbor_asks_for_us();
  neighbor_arp(ArpOperation::Reply, "10.0.0.2", "10.0.0.1", 9);
  sends_to("10.0.0.2");
  EXPECT_EQ(wire::parse_ethernet(port_.take_sent())->destination, mac(2));
}

TEST_F(ResolverTest, FollowsTheAnnouncementOfAKnownNeighbor) {
  neighbor_asks_for_us();
  neighbor_arp(ArpOperation::Request, "10.0.0.2", "10.0.0.2", 9);
  sends_to("10.0.0.2");
  EXPECT_EQ(wire::parse_ethernet(port_.take_sent())->destination, mac(9));
}

TEST_F(ResolverTest, LearnsNothingFromTheAnnouncementOfAStranger) {
  neighbor_arp(ArpOperation::Request, "10.0.0.2", "10.0.0.2");
  EXPECT_EQ(host_->neighbors_count(), 0u);
}

// --- Asking.

TEST_F(ResolverTest, AsksByBroadcastAndHoldsThePacket) {
  EXPECT_EQ(sends_to("10.0.0.2"), SendResult::Queued);
  ASSERT_EQ(port_.sent_count(), 1u);
  const testing::Frame frame = port_.take_sent();
  EXPECT_EQ(wire::parse_ethernet(frame)->destination, base::MacAddress::broadcast());
  const auto request = wire::parse_arp(base::ByteSpan(frame).subspan(14));
  EXPECT_EQ(request->operation, ArpOperation::Request);
  EXPECT_EQ(request->sender_ip, ip("10.0.0.1"));
  EXPECT_EQ(request->target_ip, ip("10.0.0.2"));
}

TEST_F(ResolverTest, SendsHeldPacketsInOrderWhenTheAnswerComes) {
  sends_to("10.0.0.2", 1);
  sends_to("10.0.0.2", 2);
  port_.take_all_sent();
  neighbor_answers();
  ASSERT_EQ(port_.sent_count(), 2u);
  EXPECT_EQ(testing::read_tcp_frame(port_.take_sent()).payload.size(), 1u);
  EXPECT_EQ(testing::read_tcp_frame(port_.take_sent()).payload.size(), 2u);
  EXPECT_EQ(sends_to("10.0.0.2"), SendResult::Sent);
}

TEST_F(ResolverTest, AsksOnceForManyPackets) {
  for (int i = 0; i < 5; ++i) sends_to("10.0.0.2");
  EXPECT_EQ(port_.sent_count(), 1u);
}

TEST_F(ResolverTest, HoldsABoundedNumberOfPackets) {
  for (uint32_t i = 0; i < base::kPacketsPerUnresolvedNeighborMax; ++i) {
    EXPECT_EQ(sends_to("10.0.0.2"), SendResult::Queued);
  }
  EXPECT_EQ(sends_to("10.0.0.2"), SendResult::Refused);
  EXPECT_EQ(drops(DropReason::NeighborQueueFull), 1u);
}

TEST_F(ResolverTest, HoldsABoundedNumberOfPacketsInAll) {
  addresses_ = {testing::prefix("10.0.0.1/16")};
  make_host({});
  uint32_t queued = 0;
  for (int host = 2; host < 20; ++host) {
    for (uint32_t i = 0; i < base::kPacketsPerUnresolvedNeighborMax; ++i) {
      next_hop_ = {};
      if (sends_to("10.0.1." + std::to_string(host)) == SendResult::Queued) ++queued;
    }
  }
  EXPECT_EQ(queued, base::kPacketsAwaitingNeighborsMax);
}

TEST_F(ResolverTest, AsksThreeTimesASecondApartAndThenFails) {
  sends_to("10.0.0.2");
  EXPECT_EQ(port_.take_all_sent().size(), 1u);
  for (int i = 0; i < 2; ++i) {
    passes(Duration::from_ms(999));
    EXPECT_EQ(port_.sent_count(), 0u);
    passes(Duration::from_ms(2));
    EXPECT_EQ(port_.take_all_sent().size(), 1u);
  }
  passes(Duration::from_ms(1001));
  EXPECT_EQ(port_.sent_count(), 0u);
  EXPECT_EQ(drops(DropReason::NeighborUnresolved), 1u);
  EXPECT_EQ(pool_.buffers_in_use(), 0u);
}

TEST_F(ResolverTest, RefusesPacketsToANeighborThatFailedAndAsksAgainLater) {
  sends_to("10.0.0.2");
  for (int i = 0; i < 3; ++i) passes(Duration::from_ms(1001));
  EXPECT_EQ(sends_to("10.0.0.2"), SendResult::Unreachable);
  passes(Resolver::kFailureHold + Duration::from_ms(2));
  EXPECT_EQ(sends_to("10.0.0.2"), SendResult::Queued);
}

TEST_F(ResolverTest, RevivesAFailedNeighborThatAsksForUs) {
  sends_to("10.0.0.2");
  for (int i = 0; i < 3; ++i) passes(Duration::from_ms(1001));
  neighbor_asks_for_us();
  EXPECT_EQ(sends_to("10.0.0.2"), SendResult::Sent);
}

// --- A table that strangers fill.

class CrowdedResolverTest : public ResolverTest {
 protected:
  void SetUp() override {
    addresses_ = {testing::prefix("10.0.0.1/16")};
    make_host({});
  }
  static std::string stranger(uint32_t number) {
    return "10.0." + std::to_string(1 + number / 250) + "." + std::to_string(1 + number % 250);
  }
  void strangers_ask(uint32_t count) {
    for (uint32_t i = 0; i < count; ++i) {
      neighbor_arp(ArpOperation::Request, stranger(i), "10.0.0.1", 9);
      port_.take_all_sent();
    }
  }
};

TEST_F(CrowdedResolverTest, FindsRoomForWhomItAsksWhateverStrangersDo) {
  strangers_ask(base::kNeighborsMax + 10);
  EXPECT_EQ(host_->neighbors_count(), base::kNeighborsMax);
  EXPECT_EQ(drops(DropReason::NeighborTableFull), 10u) << "who asks is answered, and not learned";
  EXPECT_EQ(sends_to("10.0.0.2"), SendResult::Queued);
  port_.take_all_sent();
  neighbor_answers();
  EXPECT_EQ(port_.sent_count(), 1u);
}

TEST_F(CrowdedResolverTest, KeepsWhoHasAnsweredWhenItWantsToAskManyOthers) {
  sends_to("10.0.0.2");
  neighbor_answers();
  for (uint32_t i = 0; i < 2 * base::kNeighborsMax; ++i) {
    next_hop_ = {};
    sends_to(stranger(i));
    port_.take_all_sent();
  }
  EXPECT_EQ(host_->neighbors_count(), base::kNeighborsMax);
  EXPECT_GT(drops(DropReason::NeighborDisplaced), 0u);
  next_hop_ = {};
  EXPECT_EQ(sends_to("10.0.0.2"), SendResult::Sent);
}

// --- Keeping fresh.

TEST_F(ResolverTest, PollsANeighborInUseByUnicastBeforeItForgets) {
  neighbor_asks_for_us();
  uses_neighbor();
  passes(Resolver::kRefreshInterval + Duration::from_ms(2));
  const testing::Frame poll = port_.take_sent();
  EXPECT_EQ(wire::parse_ethernet(poll)->destination, mac(2));
  EXPECT_EQ(sends_to("10.0.0.2"), SendResult::Sent) << "packets go on during the poll";
  port_.take_all_sent();
  neighbor_answers();
  EXPECT_EQ(drops(DropReason::ArpUnsolicited), 0u);
  passes(Duration::from_s(5));
  EXPECT_EQ(port_.sent_count(), 0u) << "the answer has ended the poll";
}

TEST_F(ResolverTest, ForgetsANeighborThatNobodyUses) {
  neighbor_asks_for_us();
  passes(Resolver::kRefreshInterval + Duration::from_ms(2));
  EXPECT_EQ(port_.sent_count(), 0u);
  EXPECT_EQ(host_->neighbors_count(), 0u);
}

TEST_F(ResolverTest, AsksEverybodyAfterThePollWentUnanswered) {
  neighbor_asks_for_us();
  uses_neighbor();
  passes(Resolver::kRefreshInterval + Duration::from_ms(2));
  for (int i = 0; i < 3; ++i) passes(Duration::from_ms(1001));
  EXPECT_EQ(port_.take_all_sent().size(), Resolver::kRequestsMax);
  EXPECT_EQ(sends_to("10.0.0.2"), SendResult::Queued);
  EXPECT_EQ(wire::parse_ethernet(port_.take_sent())->destination, base::MacAddress::broadcast());
}

TEST_F(ResolverTest, HasNoDeadlineWhenItKnowsNobody) {
  EXPECT_TRUE(host_->next_deadline().is_never());
}

TEST_F(ResolverTest, NamesADeadlineThatIsNotLate) {
  sends_to("10.0.0.2");
  EXPECT_LE(host_->next_deadline(), now_ + Resolver::kRequestInterval);
}

// --- Announcing.

TEST_F(ResolverTest, AnnouncesEveryAddress) {
  addresses_ = {testing::prefix("10.0.0.1/24"), testing::prefix("10.0.0.7/24")};
  make_host({});
  host_->announce(now_);
  host_->flush();
  for (const char* address : {"10.0.0.1", "10.0.0.7"}) {
    const wire::ArpMessage announcement = sent_arp();
    EXPECT_EQ(announcement.sender_ip, ip(address));
    EXPECT_EQ(announcement.target_ip, ip(address));
    EXPECT_EQ(announcement.sender_mac, mac(1));
  }
}

TEST_F(ResolverTest, RepeatsItsAnnouncementsForThreeSecondsAndNoLonger) {
  host_->announce(now_);
  host_->flush();
  size_t announcements = port_.take_all_sent().size();
  EXPECT_EQ(announcements, 1u);
  for (int i = 0; i < 400; ++i) {
    passes(base::Duration::from_ms(10));
    announcements += port_.take_all_sent().size();
  }
  EXPECT_EQ(announcements, net::Resolver::kAnnouncements);
  EXPECT_TRUE(host_->next_deadline().is_never());
}

TEST_F(ResolverTest, CountsAFrameThatThePoolCannotHold) {
  std::vector<nic::Packet> held;
  while (nic::Packet packet = pool_.allocate_packet()) held.push_back(std::move(packet));
  host_->announce(now_);
  EXPECT_EQ(drops(DropReason::PoolEmpty), 1u);
}

TEST_F(ResolverTest, LeavesNoPacketBehindWhenItEnds) {
  sends_to("10.0.0.2");
  sends_to("10.0.0.3");
  host_.reset();
  port_.take_all_sent();
  EXPECT_EQ(pool_.buffers_in_use(), 0u);
}

}  // namespace
}  // namespace penstock::net
