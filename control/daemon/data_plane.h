// SPDX-License-Identifier: Apache-2.0
//
// DataPlane: DPDK, the ports, and one worker for each core, from start to end. It knows their
// order: what is built on something else is taken down before it, so that no tap interface, file
// or buffer is left behind.
// It publishes nothing and reads no signals (service.h does). Control thread.
// Invariants: (1) channels and the epoch outlive the workers; (2) end_workers() is called before
// the snapshots are freed that the workers may hold.
#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "control/daemon/worker_plan.h"
#include "control/model/configuration.h"
#include "dataplane/base/result.h"
#include "dataplane/base/shared_counts.h"
#include "dataplane/base/token_buckets.h"
#include "dataplane/nic/dpdk_port.h"
#include "dataplane/nic/eal.h"
#include "dataplane/nic/packet_pool.h"
#include "dataplane/worker/channel.h"
#include "dataplane/worker/epoch.h"
#include "dataplane/worker/idle.h"
#include "dataplane/worker/mesh.h"
#include "dataplane/worker/worker.h"

namespace penstock::daemon {

class DataPlane {
 public:
  // Starts DPDK, opens the ports and builds the workers; none of them runs yet. The error is one
  // sentence for the operator.
  static base::Result<std::unique_ptr<DataPlane>, std::string> build(
      const model::Configuration& configuration);
  DataPlane(const DataPlane&) = delete;
  DataPlane& operator=(const DataPlane&) = delete;
  ~DataPlane();

  std::vector<worker::Channel*> channels();
  worker::Epoch& epoch() noexcept { return epoch_; }

  // By port: whether the device brings frames to the worker that owns them. With several workers.
  std::vector<nic::SteeredBy> steered_by() const;

  // Lets every worker run on its core.
  void launch_workers();
  // Tells every worker; one that cannot be told now is told again by the next call.
  void command(worker::Command command);
  bool are_workers_serving() const;
  bool have_workers_ended() const;
  // Waits for the workers' threads and destroys the workers. Each has been told to end.
  void end_workers();

 private:
  // Whether a thread takes net_tap's signals of frames.
  enum class FrameSignals : uint8_t { Taken, Left };
  struct OpenPort {
    // One with a queue for each worker, or one for each worker.
    std::vector<std::unique_ptr<nic::DpdkPort>> devices;
    std::optional<nic::Steering> steering;  // with several workers
    PortSources sources;                    // among untagged frames
    std::vector<PortSources> vlan_sources;  // by VLAN
    std::vector<worker::WorkerVlan> vlans;
  };
  struct Launch {
    worker::Worker* worker;
    FrameSignals frame_signals;
    worker::IdleMode idle_mode;
  };

  DataPlane(nic::Eal eal, uint32_t workers);
  std::string build_pools(const model::Configuration& configuration);
  std::string open_ports(const model::Configuration& configuration);
  std::string open_port(const model::Port& port, std::span<const uint8_t> steering_key);
  worker::WorkerPort port_of_worker(const model::Port& port, size_t port_index,
                                    size_t worker) const;
  void build_workers(const model::Configuration& configuration);
  bool are_all(worker::Phase phase) const;
  static int run_worker(void* launch);

  // In the order of construction; taken down from the last to the first.
  nic::Eal eal_;
  std::deque<nic::PacketPool> pools_;
  std::optional<worker::Mesh> mesh_;  // between several workers
  std::deque<OpenPort> ports_;
  // Of all clients, through all configurations.
  base::TokenBuckets buckets_;
  base::SharedCounts source_counts_;
  worker::Epoch epoch_;
  std::deque<worker::Channel> channels_;
  std::vector<const upstream::PoolCounters*> pool_counters_;  // by worker
  std::vector<std::unique_ptr<worker::Worker>> workers_;
  std::vector<Launch> launches_;
};

}  // namespace penstock::daemon
