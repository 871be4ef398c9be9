// SPDX-License-Identifier: Apache-2.0
//
// What an exchange takes of its pool: a place among its requests, a place among those that wait for
// a connection, and a turn when one is free.
#include "dataplane/proxy/conductor.h"

namespace penstock::proxy {

using http::ReplyReason;

bool Conductor::enter_pool(Exchange& exchange) noexcept {
  const PoolPlan& plan = exchange.pool_plan();
  upstream::PoolCounters& counters = counted_.pools[plan.id];
  if (!upstream::has_room(plan.bounds.requests, counted_.pools_of_workers, plan.id,
                          &upstream::PoolCounters::requests_open)) {
    counters.refusals.add();
    return false;
  }
  counters.requests.add();
  counters.requests_open.add();
  exchange.counts_in_pool = true;
  queues_.of(plan.id).retries.on_request(plan.retries.budget_percent);
  return true;
}

void Conductor::leave_pool(Exchange& exchange) noexcept {
  if (!exchange.counts_in_pool) return;
  exchange.counts_in_pool = false;
  clear_pending(exchange);
  if (exchange.Queued::is_linked()) {
    exchange.Queued::unlink();
    queues_.on_room(pool_id(exchange));  // another may be next, and looks for all
  }
  counted_.pools[pool_id(exchange)].requests_open.subtract();
}

void Conductor::set_pending(Exchange& exchange) noexcept {
  if (exchange.is_pending) return;
  exchange.is_pending = true;
  counted_.pools[pool_id(exchange)].pending.add();
}

void Conductor::clear_pending(Exchange& exchange) noexcept {
  if (!exchange.is_pending) return;
  exchange.is_pending = false;
  counted_.pools[pool_id(exchange)].pending.subtract();
}

void Conductor::join_queue(Exchange& exchange, base::Instant now) noexcept {
  auto& waiting = queues_.of(pool_id(exchange)).waiting;
  // Who has waited and got nothing keeps its place.
  const bool is_next = exchange.phase == Exchange::Phase::Queued;
  exchange.phase = Exchange::Phase::Queued;
  if (is_next) {
    waiting.push_front(exchange);
  } else {
    waiting.push_back(exchange);
  }
  set_pending(exchange);
  rearm(exchange, now);
}

// Each in its turn, until one gets nothing.
void Conductor::serve_queues(base::Instant now) noexcept {
  while (PoolQueue* queue = queues_.next_for_service()) {
    Exchange* served = nullptr;
    while (!queue->waiting.empty() && queue->waiting.front() != served) {
      served = queue->waiting.pop_front();
      try_backend(*served, ReplyReason::PoolQueueTimeout, now);
    }
  }
}

}  // namespace penstock::proxy
