// SPDX-License-Identifier: Apache-2.0
//
// Idle: decides what a worker does after a turn: go on at once, pause the core for a moment, or
// sleep. It only decides; run.cc does. A turn with work resets it; empty turns make it lazier, up
// to one millisecond, and never past the next deadline. In Spin mode it never sleeps.
// Owned by one worker; not thread safe.
#pragma once

#include <cstdint>

#include "dataplane/base/time.h"

namespace penstock::worker {

enum class IdleMode : uint8_t { BackOff, Spin };
enum class Activity : uint8_t { Idle, Busy };

struct Rest {
  enum class Kind : uint8_t { None, Pause, Sleep };
  Kind kind = Kind::None;
  base::Duration sleep;  // for Sleep
};

class Idle {
 public:
  // Empty turns, counted from the last with work, before the core pauses and before it sleeps.
  // About 20 us and 100 us of polling: a peer that answers at once is not met by a sleeper.
  static constexpr uint32_t kTurnsBeforePause = 64;
  static constexpr uint32_t kTurnsBeforeSleep = 512;
  static constexpr base::Duration kSleepFirst = base::Duration::from_us(50);
  static constexpr base::Duration kSleepMax = base::Duration::from_ms(1);
  // A sleep shorter than this costs more than it saves: the core pauses instead.
  static constexpr base::Duration kSleepMin = base::Duration::from_us(10);

  explicit Idle(IdleMode mode) noexcept : mode_(mode) {}

  Rest after_turn(Activity activity, base::Instant now, base::Instant next_deadline) noexcept;

 private:
  IdleMode mode_;
  uint32_t empty_turns_ = 0;
  base::Duration sleep_ = kSleepFirst;
};

}  // namespace penstock::worker
