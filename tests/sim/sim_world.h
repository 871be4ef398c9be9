// SPDX-License-Identifier: Apache-2.0
//
// SimWorld: one worker whole, with its real stack, proxy and a snapshot compiled from text, between
// a simulated client host and a simulated origin host, over links that lose, repeat and reorder.
//
//   client 10.1.0.2 --- 10.1.0.1 worker 10.2.0.1 --- 10.2.0.2:8001, :8002 origin
//
// Everything, time included, comes from one seed: the same seed is the same world.
// Single-threaded.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "control/compile/blueprint.h"
#include "control/model/configuration.h"
#include "control/publish/publisher.h"
#include "dataplane/base/time.h"
#include "dataplane/nic/packet_pool.h"
#include "dataplane/worker/channel.h"
#include "dataplane/worker/epoch.h"
#include "dataplane/worker/worker.h"
#include "tests/sim/sim_client.h"
#include "tests/sim/sim_origin.h"
#include "tests/support/simulated_link.h"
#include "tests/support/simulated_port.h"

namespace penstock::testing {

struct SimWorldSettings {
  uint64_t seed = 1;
  LinkFaults faults;
  base::Duration delay = base::Duration::from_us(100);
};

// Faults and a delay that are drawn from the seed.
SimWorldSettings rough_world(uint64_t seed);

class SimWorld {
 public:
  static constexpr uint16_t kFirstBackend = 8001;
  static constexpr uint16_t kSecondBackend = 8002;

  explicit SimWorld(const SimWorldSettings& settings);
  SimWorld(const SimWorld&) = delete;
  SimWorld& operator=(const SimWorld&) = delete;
  ~SimWorld();

  // Lets time pass until `done`, at most so long; whether it came to that.
  bool run_until(const std::function<bool()>& done, base::Duration at_most);

  void converse(std::vector<SimRequest> requests, Pace pace) {
    client_.converse(std::move(requests), pace, now_);
  }
  // Publishes a changed configuration, as control does.
  void publish(const model::Configuration& configuration);
  const model::Configuration& configuration() const { return blueprint_.configuration; }
  void drain();
  // Frees snapshots that nobody needs; how many are left beside the current one.
  size_t collect();

  base::Instant now() const noexcept { return now_; }
  SimClient& client() noexcept { return client_; }
  SimOrigin& origin() noexcept { return origin_; }
  worker::Worker& worker() noexcept { return *worker_; }
  worker::Channel& channel() noexcept { return channel_; }
  nic::PacketPool& worker_pool() noexcept { return pool_; }
  base::IpAddress origin_address() const;

 private:
  base::Instant next_event() const;
  void step();

  base::Instant now_ = base::Instant::from_ns(1'000'000'000);
  nic::PacketPool pool_;
  SimulatedPort client_side_;
  SimulatedPort origin_side_;
  SimClient client_;
  SimOrigin origin_;
  SimulatedLink client_link_;
  SimulatedLink origin_link_;
  worker::Epoch epoch_{1};
  worker::Channel channel_;
  publish::Publisher publisher_;
  compile::Blueprint blueprint_;
  std::unique_ptr<worker::Worker> worker_;
  base::Instant worker_deadline_;
};

}  // namespace penstock::testing
