// SPDX-License-Identifier: Apache-2.0
#include "bench/guard/counted_world.h"

#include <x86intrin.h>

#include <utility>
#include <vector>

#include "control/compile/blueprint.h"
#include "control/daemon/worker_plan.h"
#include "dataplane/base/check.h"

namespace penstock::guard {

namespace {

// A turn of a busy core in virtual time.
constexpr base::Duration kTurn = base::Duration::from_us(10);
constexpr uint64_t kStepsMax = 200'000'000;
constexpr daemon::WorkerSecrets kSecrets{
    .flow_key = {1, 2}, .isn_key = {3, 4}, .neighbor_key = {5, 6}, .seed = 7};

nic::PacketPool make_pool(const model::Configuration& configuration) {
  auto pool = nic::PacketPool::create(
      "guard", worker::worker_sizes(daemon::sizing_demand(configuration)).pool, -1);
  CHECK(pool.has_value());
  return std::move(*pool);
}

// What is counted has a name of its own, which callgrind is told to collect.
[[gnu::noinline]] void counted_turn(worker::Worker& worker, base::Instant now) { worker.turn(now); }

uint64_t ns(base::Instant instant) { return static_cast<uint64_t>(instant.ns()); }

}  // namespace

CountedWorld::CountedWorld(const compile::Checked& checked, const load::LoadPlan& plan)
    : pool_(make_pool(checked.configuration)),
      client_wire_("client", {{0x02, 0, 0, 0, 0, 1}}, pool_),
      origin_wire_("backend", {{0x02, 0, 0, 0, 0, 2}}, pool_),
      clients_(std::make_unique<load::Clients>(plan, pattern_, client_wire_)),
      origins_(std::make_unique<load::Origins>(plan, pattern_, origin_wire_)),
      publisher_({&channel_}, epoch_) {
  const model::Configuration& configuration = checked.configuration;
  CHECK(configuration.ports.size() == 2);
  const std::vector<worker::WorkerPort> ports{
      {.port = &client_wire_, .queue = 0, .addresses = configuration.ports[0].addresses},
      {.port = &origin_wire_, .queue = 0, .addresses = configuration.ports[1].addresses}};
  const std::vector<net::Route> routes = daemon::routes(configuration);
  worker_ =
      std::make_unique<worker::Worker>(daemon::worker_settings(configuration, 0, kSecrets, now_),
                                       worker::WorkerPlaces{.ports = ports,
                                                            .routes = routes,
                                                            .buffers = pool_,
                                                            .channel = channel_,
                                                            .epoch = epoch_});
  auto blueprint = compile::compile(configuration, checked.sources, nullptr);
  CHECK(blueprint.ok());
  std::vector<std::unique_ptr<proxy::Snapshot>> snapshots;
  snapshots.push_back(compile::make_snapshot(blueprint.value(), 0));
  publisher_.publish(std::move(snapshots));
  worker_->begin(now_);
  clients_->open(ns(now_));
}

CountedWorld::~CountedWorld() {
  worker_->end();
  worker_.reset();
}

bool CountedWorld::warm_up() {
  for (uint64_t i = 0; i < kStepsMax && !clients_->is_warm(); ++i) step();
  return clients_->is_warm();
}

Counted CountedWorld::count(uint64_t requests) {
  clients_->begin(0, ns(now_));
  const uint64_t turns = turns_;
  const uint64_t cycles = cycles_;
  const uint64_t packets_before = packets();
  for (uint64_t i = 0; i < kStepsMax && clients_->results().requests < requests; ++i) step();
  clients_->end();
  return {.requests = clients_->results().requests,
          .failed = clients_->results().failed,
          .turns = turns_ - turns,
          .packets = packets() - packets_before,
          .cycles = cycles_ - cycles};
}

void CountedWorld::step() {
  const uint64_t wire_before = client_wire_.cycles() + origin_wire_.cycles();
  const uint64_t before = __rdtsc();
  counted_turn(*worker_, now_);
  cycles_ += __rdtsc() - before - (client_wire_.cycles() + origin_wire_.cycles() - wire_before);
  ++turns_;
  const uint64_t at = ns(now_);
  client_wire_.drain([&](load::Bytes frame) { clients_->on_frame(frame, at); });
  origin_wire_.drain([&](load::Bytes frame) { origins_->on_frame(frame, at); });
  clients_->end_burst(at);
  origins_->end_burst(at);
  clients_->on_time(at);
  origins_->on_time(at);
  now_ = now_ + kTurn;
}

uint64_t CountedWorld::packets() const noexcept {
  return channel_.counters.packets_received() + channel_.counters.packets_sent();
}

}  // namespace penstock::guard
