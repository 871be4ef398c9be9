// SPDX-License-Identifier: Apache-2.0
//
// Two hosts on one wire, and one host with two arms.
#include "dataplane/net/host.h"

#include "tests/support/host_fixture.h"
#include "tests/support/simulated_link.h"

namespace penstock::net {
namespace {

using base::Duration;
using testing::ip;
using testing::mac;
using testing::prefix;

class HostTest : public testing::HostFixture {};

TEST_F(HostTest, ChoosesTheSourceAndTheMtuByTheRoute) {
  EXPECT_EQ(host_->source_for(ip("10.0.0.9")), ip("10.0.0.1"));
  EXPECT_FALSE(host_->source_for(ip("192.168.0.1")));
  EXPECT_EQ(host_->mtu_for(ip("10.0.0.9")), 1500);
  EXPECT_EQ(host_->mtu_for(ip("192.168.0.1")), 1500);
}

TEST_F(HostTest, OwnsItsAddresses) {
  EXPECT_TRUE(host_->owns(ip("10.0.0.1")));
  EXPECT_FALSE(host_->owns(ip("10.0.0.2")));
}

TEST_F(HostTest, CountsWhatTheLayerAboveDiscards) {
  host_->count_drop(0, wire::DropReason::TcpNoListener);
  EXPECT_EQ(drops(wire::DropReason::TcpNoListener), 1u);
}

TEST_F(HostTest, AnswersBothSidesOnOneArm) {
  // Client and backend are neighbours on the same port.
  neighbor_arp(wire::ArpOperation::Request, "10.0.0.2", "10.0.0.1", 2);
  neighbor_arp(wire::ArpOperation::Request, "10.0.0.3", "10.0.0.1", 3);
  port_.take_all_sent();
  sends_to("10.0.0.2");
  next_hop_ = {};
  sends_to("10.0.0.3");
  EXPECT_EQ(wire::parse_ethernet(port_.take_sent())->destination, mac(2));
  EXPECT_EQ(wire::parse_ethernet(port_.take_sent())->destination, mac(3));
}

// A host with a port of its own, at one end of a wire.
struct Station {
  Station(uint8_t number, base::IpPrefix address)
      : port({.name = "sim", .mac = mac(number)}, pool), queue(port, 0), interface {
    .queue = &queue, .addresses = std::span(&own, 1)
  }, own(address),
      host({.interfaces = std::span(&interface, 1),
            .routes = {},
            .key = {number, 0},
            .now = base::Instant()},
           pool) {
  }

  // Receives what has arrived and returns how many datagrams it brought.
  int turn(base::Instant now) {
    std::array<nic::Packet, base::kBurstPackets> burst;
    int datagrams = 0;
    const uint32_t count = queue.receive(burst);
    for (uint32_t i = 0; i < count; ++i) {
      const Arrival arrival = host.on_frame(std::move(burst[i]), 0, now);
      if (std::holds_alternative<IpDatagram>(arrival)) ++datagrams;
    }
    host.on_timers(now);
    host.flush();
    return datagrams;
  }

  nic::PacketPool pool = testing::make_test_pool();
  testing::SimulatedPort port;
  nic::PortQueue queue;
  InterfaceSettings interface;
  base::IpPrefix own;
  Host host;
};

class TwoHostsTest : public ::testing::Test {
 protected:
  void a_sends() {
    nic::Packet packet = a_.pool.allocate_packet();
    wire::emit_tcp_header({.source_port = 1, .destination_port = 2}, packet.append(20));
    a_.host.send({.packet = std::move(packet),
                  .source = ip("10.0.0.1"),
                  .destination = ip("10.0.0.2"),
                  .protocol = wire::kProtocolTcp},
                 next_hop_, now_);
  }
  int run(testing::SimulatedLink& link, Duration time) {
    int arrived = 0;
    for (const base::Instant end = now_ + time; now_ < end; now_ = now_ + Duration::from_ms(1)) {
      a_.turn(now_);
      link.carry(now_);
      arrived += b_.turn(now_);
    }
    return arrived;
  }

  base::Instant now_;
  NextHopCache next_hop_;
  Station a_{1, prefix("10.0.0.1/24")};
  Station b_{2, prefix("10.0.0.2/24")};
};

TEST_F(TwoHostsTest, ResolveEachOtherAndDeliver) {
  testing::SimulatedLink link({}, a_.port, b_.port);
  a_sends();
  EXPECT_EQ(run(link, Duration::from_ms(20)), 1);
}

TEST_F(TwoHostsTest, ResolveEachOtherOverAWireThatLoses) {
  int delivered = 0;
  for (uint64_t seed = 0; seed < 20; ++seed) {
    testing::SimulatedLink link({.faults = {.loss = 200}, .seed = seed}, a_.port, b_.port);
    a_sends();
    delivered += run(link, Duration::from_s(4));
  }
  EXPECT_GT(delivered, 10);
}

TEST_F(TwoHostsTest, KeepEachOtherFreshForAsLongAsTheyTalk) {
  testing::SimulatedLink link({}, a_.port, b_.port);
  int delivered = 0;
  for (int second = 0; second < 120; ++second) {
    a_sends();
    delivered += run(link, Duration::from_s(1));
  }
  EXPECT_EQ(delivered, 120);
  EXPECT_EQ(a_.queue.counters().drops.total(), 0u);
}

TEST_F(TwoHostsTest, LoseNoBufferWhateverTheWireDoes) {
  testing::SimulatedLink link(
      {.faults = {.loss = 100, .duplication = 100, .reordering = 100, .corruption = 100}}, a_.port,
      b_.port);
  for (int i = 0; i < 200; ++i) {
    a_sends();
    run(link, Duration::from_ms(100));
  }
  link.set_faults({.loss = 1000});
  run(link, Duration::from_s(60));
  EXPECT_EQ(a_.pool.buffers_in_use(), 0u);
  EXPECT_EQ(b_.pool.buffers_in_use(), 0u);
}

}  // namespace
}  // namespace penstock::net
