// SPDX-License-Identifier: Apache-2.0
//
// Moving a deadline later among many pending ones: what each ACK does to a retransmission timer,
// and its share of the look at the clock that every turn takes, once in 32.
// Reference: rte_timer of DPDK, whose pending timers are a skip list.
#include <benchmark/benchmark.h>
#include <rte_cycles.h>
#include <rte_lcore.h>
#include <rte_timer.h>

#include <memory>

#include "dataplane/base/check.h"
#include "dataplane/base/limits.h"
#include "dataplane/base/timer_wheel.h"

namespace penstock::base {
namespace {

struct Timer : TimerNode {};

void rearm_later(benchmark::State& state) {
  const auto count = static_cast<size_t>(state.range(0));
  TimerWheel<Timer> wheel(Instant{});
  const auto timers = std::make_unique<Timer[]>(count);
  Instant now = Instant::from_ns(1);
  for (size_t i = 0; i < count; ++i) wheel.arm(timers[i], now + Duration::from_ms(200));
  size_t next = 0;
  uint32_t armed = 0;
  for (auto _ : state) {
    now = now + Duration::from_ns(100);
    wheel.arm(timers[next], now + Duration::from_ms(200));
    next = next + 1 == count ? 0 : next + 1;
    if (++armed % kBurstPackets == 0) CHECK(wheel.expire_one(now) == nullptr);
  }
  for (size_t i = 0; i < count; ++i) wheel.cancel(timers[i]);
  CHECK(wheel.next_deadline().is_never());
}
BENCHMARK(rearm_later)->Arg(1'000)->Arg(200'000);

void count_expired(rte_timer*, void* expired) { ++*static_cast<uint64_t*>(expired); }

void rearm_later_by_rte_timer(benchmark::State& state) {
  const auto count = static_cast<size_t>(state.range(0));
  CHECK(rte_timer_subsystem_init() == 0);
  const auto timers = std::make_unique<rte_timer[]>(count);
  // Its clock is the real one: so far away that none expires while it is measured.
  const uint64_t ticks = rte_get_timer_hz() * 600;
  const unsigned core = rte_lcore_id();
  uint64_t expired = 0;
  for (size_t i = 0; i < count; ++i) {
    rte_timer_init(&timers[i]);
    CHECK(rte_timer_reset(&timers[i], ticks, SINGLE, core, count_expired, &expired) == 0);
  }
  size_t next = 0;
  uint32_t armed = 0;
  for (auto _ : state) {
    CHECK(rte_timer_reset(&timers[next], ticks, SINGLE, core, count_expired, &expired) == 0);
    next = next + 1 == count ? 0 : next + 1;
    if (++armed % kBurstPackets == 0) CHECK(rte_timer_manage() == 0);
  }
  for (size_t i = 0; i < count; ++i) CHECK(rte_timer_stop(&timers[i]) == 0);
  CHECK(expired == 0);
  rte_timer_subsystem_finalize();
}
BENCHMARK(rearm_later_by_rte_timer)->Arg(1'000)->Arg(200'000);

}  // namespace
}  // namespace penstock::base
