// SPDX-License-Identifier: Apache-2.0
// tidy: test-twin: it is DPDK, devices and threads; tests/system runs it on net_tap
#include "control/daemon/data_plane.h"

#include <pthread.h>

#include <algorithm>
#include <array>
#include <csignal>
#include <cstring>
#include <optional>
#include <utility>

#include "control/daemon/device.h"
#include "control/daemon/worker_plan.h"
#include "dataplane/base/clock.h"
#include "dataplane/worker/run.h"

namespace penstock::daemon {

namespace {

// rte_socket_id's "any": DPDK prefers the node of the thread that asks.
constexpr int kAnyNumaNode = -1;

uint64_t make_seed() { return base::make_secret_key().k0; }

using SteeringKey = std::array<uint8_t, nic::kRssKeyBytes>;

// Nobody outside can choose which worker a flow goes to.
SteeringKey make_steering_key() {
  SteeringKey key{};
  for (size_t at = 0; at < key.size(); at += sizeof(uint64_t)) {
    const uint64_t word = base::make_secret_key().k0;
    std::memcpy(&key[at], &word, sizeof word);
  }
  return key;
}

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

DataPlane::DataPlane(nic::Eal eal, uint32_t workers)
    : eal_(std::move(eal)),
      buckets_(base::make_secret_key()),
      source_counts_(base::make_secret_key()),
      epoch_(workers) {
  if (workers > 1) mesh_.emplace(workers);
  for (uint32_t i = 0; i < workers; ++i) channels_.emplace_back();
}

DataPlane::~DataPlane() { end_workers(); }

std::vector<worker::Channel*> DataPlane::channels() {
  std::vector<worker::Channel*> all;
  for (worker::Channel& channel : channels_) all.push_back(&channel);
  return all;
}

std::vector<nic::SteeredBy> DataPlane::steered_by() const {
  std::vector<nic::SteeredBy> all;
  if (!mesh_) return all;
  for (const OpenPort& port : ports_) all.push_back(port.steering->families().v4);
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
  const SteeringKey key = make_steering_key();
  for (const model::Port& port : configuration.ports) {
    if (std::string problem = open_port(port, key); !problem.empty()) {
      return "port \"" + port.name + "\": " + problem;
    }
  }
  return {};
}

std::string DataPlane::open_port(const model::Port& port, std::span<const uint8_t> steering_key) {
  const auto workers = static_cast<uint32_t>(pools_.size());
  std::vector<nic::PacketPool*> pools;
  for (nic::PacketPool& pool : pools_) pools.push_back(&pool);
  const std::vector<std::string> devices = devices_for(port.device, workers);
  OpenPort opened{.devices = {},
                  .steering = std::nullopt,
                  .sources = source_addresses(port),
                  .vlan_sources = {},
                  .vlans = vlans(port)};
  for (size_t i = 0; i < port.vlans.size(); ++i) {
    opened.vlan_sources.push_back(source_addresses(port.vlans[i]));
  }
  for (size_t i = 0; i < devices.size(); ++i) {
    auto device = nic::DpdkPort::open(
        {.device = devices[i],
         .pools = devices.size() == 1 ? std::span(pools) : std::span(pools).subspan(i, 1),
         .mtu = port.mtu,
         .descriptors = worker::kReceiveDescriptors,
         .mac = std::nullopt,
         .multicast = model::has_ipv6(port),
         .steering_key = steering_key});
    if (!device.ok()) return device.error();
    opened.devices.push_back(std::move(device).value());
  }
  if (devices.size() > 1) {
    opened.steering = nic::Steering::among_workers(steering_key, workers);
  } else if (workers > 1) {
    opened.steering = opened.devices.front()->steering();
  }
  ports_.push_back(std::move(opened));
  // Where they stay: what is shown to the workers must not move.
  OpenPort& kept = ports_.back();
  for (size_t i = 0; i < kept.vlans.size(); ++i) {
    kept.vlans[i].sources = {.v4 = kept.vlan_sources[i].v4, .v6 = kept.vlan_sources[i].v6};
  }
  return {};
}

worker::WorkerPort DataPlane::port_of_worker(const model::Port& port, size_t port_index,
                                             size_t worker) const {
  const OpenPort& opened = ports_[port_index];
  const bool is_shared = opened.devices.size() == 1;
  worker::WorkerPort of_worker = worker_port(port, opened.vlans);
  of_worker.port = opened.devices[is_shared ? 0 : worker].get();
  of_worker.queue = static_cast<uint16_t>(is_shared ? worker : 0);
  of_worker.steering = opened.steering ? &*opened.steering : nullptr;
  of_worker.sources = {.v4 = opened.sources.v4, .v6 = opened.sources.v6};
  return of_worker;
}

void DataPlane::build_workers(const model::Configuration& configuration) {
  const std::vector<net::Route> all_routes = routes(configuration);
  const base::SecretKey isn_key = base::make_secret_key();
  for (const worker::Channel& channel : channels_) {
    pool_counters_.push_back(channel.counters.pools.get());
  }
  for (uint32_t i = 0; i < channels_.size(); ++i) {
    std::vector<worker::WorkerPort> ports;
    for (size_t k = 0; k < ports_.size(); ++k) {
      ports.push_back(port_of_worker(configuration.ports[k], k, i));
    }
    const WorkerSecrets secrets{.flow_key = base::make_secret_key(),
                                .isn_key = isn_key,
                                .neighbor_key = base::make_secret_key(),
                                .seed = make_seed()};
    workers_.push_back(std::make_unique<worker::Worker>(
        worker_settings(configuration, i, secrets, base::monotonic_now()),
        worker::WorkerPlaces{.ports = ports,
                             .routes = all_routes,
                             .buffers = pools_[i],
                             .channel = channels_[i],
                             .epoch = epoch_,
                             .mesh = mesh_ ? &*mesh_ : nullptr,
                             .pools_of_workers = pool_counters_,
                             .buckets = &buckets_,
                             .source_counts = &source_counts_}));
    launches_.push_back({.worker = workers_.back().get(),
                         .frame_signals = i == 0 ? FrameSignals::Taken : FrameSignals::Left,
                         .idle_mode = idle_mode(configuration)});
  }
}

int DataPlane::run_worker(void* launch) {
  const auto& start = *static_cast<const Launch*>(launch);
  // net_tap tells of frames by SIGIO, for all of its queues at once. Every other thread blocks it
  // (signals.h), so that it wakes one that receives them. Only one: two that took such signals at
  // the same time could lose count, and a frame would lie unseen.
  if (start.frame_signals == FrameSignals::Taken) {
    sigset_t frames;
    sigemptyset(&frames);
    sigaddset(&frames, SIGIO);
    pthread_sigmask(SIG_UNBLOCK, &frames, nullptr);
  }
  worker::run(*start.worker, start.idle_mode);
  return 0;
}

}  // namespace penstock::daemon
