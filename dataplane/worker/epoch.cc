// SPDX-License-Identifier: Apache-2.0
#include "dataplane/worker/epoch.h"

#include <cstdlib>

#include "dataplane/base/check.h"

namespace penstock::worker {

Epoch::Epoch(uint32_t workers_max) {
  const size_t bytes = rte_rcu_qsbr_get_memsize(workers_max);
  state_.reset(static_cast<rte_rcu_qsbr*>(std::aligned_alloc(RTE_CACHE_LINE_SIZE, bytes)));
  CHECK(state_ != nullptr);
  CHECK(rte_rcu_qsbr_init(state_.get(), workers_max) == 0);
}

void Epoch::join(uint32_t worker) noexcept {
  CHECK(rte_rcu_qsbr_thread_register(state_.get(), worker) == 0);
  rte_rcu_qsbr_thread_online(state_.get(), worker);
}

void Epoch::leave(uint32_t worker) noexcept {
  rte_rcu_qsbr_thread_offline(state_.get(), worker);
  CHECK(rte_rcu_qsbr_thread_unregister(state_.get(), worker) == 0);
}

void Epoch::Free::operator()(rte_rcu_qsbr* state) const noexcept { std::free(state); }

}  // namespace penstock::worker
