// SPDX-License-Identifier: Apache-2.0
//
// Any bytes as a received frame: the host never crashes, leaks a buffer or leaves one uncounted.
#include <memory>

#include "dataplane/base/check.h"
#include "dataplane/net/host.h"
#include "dataplane/nic/eal.h"
#include "tests/support/eal_environment.h"
#include "tests/support/packet_builder.h"
#include "tests/support/simulated_port.h"

namespace {

using penstock::base::Instant;

struct World {
  penstock::nic::PacketPool pool = penstock::testing::make_test_pool();
  penstock::testing::SimulatedPort port{{}, pool};
  penstock::nic::PortQueue queue{port, 0};
  penstock::base::IpPrefix address = penstock::testing::prefix("10.0.0.1/24");
  penstock::net::InterfaceSettings interface {
    .queue = &queue, .addresses = std::span(&address, 1)
  };
  penstock::net::Host host{
      {.interfaces = std::span(&interface, 1), .routes = {}, .key = {1, 2}, .now = Instant()},
      pool};
};

World& world() {
  static const auto eal =
      penstock::nic::Eal::start({.megabytes = 128, .huge_pages = penstock::nic::HugePages::Never});
  CHECK(eal.ok());
  // It lives as long as the process, and so does the environment that its pool is in.
  static World* const only = std::make_unique<World>().release();
  return *only;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  World& w = world();
  if (size > penstock::nic::PacketPool::kDataBytes) return 0;
  w.host.on_frame(penstock::testing::to_packet({data, size}, w.pool), 0, Instant());
  w.host.flush();
  w.port.take_all_sent();
  CHECK(w.pool.buffers_in_use() == 0);
  return 0;
}
