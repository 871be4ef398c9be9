// SPDX-License-Identifier: Apache-2.0
//
// Attempts at backends: pick one, lease a connection, send the request, and what a failure means.
#include <array>
#include <cstring>
#include <utility>

#include "dataplane/proxy/conductor.h"

namespace penstock::proxy {

using http::ReplyReason;
using upstream::BackendConnection;
using upstream::FailurePoint;
using upstream::LeaseError;

namespace {

// The backend will not say anything more.
bool has_ended(tcp::Stream stream) noexcept {
  return stream.peer_closed() || stream.close_reason() != tcp::CloseReason::None;
}

}  // namespace

void Conductor::on_upstream_ready(BackendConnection& connection, const tcp::Ready& ready,
                                  base::Instant now) noexcept {
  if (connection.state == BackendConnection::State::Idle) {
    const uint32_t pool = connection.pool;
    backend_connections_.on_idle_ready(connection);
    queues_.on_room(pool);
    return;
  }
  Exchange& exchange = exchanges_.at(connection.lessee);
  if (connection.state == BackendConnection::State::Connecting) {
    if (ready.connected) {
      backend_connections_.on_connected(connection);
      cooldown_.end(connection.backend);
      clear_pending(exchange);
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
  const uint32_t tries = exchange.pool_plan().retries.tries;
  while (exchange.tried_count < tries) {
    const balance::Backend* picked = pick_backend(exchange, now);
    if (picked == nullptr) break;
    const balance::Backend& backend = prefer_idle(*picked, exchange, now);
    const auto lease = lease_from(backend, exchange, now);
    if (lease) return begin_attempt(exchange, backend, *lease.value(), now);
    if (lease.error() == LeaseError::AtBound) return join_queue(exchange, now);
    failure = upstream::reply_for(lease.error());
    counted_.backends[backend.id].failures.count(failure);
    pass_over(exchange, backend);
  }
  const bool takes_work = exchange.pool_plan().pool.takes_work();
  if (failure == ReplyReason::NoBackend && !takes_work &&
      !exchange.pool_plan().pool.backends().empty()) {
    failure = ReplyReason::PoolDraining;
  }
  if (failure == ReplyReason::PoolPendingLimit) counted_.pools[pool_id(exchange)].refusals.add();
  refuse_or_reply(exchange, failure, now);
}

base::Result<BackendConnection*, LeaseError> Conductor::lease_from(const balance::Backend& backend,
                                                                   Exchange& exchange,
                                                                   base::Instant now) noexcept {
  const PoolPlan& plan = exchange.pool_plan();
  return backend_connections_.lease(
      {.pool = plan.id,
       .backend = backend.id,
       .endpoint = backend.endpoint,
       .lessee = exchanges_.index_of(exchange),
       .reuse = reuse_for(exchange),
       .opening = may_pend(exchange) ? upstream::Opening::Allowed : upstream::Opening::Forbidden,
       .connections_max = plan.bounds.connections},
      now);
}

// Who waits already has a place among those that wait.
bool Conductor::may_pend(const Exchange& exchange) const noexcept {
  const PoolPlan& plan = exchange.pool_plan();
  return exchange.is_pending || upstream::has_room(plan.bounds.pending, counted_.pools_of_workers,
                                                   plan.id, &upstream::PoolCounters::pending);
}

// Nothing was sent to it, so that whoever is asked next is asked for the first time.
void Conductor::pass_over(Exchange& exchange, const balance::Backend& backend) noexcept {
  exchange.tried[exchange.tried_count++] = backend.id;
}

void Conductor::count_try(Exchange& exchange, const balance::Backend& backend) noexcept {
  exchange.tried[exchange.tried_count++] = backend.id;
  exchange.record.backend = backend.endpoint;
  if (++exchange.record.tries == 1) return;
  counters_.retries.add();
  listener_counters_[exchange.downstream->listener_id].retries.add();
  counted_.pools[pool_id(exchange)].retries.add();
  counted_.backends[backend.id].retries.add();
}

void Conductor::begin_attempt(Exchange& exchange, const balance::Backend& backend,
                              BackendConnection& connection, base::Instant now) noexcept {
  count_try(exchange, backend);
  exchange.upstream = &connection;
  exchange.head_sent = false;
  exchange.announced_bytes = 0;
  exchange.was_spoken_to = false;
  exchange.gathers_response = false;
  exchange.waits_for_buffers = false;
  exchange.response_progress.reset();
  exchange.awaited = Exchange::WaitingFor::Nobody;  // its signs of life count from here
  counted_.backends[backend.id].requests.add();
  counted_.backends[backend.id].exchanges_open.add();
  if (connection.state == BackendConnection::State::Leased) {
    clear_pending(exchange);
    exchange.phase = Exchange::Phase::AwaitingResponse;
    rearm(exchange, now);
    advance_exchange(exchange, now);
  } else {
    set_pending(exchange);
    exchange.phase = Exchange::Phase::Connecting;
    rearm(exchange, now);
  }
}

const balance::Backend* Conductor::pick_backend(Exchange& exchange, base::Instant now) noexcept {
  balance::Pool& pool = exchange.pool_plan().pool;
  balance::Avoid avoid{.tried = exchange.tried_backends(), .cooling = cooldown_.at(now)};
  const balance::Backend* backend = pool.pick(exchange.key_hash, avoid);
  if (backend != nullptr || avoid.cooling == nullptr) return backend;
  avoid.cooling = nullptr;
  return pool.pick(exchange.key_hash, avoid);
}

// Whether a backend is there to be asked besides those that were: not one that is known to be down,
// nor one for which a connection would have to be opened that may not be.
bool Conductor::may_be_served_by_another(const Exchange& exchange, base::Instant now) noexcept {
  balance::BackendSet avoided;
  if (const balance::BackendSet* cooling = cooldown_.at(now)) avoided = *cooling;
  if (!may_pend(exchange)) avoided |= ~backend_connections_.with_idle();
  return exchange.pool_plan().pool.has_other(
      {.tried = exchange.tried_backends(), .cooling = &avoided});
}

// To close an idle connection for a new one costs a handshake and gains nothing where any backend
// will do: all but policies with a key. Nor is a request refused for want of a new one.
const balance::Backend& Conductor::prefer_idle(const balance::Backend& picked, Exchange& exchange,
                                               base::Instant now) noexcept {
  PoolPlan& plan = exchange.pool_plan();
  const balance::BackendSet& with_idle = backend_connections_.with_idle();
  const bool may_open = may_pend(exchange);
  if (with_idle[picked.id] ||
      (may_open && upstream::has_room(plan.bounds.connections, counted_.pools_of_workers, plan.id,
                                      &upstream::PoolCounters::connections_open))) {
    return picked;
  }
  const bool any_will_do =
      plan.pool.policy() != balance::Policy::Maglev && reuse_for(exchange) != upstream::Reuse::None;
  if (!any_will_do) return picked;
  balance::BackendSet avoided = ~with_idle;
  if (const balance::BackendSet* cooling = cooldown_.at(now)) avoided |= *cooling;
  const balance::Backend* other =
      plan.pool.pick(exchange.key_hash, {.tried = exchange.tried_backends(), .cooling = &avoided});
  if (other == nullptr || (may_open && is_short_of_connections(picked, *other))) return picked;
  return *other;
}

// Who is new in a pool at its bound, or back, would else never get a connection: it may have one
// more as long as it then has no more than the other for its weight.
bool Conductor::is_short_of_connections(const balance::Backend& picked,
                                        const balance::Backend& other) const noexcept {
  const auto open = [&](const balance::Backend& backend) {
    return counted_.backends[backend.id].connections_open.read();
  };
  return (open(picked) + 1) * other.weight < open(other) * picked.weight;
}

upstream::Reuse Conductor::reuse_for(const Exchange& exchange) const noexcept {
  const PoolPlan& plan = exchange.pool_plan();
  // A connection that was announced as one client's is no other's.
  const bool is_private = plan.announce_client != AnnounceClient::No;
  const bool gets_new = exchange.wants_new_connection && may_pend(exchange);
  if (gets_new || is_private) return upstream::Reuse::None;
  switch (plan.reuse) {
    case upstream::ReusePolicy::Never:
      return upstream::Reuse::None;
    case upstream::ReusePolicy::Always:
      return upstream::Reuse::Any;
    case upstream::ReusePolicy::Safe:
      break;
  }
  const bool repeatable = exchange.keeps_body || (http::is_idempotent(exchange.method) &&
                                                  exchange.request_body.is_source_complete());
  return repeatable ? upstream::Reuse::Any : upstream::Reuse::Recent;
}

void Conductor::fail_attempt(Exchange& exchange, FailurePoint point, tcp::CloseReason close,
                             base::Instant now) noexcept {
  BackendConnection& connection = *exchange.upstream;
  upstream::BackendCounters& counters = counted_.backends[connection.backend];
  if (point == FailurePoint::Connect) {
    counters.connect_failures.add();
  } else {
    counters.resets.add();
  }
  const ReplyReason failure = upstream::reply_for(point, close);
  counters.failures.count(failure);
  if (upstream::blame_for(point, close) == upstream::Blame::Backend) {
    cooldown_.begin(connection.backend, now);
  }
  // A reused one was about to be closed when we took it: that speaks against the connection, not
  // against the backend, which may be asked again on a new one. Once: who gets no new one may meet
  // another such connection.
  const bool was_stale = connection.exchanges > 0 && point == FailurePoint::BeforeResponse &&
                         !exchange.wants_new_connection;
  if (was_stale) {
    exchange.wants_new_connection = true;
    --exchange.tried_count;
  }
  const bool is_undelivered = point == FailurePoint::BeforeResponse && take_back(exchange);
  const bool again = (is_undelivered || is_repeatable(exchange, point)) &&
                     (was_stale || may_try_again(exchange, now));
  give_up_attempt(exchange, upstream::ConnectionPool::Farewell::Abort);
  if (again) {
    try_backend(exchange, failure, now);
  } else {
    refuse_or_reply(exchange, failure, now);
  }
}

// RFC 9110 9.2.2: what is known not to have been acted upon may be sent again, whatever its method.
// The backend closed before a byte of the request had come to it: all of that is still here.
bool Conductor::take_back(Exchange& exchange) noexcept {
  BackendConnection& connection = *exchange.upstream;
  const bool is_final = has_ended(connection.stream);
  if (!is_final || exchange.interim_forwarded || !connection.delivered_nothing()) return false;
  if (!exchange.head_sent) return !exchange.head.empty();
  nic::SliceQueue sent = connection.stream.take_unacknowledged();
  if (sent.bytes() <= exchange.announced_bytes) return false;
  // The next backend has the client announced to it anew.
  sent.trim_front(exchange.announced_bytes);
  exchange.head = std::move(sent);
  return true;
}

// RFC 9112 9.2: what a backend said before anything of the request had come to it is no response to
// it, but the end of what it had to say before. Where the request may not be repeated, its end may
// still show that it was not delivered.
Conductor::Next Conductor::on_unasked(Exchange& exchange, base::Instant now) noexcept {
  exchange.was_spoken_to = true;
  const tcp::Stream stream = exchange.upstream->stream;
  const bool may_become_clear = !has_ended(stream) && exchange.upstream->delivered_nothing();
  if (may_become_clear && !is_repeatable(exchange, FailurePoint::BeforeResponse)) {
    return Next::Wait;
  }
  fail_attempt(exchange, FailurePoint::BeforeResponse, stream.close_reason(), now);
  return Next::GoOn;
}

bool Conductor::is_repeatable(const Exchange& exchange, FailurePoint point) const noexcept {
  const upstream::Attempt attempt{
      .point = point,
      .method = exchange.method,
      .body_sent = !exchange.keeps_body && exchange.request_body.has_written()
                       ? upstream::BodySent::Yes
                       : upstream::BodySent::No};
  return upstream::may_retry(attempt) == upstream::Retry::Allowed && !exchange.interim_forwarded &&
         !exchange.head.empty();
}

bool Conductor::may_try_again(Exchange& exchange, base::Instant now) noexcept {
  if (exchange.tried_count >= exchange.pool_plan().retries.tries) return false;
  if (queues_.of(pool_id(exchange)).retries.try_spend(now)) return true;
  counted_.pools[pool_id(exchange)].retries_withheld.add();
  return false;
}

void Conductor::give_up_attempt(Exchange& exchange,
                                upstream::ConnectionPool::Farewell farewell) noexcept {
  counted_.backends[exchange.upstream->backend].exchanges_open.subtract();
  clear_pending(exchange);
  backend_connections_.discard(*exchange.upstream, farewell);
  queues_.on_room(pool_id(exchange));
  exchange.upstream = nullptr;
  exchange.phase = Exchange::Phase::Deciding;
  exchange.awaited = Exchange::WaitingFor::Nobody;
}

Conductor::Next Conductor::send_request(Exchange& exchange, base::Instant now) noexcept {
  // What is written to a stream that has ended is gone, and the next attempt would miss it.
  if (exchange.upstream->stream.close_reason() != tcp::CloseReason::None) return Next::Wait;
  if (!exchange.head_sent && !send_head(exchange)) {
    exchange.waits_for_buffers = true;
    return Next::Wait;
  }
  Downstream& client = *exchange.downstream;
  BodyPump& body = exchange.request_body;
  const BodyPump::State state = body.move(client.stream, exchange.upstream->stream, buffers_,
                                          exchange.keeps_body ? &exchange.head : nullptr);
  if (exchange.keeps_body) bound_kept_body(exchange);
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
        count_abort(client);
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

// What is longer than the pool gathers is streamed, and then is not sent again.
void Conductor::bound_kept_body(Exchange& exchange) noexcept {
  const BodyPump& body = exchange.request_body;
  const uint64_t most = exchange.pool_plan().request_buffer_bytes;
  if (body.kept_all() && body.payload_bytes() <= most) return;
  exchange.keeps_body = false;
  exchange.head.clear();
}

Conductor::Next Conductor::refuse_body(Exchange& exchange, ReplyReason reason,
                                       base::Instant now) noexcept {
  if (exchange.phase == Exchange::Phase::Responding) {
    count_cut(exchange, reason);
    truncate(exchange, now);
  } else {
    refuse(exchange, reason, now);
  }
  return Next::GoOn;
}

bool Conductor::send_head(Exchange& exchange) noexcept {
  nic::SliceQueue copy = exchange.head.share_all(buffers_);
  if (copy.empty() || !announce_client(exchange)) return false;
  while (!copy.empty()) exchange.upstream->stream.write(copy.pop_front());
  exchange.head_sent = true;
  return true;
}

// The connection is new: it is nobody else's where clients are announced.
bool Conductor::announce_client(Exchange& exchange) noexcept {
  const AnnounceClient how = exchange.pool_plan().announce_client;
  if (how == AnnounceClient::No) return true;
  std::array<char, kProxyHeaderWrittenMax> room;
  const auto version = how == AnnounceClient::V1 ? ProxyHeaderVersion::V1 : ProxyHeaderVersion::V2;
  const size_t size = emit_proxy_header(version, exchange.downstream->ends, room);
  nic::Slice header = buffers_.allocate_slice();
  if (!header) return false;
  std::memcpy(header.room().data(), room.data(), size);
  header.commit(static_cast<uint32_t>(size));
  exchange.announced_bytes = static_cast<uint32_t>(size);
  exchange.upstream->stream.write(std::move(header));
  return true;
}

// Lets go of the backend's connection when the exchange is over, however far it came.
void Conductor::release_upstream(Exchange& exchange, base::Instant now) noexcept {
  if (exchange.upstream == nullptr) return;
  using Farewell = upstream::ConnectionPool::Farewell;
  BackendConnection& connection = *exchange.upstream;
  const bool is_complete = exchange.phase == Exchange::Phase::Responding &&
                           exchange.response_body.is_done() && exchange.request_body.is_done();
  const bool has_closed = exchange.phase == Exchange::Phase::Tunneling && exchange.tunnel.is_done();
  if (!is_complete) {
    return give_up_attempt(exchange, has_closed ? Farewell::Close : Farewell::Abort);
  }
  if (!is_kept(exchange)) return give_up_attempt(exchange, Farewell::Close);
  const PoolPlan& plan = exchange.pool_plan();
  counted_.backends[connection.backend].exchanges_open.subtract();
  exchange.upstream = nullptr;
  backend_connections_.give_back(connection,
                                 {.idle_max = plan.idle_connections_per_backend,
                                  .timeout = plan.upstream_idle,
                                  .connections_max = plan.bounds.connections},
                                 now);
  queues_.on_room(plan.id);
}

// Whether the backend's connection may serve another exchange.
bool Conductor::is_kept(const Exchange& exchange) const noexcept {
  const PoolPlan& plan = exchange.pool_plan();
  return exchange.backend_persistence == http::Persistence::KeepAlive && !draining_ &&
         backend_is_active(exchange.upstream->backend) &&
         plan.announce_client == AnnounceClient::No && plan.reuse != upstream::ReusePolicy::Never;
}

}  // namespace penstock::proxy
