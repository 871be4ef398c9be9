// SPDX-License-Identifier: Apache-2.0
//
// ManyWorkersWorld: several workers between a simulated client host and a simulated origin host, on
// two ports with a queue for each worker, and a mesh between them. How the ports spread frames is
// the test's: as the workers believe, or in ways that they do not know.
//
//   client 10.1.0.2 ══ 10.1.0.1 workers 10.2.0.1 ══ 10.2.0.2:8001 origin
//
// Workers take turns, in an order that the seed draws anew each time. Single-threaded, in virtual
// time; the same seed is the same world.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <vector>

#include "control/compile/blueprint.h"
#include "control/publish/publisher.h"
#include "dataplane/base/random.h"
#include "dataplane/nic/steering.h"
#include "dataplane/worker/channel.h"
#include "dataplane/worker/epoch.h"
#include "dataplane/worker/mesh.h"
#include "dataplane/worker/worker.h"
#include "tests/sim/scenario.h"
#include "tests/sim/sim_client.h"
#include "tests/sim/sim_origin.h"
#include "tests/support/simulated_link.h"
#include "tests/support/simulated_port.h"

namespace penstock::testing {

enum class Wire : uint8_t {
  Nic,          // hashes by the key and table that it says it has
  LyingNic,     // says one key and hashes by another
  UnknownHash,  // says nothing, and hashes by a key that nobody knows
};

struct ManyWorkersSettings {
  uint32_t workers = 2;
  Wire wire = Wire::Nic;
  uint64_t seed = 1;
  LinkFaults faults = {};
  // Scarce: of the backends' port one reply in 2^14 comes to worker 1, all others to worker 0.
  enum class SourcePorts : uint8_t { Plenty, Scarce };
  SourcePorts source_ports = SourcePorts::Plenty;
};

class ManyWorkersWorld {
 public:
  explicit ManyWorkersWorld(const ManyWorkersSettings& settings);
  ManyWorkersWorld(const ManyWorkersWorld&) = delete;
  ManyWorkersWorld& operator=(const ManyWorkersWorld&) = delete;
  ~ManyWorkersWorld();

  // Lets time pass until `done`, at most so long; whether it came to that.
  bool run_until(const std::function<bool()>& done, base::Duration at_most);
  // One connection of the client with these exchanges, one after the other.
  void converse(std::vector<ExchangePlan> exchanges) {
    client_->converse({.exchanges = std::move(exchanges)}, now_);
  }
  void drain();

  SimClient& client() noexcept { return *client_; }
  SimOrigin& origin() noexcept { return *origin_; }
  const worker::Counters& counters(uint32_t worker) const { return channels_[worker].counters; }
  // Of all workers together.
  uint64_t sum(const std::function<uint64_t(const worker::Counters&)>& read) const;
  bool have_all_ended() const;
  uint32_t buffers_in_use() const;

 private:
  nic::Steering believed() const;
  nic::Steering believed_of_backends() const;
  SimulatedPort::Spread spread(const nic::Steering& steering) const;
  std::vector<nic::PacketPool*> pools();
  void build_workers();
  void publish();
  void step();

  ManyWorkersSettings settings_;
  base::Random random_;
  base::Instant now_ = base::Instant::from_ns(1'000'000'000);
  std::deque<nic::PacketPool> pools_;
  nic::Steering client_steering_;
  nic::Steering origin_steering_;
  SimulatedPort client_side_;
  SimulatedPort origin_side_;
  std::optional<SimClient> client_;
  std::optional<SimOrigin> origin_;
  std::optional<SimulatedLink> client_link_;
  std::optional<SimulatedLink> origin_link_;
  worker::Mesh mesh_;
  worker::Epoch epoch_;
  std::deque<worker::Channel> channels_;
  std::optional<publish::Publisher> publisher_;
  compile::Blueprint blueprint_;
  std::vector<std::unique_ptr<worker::Worker>> workers_;
  std::vector<base::Instant> deadlines_;  // by worker
};

}  // namespace penstock::testing
