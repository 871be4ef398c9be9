// SPDX-License-Identifier: Apache-2.0
//
// Moving a deadline later among many pending ones: what each ACK does to a retransmission timer.
#include <benchmark/benchmark.h>

#include <memory>

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
  for (auto _ : state) {
    now = now + Duration::from_ns(100);
    wheel.arm(timers[next], now + Duration::from_ms(200));
    next = next + 1 == count ? 0 : next + 1;
  }
  for (size_t i = 0; i < count; ++i) wheel.cancel(timers[i]);
}
BENCHMARK(rearm_later)->Arg(1'000)->Arg(200'000);

}  // namespace
}  // namespace penstock::base
