// SPDX-License-Identifier: Apache-2.0
#include "dataplane/proxy/conductor.h"

#include "dataplane/proxy/head_reader.h"

namespace penstock::proxy {

Conductor::Conductor(const ProxySettings& settings, const ProxyPlaces& places)
    : stack_(places.stack),
      buffers_(places.buffers),
      counters_(places.counters),
      listener_counters_(places.listener_counters),
      counted_(places.counted),
      access_(places.access),
      listeners_(places.stack, places.listener_counters),
      rate_limiter_(places.buckets, places.counters),
      source_counts_(places.source_counts),
      // The wheels begin at time zero and catch up with the first on_timers().
      backend_connections_(settings.backend_connections_max, places.stack, places.counted,
                           base::Instant()),
      queues_(places.counted.pool_ids),
      downstreams_(settings.downstreams_max),
      exchanges_(settings.exchanges_max),
      client_wheel_(base::Instant()),
      exchange_wheel_(base::Instant()),
      path_room_(std::make_unique_for_overwrite<uint8_t[]>(base::kRequestLineBytesMax)),
      random_(settings.seed),
      wall_offset_(places.wall_offset),
      gather_room_(std::make_unique_for_overwrite<uint8_t[]>(kGatherBytes)) {}

Conductor::~Conductor() {
  while (Downstream* client = clients_.front()) cut(*client, last_turn_);
  // Queues that were marked on the way; nobody waits in them any more.
  serve_queues(last_turn_);
}

void Conductor::use_snapshot(Snapshot& snapshot, base::Instant now) noexcept {
  snapshot_ = &snapshot;
  active_backends_.reset();
  for (const PoolPlan& plan : snapshot.pools) {
    for (const balance::Backend& backend : plan.pool.backends()) {
      if (backend.takes_work()) active_backends_.set(backend.id);
    }
  }
  backend_connections_.close_idle_unless(
      [this](uint32_t backend) noexcept { return backend_is_active(backend); });
  if (listeners_.apply(snapshot) == Listeners::Change::SomeRemoved) close_idle_clients(now);
}

void Conductor::on_ready(const tcp::Ready& ready, base::Instant now) noexcept {
  if (ready.accepted) {
    accept(ready, now);
  } else if (ready.user.kind == tcp::StreamUser::Kind::Upstream) {
    on_upstream_ready(backend_connections_.at(ready.user.index), ready, now);
  } else {
    DCHECK(ready.user.kind == tcp::StreamUser::Kind::Downstream);
    on_downstream_ready(downstreams_.at(ready.user.index), ready, now);
  }
  serve_queues(now);
  run_clients(now);
}

void Conductor::begin_drain(base::Instant now) noexcept {
  if (draining_) return;
  draining_ = true;
  drain_until_ = now + snapshot_->timeouts.drain;
  listeners_.stop_all();
  close_idle_clients(now);
  backend_connections_.close_idle_unless([](uint32_t) noexcept { return false; });
}

void Conductor::count_reply(const Downstream& client, http::ReplyReason reason) noexcept {
  const auto index = static_cast<size_t>(reason);
  counters_.replies_by_reason[index].add();
  listener_counters_[client.listener_id].replies_by_reason[index].add();
}

void Conductor::count_abort(const Downstream& client) noexcept {
  counters_.downstream_aborts.add();
  listener_counters_[client.listener_id].aborts.add();
}

void Conductor::count_failure(const Exchange& exchange, http::ReplyReason reason) noexcept {
  if (exchange.upstream == nullptr) return;
  counted_.backends[exchange.upstream->backend].failures.count(reason);
}

void Conductor::count_cut(Exchange& exchange, http::ReplyReason reason) noexcept {
  count_reply(*exchange.downstream, reason);
  count_failure(exchange, reason);
  exchange.record.reason = reason;
}

// Clients between requests that are not to send further ones. One whose request is on its way is
// answered.
void Conductor::close_idle_clients(base::Instant now) noexcept {
  for (Downstream* client = clients_.front(); client != nullptr; client = clients_.next(*client)) {
    const bool idle =
        client->phase == Downstream::Phase::AwaitingRequest && client->stream.received().empty();
    if (idle && !is_wanted(*client)) linger(*client, now);
  }
}

}  // namespace penstock::proxy
