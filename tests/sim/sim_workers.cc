// SPDX-License-Identifier: Apache-2.0
#include "tests/sim/sim_workers.h"

#include <algorithm>
#include <array>
#include <utility>

#include "control/compile/configuration_check.h"
#include "control/config/load.h"
#include "dataplane/base/check.h"
#include "tests/sim/sim_limits.h"
#include "tests/support/eal_environment.h"
#include "tests/support/packet_builder.h"

namespace penstock::testing {

namespace {

// A worker whose port is behind turns again and again; on a core that costs nobody anything.
constexpr base::Duration kTurnWhenBehind = base::Duration::from_us(100);

std::deque<nic::PacketPool> make_pools(const Scenario& scenario) {
  std::deque<nic::PacketPool> pools;
  for (uint32_t i = 0; i < scenario.workers; ++i) {
    pools.push_back(make_test_pool(scenario.worker_pool));
  }
  return pools;
}

compile::Blueprint first_blueprint(const Scenario& scenario) {
  compile::Checked checked =
      compile::check(config::load_text("sim.cfg", configuration_text(scenario)));
  CHECK(checked.ok());
  auto blueprint = compile::compile(checked.configuration, checked.sources, nullptr);
  CHECK(blueprint.ok());
  return std::move(blueprint).value();
}

worker::WorkerSettings worker_settings(const Scenario& scenario, uint32_t index,
                                       base::Instant now) {
  const uint64_t seed = scenario.seed * 1000;
  worker::WorkerSettings settings;
  settings.index = index;
  settings.tcp.connections_max = kConnectionsMax;
  settings.tcp.half_open_max = kHalfOpenMax;
  settings.tcp.time_wait_max = kTimeWaitMax;
  settings.tcp.flow_key = {seed + index, 1};
  // One of all, as control gives it: a cookie may come back to another worker.
  settings.tcp.isn_key = {seed, 2};
  settings.tcp.seed = seed + index;
  settings.tcp.congestion = scenario.congestion;
  settings.tcp.syn_cookies = scenario.syn_cookies;
  settings.tcp.receive_window_bytes = scenario.receive_window_bytes;
  settings.tcp.send_buffer_bytes = scenario.send_buffer_bytes;
  settings.proxy = {.downstreams_max = kConnectionsMax,
                    .exchanges_max = kConnectionsMax,
                    .backend_connections_max = kConnectionsMax};
  settings.neighbor_key = {scenario.seed + index, 5};
  settings.now = now;
  settings.access_log = worker::AccessLog::On;
  return settings;
}

}  // namespace

SimWorkers::SimWorkers(const Scenario& scenario, base::Instant now)
    : random_(scenario.seed + 78),
      turn_time_(scenario.turn_time),
      sleep_(scenario.sleep),
      pools_(make_pools(scenario)),
      client_wire_(scenario.wire, scenario.workers),
      backend_wire_(scenario.wire, scenario.workers, scenario.source_ports,
                    ways_to_backends(scenario)),
      client_side_({.name = "client", .mac = mac(1), .features = {}}, pools(),
                   client_wire_.spread()),
      // One side with and one without multi-segment transmission, so that both ways are walked.
      backend_side_({.name = "backend", .mac = mac(2), .features = {.multi_segment = true}},
                    pools(), backend_wire_.spread()),
      client_plan_(plan_port(scenario, Side::Clients)),
      backend_plan_(plan_port(scenario, Side::Backends)),
      epoch_(scenario.workers),
      blueprint_(first_blueprint(scenario)) {
  build(scenario, now);
  std::vector<worker::Channel*> channels;
  for (worker::Channel& channel : channels_) channels.push_back(&channel);
  publisher_.emplace(channels, epoch_);
  publish(blueprint_.configuration, now);
  for (Core& core : cores_) core.worker->begin(now);
}

SimWorkers::~SimWorkers() {
  for (Core& core : cores_) core.worker->end();
  cores_.clear();
}

std::vector<nic::PacketPool*> SimWorkers::pools() {
  std::vector<nic::PacketPool*> all;
  for (nic::PacketPool& pool : pools_) all.push_back(&pool);
  return all;
}

SimWorkers::PortPlan SimWorkers::plan_port(const Scenario& scenario, Side side) {
  PortPlan plan{.networks = our_networks(scenario, side), .vlans = {}, .port = {}};
  plan.port.port = &port(side);
  plan.port.steering = side == Side::Clients ? &client_wire_.told() : &backend_wire_.told();
  for (const OurNetwork& each : plan.networks) {
    const tcp::SourceAddresses sources{.v4 = each.sources_v4, .v6 = each.sources_v6};
    if (each.tag != 0) {
      plan.vlans.push_back({.tag = each.tag, .addresses = each.addresses, .sources = sources});
      continue;
    }
    plan.port.addresses = each.addresses;
    plan.port.sources = sources;
  }
  return plan;
}

void SimWorkers::build(const Scenario& scenario, base::Instant now) {
  // A worker that is alone may use every source port, unless they are to be few.
  const bool is_alone = scenario.workers == 1 && scenario.source_ports == 0;
  if (!is_alone) mesh_.emplace(scenario.workers);
  client_plan_.port.vlans = client_plan_.vlans;
  backend_plan_.port.vlans = backend_plan_.vlans;
  for (uint32_t i = 0; i < scenario.workers; ++i) {
    std::array<worker::WorkerPort, 2> ports = {client_plan_.port, backend_plan_.port};
    for (worker::WorkerPort& each : ports) each.queue = static_cast<uint16_t>(i);
    const worker::WorkerPlaces places{.ports = ports,
                                      .routes = {},
                                      .buffers = pools_[i],
                                      .channel = channels_.emplace_back(),
                                      .epoch = epoch_,
                                      .mesh = is_alone ? nullptr : &*mesh_};
    Core& core = cores_.emplace_back();
    core.worker = std::make_unique<worker::Worker>(worker_settings(scenario, i, now), places);
    core.deadline = now;
  }
}

void SimWorkers::turn(base::Instant now) {
  const uint32_t first = count() == 1 ? 0 : static_cast<uint32_t>(random_.below(count()));
  for (uint32_t i = 0; i < count(); ++i) {
    const uint32_t index = (first + i) % count();
    const Core& core = cores_[index];
    const bool is_wanted = core.deadline <= now || arriving(index) > 0;
    if (is_turned(core) && core.free_at <= now && is_wanted) turn_one(index, now);
  }
}

void SimWorkers::turn_one(uint32_t index, base::Instant now) {
  ++turns_;
  Core& core = cores_[index];
  const uint64_t handed_before = handed_over(index);
  const worker::TurnResult turn = core.worker->turn(now);
  core.free_at = now + (are_ports_behind_ ? kTurnWhenBehind : turn_time_);
  // A busy worker turns again at once, as it does on a core.
  const bool is_busy = turn.activity == worker::Activity::Busy;
  core.deadline = is_busy ? core.free_at : turn.next_deadline;
  if (handed_over(index) == handed_before) return;
  last_handover_ = now;
  for (uint32_t i = 0; i < count(); ++i) {
    if (i == index) continue;
    const auto most = static_cast<uint64_t>(sleep_.ns()) + 1;
    const auto later = base::Duration::from_ns(static_cast<int64_t>(random_.below(most)));
    cores_[i].deadline = base::earlier(cores_[i].deadline, now + later);
  }
}

base::Instant SimWorkers::next_deadline(base::Instant now) const {
  base::Instant next = base::Instant::never();
  for (uint32_t i = 0; i < count(); ++i) {
    const Core& core = cores_[i];
    if (!is_turned(core)) continue;
    const base::Instant wanted = arriving(i) > 0 ? now : core.deadline;
    next = base::earlier(next, std::max(wanted, core.free_at));
  }
  return next;
}

bool SimWorkers::have_ended() const {
  return std::all_of(cores_.begin(), cores_.end(),
                     [](const Core& core) { return core.worker->has_ended(); });
}

bool SimWorkers::is_mesh_quiet(base::Instant now) const {
  return count() == 1 || last_handover_ + sleep_ + turn_time_ * 2 < now;
}

void SimWorkers::publish(const model::Configuration& configuration, base::Instant now) {
  auto next = compile::compile(configuration, model::SourceMap("sim"), &blueprint_);
  CHECK(next.ok());
  blueprint_ = std::move(next).value();
  std::vector<std::unique_ptr<proxy::Snapshot>> snapshots;
  for (uint32_t i = 0; i < count(); ++i) {
    snapshots.push_back(compile::make_snapshot(blueprint_, i));
  }
  publisher_->publish(std::move(snapshots));
  wake_all(now);
}

void SimWorkers::drain(base::Instant now) {
  for (worker::Channel& channel : channels_) {
    CHECK(channel.commands.post({worker::Command::Kind::Drain}));
  }
  wake_all(now);
}

size_t SimWorkers::collect() {
  publisher_->collect();
  return publisher_->snapshots_waiting();
}

void SimWorkers::set_ports(Ports ports, base::Instant now) {
  are_ports_behind_ = ports == Ports::Behind;
  for (SimulatedPort* port : {&client_side_, &backend_side_}) {
    port->limit_transmission(are_ports_behind_ ? 0 : UINT32_MAX);
  }
  wake_all(now);
}

void SimWorkers::wake_all(base::Instant now) {
  for (Core& core : cores_) core.deadline = now;
}

uint64_t SimWorkers::handed_over(uint32_t index) const {
  return channels_[index].counters.switchboard.frames_handed_over.read();
}

size_t SimWorkers::arriving(uint32_t index) const {
  const auto queue = static_cast<uint16_t>(index);
  return client_side_.arriving_count(queue) + backend_side_.arriving_count(queue);
}

bool SimWorkers::is_turned(const Core& core) const {
  return core.turning == Turning::Turning && !core.worker->has_ended();
}

uint64_t SimWorkers::lost_inside() const {
  uint64_t sum = 0;
  for (const worker::Channel& channel : channels_) {
    for (const nic::PortQueueCounters* port : channel.counters.ports) {
      if (port != nullptr) sum += drops_on_the_way_out(port->drops);
    }
  }
  return sum;
}

Ledger SimWorkers::ledger(const WireCounts& wire) const {
  Ledger ledger{.wire = wire,
                .waiting = client_side_.arriving_count() + backend_side_.arriving_count(),
                .missed = client_side_.missed() + backend_side_.missed(),
                .is_wire_honest = client_wire_.is_honest(),
                .connections_max = kConnectionsMax,
                .half_open_max = kHalfOpenMax,
                .time_wait_max = kTimeWaitMax};
  for (const worker::Channel& channel : channels_) ledger.workers.push_back(&channel.counters);
  return ledger;
}

}  // namespace penstock::testing
