// SPDX-License-Identifier: Apache-2.0
// tidy: test-twin: it is DPDK, devices and threads; tests/system runs it on net_tap
#include "control/daemon/data_plane.h"

#include <pthread.h>

#include <algorithm>
#include <csignal>
#include <optional>
#include <utility>

#include "control/daemon/worker_plan.h"
#include "dataplane/base/clock.h"
#include "dataplane/worker/run.h"

namespace penstock::daemon {

namespace {

// rte_socket_id's "any": with one worker a pool may lie on any node of the machine.
constexpr int kAnyNumaNode = -1;

uint64_t make_seed() { return base::make_secret_key().k0; }

}  // namespace

base::Result<std::unique_ptr<DataPlane>, std::string> DataPlane::build(
    const model::Configuration& configuration) {
  auto eal = nic::Eal::start(eal_settings(configuration));
  if (!eal.ok()) return base::Failure{eal.error()};
  const auto workers = static_cast<uint32_t>(configuration.workers.cores.size());
  std::unique_ptr<DataPlane> plane(new DataPlane(std::move(eal).value(), workers));
  std::string problem = plane->build_pools(configuration);
  if (problem.empty()) problem = plane->open_ports(configuration);
  if (!problem.empty()) return base::Failure{std::move(problem)};
  plane->build_workers(configuration);
  return plane;
}

DataPlane::DataPlane(nic::Eal eal, uint32_t workers) : eal_(std::move(eal)), epoch_(workers) {
  for (uint32_t i = 0; i < workers; ++i) channels_.emplace_back();
}

DataPlane::~DataPlane() { end_workers(); }

std::vector<worker::Channel*> DataPlane::channels() {
  std::vector<worker::Channel*> all;
  for (worker::Channel& channel : channels_) all.push_back(&channel);
  return all;
}

void DataPlane::launch_workers() {
  for (uint32_t i = 0; i < launches_.size(); ++i) eal_.launch(i, run_worker, &launches_[i]);
}

void DataPlane::command(worker::Command command) {
  // A full mailbox means a worker that is about to read its commands: the caller comes again.
  for (worker::Channel& channel : channels_) (void)channel.commands.post(command);
}

bool DataPlane::are_workers_serving() const { return are_all(worker::Phase::Serving); }

bool DataPlane::have_workers_ended() const { return are_all(worker::Phase::Ended); }

bool DataPlane::are_all(worker::Phase phase) const {
  return std::all_of(channels_.begin(), channels_.end(), [phase](const worker::Channel& channel) {
    return channel.phase.load(std::memory_order_acquire) == phase;
  });
}

void DataPlane::end_workers() {
  for (uint32_t i = 0; i < workers_.size(); ++i) eal_.join(i);
  workers_.clear();
}

std::string DataPlane::build_pools(const model::Configuration& configuration) {
  const worker::WorkerSizes sizes = worker::worker_sizes(sizing_demand(configuration));
  for (size_t i = 0; i < channels_.size(); ++i) {
    auto pool = nic::PacketPool::create("worker" + std::to_string(i), sizes.pool, kAnyNumaNode);
    if (!pool) {
      return "DPDK has no room for " + std::to_string(sizes.pool.buffers) + " packet buffers (" +
             eal_.log_line() + "): set memory.megabytes higher or limits.connections lower.";
    }
    pools_.push_back(std::move(*pool));
  }
  return {};
}

std::string DataPlane::open_ports(const model::Configuration& configuration) {
  std::vector<nic::PacketPool*> pools;
  for (nic::PacketPool& pool : pools_) pools.push_back(&pool);
  for (const model::Port& port : configuration.ports) {
    auto opened = nic::DpdkPort::open({.device = port.device,
                                       .pools = pools,
                                       .mtu = port.mtu,
                                       .descriptors = worker::kReceiveDescriptors,
                                       .mac = std::nullopt,
                                       .multicast = model::has_ipv6(port)});
    if (!opened.ok()) return "port \"" + port.name + "\": " + opened.error();
    ports_.push_back(std::move(opened).value());
  }
  return {};
}

void DataPlane::build_workers(const model::Configuration& configuration) {
  const std::vector<net::Route> all_routes = routes(configuration);
  std::vector<std::vector<worker::WorkerVlan>> port_vlans;
  for (const model::Port& port : configuration.ports) port_vlans.push_back(vlans(port));
  for (uint32_t i = 0; i < channels_.size(); ++i) {
    std::vector<worker::WorkerPort> ports;
    for (size_t k = 0; k < ports_.size(); ++k) {
      ports.push_back(worker_port(configuration.ports[k], port_vlans[k]));
      ports.back().port = ports_[k].get();
      ports.back().queue = static_cast<uint16_t>(i);
    }
    const WorkerSecrets secrets{.flow_key = base::make_secret_key(),
                                .isn_key = base::make_secret_key(),
                                .neighbor_key = base::make_secret_key(),
                                .seed = make_seed()};
    workers_.push_back(std::make_unique<worker::Worker>(
        worker_settings(configuration, i, secrets, base::monotonic_now()),
        worker::WorkerPlaces{.ports = ports,
                             .routes = all_routes,
                             .buffers = pools_[i],
                             .channel = channels_[i],
                             .epoch = epoch_}));
    launches_.push_back({workers_.back().get(), idle_mode(configuration)});
  }
}

int DataPlane::run_worker(void* launch) {
  // net_tap tells of frames by SIGIO. Every other thread blocks it (signals.h), so that it wakes
  // the one that receives them.
  sigset_t frames;
  sigemptyset(&frames);
  sigaddset(&frames, SIGIO);
  pthread_sigmask(SIG_UNBLOCK, &frames, nullptr);
  const auto& start = *static_cast<const Launch*>(launch);
  worker::run(*start.worker, start.idle_mode);
  return 0;
}

}  // namespace penstock::daemon
