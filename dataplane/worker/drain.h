// SPDX-License-Identifier: Apache-2.0
//
// Drain: a worker's way from its first snapshot to its end: Starting, Serving, Draining, Ended.
// Draining ends when the proxy has nothing open and TCP has delivered what was written, or when
// TCP had kLingerMax for that: a peer that has vanished does not hold up the process.
// It decides on what it is shown; the worker acts. Owned by one worker; not thread safe.
// Invariant: the phase only moves forward.
#pragma once

#include <cstdint>

#include "dataplane/base/time.h"
#include "dataplane/worker/channel.h"

namespace penstock::worker {

enum class ProxyState : uint8_t { Working, Drained };

class Drain {
 public:
  // For the last segments and their ACKs, once every exchange has ended.
  static constexpr base::Duration kLingerMax = base::Duration::from_s(3);

  Phase phase() const noexcept { return phase_; }
  // Linger's end; never() otherwise, so that a worker that has ended sleeps until the others have.
  base::Instant next_deadline() const noexcept {
    return phase_ == Phase::Draining ? linger_end_ : base::Instant::never();
  }

  void serve() noexcept;
  void begin() noexcept;
  void stop() noexcept { phase_ = Phase::Ended; }
  // Called at the end of each turn.
  void after_turn(ProxyState proxy, uint32_t connections_open, base::Instant now) noexcept;

 private:
  Phase phase_ = Phase::Starting;
  base::Instant linger_end_ = base::Instant::never();
};

}  // namespace penstock::worker
