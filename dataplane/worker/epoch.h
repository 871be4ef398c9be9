// SPDX-License-Identifier: Apache-2.0
//
// Epoch: tells control when no worker can still be reading what was replaced (RCU by quiescent
// states, rte_rcu_qsbr). A worker reports once a turn that it holds no pointer of the last turn;
// control takes a token after it swapped a pointer, and frees when the token has passed.
// join/leave/quiescent/offline/online: the worker named. start/passed: any control thread.
#pragma once

#include <rte_rcu_qsbr.h>

#include <cstdint>
#include <memory>

namespace penstock::worker {

class Epoch {
 public:
  explicit Epoch(uint32_t workers_max);

  void join(uint32_t worker) noexcept;
  void leave(uint32_t worker) noexcept;
  void quiescent(uint32_t worker) noexcept { rte_rcu_qsbr_quiescent(state_.get(), worker); }
  // Around a sleep: an offline worker holds nothing and delays nobody.
  void offline(uint32_t worker) noexcept { rte_rcu_qsbr_thread_offline(state_.get(), worker); }
  void online(uint32_t worker) noexcept { rte_rcu_qsbr_thread_online(state_.get(), worker); }

  using Token = uint64_t;
  Token start() noexcept { return rte_rcu_qsbr_start(state_.get()); }
  bool passed(Token token) noexcept { return rte_rcu_qsbr_check(state_.get(), token, false) == 1; }

 private:
  struct Free {
    void operator()(rte_rcu_qsbr* state) const noexcept;
  };
  std::unique_ptr<rte_rcu_qsbr, Free> state_;
};

}  // namespace penstock::worker
