// SPDX-License-Identifier: Apache-2.0
//
// Who is waited for, how long, and what happens when they do not come.
#include <algorithm>

#include "dataplane/proxy/conductor.h"

namespace penstock::proxy {

using http::ReplyReason;
using upstream::FailurePoint;
using WaitingFor = Exchange::WaitingFor;

namespace {

// How soon work is tried again that found the packet pool at its limit.
constexpr base::Duration kBufferRetry = base::Duration::from_ms(2);

// How often who gathers looks whether buffers have become short: TCP says nothing of what it
// refuses.
constexpr base::Duration kGatherRetry = base::Duration::from_ms(200);

// How often who waits for a connection looks whether other workers have made room.
constexpr base::Duration kQueueRetry = base::Duration::from_ms(5);

// While buffers are critically scarce, clients that have taken nothing for this long are cut, the
// longest waiting first: what they hold is what everybody else is short of.
constexpr base::Duration kPatienceAtCritical = base::Duration::from_s(1);
constexpr uint32_t kCutsPerTurn = 4;

}  // namespace

void Conductor::on_timers(base::Instant now) noexcept {
  last_turn_ = now;
  while (Exchange* exchange = exchange_wheel_.expire_one(now)) on_deadline(*exchange, now);
  while (Downstream* client = client_wheel_.expire_one(now)) on_deadline(*client, now);
  backend_connections_.on_timers(now);
  serve_queues(now);
  if (buffers_.pressure() == nic::Pressure::Critical) cut_slow_clients(now);
  run_clients(now);
  if (now < drain_until_) return;
  drain_until_ = base::Instant::never();
  while (Downstream* client = clients_.front()) {
    if (client->exchange != nullptr) count_cut(*client->exchange, ReplyReason::ShuttingDown);
    cut(*client, now);
  }
}

base::Instant Conductor::next_deadline() const noexcept {
  const base::Instant wheels =
      base::earlier(exchange_wheel_.next_deadline(), client_wheel_.next_deadline());
  return base::earlier(base::earlier(wheels, backend_connections_.next_deadline()), drain_until_);
}

Exchange::WaitingFor Conductor::waiting_for(const Exchange& exchange) const noexcept {
  switch (exchange.phase) {
    case Exchange::Phase::Deciding:
      return WaitingFor::Nobody;
    case Exchange::Phase::Gathering:
      return WaitingFor::ClientBody;
    case Exchange::Phase::Queued:
      return WaitingFor::Turn;
    case Exchange::Phase::Connecting:
      return WaitingFor::Connect;
    case Exchange::Phase::Tunneling:
      return WaitingFor::Tunnel;
    case Exchange::Phase::AwaitingResponse:
    case Exchange::Phase::Responding:
      break;
  }
  if (exchange.phase == Exchange::Phase::Responding) {
    const bool client_is_full = exchange.downstream->stream.write_space() == 0;
    return client_is_full ? WaitingFor::ClientTake : WaitingFor::Body;
  }
  if (exchange.request_body.is_done()) return WaitingFor::Response;
  // RFC 9110 10.1.1: the client holds its body back until the backend has said something.
  const bool holds_back = exchange.expects_continue && exchange.interim_heads == 0 &&
                          exchange.request_body.payload_bytes() == 0;
  if (holds_back) return WaitingFor::Response;
  return exchange.upstream->stream.write_space() == 0 ? WaitingFor::BackendTake
                                                      : WaitingFor::ClientBody;
}

uint64_t Conductor::sign_of_life(const Exchange& exchange) const noexcept {
  const uint64_t sent = exchange.request_body.payload_bytes();
  const uint64_t answered = exchange.response_body.payload_bytes();
  switch (exchange.awaited) {
    case WaitingFor::Nobody:
    case WaitingFor::Turn:
    case WaitingFor::Connect:
      return 0;
    case WaitingFor::Response:
      // What is gathered is a sign too.
      return exchange.interim_heads +
             (exchange.gathers_response ? exchange.upstream->stream.received().bytes() : 0);
    case WaitingFor::ClientBody:
      if (exchange.phase == Exchange::Phase::Gathering) {
        return exchange.downstream->stream.received().bytes();
      }
      return sent;
    case WaitingFor::Tunnel:
      return exchange.tunnel.signs_of_life();
    case WaitingFor::BackendTake:
      return sent - exchange.upstream->stream.bytes_unacknowledged();
    case WaitingFor::Body:
      // A backend may answer early and go on reading: an upload that moves is a sign of life too,
      // as far as one that drips would not be.
      return answered + sent / std::max(1u, exchange.snapshot->limits.body_progress_bytes);
    case WaitingFor::ClientTake:
      return answered - exchange.downstream->stream.bytes_unacknowledged();
  }
  return 0;
}

bool Conductor::gave_sign_of_life(const Exchange& exchange) const noexcept {
  const auto moved = static_cast<int64_t>(sign_of_life(exchange) - exchange.sign_of_life);
  // Who takes or sends less within a time-out does nothing: a window probe may deliver a byte now
  // and then, and a slow attack sends one. A backend may have little to say.
  const bool has_floor = exchange.awaited == WaitingFor::BackendTake ||
                         exchange.awaited == WaitingFor::ClientTake ||
                         exchange.awaited == WaitingFor::ClientBody;
  const int64_t floor = has_floor ? exchange.snapshot->limits.body_progress_bytes : 0;
  return moved != 0 && moved >= floor;
}

base::Duration Conductor::patience(const Exchange& exchange) const noexcept {
  const Timeouts& timeouts = exchange.snapshot->timeouts;
  const PoolPlan& plan = exchange.pool_plan();
  switch (exchange.awaited) {
    case WaitingFor::Nobody:
    case WaitingFor::ClientBody:
      break;
    case WaitingFor::Turn:
      return plan.queue;
    case WaitingFor::Connect:
      return plan.connect_timeout;
    case WaitingFor::Tunnel:
      // What is left of one that a side has closed holds its places for nobody, unless it moves.
      return exchange.tunnel.is_half_closed() ? std::min(timeouts.tunnel, timeouts.client_write)
                                              : timeouts.tunnel;
    case WaitingFor::BackendTake:
    case WaitingFor::Body:
      return plan.upstream_body;
    case WaitingFor::Response:
      return plan.response;
    case WaitingFor::ClientTake:
      return timeouts.client_write;
  }
  return timeouts.client_body;
}

// Events that are no sign of life from the one who is waited for, such as a client that sends its
// next requests while the backend is silent, do not move the deadline.
void Conductor::rearm(Exchange& exchange, base::Instant now) noexcept {
  const WaitingFor awaited = waiting_for(exchange);
  const bool is_new = awaited != exchange.awaited;
  exchange.awaited = awaited;
  if (is_new || gave_sign_of_life(exchange)) {
    exchange.sign_of_life = sign_of_life(exchange);
    exchange.patience_ends = now + patience(exchange);
    if (exchange.Slow::is_linked()) slow_clients_.remove(exchange);
    if (awaited == WaitingFor::ClientTake) slow_clients_.push_back(exchange);
  }
  const base::Instant ends = base::earlier(exchange.patience_ends, exchange.ends_at);
  exchange_wheel_.arm(exchange, base::earlier(ends, now + retry_after(exchange)));
}

// How soon to look again at what no event tells of.
base::Duration Conductor::retry_after(const Exchange& exchange) const noexcept {
  if (exchange.waits_for_buffers) return kBufferRetry;
  const bool gathers =
      exchange.phase == Exchange::Phase::Gathering ||
      (exchange.phase == Exchange::Phase::AwaitingResponse && exchange.gathers_response);
  if (gathers) return kGatherRetry;
  // Who is next looks for all who wait.
  const bool others_make_room = exchange.phase == Exchange::Phase::Queued &&
                                counted_.pools_of_workers.size() > 1 &&
                                queues_.is_next(exchange, pool_id(exchange));
  return others_make_room ? kQueueRetry : base::Duration::from_ms(base::kTimeoutMsMax);
}

void Conductor::cut_slow_clients(base::Instant now) noexcept {
  for (uint32_t cuts = 0; cuts < kCutsPerTurn; ++cuts) {
    Exchange* slowest = slow_clients_.front();
    if (slowest == nullptr) return;
    const base::Duration silent = now - (slowest->patience_ends - patience(*slowest));
    if (silent < kPatienceAtCritical) return;
    count_cut(*slowest, ReplyReason::BufferPressure);
    cut(*slowest->downstream, now);
  }
}

void Conductor::on_deadline(Exchange& exchange, base::Instant now) noexcept {
  if (now >= exchange.ends_at) {
    end_exchange(exchange, now);
  } else if (now >= exchange.patience_ends && !gave_sign_of_life(exchange)) {
    give_up(exchange, now);
  } else {
    advance_exchange(exchange, now);
  }
}

// All the time that there is for one request is over.
void Conductor::end_exchange(Exchange& exchange, base::Instant now) noexcept {
  if (exchange.phase == Exchange::Phase::Responding) {
    count_cut(exchange, ReplyReason::ExchangeTimeout);
    truncate(exchange, now);
  } else {
    refuse(exchange, ReplyReason::ExchangeTimeout, now);
  }
}

void Conductor::give_up(Exchange& exchange, base::Instant now) noexcept {
  switch (exchange.awaited) {
    case WaitingFor::Nobody:  // its deadline is not armed
      return;
    case WaitingFor::Turn:
      counted_.pools[pool_id(exchange)].refusals.add();
      refuse_or_reply(exchange, ReplyReason::PoolQueueTimeout, now);
      return;
    case WaitingFor::Tunnel:
      count_cut(exchange, ReplyReason::TunnelTimeout);
      cut(*exchange.downstream, now);
      return;
    case WaitingFor::Connect:
      fail_attempt(exchange, FailurePoint::Connect, tcp::CloseReason::ConnectTimeout, now);
      return;
    case WaitingFor::ClientBody:
      refuse(exchange, ReplyReason::BodyTimeout, now);
      return;
    case WaitingFor::BackendTake:
    case WaitingFor::Response:
      refuse(exchange, ReplyReason::ResponseTimeout, now);
      return;
    case WaitingFor::Body:
      counters_.upstream_truncated.add();
      count_cut(exchange, ReplyReason::ResponseBodyTimeout);
      truncate(exchange, now);
      return;
    case WaitingFor::ClientTake:
      count_cut(exchange, ReplyReason::ClientTakeTimeout);
      cut(*exchange.downstream, now);
      return;
  }
}

void Conductor::on_deadline(Downstream& client, base::Instant now) noexcept {
  switch (client.phase) {
    case Downstream::Phase::AwaitingProxyHeader:
      counters_.proxy_headers_refused.add();
      count_reply(client, ReplyReason::ProxyHeaderTimeout);
      cut(client, now);
      return;
    case Downstream::Phase::AwaitingRequest:
      on_idle_deadline(client, now);
      return;
    case Downstream::Phase::ReadingHead:
      refuse_head(client, ReplyReason::HeadTimeout, {}, now);
      return;
    case Downstream::Phase::Lingering:
      on_linger_deadline(client, now);
      return;
    case Downstream::Phase::InExchange:
      return;
  }
}

bool Conductor::has_taken_enough(uint32_t before, uint32_t left) const noexcept {
  return left < before && before - left >= snapshot_->limits.body_progress_bytes;
}

// A client that is still taking the last response is not idle, as long as it takes some of it.
void Conductor::on_idle_deadline(Downstream& client, base::Instant now) noexcept {
  const uint32_t left = client.stream.bytes_unacknowledged();
  const uint32_t before = std::exchange(client.bytes_left, left);
  const bool was_taking = before == 0 ? left > 0 : has_taken_enough(before, left);
  const bool has_just_taken_all = before > 0 && left == 0;
  if (!was_taking && !has_just_taken_all) {
    count_reply(client, ReplyReason::ClientIdleTimeout);
    return linger(client, now);
  }
  client_wheel_.arm(client, now + snapshot_->timeouts.client_idle);
}

// TCP does not report that all was acknowledged, so that is looked at from time to time.
void Conductor::on_linger_deadline(Downstream& client, base::Instant now) noexcept {
  const uint32_t left = client.stream.bytes_unacknowledged();
  const bool was_flushed = client.bytes_left == 0;
  if (left == 0 || has_taken_enough(client.bytes_left, left)) {
    client.bytes_left = left;
    client.patience_ends = now + snapshot_->timeouts.client_write;
  }
  // RFC 9112 9.6: a reset in answer to what it still sends could overtake the response.
  const bool still_sends = std::exchange(client.still_sends, false) && now < client.linger_ends;
  if ((was_flushed && !still_sends) || now >= client.patience_ends) {
    // The exchange is over and its record is written: this is told by the counter alone.
    if (left > 0) count_reply(client, ReplyReason::ClientTakeTimeout);
    cut(client, now);
    return;
  }
  client_wheel_.arm(client, base::earlier(now + kLinger, client.patience_ends));
}

}  // namespace penstock::proxy
