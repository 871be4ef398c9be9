// SPDX-License-Identifier: Apache-2.0
//
// One Host on one simulated port, and the neighbour at the other end of its wire, who says what a
// test wants said. Base of the unit tests of net/.
// We are 10.0.0.1/24 with MAC mac(1); the neighbour is 10.0.0.2 with MAC mac(2).
// Time stands still until a test moves `now`.
#pragma once

#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "dataplane/net/host.h"
#include "tests/support/eal_environment.h"
#include "tests/support/packet_builder.h"
#include "tests/support/simulated_port.h"

namespace penstock::testing {

class HostFixture : public ::testing::Test {
 protected:
  explicit HostFixture(SimulatedPortSettings port = {}) : port_(std::move(port), pool_) {}

  void SetUp() override { make_host({}); }

  void make_host(std::vector<net::Route> routes) {
    const net::InterfaceSettings interface { .queue = &queue_, .addresses = addresses_ };
    host_.emplace(
        net::HostSettings{
            .interfaces = std::span(&interface, 1), .routes = routes, .key = {1, 2}, .now = now_},
        pool_);
  }

  // --- The neighbour speaks.
  net::Arrival arrives(const Frame& frame) {
    net::Arrival arrival = host_->on_frame(to_packet(frame, pool_), 0, now_);
    host_->flush();
    return arrival;
  }
  Frame from_neighbor(base::ByteSpan ip_packet) {
    return build_ethernet({.source = mac(2), .destination = mac(1)}, wire::EtherType::Ipv4,
                          ip_packet);
  }
  void neighbor_arp(wire::ArpOperation operation, std::string_view sender, std::string_view target,
                    uint8_t sender_mac = 2) {
    arrives(build_arp({.source = mac(sender_mac), .destination = mac(1)},
                      {.operation = operation,
                       .sender_mac = mac(sender_mac),
                       .sender_ip = ip(sender),
                       .target_mac = mac(1),
                       .target_ip = ip(target)}));
  }
  void neighbor_asks_for_us() {
    neighbor_arp(wire::ArpOperation::Request, "10.0.0.2", "10.0.0.1");
    port_.take_all_sent();
  }

  // --- We speak.
  net::SendResult sends_to(std::string_view destination, size_t payload_bytes = 0) {
    nic::Packet packet = pool_.allocate_packet();
    wire::emit_tcp_header({.source_port = 80, .destination_port = 1000},
                          packet.append(wire::kTcpHeaderBytes));
    packet.append(static_cast<uint32_t>(payload_bytes));
    const net::SendResult result = host_->send({.packet = std::move(packet),
                                                .source = ip("10.0.0.1"),
                                                .destination = ip(destination),
                                                .protocol = wire::kProtocolTcp},
                                               next_hop_, now_);
    host_->flush();
    return result;
  }
  void passes(base::Duration time) {
    now_ = now_ + time;
    host_->on_timers(now_);
    host_->flush();
  }

  // --- What left.
  wire::ArpMessage sent_arp() {
    const Frame frame = port_.take_sent();
    CHECK(wire::parse_ethernet(frame).value().type == wire::EtherType::Arp);
    return wire::parse_arp(base::ByteSpan(frame).subspan(wire::kEthernetHeaderBytes)).value();
  }
  uint64_t drops(wire::DropReason reason) const { return queue_.counters().drops.read(reason); }

  std::vector<base::IpPrefix> addresses_{prefix("10.0.0.1/24")};
  base::Instant now_ = base::Instant::from_ns(1'000'000'000);
  nic::PacketPool pool_ = make_test_pool();
  SimulatedPort port_;
  nic::PortQueue queue_{port_, 0};
  std::optional<net::Host> host_;
  net::NextHopCache next_hop_;
};

}  // namespace penstock::testing
