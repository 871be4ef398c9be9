// SPDX-License-Identifier: Apache-2.0
// tidy: test-twin: a loop over a clock and a sleep; tests/system runs it in penstockd
#include "dataplane/worker/run.h"

#include <rte_pause.h>
#include <sys/prctl.h>

#include <ctime>

#include "dataplane/base/clock.h"

namespace penstock::worker {

namespace {

// The kernel rounds sleeps up by 50 us unless told otherwise: as much as our shortest sleep.
constexpr unsigned long kTimerSlackNs = 1000;

void sleep_for(base::Duration duration) noexcept {
  const timespec time{.tv_sec = 0, .tv_nsec = static_cast<long>(duration.ns())};
  // Woken early by a signal, we go on early: it means that a frame has arrived.
  clock_nanosleep(CLOCK_MONOTONIC, 0, &time, nullptr);
}

}  // namespace

void run(Worker& worker, IdleMode idle_mode) noexcept {
  prctl(PR_SET_TIMERSLACK, kTimerSlackNs);
  Idle idle(idle_mode);
  worker.begin(base::monotonic_now());
  while (!worker.has_ended()) {
    const base::Instant now = base::monotonic_now();
    const TurnResult turn = worker.turn(now);
    const Rest rest = idle.after_turn(turn.activity, now, turn.next_deadline);
    switch (rest.kind) {
      case Rest::Kind::None:
        break;
      case Rest::Kind::Pause:
        rte_pause();
        break;
      case Rest::Kind::Sleep:
        worker.fall_asleep();
        sleep_for(rest.sleep);
        worker.wake_up();
        break;
    }
  }
  worker.end();
}

}  // namespace penstock::worker
