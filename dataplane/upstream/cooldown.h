// SPDX-License-Identifier: Apache-2.0
//
// Remembers which backends failed to answer a connect, so that the next requests go elsewhere for
// kCooldown instead of each finding out anew. A pool whose backends all cool down uses them still.
// It probes nothing: when the time is over, the next request tries the backend again.
// Owned by one worker; each worker learns for itself. Nothing allocates after construction.
#pragma once

#include <array>
#include <cstdint>

#include "dataplane/balance/backend.h"
#include "dataplane/base/limits.h"
#include "dataplane/base/time.h"

namespace penstock::upstream {

inline constexpr base::Duration kCooldown = base::Duration::from_s(1);

class Cooldown {
 public:
  // `backend` failed to answer at `now`.
  void begin(uint32_t backend, base::Instant now) noexcept;
  // `backend` answered.
  void end(uint32_t backend) noexcept;

  // The backends to avoid at `now`; nullptr when there are none, which is nearly always.
  const balance::BackendSet* at(base::Instant now) noexcept;

 private:
  struct Entry {
    uint32_t backend = 0;
    base::Instant until;
  };
  // Failing backends beyond these are not remembered: they cost a failed connect each time.
  static constexpr uint32_t kEntriesMax = 256;

  void remove(uint32_t index) noexcept;

  balance::BackendSet cooling_;
  std::array<Entry, kEntriesMax> entries_;
  uint32_t count_ = 0;
};

}  // namespace penstock::upstream
