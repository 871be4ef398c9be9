// SPDX-License-Identifier: Apache-2.0
//
// One connection to a backend: connecting, leased to an exchange, or idle in the pool.
// It knows nothing of HTTP; its lessee reads and writes the stream.
// Owned by ConnectionPool on one worker.
// Invariants: (1) exactly one of the three states; (2) linked in an idle list, with its deadline
// armed, exactly when Idle; (3) the stream is valid for as long as the object lives.
#pragma once

#include <cstdint>

#include "dataplane/base/list.h"
#include "dataplane/base/time.h"
#include "dataplane/base/timer_wheel.h"
#include "dataplane/tcp/stream.h"

namespace penstock::upstream {

struct IdleOfBackend {};
struct IdleOfWorker {};

struct BackendConnection : base::ListNode<IdleOfBackend>,
                           base::ListNode<IdleOfWorker>,
                           base::TimerNode {
  enum class State : uint8_t { Connecting, Leased, Idle };

  tcp::Stream stream;
  uint32_t backend = 0;  // id
  uint32_t lessee = 0;   // the exchange's index, unless Idle
  State state = State::Connecting;
  uint32_t exchanges = 0;  // completed on it; not zero means that this lease is a reuse
  base::Instant idle_since;
};

}  // namespace penstock::upstream
