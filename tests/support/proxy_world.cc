// SPDX-License-Identifier: Apache-2.0
#include "tests/support/proxy_world.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <utility>

#include "dataplane/wire/ethernet.h"
#include "dataplane/wire/ipv4.h"

namespace penstock::testing {

namespace {

constexpr base::Duration kSoon = base::Duration::from_ms(100);
constexpr base::Duration kSettleMax = base::Duration::from_s(120);
// Longer than every time-out that a test leaves at its default.
constexpr base::Duration kLeaving = base::Duration::from_s(400);
constexpr uint64_t kStepsMax = 5'000'000;

uint16_t destination_port_of(base::ByteSpan frame) {
  constexpr size_t kAt = wire::kEthernetHeaderBytes + 20 + 2;
  return frame.size() < kAt + 2 ? 0 : static_cast<uint16_t>(frame[kAt] << 8 | frame[kAt + 1]);
}

std::vector<const upstream::PoolCounters*> workers_of(
    const ProxyWorldSettings& settings, const std::vector<upstream::PoolCounters>& own,
    const std::vector<upstream::PoolCounters>& of_another) {
  std::vector<const upstream::PoolCounters*> workers = {own.data()};
  if (settings.has_another_worker) workers.push_back(of_another.data());
  return workers;
}

}  // namespace

ProxyWorld::ProxyWorld(const SnapshotSpec& spec, const ProxyWorldSettings& settings)
    : proxy_node_(proxy_settings(settings)),
      peer_node_(peer_settings(settings)),
      link_({}, proxy_node_.port, peer_node_.port),
      pools_of_workers_(workers_of(settings, pool_counters_, pool_counters_of_another_)),
      proxy_(std::make_unique<proxy::Proxy>(
          settings.proxy, proxy::ProxyPlaces{.stack = proxy_node_.stack,
                                             .buffers = proxy_node_.pool,
                                             .counters = counters_,
                                             .listener_counters = listener_counters_.data(),
                                             .counted = {.backends = backend_counters_.data(),
                                                         .pools = pool_counters_.data(),
                                                         .pools_of_workers = pools_of_workers_,
                                                         .backend_ids = kBackendIds,
                                                         .pool_ids = kIds},
                                             .access = this,
                                             .wall_offset = wall_offset_,
                                             .buckets = &buckets_,
                                             .source_counts = &source_counts_})) {
  link_.lose_when([this](base::ByteSpan frame) { return is_lost(frame); });
  for (const uint16_t port : settings.backend_ports) listen(port);
  publish(spec);
  settle();
}

ProxyWorld::~ProxyWorld() {
  silent_.clear();
  for (auto& connection : connections_) connection->abort();
  run_for(kLeaving);
  expect_nothing_left();
}

bool ProxyWorld::is_lost(base::ByteSpan frame) noexcept {
  const uint16_t port = destination_port_of(frame);
  if (port != 0 && port == to_lose_.first && frame.size() >= to_lose_.second) {
    to_lose_ = {};
    return true;
  }
  return silent_.count(port) != 0;
}

TcpNodeSettings ProxyWorld::proxy_settings(const ProxyWorldSettings& settings) const {
  TcpNodeSettings node;
  node.address = {base::IpAddress::from_v4(0x0a000001u), 24};
  node.mac_last = 1;
  node.pool = settings.proxy_pool;
  node.lent_pool = settings.proxy_lent_pool;
  node.now = now_;
  node.features = {.multi_segment = true};
  node.stack.connections_max = settings.connections_max;
  node.stack.time_wait_max = settings.time_wait_max;
  node.stack.receive_window_bytes = settings.window_bytes;
  node.stack.send_buffer_bytes = settings.send_buffer_bytes;
  node.stack.time_wait = base::Duration::from_s(1);
  return node;
}

TcpNodeSettings ProxyWorld::peer_settings(const ProxyWorldSettings& settings) const {
  TcpNodeSettings node = proxy_settings(settings);
  node.address = {base::IpAddress::from_v4(0x0a000002u), 24};
  node.mac_last = 2;
  node.pool = {.buffers = 8191, .references = 8191};
  node.lent_pool = settings.peer_lent_pool;
  node.stack.send_buffer_bytes = base::kSendBufferBytes;
  node.stack.seed = 2;
  return node;
}

proxy::Snapshot& ProxyWorld::publish(const SnapshotSpec& spec) {
  snapshots_.push_back(build_snapshot(spec));
  proxy_->use_snapshot(*snapshots_.back(), now_);
  return *snapshots_.back();
}

void ProxyWorld::run_for(base::Duration time) {
  const base::Instant end = now_ + time;
  uint64_t steps = 0;
  step(now_);
  while (next_event() < end) {
    step(next_event());
    ASSERT_LT(++steps, kStepsMax) << "somebody is always due";
  }
  step(end);
}

void ProxyWorld::settle() {
  const base::Instant end = now_ + kSettleMax;
  uint64_t steps = 0;
  step(now_);
  while (next_event() <= now_ + kSoon && now_ < end) {
    step(next_event());
    ASSERT_LT(++steps, kStepsMax) << "somebody is always due";
  }
}

base::Instant ProxyWorld::next_event() const {
  const base::Instant proxy = proxy_ ? proxy_->next_deadline() : base::Instant::never();
  return base::earlier(base::earlier(link_.next_deadline(), proxy),
                       base::earlier(proxy_node_.next_deadline(), peer_node_.next_deadline()));
}

void ProxyWorld::step(base::Instant then) {
  now_ = std::max(now_, then);
  link_.carry(now_);
  turn_proxy();
  turn_peer();
  link_.carry(now_);
}

void ProxyWorld::turn_proxy() {
  proxy_node_.receive(now_);
  if (proxy_) {
    while (const auto ready = proxy_node_.stack.take_ready()) proxy_->on_ready(*ready, now_);
    proxy_->on_timers(now_);
  }
  buffers_high_water_ = std::max(buffers_high_water_, proxy_node_.pool.buffers_in_use());
  proxy_node_.send(now_);
}

void ProxyWorld::turn_peer() {
  peer_node_.receive(now_);
  while (const auto ready = peer_node_.stack.take_ready()) {
    if (ready->accepted) {
      PeerConnection& connection = adopt(ready->stream);
      accepted_[connection.local().port].push_back(&connection);
      connection.on_ready(*ready);
    } else {
      connections_[ready->user.index]->on_ready(*ready);
    }
  }
  for (const auto& connection : connections_) {
    connection->use(peer_node_.pool);
    answer(*connection);
    connection->use(peer_node_.pool);
  }
  peer_node_.send(now_);
}

void ProxyWorld::answer(PeerConnection& connection) {
  const uint16_t port = connection.local().port;
  const auto found = answers_.find(port);
  if (found == answers_.end() || connection.is_over()) return;
  const std::string& received = connection.received();
  const size_t end = received.find("\r\n\r\n");
  if (end == std::string::npos) return;
  const std::string all = connection.take_received();
  requests_[port].push_back(all.substr(0, end + 4));
  connection.send(found->second);
}

PeerConnection& ProxyWorld::adopt(tcp::Stream stream) {
  stream.set_user({tcp::StreamUser::Kind::Upstream, static_cast<uint32_t>(connections_.size())});
  connections_.push_back(std::make_unique<PeerConnection>(stream));
  return *connections_.back();
}

PeerConnection& ProxyWorld::connect(uint16_t port) {
  const auto stream = peer_node_.stack.connect(endpoint("10.0.0.1", port), {}, now_);
  CHECK(stream.ok());
  return adopt(stream.value());
}

size_t ProxyWorld::accepted_count(uint16_t port) const {
  const auto found = accepted_.find(port);
  return found == accepted_.end() ? 0 : found->second.size();
}

PeerConnection& ProxyWorld::accepted(uint16_t port, size_t index) {
  CHECK(accepted_count(port) > index);
  return *accepted_[port][index];
}

void ProxyWorld::listen(uint16_t port) {
  CHECK(peer_node_.stack.listen(endpoint("10.0.0.2", port), port).ok());
}

void ProxyWorld::stop_listening(uint16_t port) {
  CHECK(peer_node_.stack.stop_listening(endpoint("10.0.0.2", port)));
}

std::string ProxyWorld::ask(PeerConnection& client, std::string_view request) {
  client.send(request);
  settle();
  return client.take_received();
}

bool ProxyWorld::post(const proxy::AccessRecord& record) noexcept {
  records_.push_back(record);
  return true;
}

void ProxyWorld::expect_nothing_left() {
  EXPECT_EQ(counters_.downstream_open.read(), 0u);
  EXPECT_EQ(counters_.exchanges_open.read(), 0u);
  for (const upstream::BackendCounters& backend : backend_counters_) {
    const bool has_nothing = backend.exchanges_open.read() == 0 &&
                             backend.connections_open.read() == 0 &&
                             backend.connections_idle.read() == 0;
    EXPECT_TRUE(has_nothing) << "backend " << &backend - backend_counters_.data();
  }
  for (const upstream::PoolCounters& pool : pool_counters_) {
    const bool has_nothing = pool.requests_open.read() == 0 && pool.pending.read() == 0 &&
                             pool.connections_open.read() == 0;
    EXPECT_TRUE(has_nothing) << "pool " << &pool - pool_counters_.data();
  }
  EXPECT_EQ(counters_.tunnels_open.read(), 0u);
  EXPECT_EQ(listener_counters_[0].connections_open.read(), 0u);
  EXPECT_EQ(listener_counters_[0].connections_idle.read(), 0u);
  for (const auto& snapshot : snapshots_) EXPECT_FALSE(snapshot->is_held());
  for (TcpNode* node : {&proxy_node_, &peer_node_}) {
    EXPECT_EQ(node->stack.connections_open(), 0u);
    EXPECT_EQ(node->stack.counters().time_wait.read(), 0u);
    EXPECT_EQ(node->pool.buffers_in_use(), 0u);
    EXPECT_EQ(node->pool.references_in_use(), 0u);
  }
}

}  // namespace penstock::testing
