// SPDX-License-Identifier: Apache-2.0
#include "dataplane/worker/idle.h"

#include <algorithm>

namespace penstock::worker {

Rest Idle::after_turn(Activity activity, base::Instant now, base::Instant next_deadline) noexcept {
  if (activity == Activity::Busy) {
    empty_turns_ = 0;
    sleep_ = kSleepFirst;
    return {};
  }
  if (empty_turns_ < kTurnsBeforeSleep) ++empty_turns_;
  if (empty_turns_ < kTurnsBeforePause) return {};
  if (mode_ == IdleMode::Spin || empty_turns_ < kTurnsBeforeSleep) {
    return {.kind = Rest::Kind::Pause, .sleep = {}};
  }
  const base::Duration until_deadline = next_deadline - now;
  const base::Duration sleep = next_deadline.is_never() ? sleep_ : std::min(sleep_, until_deadline);
  if (sleep < kSleepMin) return {.kind = Rest::Kind::Pause, .sleep = {}};
  sleep_ = std::min(sleep_ * 2, kSleepMax);
  return {.kind = Rest::Kind::Sleep, .sleep = sleep};
}

}  // namespace penstock::worker
