// SPDX-License-Identifier: Apache-2.0
//
// A number that one thread changes and any thread reads, at the price of a plain increment.
// It gives no ordering between counters: a reader may see one event counted and the next not yet.
// Written by its owning worker only; read by the control thread.
#pragma once

#include <atomic>
#include <cstdint>

namespace penstock::base {

class Counter {
 public:
  Counter() noexcept = default;
  Counter(const Counter&) = delete;
  Counter& operator=(const Counter&) = delete;

  void add(uint64_t n = 1) noexcept {
    value_.store(value_.load(std::memory_order_relaxed) + n, std::memory_order_relaxed);
  }
  // For gauges such as "connections open".
  void subtract(uint64_t n = 1) noexcept {
    value_.store(value_.load(std::memory_order_relaxed) - n, std::memory_order_relaxed);
  }
  uint64_t read() const noexcept { return value_.load(std::memory_order_relaxed); }

 private:
  std::atomic<uint64_t> value_{0};
};

}  // namespace penstock::base
