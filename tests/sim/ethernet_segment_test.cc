// SPDX-License-Identifier: Apache-2.0
#include "tests/sim/ethernet_segment.h"

#include <gtest/gtest.h>

#include <vector>

#include "tests/sim/wire_view.h"
#include "tests/support/eal_environment.h"
#include "tests/support/packet_builder.h"

namespace penstock::testing {
namespace {

constexpr uint16_t kVlan = 100;
const base::MacAddress kEverybody{{0xff, 0xff, 0xff, 0xff, 0xff, 0xff}};

// The trunk has MAC 1, the stations 2 (untagged), 3 and 4 (in the VLAN).
class EthernetSegmentTest : public ::testing::Test, private WireTap {
 protected:
  EthernetSegmentTest() {
    segment_.attach(plain_, 0, {}, 1);
    segment_.attach(tagged_, kVlan, {}, 2);
    segment_.attach(other_, kVlan, {}, 3);
  }

  static Frame frame(uint8_t from, base::MacAddress to, uint16_t vlan = 0) {
    const std::vector<uint8_t> payload(50, 7);
    return build_ethernet({.source = mac(from), .destination = to}, wire::EtherType::Ipv4, payload,
                          vlan);
  }
  void carry() {
    segment_.carry(now_);
    now_ = now_ + base::Duration::from_ms(1);
    segment_.carry(now_);
  }
  void send(SimulatedPort& port, const Frame& bytes) {
    std::vector<nic::Packet> burst;
    burst.push_back(to_packet(bytes, pool_));
    ASSERT_EQ(port.transmit(0, burst), 1u);
    carry();
  }
  Frame received(SimulatedPort& port) {
    std::vector<nic::Packet> burst(1);
    if (port.receive(0, burst) == 0) return {};
    const base::ByteSpan bytes = burst[0].first();
    return {bytes.begin(), bytes.end()};
  }

  nic::PacketPool pool_ = make_test_pool({.buffers = 63, .references = 63});
  SimulatedPort trunk_{{.name = "trunk", .mac = mac(1)}, pool_};
  SimulatedPort plain_{{.name = "plain", .mac = mac(2)}, pool_};
  SimulatedPort tagged_{{.name = "tagged", .mac = mac(3)}, pool_};
  SimulatedPort other_{{.name = "other", .mac = mac(4)}, pool_};
  int strays_ = 0;

 private:
  void on_sent(base::ByteSpan, At, base::Instant) override {}
  void on_arrived(base::ByteSpan, At, base::Instant) override {}
  void on_stray(base::ByteSpan) override { ++strays_; }

  base::Instant now_ = base::Instant::from_ns(1);
  EthernetSegment segment_{trunk_, *this};
};

TEST_F(EthernetSegmentTest, TagsWhatAStationOfAVlanSaysAndNothingElse) {
  send(tagged_, frame(3, mac(1)));
  EXPECT_EQ(received(trunk_), frame(3, mac(1), kVlan));
  send(plain_, frame(2, mac(1)));
  EXPECT_EQ(received(trunk_), frame(2, mac(1)));
}

TEST_F(EthernetSegmentTest, TakesTheTagOffOnTheWayToAStation) {
  send(trunk_, frame(1, mac(3), kVlan));
  EXPECT_EQ(received(tagged_), frame(1, mac(3)));
  EXPECT_EQ(received(other_), Frame());
}

TEST_F(EthernetSegmentTest, BroadcastsWithinAVlan) {
  send(trunk_, frame(1, kEverybody, kVlan));
  EXPECT_EQ(received(tagged_), frame(1, kEverybody));
  EXPECT_EQ(received(other_), frame(1, kEverybody));
  EXPECT_EQ(received(plain_), Frame());
}

TEST_F(EthernetSegmentTest, LetsNothingFromOneVlanIntoAnother) {
  send(trunk_, frame(1, mac(3)));
  send(trunk_, frame(1, mac(2), kVlan));
  EXPECT_EQ(received(tagged_), Frame());
  EXPECT_EQ(received(plain_), Frame());
  EXPECT_EQ(strays_, 2);
}

}  // namespace
}  // namespace penstock::testing
