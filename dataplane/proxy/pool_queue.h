// SPDX-License-Identifier: Apache-2.0
//
// What a worker remembers of each pool through all snapshots: its retry budget, and the exchanges
// that wait, in turn, for a connection while the pool is at its maximum.
// It decides nothing: upstream_stage.cc asks and serves.
// Owned by the conductor on one worker, by pool id.
// Invariant: a queue is marked for service whenever one of this worker's connections became free
// while somebody waits; room that other workers made is found by looking from time to time.
#pragma once

#include <cstdint>
#include <memory>

#include "dataplane/base/list.h"
#include "dataplane/proxy/exchange.h"
#include "dataplane/upstream/retry.h"

namespace penstock::proxy {

struct ServiceTag {};

struct PoolQueue : base::ListNode<ServiceTag> {
  upstream::RetryBudget retries;
  base::List<Exchange, QueueTag> waiting;  // the longest waiting first
};

class PoolQueues {
 public:
  // Every pool's id is below `pool_ids`.
  explicit PoolQueues(uint32_t pool_ids) : queues_(std::make_unique<PoolQueue[]>(pool_ids)) {}

  PoolQueue& of(uint32_t pool) noexcept { return queues_[pool]; }
  // Who is served next: nobody else looks for room that others have made.
  bool is_next(const Exchange& exchange, uint32_t pool) const noexcept {
    return queues_[pool].waiting.front() == &exchange;
  }

  // There may be room in the pool.
  void on_room(uint32_t pool) noexcept {
    PoolQueue& queue = queues_[pool];
    if (!queue.waiting.empty() && !queue.is_linked()) for_service_.push_back(queue);
  }
  // A queue for which there may be room; nullptr when there is none.
  PoolQueue* next_for_service() noexcept { return for_service_.pop_front(); }

 private:
  std::unique_ptr<PoolQueue[]> queues_;
  base::List<PoolQueue, ServiceTag> for_service_;
};

}  // namespace penstock::proxy
