// SPDX-License-Identifier: Apache-2.0
//
// Who is waited for, how long, and what happens when they do not come.
#include "dataplane/proxy/conductor.h"

namespace penstock::proxy {

using http::ReplyReason;
using upstream::FailurePoint;

namespace {

// How soon work is tried again that found the packet pool at its limit.
constexpr base::Duration kBufferRetry = base::Duration::from_ms(2);

}  // namespace

void Conductor::on_timers(base::Instant now) noexcept {
  while (Exchange* exchange = exchange_wheel_.expire_one(now)) on_deadline(*exchange, now);
  while (Downstream* client = client_wheel_.expire_one(now)) on_deadline(*client, now);
  backend_connections_.on_timers(now);
  run_clients(now);
  if (now < drain_until_) return;
  drain_until_ = base::Instant::never();
  while (Downstream* client = clients_.front()) abort_downstream(*client, now);
}

base::Instant Conductor::next_deadline() const noexcept {
  const base::Instant wheels =
      base::earlier(exchange_wheel_.next_deadline(), client_wheel_.next_deadline());
  return base::earlier(base::earlier(wheels, backend_connections_.next_deadline()), drain_until_);
}

Conductor::WaitingFor Conductor::waiting_for(const Exchange& exchange) const noexcept {
  if (exchange.phase == Exchange::Phase::Responding) {
    const bool client_is_full = exchange.downstream->stream.write_space() == 0;
    return client_is_full ? WaitingFor::ClientTake : WaitingFor::Body;
  }
  if (exchange.phase != Exchange::Phase::AwaitingResponse) return WaitingFor::Connect;
  if (exchange.request_body.is_done()) return WaitingFor::Response;
  return exchange.upstream->stream.write_space() == 0 ? WaitingFor::BackendTake
                                                      : WaitingFor::ClientBody;
}

void Conductor::rearm(Exchange& exchange, base::Instant now) noexcept {
  if (exchange.waits_for_buffers) {
    exchange_wheel_.arm(exchange, now + kBufferRetry);
    return;
  }
  const Timeouts& timeouts = exchange.snapshot->timeouts;
  base::Duration timeout = timeouts.client_body;
  if (exchange.phase != Exchange::Phase::Deciding) {
    const PoolPlan& plan = exchange.pool_plan();
    switch (waiting_for(exchange)) {
      case WaitingFor::Connect:
        timeout = plan.connect_timeout;
        break;
      case WaitingFor::ClientBody:
        timeout = timeouts.client_body;
        break;
      case WaitingFor::BackendTake:
      case WaitingFor::Body:
        timeout = plan.upstream_body;
        break;
      case WaitingFor::Response:
        timeout = plan.response;
        break;
      case WaitingFor::ClientTake:
        timeout = timeouts.client_write;
        break;
    }
  }
  exchange_wheel_.arm(exchange, now + timeout);
}

void Conductor::on_deadline(Exchange& exchange, base::Instant now) noexcept {
  if (exchange.waits_for_buffers) {
    exchange.waits_for_buffers = false;
    advance_exchange(exchange, now);
    return;
  }
  switch (waiting_for(exchange)) {
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
      cut(exchange, now);
      return;
    case WaitingFor::ClientTake:
      counters_.downstream_aborts.add();
      cut(exchange, now);
      return;
  }
}

void Conductor::on_deadline(Downstream& client, base::Instant now) noexcept {
  switch (client.phase) {
    case Downstream::Phase::AwaitingRequest:
      linger(client, now);
      return;
    case Downstream::Phase::ReadingHead:
      refuse_head(client, ReplyReason::HeadTimeout, now);
      return;
    case Downstream::Phase::Lingering:
      abort_downstream(client, now);
      return;
    case Downstream::Phase::InExchange:
      return;
  }
}

}  // namespace penstock::proxy
