// SPDX-License-Identifier: Apache-2.0
//
// One Host on one simulated port, and the neighbour at the other end of its wire, who says what a
// test wants said. Base of the unit tests of net/.
// We are 10.0.0.1/24 with MAC mac(1); the neighbour is 10.0.0.2 with MAC mac(2). A test of IPv6
// makes us 2001:db8::1/64, and the neighbour is 2001:db8::2. Time stands still until a test moves
// `now`.
#pragma once

#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "dataplane/net/host.h"
#include "dataplane/wire/icmpv6.h"
#include "tests/support/eal_environment.h"
#include "tests/support/packet_builder.h"
#include "tests/support/simulated_port.h"

namespace penstock::testing {

class HostFixture : public ::testing::Test {
 protected:
  explicit HostFixture(SimulatedPortSettings port = {}, std::string_view ours = "10.0.0.1/24")
      : addresses_{prefix(ours)}, port_(std::move(port), pool_) {}

  void SetUp() override { make_host({}); }

  void make_host(std::vector<net::Route> routes) {
    const net::InterfaceSettings interface {
      .queue = &queue_, .addresses = addresses_, .reply_to = reply_to_
    };
    make_host(std::span(&interface, 1), std::move(routes));
  }
  void make_host(std::span<const net::InterfaceSettings> interfaces,
                 std::vector<net::Route> routes) {
    host_.emplace(
        net::HostSettings{.interfaces = interfaces, .routes = routes, .key = {1, 2}, .now = now_},
        pool_);
  }

  // --- The neighbour speaks.
  net::Arrival arrives(const Frame& frame) {
    net::Arrival arrival = host_->on_frame(to_packet(frame, pool_), 0, now_);
    host_->flush();
    return arrival;
  }
  Frame from_neighbor(base::ByteSpan ip_packet) {
    const auto type = ip_packet[0] >> 4 == 4 ? wire::EtherType::Ipv4 : wire::EtherType::Ipv6;
    return build_ethernet({.source = mac(2), .destination = mac(1)}, type, ip_packet);
  }
  Frame to_group(base::IpAddress group, base::ByteSpan ip_packet) {
    return build_ethernet({.source = mac(2), .destination = wire::multicast_mac(group)},
                          wire::EtherType::Ipv6, ip_packet);
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

  // The neighbour's NDP, in a packet to us or to a group.
  void neighbor_ndp(const wire::NdpMessage& message, std::string_view source,
                    std::string_view destination) {
    const base::IpAddress to = ip(destination);
    const Frame packet = build_ndp_packet(message, ip(source), to);
    arrives(wire::is_multicast_v6(to) ? to_group(to, packet) : from_neighbor(packet));
  }
  void neighbor_solicits_us() {
    neighbor_ndp({.kind = wire::NdpKind::Solicitation, .target = ip("2001:db8::1"), .mac = mac(2)},
                 "2001:db8::2", "ff02::1:ff00:1");
    port_.take_all_sent();
  }

  // --- We speak, from our first address.
  net::SendResult sends_to(std::string_view destination, size_t payload_bytes = 0) {
    nic::Packet packet = pool_.allocate_packet();
    wire::emit_tcp_header({.source_port = 80, .destination_port = 1000},
                          packet.append(wire::kTcpHeaderBytes));
    packet.append(static_cast<uint32_t>(payload_bytes));
    const net::SendResult result = host_->send({.packet = std::move(packet),
                                                .source = addresses_.front().address,
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
  // The NDP message that left, and the packet's header.
  struct SentNdp {
    base::MacAddress to;
    wire::Ipv6Header ip;
    wire::NdpMessage message;
  };
  SentNdp sent_ndp() {
    const Frame frame = port_.take_sent();
    const auto ethernet = wire::parse_ethernet(frame).value();
    CHECK(ethernet.type == wire::EtherType::Ipv6);
    const base::ByteSpan packet = base::ByteSpan(frame).subspan(ethernet.bytes);
    const auto header = wire::parse_ipv6(packet).value();
    const auto message =
        wire::parse_icmpv6(packet.subspan(header.header_bytes), header.source, header.destination);
    return {ethernet.destination, header, std::get<wire::NdpMessage>(message.value())};
  }
  uint64_t drops(wire::DropReason reason) const { return queue_.counters().drops.read(reason); }

  std::vector<base::IpPrefix> addresses_;
  net::ReplyTo reply_to_ = net::ReplyTo::Route;
  base::Instant now_ = base::Instant::from_ns(1'000'000'000);
  nic::PacketPool pool_ = make_test_pool();
  SimulatedPort port_;
  nic::PortQueue queue_{port_, 0};
  std::optional<net::Host> host_;
  net::NextHopCache next_hop_;
};

}  // namespace penstock::testing
