// SPDX-License-Identifier: Apache-2.0
//
// FuzzHost: one host, 10.0.0.2 and 2001:db8::2 with MAC mac(2), on one simulated port. It is made
// anew for each input, so that an input means the same whenever it is run; DPDK and the packet pool
// live as long as the process. Time is virtual. It owns no packet when it goes: whoever lost one is
// found by expect_no_buffer_in_use().
#pragma once

#include <algorithm>
#include <array>
#include <memory>
#include <vector>

#include "dataplane/base/check.h"
#include "dataplane/net/host.h"
#include "dataplane/nic/eal.h"
#include "dataplane/nic/port_queue.h"
#include "tests/support/eal_environment.h"
#include "tests/support/packet_builder.h"
#include "tests/support/simulated_port.h"

namespace penstock::fuzz {

class FuzzHost {
 public:
  FuzzHost() { settle_pool(); }

  static nic::PacketPool& pool() {
    static const auto eal =
        nic::Eal::start({.megabytes = 128, .huge_pages = nic::HugePages::Never});
    CHECK(eal.ok());
    // It lives as long as the process, and so does the environment that it is in.
    static nic::PacketPool* const only =
        std::make_unique<nic::PacketPool>(testing::make_test_pool()).release();
    return *only;
  }
  static void expect_no_buffer_in_use() {
    CHECK(pool().buffers_in_use() == 0);
    CHECK(pool().references_in_use() == 0);
  }

  // --- Scarcity.
  void leave_buffers(uint32_t count) {
    while (nic::Packet packet = pool().allocate_packet()) held_.push_back(std::move(packet));
    held_.resize(held_.size() - std::min<size_t>(count, held_.size()));
  }
  void give_buffers_back() { held_.clear(); }
  bool is_scarce() const noexcept { return !held_.empty(); }

  testing::SimulatedPort port{{.mac = testing::mac(2)}, pool()};
  nic::PortQueue queue{port, 0};

 private:
  std::array<base::IpPrefix, 3> addresses_{testing::prefix("10.0.0.2/16"),
                                           testing::prefix("2001:db8::2/64"),
                                           testing::prefix("fe80::2/64")};
  net::InterfaceSettings interface_{.queue = &queue, .addresses = addresses_};

  // What the input before left in the core's cache would count as used.
  void settle_pool() {
    leave_buffers(0);
    give_buffers_back();
  }
  std::vector<nic::Packet> held_;

 public:
  static constexpr base::Instant kStart = base::Instant::from_ns(1'000'000'000);
  net::Host host{
      {.interfaces = std::span(&interface_, 1), .routes = {}, .key = {1, 2}, .now = kStart},
      pool()};
};

}  // namespace penstock::fuzz
