// SPDX-License-Identifier: Apache-2.0
#include "tests/sim/many_workers_world.h"

#include <algorithm>
#include <utility>

#include "control/compile/configuration_check.h"
#include "control/config/load.h"
#include "dataplane/base/check.h"
#include "dataplane/wire/frame_subject.h"
#include "tests/support/eal_environment.h"
#include "tests/support/packet_builder.h"
#include "tests/support/rss_key.h"

namespace penstock::testing {

namespace {

constexpr const char* kConfiguration = R"(
ports = ( { name = "client"; device = "net_tap0"; addresses = ["10.1.0.1/24"]; },
          { name = "backend"; device = "net_tap1"; addresses = ["10.2.0.1/24"]; } );
listeners = ( { name = "web"; address = "10.1.0.1:80"; } );
pools = ( { name = "main"; policy = "round_robin"; backends = (
              { address = "10.2.0.2:8001"; } ); } );
rules = ( { name = "all"; forward = "main"; } );
)";

constexpr size_t kTableEntries = 1 << 14;

std::array<uint8_t, 40> other_key() {
  std::array<uint8_t, 40> key = kVerificationKey;
  std::reverse(key.begin(), key.end());
  return key;
}

tcp::StackSettings stack_settings(uint64_t seed, uint64_t salt) {
  tcp::StackSettings stack;
  stack.connections_max = 1024;
  stack.half_open_max = 256;
  stack.time_wait_max = 1024;
  stack.flow_key = {seed, salt};
  stack.isn_key = {seed, 2};
  stack.seed = seed + salt;
  return stack;
}

TcpNodeSettings node_settings(std::string_view address, uint8_t mac_last, uint64_t seed) {
  return {.address = prefix(address),
          .mac_last = mac_last,
          .stack = stack_settings(seed, mac_last),
          .features = {.multi_segment = true}};
}

std::deque<nic::PacketPool> make_pools(uint32_t workers) {
  std::deque<nic::PacketPool> pools;
  for (uint32_t i = 0; i < workers; ++i) {
    pools.push_back(make_test_pool({.buffers = 8191, .references = 8191}));
  }
  return pools;
}

}  // namespace

ManyWorkersWorld::ManyWorkersWorld(const ManyWorkersSettings& settings)
    : settings_(settings),
      random_(settings.seed),
      pools_(make_pools(settings.workers)),
      client_steering_(believed()),
      origin_steering_(believed_of_backends()),
      client_side_({.name = "client", .mac = mac(1)}, pools(), spread(client_steering_)),
      origin_side_({.name = "backend", .mac = mac(2), .features = {.multi_segment = true}}, pools(),
                   spread(origin_steering_)),
      mesh_(settings.workers),
      epoch_(settings.workers) {
  client_.emplace(node_settings("10.1.0.2/24", 3, settings.seed), endpoint("10.1.0.1", 80),
                  Scenario::Judgement::Strict);
  origin_.emplace(node_settings("10.2.0.2/24", 4, settings.seed), endpoint("10.2.0.2", 8001));
  origin_->start();
  client_link_.emplace(SimulatedLinkSettings{.faults = settings.faults, .seed = settings.seed * 2},
                       client_->node().port, client_side_);
  origin_link_.emplace(
      SimulatedLinkSettings{.faults = settings.faults, .seed = settings.seed * 2 + 1}, origin_side_,
      origin_->node().port);
  build_workers();
  publish();
  for (auto& each : workers_) each->begin(now_);
}

ManyWorkersWorld::~ManyWorkersWorld() {
  for (auto& each : workers_) each->end();
  workers_.clear();
}

nic::Steering ManyWorkersWorld::believed() const {
  if (settings_.wire == Wire::UnknownHash) {
    return nic::Steering::among_workers(kVerificationKey, settings_.workers);
  }
  std::vector<uint16_t> table(kTableEntries);
  for (size_t i = 0; i < table.size(); ++i) {
    table[i] = static_cast<uint16_t>(i % settings_.workers);
  }
  return nic::Steering({.v4 = nic::SteeredBy::Nic}, kVerificationKey, table);
}

nic::Steering ManyWorkersWorld::believed_of_backends() const {
  if (settings_.source_ports == ManyWorkersSettings::SourcePorts::Plenty) return believed();
  std::vector<uint16_t> table(kTableEntries, 0);
  table.front() = 1;
  return nic::Steering({.v4 = nic::SteeredBy::Nic}, kVerificationKey, table);
}

SimulatedPort::Spread ManyWorkersWorld::spread(const nic::Steering& believed) const {
  const auto steering = std::make_shared<nic::Steering>(
      settings_.wire == Wire::Nic ? believed
                                  : nic::Steering::among_workers(other_key(), settings_.workers));
  return [steering](base::ByteSpan frame) -> uint16_t {
    const wire::FrameSubject subject = wire::frame_subject(frame);
    const bool is_segment = subject.kind == wire::FrameSubject::Kind::Segment ||
                            subject.kind == wire::FrameSubject::Kind::Opening;
    // Like most NICs: everything else at the first queue.
    return is_segment ? steering->worker_of(subject.remote, subject.local) : uint16_t{0};
  };
}

std::vector<nic::PacketPool*> ManyWorkersWorld::pools() {
  std::vector<nic::PacketPool*> all;
  for (nic::PacketPool& pool : pools_) all.push_back(&pool);
  return all;
}

void ManyWorkersWorld::build_workers() {
  const base::IpPrefix client_network = prefix("10.1.0.1/24");
  const base::IpPrefix origin_network = prefix("10.2.0.1/24");
  for (uint32_t i = 0; i < settings_.workers; ++i) {
    const auto queue = static_cast<uint16_t>(i);
    const std::vector<worker::WorkerPort> ports{{.port = &client_side_,
                                                 .queue = queue,
                                                 .addresses = {&client_network, 1},
                                                 .steering = &client_steering_},
                                                {.port = &origin_side_,
                                                 .queue = queue,
                                                 .addresses = {&origin_network, 1},
                                                 .steering = &origin_steering_}};
    worker::WorkerSettings settings;
    settings.index = i;
    settings.tcp = stack_settings(settings_.seed, 10 + i);
    settings.proxy = {
        .downstreams_max = 1024, .exchanges_max = 1024, .backend_connections_max = 1024};
    settings.neighbor_key = {settings_.seed, i};
    settings.now = now_;
    workers_.push_back(std::make_unique<worker::Worker>(
        settings, worker::WorkerPlaces{.ports = ports,
                                       .routes = {},
                                       .buffers = pools_[i],
                                       .channel = channels_.emplace_back(),
                                       .epoch = epoch_,
                                       .mesh = &mesh_}));
    deadlines_.push_back(now_);
  }
}

void ManyWorkersWorld::publish() {
  compile::Checked checked = compile::check(config::load_text("sim.cfg", kConfiguration));
  CHECK(checked.ok());
  auto blueprint = compile::compile(checked.configuration, checked.sources, nullptr);
  CHECK(blueprint.ok());
  blueprint_ = std::move(blueprint).value();
  std::vector<worker::Channel*> channels;
  for (worker::Channel& channel : channels_) channels.push_back(&channel);
  publisher_.emplace(channels, epoch_);
  std::vector<std::unique_ptr<proxy::Snapshot>> snapshots;
  for (uint32_t i = 0; i < settings_.workers; ++i) {
    snapshots.push_back(compile::make_snapshot(blueprint_, i));
  }
  publisher_->publish(std::move(snapshots));
}

bool ManyWorkersWorld::run_until(const std::function<bool()>& done, base::Duration at_most) {
  const base::Instant end = now_ + at_most;
  while (!done()) {
    if (now_ > end) return false;
    step();
  }
  return true;
}

void ManyWorkersWorld::drain() {
  for (worker::Channel& channel : channels_) {
    CHECK(channel.commands.post({worker::Command::Kind::Drain}));
  }
}

uint64_t ManyWorkersWorld::sum(const std::function<uint64_t(const worker::Counters&)>& read) const {
  uint64_t total = 0;
  for (const worker::Channel& channel : channels_) total += read(channel.counters);
  return total;
}

bool ManyWorkersWorld::have_all_ended() const {
  return std::all_of(workers_.begin(), workers_.end(),
                     [](const auto& each) { return each->has_ended(); });
}

uint32_t ManyWorkersWorld::buffers_in_use() const {
  uint32_t total = 0;
  for (const nic::PacketPool& pool : pools_) {
    total += pool.buffers_in_use() + pool.references_in_use();
  }
  return total;
}

void ManyWorkersWorld::step() {
  client_link_->carry(now_);
  origin_link_->carry(now_);
  client_->turn(now_);
  origin_->turn(now_);
  base::Instant next = base::Instant::never();
  const auto first = static_cast<uint32_t>(random_.below(settings_.workers));
  for (uint32_t i = 0; i < settings_.workers; ++i) {
    worker::Worker& worker = *workers_[(first + i) % settings_.workers];
    if (worker.has_ended()) continue;
    const worker::TurnResult turn = worker.turn(now_);
    // What it handed over may be for one that has had its turn.
    const bool is_busy = turn.activity == worker::Activity::Busy;
    next = base::earlier(next, is_busy ? now_ : turn.next_deadline);
  }
  client_link_->carry(now_);
  origin_link_->carry(now_);
  next = base::earlier(next, client_link_->next_deadline());
  next = base::earlier(next, origin_link_->next_deadline());
  next = base::earlier(next, client_->next_deadline());
  next = base::earlier(next, origin_->next_deadline());
  // Time never stands still: a microsecond is a turn of a busy core.
  const base::Instant soonest = now_ + base::Duration::from_us(1);
  const base::Instant latest = now_ + base::Duration::from_ms(100);
  now_ = base::earlier(next < soonest ? soonest : next, latest);
}

}  // namespace penstock::testing
