// SPDX-License-Identifier: Apache-2.0
//
// SimWorkers: all that is Penstock in a simulated world: two ports, and one to four workers on them
// with pools, channels and a mesh, as control puts them together. It says when a worker wants its
// turn and gives turns, in an order that the seed draws anew each time; a worker that was handed
// something while it slept wakes a little later.
// What the ports are connected to is others' business. Single-threaded, in virtual time.
#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <vector>

#include "control/compile/blueprint.h"
#include "control/model/configuration.h"
#include "control/publish/publisher.h"
#include "dataplane/base/random.h"
#include "dataplane/base/time.h"
#include "dataplane/nic/packet_pool.h"
#include "dataplane/worker/channel.h"
#include "dataplane/worker/epoch.h"
#include "dataplane/worker/mesh.h"
#include "dataplane/worker/worker.h"
#include "tests/sim/ledger.h"
#include "tests/sim/port_wire.h"
#include "tests/sim/scenario.h"
#include "tests/sim/world_networks.h"
#include "tests/support/simulated_port.h"

namespace penstock::testing {

class SimWorkers {
 public:
  SimWorkers(const Scenario& scenario, base::Instant now);
  SimWorkers(const SimWorkers&) = delete;
  SimWorkers& operator=(const SimWorkers&) = delete;
  ~SimWorkers();

  // Turns every worker that is due.
  void turn(base::Instant now);
  // When the next one is.
  base::Instant next_deadline(base::Instant now) const;
  uint64_t turns() const { return turns_; }
  bool have_ended() const;
  // Whether everything that one worker handed to another has been seen by it.
  bool is_mesh_quiet(base::Instant now) const;

  // --- Control.
  void publish(const model::Configuration& configuration, base::Instant now);
  const model::Configuration& configuration() const { return blueprint_.configuration; }
  void drain(base::Instant now);
  // Frees snapshots that nobody needs; how many are left beside the current ones.
  size_t collect();

  // --- Mishaps.
  enum class Ports : uint8_t { Ready, Behind };
  void set_ports(Ports ports, base::Instant now);
  enum class Turning : uint8_t { Turning, Stalled };
  void set_turning(uint32_t worker, Turning turning) { cores_[worker].turning = turning; }

  // --- What is there.
  uint32_t count() const { return static_cast<uint32_t>(cores_.size()); }
  SimulatedPort& port(Side side) { return side == Side::Clients ? client_side_ : backend_side_; }
  worker::Worker& worker(uint32_t index) { return *cores_[index].worker; }
  worker::Channel& channel(uint32_t index) { return channels_[index]; }
  nic::PacketPool& pool(uint32_t index) { return pools_[index]; }
  // Packets of all workers that were discarded on their way to the wire.
  uint64_t lost_inside() const;
  Ledger ledger(const WireCounts& wire) const;

 private:
  struct Core {
    std::unique_ptr<worker::Worker> worker;
    Turning turning = Turning::Turning;
    base::Instant deadline;  // when it wants to be turned
    base::Instant free_at;   // when its last turn is over
  };
  // The networks of a port, as a worker is told of them.
  struct PortPlan {
    std::vector<OurNetwork> networks;
    std::vector<worker::WorkerVlan> vlans;
    worker::WorkerPort port;
  };

  std::vector<nic::PacketPool*> pools();
  PortPlan plan_port(const Scenario& scenario, Side side);
  void build(const Scenario& scenario, base::Instant now);
  void turn_one(uint32_t index, base::Instant now);
  void wake_all(base::Instant now);
  uint64_t handed_over(uint32_t index) const;
  size_t arriving(uint32_t index) const;
  bool is_turned(const Core& core) const;

  base::Random random_;
  base::Duration turn_time_;
  base::Duration sleep_;
  std::deque<nic::PacketPool> pools_;  // by worker, as are channels_ and cores_
  PortWire client_wire_;
  PortWire backend_wire_;
  SimulatedPort client_side_;
  SimulatedPort backend_side_;
  PortPlan client_plan_;
  PortPlan backend_plan_;

  std::optional<worker::Mesh> mesh_;
  worker::Epoch epoch_;
  std::deque<worker::Channel> channels_;
  std::optional<publish::Publisher> publisher_;
  compile::Blueprint blueprint_;
  std::vector<Core> cores_;
  base::Instant last_handover_;
  bool are_ports_behind_ = false;
  uint64_t turns_ = 0;
};

}  // namespace penstock::testing
