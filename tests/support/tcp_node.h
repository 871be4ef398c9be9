// SPDX-License-Identifier: Apache-2.0
//
// TcpNode: one host with one port and a TCP stack, everything real but the port. A test plays its
// user between receive() and send(), and whatever carries frames plays the wire.
// Single-threaded, in virtual time.
#pragma once

#include <array>
#include <optional>
#include <utility>
#include <variant>

#include "dataplane/net/host.h"
#include "dataplane/nic/port_queue.h"
#include "dataplane/tcp/stack.h"
#include "tests/support/eal_environment.h"
#include "tests/support/packet_builder.h"
#include "tests/support/simulated_port.h"

namespace penstock::testing {

struct TcpNodeSettings {
  base::IpPrefix address;
  uint8_t mac_last = 1;
  tcp::StackSettings stack = {};
  nic::PortFeatures features = {};
  nic::PacketPoolSizes pool = {.buffers = 4095, .references = 4095};
  nic::PacketPool* lent_pool = nullptr;  // instead of one of its own
  base::Instant now = base::Instant::from_ns(0);
  net::ReplyTo reply_to = net::ReplyTo::Route;
  uint16_t mtu = 1500;
  uint32_t neighbors_max = 64;  // a node is made in no time, as often as a fuzz target wants one
};

class TcpNode {
 public:
  explicit TcpNode(const TcpNodeSettings& settings)
      : own_pool_(settings.lent_pool == nullptr ? std::optional(make_test_pool(settings.pool))
                                                : std::nullopt),
        pool(own_pool_ ? *own_pool_ : *settings.lent_pool),
        port({.name = "sim",
              .mac = mac(settings.mac_last),
              .mtu = settings.mtu,
              .features = settings.features},
             pool),
        queue(port, 0),
        host({.interfaces = interface_of(settings),
              .routes = {},
              .key = {1, 2},
              .now = settings.now,
              .neighbors_max = settings.neighbors_max},
             pool),
        stack(settings.stack, pool, host) {}

  // Everything that has arrived is processed, and what time brings.
  void receive(base::Instant now) {
    pool.sample_pressure();
    std::array<nic::Packet, base::kBurstPackets> burst;
    while (const uint32_t count = queue.receive(burst)) {
      for (uint32_t i = 0; i < count; ++i) {
        auto arrival = host.on_frame(std::exchange(burst[i], nic::Packet()), 0, now);
        if (auto* datagram = std::get_if<net::IpDatagram>(&arrival)) {
          stack.on_segment(std::move(*datagram), now);
        } else if (const auto* error = std::get_if<wire::IcmpError>(&arrival)) {
          icmp_used += stack.on_icmp_error(*error, now) == tcp::IcmpUse::Used ? 1 : 0;
        }
      }
    }
    host.on_timers(now);
    stack.on_timers(now);
  }

  void send(base::Instant now) {
    stack.flush(now);
    host.flush();
  }

  base::Instant next_deadline() const {
    return base::earlier(stack.next_deadline(), host.next_deadline());
  }

  uint32_t icmp_used = 0;  // errors that the stack believed

 private:
  std::optional<nic::PacketPool> own_pool_;

 public:
  nic::PacketPool& pool;
  SimulatedPort port;
  nic::PortQueue queue;

 private:
  std::array<net::InterfaceSettings, 1> interface_of(const TcpNodeSettings& settings) {
    address_ = settings.address;
    return {
        {{.queue = &queue, .addresses = std::span(&address_, 1), .reply_to = settings.reply_to}}};
  }
  base::IpPrefix address_;

 public:
  net::Host host;
  tcp::Stack stack;
};

}  // namespace penstock::testing
