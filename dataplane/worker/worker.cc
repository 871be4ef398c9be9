// SPDX-License-Identifier: Apache-2.0
// tidy: test-twin: tests/sim runs it whole, in virtual time
#include "dataplane/worker/worker.h"

#include <rte_prefetch.h>

#include <algorithm>
#include <utility>
#include <variant>
#include <vector>

#include "dataplane/base/check.h"

namespace penstock::worker {

namespace {

// Gauges are sampled before a sleep and once in so many turns: counting what a pool's caches hold
// costs as much as a packet.
constexpr uint64_t kTurnsBetweenSamples = 1024;

// Of a frame, the bytes that will be looked at: all where it holds the head of a message, headers
// and the beginning of one where it is mostly body, which passes unread.
constexpr size_t kHeadFrameBytes = 1024;
constexpr size_t kBodyFrameFrontBytes = 256;

void prefetch_front(base::ByteSpan frame) noexcept {
  const size_t bytes = frame.size() <= kHeadFrameBytes ? frame.size() : kBodyFrameFrontBytes;
  for (size_t at = 0; at < bytes; at += RTE_CACHE_LINE_SIZE) rte_prefetch0(frame.data() + at);
}

std::deque<nic::PortQueue> make_queues(std::span<const WorkerPort> ports) {
  CHECK(!ports.empty() && ports.size() <= base::kPortsMax);
  std::deque<nic::PortQueue> queues;
  for (const WorkerPort& port : ports) queues.emplace_back(*port.port, port.queue);
  return queues;
}

std::vector<net::InterfaceSettings> make_interfaces(std::span<const WorkerPort> ports,
                                                    std::deque<nic::PortQueue>& queues) {
  std::vector<net::InterfaceSettings> interfaces;
  for (size_t i = 0; i < ports.size(); ++i) {
    const WorkerPort& port = ports[i];
    net::InterfaceSettings one{.queue = &queues[i],
                               .addresses = port.addresses,
                               .port_index = static_cast<uint8_t>(i),
                               .reply_to = port.reply_to};
    if (!port.addresses.empty()) interfaces.push_back(one);
    for (const WorkerVlan& vlan : port.vlans) {
      one.addresses = vlan.addresses;
      one.vlan = vlan.tag;
      one.reply_to = vlan.reply_to;
      interfaces.push_back(one);
    }
  }
  return interfaces;
}

// In the order of make_interfaces().
std::vector<tcp::WayOut> make_ways(const WorkerPlaces& places) {
  std::vector<tcp::WayOut> ways;
  for (const WorkerPort& port : places.ports) {
    CHECK(places.mesh == nullptr || port.steering != nullptr);
    tcp::WayOut way{.steering = places.mesh == nullptr ? nullptr : port.steering,
                    .sources = port.sources};
    if (!port.addresses.empty()) ways.push_back(way);
    for (const WorkerVlan& vlan : port.vlans) {
      way.sources = vlan.sources;
      ways.push_back(way);
    }
  }
  return ways;
}

tcp::StackSettings make_stack_settings(const WorkerSettings& settings,
                                       std::span<const tcp::WayOut> ways) {
  tcp::StackSettings stack = settings.tcp;
  stack.worker = static_cast<uint16_t>(settings.index);
  stack.ways = ways;
  return stack;
}

proxy::ProxyPlaces make_proxy_places(const WorkerPlaces& places, tcp::Stack& stack,
                                     const upstream::PoolCounters* const& own_pools,
                                     proxy::AccessSink* access) {
  const bool is_alone = places.pools_of_workers.empty();
  return {.stack = stack,
          .buffers = places.buffers,
          .counters = places.channel.counters.proxy,
          .listener_counters = places.channel.counters.listeners.get(),
          .counted = {.backends = places.channel.counters.backends.get(),
                      .pools = places.channel.counters.pools.get(),
                      .pools_of_workers = is_alone ? upstream::PoolCountersOfWorkers(&own_pools, 1)
                                                   : places.pools_of_workers},
          .access = access,
          .wall_offset = places.channel.wall_offset,
          .buckets = places.buckets,
          .source_counts = places.source_counts};
}

}  // namespace

Worker::Worker(const WorkerSettings& settings, const WorkerPlaces& places)
    : index_(settings.index),
      buffers_(places.buffers),
      channel_(places.channel),
      epoch_(places.epoch),
      queues_(make_queues(places.ports)),
      ways_(make_ways(places)),
      own_pools_(channel_.counters.pools.get()),
      access_(channel_.access_records),
      host_({.interfaces = make_interfaces(places.ports, queues_),
             .routes = places.routes,
             .key = settings.neighbor_key,
             .now = settings.now},
            buffers_),
      stack_(make_stack_settings(settings, ways_), buffers_, host_),
      proxy_(settings.proxy,
             make_proxy_places(places, stack_, own_pools_,
                               settings.access_log == AccessLog::On ? &access_ : nullptr)),
      mesh_(places.mesh) {
  Counters& counters = channel_.counters;
  if (mesh_ != nullptr) {
    std::vector<const nic::Steering*> steering;
    for (const WorkerPort& port : places.ports) steering.push_back(port.steering);
    switchboard_.emplace(Switchboard::Settings{.worker = index_,
                                               .steering = steering,
                                               .mesh = *mesh_,
                                               .buffers = buffers_,
                                               .stack = stack_,
                                               .counters = counters.switchboard});
  }
  counters.tcp = &stack_.counters();
  counters.tcp_drops = &stack_.drops();
  for (size_t i = 0; i < queues_.size(); ++i) counters.ports[i] = &queues_[i].counters();
}

Worker::~Worker() {
  if (snapshot_ != nullptr) snapshot_->drop();
  Counters& counters = channel_.counters;
  counters.tcp = nullptr;
  counters.tcp_drops = nullptr;
  counters.ports.fill(nullptr);
}

void Worker::begin(base::Instant now) noexcept {
  epoch_.join(index_);
  next_deadline_ = now;
  // One for all: they have the same addresses.
  if (index_ == 0) host_.announce(now);
}

TurnResult Worker::turn(base::Instant now) noexcept {
  account_for_last_turn(now);
  const bool is_due = next_deadline_ <= now;
  buffers_.sample_pressure();
  bool has_worked = load_snapshot(now);
  has_worked |= obey_commands(now);
  has_worked |= receive(now);
  if (switchboard_) has_worked |= receive_from_peers(now);
  stack_.on_timers(now);
  has_worked |= run_proxy(now);
  proxy_.on_timers(now);
  stack_.flush(now);
  // What flush itself found out (no route, no neighbour) is told before anybody sleeps.
  if (run_proxy(now)) {
    has_worked = true;
    stack_.flush(now);
  }
  host_.on_timers(now);
  host_.flush();
  advance_phase(now);
  next_deadline_ = earliest_deadline(now);

  // A turn that only looked whether a port has caught up has not worked, but the next one follows.
  for (nic::PortQueue& queue : queues_) has_worked |= queue.take_has_sent();
  has_worked_ = has_worked;
  channel_.counters.turns.add();
  if (has_worked_) channel_.counters.turns_busy.add();
  if (channel_.counters.turns.read() % kTurnsBetweenSamples == 0) sample_gauges();
  epoch_.quiescent(index_);
  const bool is_busy = has_worked_ || is_due;
  return {.activity = is_busy ? Activity::Busy : Activity::Idle, .next_deadline = next_deadline_};
}

// A turn that has worked is followed by the next at once, so that what lies between their
// beginnings is its own time: the share of it is how loaded the core is, however much it polls.
void Worker::account_for_last_turn(base::Instant now) noexcept {
  if (has_worked_) {
    channel_.counters.busy_ns.add(static_cast<uint64_t>((now - turn_began_).ns()));
  }
  turn_began_ = now;
}

bool Worker::has_ended() const noexcept {
  return drain_.phase() == Phase::Ended && (mesh_ == nullptr || mesh_->have_all_retired());
}

void Worker::end() noexcept {
  epoch_.leave(index_);
  channel_.phase.store(Phase::Ended, std::memory_order_release);
}

void Worker::fall_asleep() noexcept {
  channel_.counters.sleeps.add();
  sample_gauges();
  epoch_.offline(index_);
}

void Worker::wake_up() noexcept { epoch_.online(index_); }

bool Worker::load_snapshot(base::Instant now) noexcept {
  proxy::Snapshot* snapshot = channel_.snapshot.load(std::memory_order_acquire);
  if (snapshot == snapshot_ || snapshot == nullptr) return false;
  // The proxy keeps using a snapshot between turns, past quiescent states and through sleeps: that
  // takes a hold like an exchange's.
  snapshot->hold();
  proxy_.use_snapshot(*snapshot, now);
  if (snapshot_ != nullptr) snapshot_->drop();
  snapshot_ = snapshot;
  drain_.serve();
  channel_.generation_in_use.store(snapshot->generation, std::memory_order_release);
  return true;
}

bool Worker::obey_commands(base::Instant now) noexcept {
  bool is_busy = false;
  while (const auto command = channel_.commands.take()) {
    is_busy = true;
    switch (command->kind) {
      case Command::Kind::Drain:
        drain_.begin();
        proxy_.begin_drain(now);
        break;
      case Command::Kind::Stop:
        drain_.stop();
        break;
    }
  }
  return is_busy;
}

bool Worker::receive(base::Instant now) noexcept {
  bool is_busy = false;
  for (size_t i = 0; i < queues_.size(); ++i) {
    std::array<nic::Packet, base::kBurstPackets> burst;
    uint32_t count = queues_[i].receive(burst);
    if (count == 0) continue;
    is_busy = true;
    // The headers of the whole burst are on their way while the first packet is carried.
    for (uint32_t k = 0; k < count; ++k) prefetch_front(burst[k].first());
    if (switchboard_) {
      count = switchboard_->sort(std::span(burst).first(count), static_cast<uint8_t>(i), queues_[i],
                                 now);
    }
    for (uint32_t k = 0; k < count; ++k) {
      carry(std::move(burst[k]), static_cast<uint8_t>(i), now);
    }
    stack_.carry_staged(now);
  }
  return is_busy;
}

bool Worker::receive_from_peers(base::Instant now) noexcept {
  bool is_busy = false;
  for (uint32_t peer = 0; peer < mesh_->workers(); ++peer) {
    if (peer == index_) continue;
    std::array<MeshFrame, base::kBurstPackets> burst;
    const uint32_t count = switchboard_->take_over(peer, burst, queues_);
    if (count == 0) continue;
    is_busy = true;
    for (MeshFrame& each : std::span(burst).first(count)) {
      carry(std::move(each.frame), each.port_index, now);
    }
    stack_.carry_staged(now);
  }
  return is_busy;
}

void Worker::carry(nic::Packet&& frame, uint8_t port_index, base::Instant now) noexcept {
  net::Arrival arrival = host_.on_frame(std::move(frame), port_index, now);
  if (auto* datagram = std::get_if<net::IpDatagram>(&arrival)) {
    stack_.stage(std::move(*datagram));
  } else if (const auto* error = std::get_if<wire::IcmpError>(&arrival)) {
    if (stack_.on_icmp_error(*error, now) == tcp::IcmpUse::NotBelieved) {
      queues_[port_index].count_drop(wire::DropReason::IcmpTypeIgnored);
    }
  }
}

bool Worker::run_proxy(base::Instant now) noexcept {
  bool is_busy = false;
  while (const auto ready = stack_.take_ready()) {
    is_busy = true;
    proxy_.on_ready(*ready, now);
  }
  return is_busy;
}

void Worker::advance_phase(base::Instant now) noexcept {
  const Phase before = channel_.phase.load(std::memory_order_relaxed);
  drain_.after_turn(proxy_.is_drained() ? ProxyState::Drained : ProxyState::Working,
                    stack_.connections_open(), now);
  const Phase phase = drain_.phase();
  if (phase == Phase::Ended && mesh_ != nullptr && !std::exchange(has_retired_, true)) {
    mesh_->retire();
  }
  // Ended is told by end(), when the worker has left the epoch too.
  if (phase != before && phase != Phase::Ended) {
    channel_.phase.store(phase, std::memory_order_release);
  }
}

base::Instant Worker::earliest_deadline(base::Instant now) const noexcept {
  // What a full port has left with us is tried again at once.
  for (const nic::PortQueue& queue : queues_) {
    if (queue.staged() > 0) return now;
  }
  base::Instant earliest = base::earlier(stack_.next_deadline(), proxy_.next_deadline());
  earliest = base::earlier(earliest, host_.next_deadline());
  return base::earlier(earliest, drain_.next_deadline());
}

void Worker::sample_gauges() noexcept {
  const auto set = [](base::Counter& gauge, uint64_t value) {
    const uint64_t before = gauge.read();
    value >= before ? gauge.add(value - before) : gauge.subtract(before - value);
  };
  set(channel_.counters.buffers_in_use, buffers_.buffers_in_use());
  set(channel_.counters.references_in_use, buffers_.references_in_use());
}

}  // namespace penstock::worker
