// SPDX-License-Identifier: Apache-2.0
//
// A switchboard between a port of two queues and the other worker, which the test plays.
#include "dataplane/worker/switchboard.h"

#include <gtest/gtest.h>

#include "tests/support/packet_builder.h"
#include "tests/support/rss_key.h"
#include "tests/support/tcp_node.h"

namespace penstock::worker {
namespace {

using nic::SteeredBy;
using testing::endpoint;
using testing::Frame;
using testing::ip;
using testing::kVerificationKey;
using wire::DropReason;
using wire::TcpFlag;

const base::Endpoint kListener = endpoint("10.0.0.1", 80);
const testing::MacPair kMacs{testing::mac(9), testing::mac(1)};
constexpr uint32_t kOwn = 0;
constexpr uint32_t kPeer = 1;

class SwitchboardTest : public ::testing::Test {
 protected:
  explicit SwitchboardTest(const tcp::StackSettings& stack = {})
      : node_({.address = testing::prefix("10.0.0.1/24"), .stack = stack}) {
    queues_.emplace_back(node_.port, 0);
  }

  void steer_by(SteeredBy by) {
    steering_ = std::make_unique<nic::Steering>(nic::SteeredFamilies{by, by}, kVerificationKey,
                                                std::vector<uint16_t>{0, 1});
    switchboard_.emplace(
        Switchboard::Settings{.worker = kOwn,
                              .steering = std::array<const nic::Steering*, 1>{steering_.get()},
                              .mesh = mesh_,
                              .buffers = node_.pool,
                              .stack = node_.stack,
                              .counters = counters_});
  }
  // Of a flow that belongs to `worker`.
  Frame segment_of(uint32_t worker, wire::TcpFlags flags) const {
    testing::TcpSegmentSpec spec{.destination = kListener, .flags = flags};
    for (uint16_t port = 1024;; ++port) {
      spec.source = endpoint("10.0.0.9", port);
      if (steering_->worker_of(spec.source, spec.destination) == worker) break;
    }
    return testing::build_tcp_frame(kMacs, spec);
  }
  Frame report_of(uint32_t worker) const {
    const testing::TcpSegmentSpec spec = testing::read_tcp_frame(segment_of(worker, TcpFlag::Ack));
    const Frame quote =
        testing::build_tcp_packet({.source = spec.destination, .destination = spec.source});
    const Frame packet = testing::build_ipv4(
        {.source = ip("10.0.0.254"), .destination = kListener.address, .protocol = 1},
        testing::build_icmp(3, 4, 0, base::ByteSpan(quote).first(28)));
    return testing::build_ethernet(kMacs, wire::EtherType::Ipv4, packet);
  }
  // How many frames stay of this one.
  uint32_t sort(const Frame& frame) {
    std::array<nic::Packet, 1> burst{testing::to_packet(frame, node_.pool)};
    return switchboard_->sort(burst, 0, queues_[0], now_);
  }
  bool was_handed_over() { return mesh_.take(kOwn, kPeer).has_value(); }

  base::Instant now_ = base::Instant::from_ns(1);
  testing::TcpNode node_;
  std::deque<nic::PortQueue> queues_;
  std::unique_ptr<nic::Steering> steering_;
  Mesh mesh_{2};
  SwitchboardCounters counters_;
  std::optional<Switchboard> switchboard_;
};

TEST_F(SwitchboardTest, KeepsItsOwnAndHandsOverWhatIsAnothers) {
  steer_by(SteeredBy::Workers);
  for (const wire::TcpFlags flags : {wire::TcpFlags(TcpFlag::Syn), wire::TcpFlags(TcpFlag::Ack)}) {
    EXPECT_EQ(sort(segment_of(kOwn, flags)), 1u);
    EXPECT_FALSE(was_handed_over());
    EXPECT_EQ(sort(segment_of(kPeer, flags)), 0u);
    EXPECT_TRUE(was_handed_over());
  }
  EXPECT_EQ(counters_.frames_handed_over.read(), 2u);
  EXPECT_EQ(counters_.wrong_core_arrivals.read(), 0u);
}

TEST_F(SwitchboardTest, KeepsTheOrderOfWhatStays) {
  steer_by(SteeredBy::Workers);
  const Frame mine = segment_of(kOwn, TcpFlag::Ack);
  const Frame last = report_of(kOwn);
  const Frame other = segment_of(kPeer, TcpFlag::Ack);
  std::array burst{testing::to_packet(other, node_.pool), testing::to_packet(mine, node_.pool),
                   testing::to_packet(other, node_.pool), testing::to_packet(last, node_.pool)};
  ASSERT_EQ(switchboard_->sort(burst, 0, queues_[0], now_), 2u);
  EXPECT_EQ(burst[0].size(), mine.size());
  EXPECT_EQ(burst[1].size(), last.size());
  EXPECT_FALSE(burst[3]);
}

TEST_F(SwitchboardTest, HandsAnIcmpErrorToTheWorkerOfTheFlowItQuotes) {
  for (const SteeredBy by : {SteeredBy::Workers, SteeredBy::Nic}) {
    steer_by(by);
    EXPECT_EQ(sort(report_of(kOwn)), 1u);
    EXPECT_FALSE(was_handed_over());
    EXPECT_EQ(sort(report_of(kPeer)), 0u);
    EXPECT_TRUE(was_handed_over());
  }
  EXPECT_EQ(counters_.wrong_core_arrivals.read(), 0u);
}

TEST_F(SwitchboardTest, CountsAndHandsOverAReplyThatTheNicBroughtToTheWrongWorker) {
  steer_by(SteeredBy::Nic);
  EXPECT_EQ(sort(segment_of(kPeer, TcpFlag::Syn | TcpFlag::Ack)), 0u);
  EXPECT_TRUE(was_handed_over());
  EXPECT_EQ(counters_.wrong_core_arrivals.read(), 1u);
}

TEST_F(SwitchboardTest, KeepsAClientWhomTheNicBroughtHereAgainstOurArithmetic) {
  steer_by(SteeredBy::Nic);
  ASSERT_TRUE(node_.stack.listen(kListener, 1).ok());
  const Frame syn = segment_of(kPeer, TcpFlag::Syn);
  EXPECT_EQ(sort(syn), 1u);
  const testing::TcpSegmentSpec spec = testing::read_tcp_frame(syn);
  EXPECT_FALSE(node_.stack.claims(spec.destination, spec.source, now_));
  node_.port.deliver(syn);
  node_.receive(now_);
  ASSERT_TRUE(node_.stack.claims(spec.destination, spec.source, now_));
  EXPECT_EQ(sort(segment_of(kPeer, TcpFlag::Ack)), 1u);
  EXPECT_FALSE(was_handed_over());
  EXPECT_EQ(counters_.wrong_core_arrivals.read(), 2u);
}

class SwitchboardWithCookiesTest : public SwitchboardTest {
 protected:
  SwitchboardWithCookiesTest() : SwitchboardTest(with_cookies()) {}
  static tcp::StackSettings with_cookies() {
    tcp::StackSettings settings;
    settings.syn_cookies = tcp::SynCookies::Always;
    return settings;
  }
};

TEST_F(SwitchboardWithCookiesTest, KeepsAnAckThatMayBringACookieBackWhichWasSentHere) {
  steer_by(SteeredBy::Nic);
  ASSERT_TRUE(node_.stack.listen(kListener, 1).ok());
  const Frame ack = segment_of(kPeer, TcpFlag::Ack);
  EXPECT_EQ(sort(ack), 0u) << "no cookie was sent";
  EXPECT_TRUE(was_handed_over());
  const Frame syn = segment_of(kPeer, TcpFlag::Syn);
  EXPECT_EQ(sort(syn), 1u);
  node_.port.deliver(syn);
  node_.receive(now_);
  EXPECT_EQ(sort(ack), 1u);
  EXPECT_FALSE(was_handed_over());
  now_ = now_ + base::Duration::from_s(200);
  EXPECT_EQ(sort(ack), 0u) << "a cookie of so long ago is not good any more";
  EXPECT_TRUE(was_handed_over());
}

TEST_F(SwitchboardTest, KeepsClientsWhereverTheNicBringsThemWhenOnlyRepliesAreSteered) {
  steer_by(SteeredBy::Nic);
  const Frame client = segment_of(kPeer, TcpFlag::Ack);
  steer_by(SteeredBy::Rules);
  EXPECT_EQ(sort(client), 1u);
  EXPECT_EQ(counters_.wrong_core_arrivals.read(), 0u);
  const auto reply_to = [&](uint16_t port) {
    return testing::build_tcp_frame(kMacs, {.source = endpoint("10.0.0.9", 80),
                                            .destination = endpoint("10.0.0.1", port),
                                            .flags = TcpFlag::Ack});
  };
  EXPECT_EQ(sort(reply_to(0x9000)), 1u);
  EXPECT_EQ(sort(reply_to(0x9001)), 0u);
  EXPECT_TRUE(was_handed_over());
  EXPECT_EQ(counters_.wrong_core_arrivals.read(), 1u);
}

TEST_F(SwitchboardTest, TellsEveryWorkerWhatNeighborsAnswer) {
  steer_by(SteeredBy::Nic);
  const wire::ArpMessage answer{.operation = wire::ArpOperation::Reply,
                                .sender_mac = testing::mac(9),
                                .sender_ip = ip("10.0.0.9"),
                                .target_mac = testing::mac(1),
                                .target_ip = ip("10.0.0.1")};
  EXPECT_EQ(sort(testing::build_arp(kMacs, answer)), 1u);
  EXPECT_TRUE(was_handed_over());
}

TEST_F(SwitchboardTest, CountsWhatAFullMeshCannotTake) {
  steer_by(SteeredBy::Workers);
  const Frame frame = segment_of(kPeer, TcpFlag::Ack);
  for (uint32_t i = 0; i < base::kMeshFramesMax; ++i) EXPECT_EQ(sort(frame), 0u);
  EXPECT_EQ(queues_[0].counters().drops.read(DropReason::MeshFull), 1u);
  EXPECT_EQ(counters_.frames_handed_over.read(), base::kMeshFramesMax - 1);
}

TEST_F(SwitchboardTest, TakesOverIntoABufferOfItsOwnWithTheVerdictOfThePort) {
  steer_by(SteeredBy::Workers);
  nic::PacketPool others = testing::make_test_pool();
  const Frame frame = segment_of(kOwn, TcpFlag::Ack);
  MeshFrame message{testing::to_packet(frame, others), 0};
  message.frame.buffer()->ol_flags = RTE_MBUF_F_RX_L4_CKSUM_GOOD | RTE_MBUF_F_RX_RSS_HASH;
  ASSERT_TRUE(mesh_.post(kPeer, kOwn, message));
  std::array<MeshFrame, 4> taken;
  ASSERT_EQ(switchboard_->take_over(kPeer, taken, queues_), 1u);
  EXPECT_EQ(others.buffers_in_use(), 0u);
  const base::ByteSpan bytes = taken[0].frame.first();
  EXPECT_EQ(Frame(bytes.begin(), bytes.end()), frame);
  EXPECT_EQ(taken[0].frame.buffer()->ol_flags, RTE_MBUF_F_RX_L4_CKSUM_GOOD);
  EXPECT_EQ(counters_.frames_taken_over.read(), 1u);
}

TEST_F(SwitchboardTest, CountsWhatItHasNoBufferFor) {
  steer_by(SteeredBy::Workers);
  nic::PacketPool others = testing::make_test_pool();
  std::vector<nic::Packet> all;
  while (nic::Packet packet = node_.pool.allocate_packet()) all.push_back(std::move(packet));
  MeshFrame message{testing::to_packet(segment_of(kOwn, TcpFlag::Ack), others), 0};
  ASSERT_TRUE(mesh_.post(kPeer, kOwn, message));
  std::array<MeshFrame, 4> taken;
  EXPECT_EQ(switchboard_->take_over(kPeer, taken, queues_), 0u);
  EXPECT_EQ(queues_[0].counters().drops.read(DropReason::PoolEmpty), 1u);
  EXPECT_EQ(others.buffers_in_use(), 0u);
}

}  // namespace
}  // namespace penstock::worker
