// SPDX-License-Identifier: Apache-2.0
//
// Attempts at backends: pick one, lease a connection, send the request, and what a failure means.
#include "dataplane/proxy/conductor.h"

namespace penstock::proxy {

using http::ReplyReason;
using upstream::BackendConnection;
using upstream::FailurePoint;

void Conductor::on_upstream_ready(BackendConnection& connection, const tcp::Ready& ready,
                                  base::Instant now) noexcept {
  if (connection.state == BackendConnection::State::Idle) {
    backend_connections_.on_idle_ready(connection);
    return;
  }
  Exchange& exchange = exchanges_.at(connection.lessee);
  if (connection.state == BackendConnection::State::Connecting) {
    if (ready.connected) {
      backend_connections_.on_connected(connection);
      cooldown_.end(connection.backend);
      exchange.phase = Exchange::Phase::AwaitingResponse;
    } else if (ready.closed) {
      fail_attempt(exchange, FailurePoint::Connect, connection.stream.close_reason(), now);
      return;
    } else {
      return;
    }
  }
  advance_exchange(exchange, now);
}

void Conductor::try_backend(Exchange& exchange, ReplyReason failure, base::Instant now) noexcept {
  const uint32_t tries = exchange.snapshot->limits.tries;
  while (exchange.tried_count < tries) {
    const balance::Backend* backend = pick_backend(exchange, now);
    if (backend == nullptr) break;
    exchange.tried[exchange.tried_count++] = backend->id;
    exchange.record.backend = backend->endpoint;
    if (++exchange.record.tries > 1) counters_.retries.add();
    const auto lease = backend_connections_.lease({.backend = backend->id,
                                                   .endpoint = backend->endpoint,
                                                   .lessee = exchanges_.index_of(exchange),
                                                   .reuse = reuse_for(exchange)},
                                                  now);
    if (!lease) {
      failure = upstream::reply_for(lease.error());
      continue;
    }
    exchange.upstream = lease.value();
    exchange.head_sent = false;
    exchange.waits_for_buffers = false;
    exchange.response_scanner.reset();
    backend_counters_[backend->id].requests.add();
    backend_counters_[backend->id].exchanges_open.add();
    const bool is_ready = exchange.upstream->state == BackendConnection::State::Leased;
    exchange.phase = is_ready ? Exchange::Phase::AwaitingResponse : Exchange::Phase::Connecting;
    rearm(exchange, now);
    if (is_ready) advance_exchange(exchange, now);
    return;
  }
  const bool takes_work = exchange.pool_plan().pool.takes_work();
  if (failure == ReplyReason::NoBackend && !takes_work &&
      !exchange.pool_plan().pool.backends().empty()) {
    failure = ReplyReason::PoolDraining;
  }
  refuse_or_reply(exchange, failure, now);
}

const balance::Backend* Conductor::pick_backend(Exchange& exchange, base::Instant now) noexcept {
  balance::Pool& pool = exchange.pool_plan().pool;
  balance::Avoid avoid{.tried = exchange.tried_backends(), .cooling = cooldown_.at(now)};
  const balance::Backend* backend = pool.pick(exchange.key_hash, avoid);
  if (backend != nullptr || avoid.cooling == nullptr) return backend;
  avoid.cooling = nullptr;
  return pool.pick(exchange.key_hash, avoid);
}

upstream::Reuse Conductor::reuse_for(const Exchange& exchange) const noexcept {
  if (exchange.wants_new_connection) return upstream::Reuse::None;
  const bool repeatable =
      http::is_idempotent(exchange.method) && exchange.request_body.is_source_complete();
  return repeatable ? upstream::Reuse::Any : upstream::Reuse::Recent;
}

void Conductor::fail_attempt(Exchange& exchange, FailurePoint point, tcp::CloseReason close,
                             base::Instant now) noexcept {
  BackendConnection& connection = *exchange.upstream;
  const uint32_t backend = connection.backend;
  if (connection.exchanges > 0 && point == FailurePoint::BeforeResponse) {
    // It was about to be closed when we took it: that speaks against the connection, not against
    // the backend, which may be asked again on a new one.
    exchange.wants_new_connection = true;
    --exchange.tried_count;
  }
  backend_counters_[backend].exchanges_open.subtract();
  if (point == FailurePoint::Connect) {
    backend_counters_[backend].connect_failures.add();
  } else {
    backend_counters_[backend].resets.add();
  }
  if (upstream::blame_for(point, close) == upstream::Blame::Backend) cooldown_.begin(backend, now);
  backend_connections_.discard(connection, upstream::ConnectionPool::Farewell::Abort);
  exchange.upstream = nullptr;
  exchange.phase = Exchange::Phase::Deciding;
  exchange.awaited = Exchange::WaitingFor::Nobody;

  const upstream::Attempt attempt{.point = point,
                                  .method = exchange.method,
                                  .body_sent = exchange.request_body.has_written()
                                                   ? upstream::BodySent::Yes
                                                   : upstream::BodySent::No};
  const bool again = upstream::may_retry(attempt) == upstream::Retry::Allowed &&
                     !exchange.interim_forwarded && !exchange.head.empty();
  const ReplyReason failure = upstream::reply_for(point, close);
  if (again) {
    try_backend(exchange, failure, now);
  } else {
    refuse_or_reply(exchange, failure, now);
  }
}

Conductor::Next Conductor::send_request(Exchange& exchange, base::Instant now) noexcept {
  if (!exchange.head_sent && !send_head(exchange)) {
    exchange.waits_for_buffers = true;
    return Next::Wait;
  }
  Downstream& client = *exchange.downstream;
  BodyPump& body = exchange.request_body;
  const BodyPump::State state = body.move(client.stream, exchange.upstream->stream, buffers_);
  const uint64_t limit = exchange.snapshot->limits.request_body_bytes;
  if (limit != 0 && body.payload_bytes() > limit) {
    return refuse_body(exchange, ReplyReason::BodyTooLarge, now);
  }
  switch (state) {
    case BodyPump::State::Malformed:
      return refuse_body(exchange, body.error(), now);
    case BodyPump::State::NoBuffers:
      exchange.waits_for_buffers = true;
      break;
    case BodyPump::State::Starved:
      // The client closed its side in the middle of its own request: nobody waits for an answer,
      // unless one has begun, which may be why the client gave up.
      if (client.stream.peer_closed() && exchange.phase != Exchange::Phase::Responding) {
        counters_.downstream_aborts.add();
        truncate(exchange, now);
        return Next::GoOn;
      }
      break;
    case BodyPump::State::Blocked:
    case BodyPump::State::Done:
      break;
  }
  return Next::Wait;
}

Conductor::Next Conductor::refuse_body(Exchange& exchange, ReplyReason reason,
                                       base::Instant now) noexcept {
  if (exchange.phase == Exchange::Phase::Responding) {
    truncate(exchange, now);
  } else {
    refuse(exchange, reason, now);
  }
  return Next::GoOn;
}

bool Conductor::send_head(Exchange& exchange) noexcept {
  nic::SliceQueue copy = exchange.head.share_all(buffers_);
  if (copy.empty()) return false;
  while (!copy.empty()) exchange.upstream->stream.write(copy.pop_front());
  exchange.head_sent = true;
  return true;
}

// Lets go of the backend's connection when the exchange is over, however far it came.
void Conductor::release_upstream(Exchange& exchange, base::Instant now) noexcept {
  if (exchange.upstream == nullptr) return;
  using Farewell = upstream::ConnectionPool::Farewell;
  BackendConnection& connection = *exchange.upstream;
  backend_counters_[connection.backend].exchanges_open.subtract();
  const bool complete = exchange.phase == Exchange::Phase::Responding &&
                        exchange.response_body.is_done() && exchange.request_body.is_done();
  if (!complete) {
    backend_connections_.discard(connection, Farewell::Abort);
  } else if (exchange.backend_persistence == http::Persistence::Close || draining_ ||
             !backend_is_active(connection.backend)) {
    backend_connections_.discard(connection, Farewell::Close);
  } else {
    const PoolPlan& plan = exchange.pool_plan();
    backend_connections_.give_back(
        connection, {.idle_max = plan.idle_connections_per_backend, .timeout = plan.upstream_idle},
        now);
  }
  exchange.upstream = nullptr;
}

}  // namespace penstock::proxy
