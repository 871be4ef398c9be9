// SPDX-License-Identifier: Apache-2.0
//
// One connection to a backend: connecting, leased to an exchange, or idle in the pool.
// It knows nothing of HTTP; its lessee reads and writes the stream.
// Owned by ConnectionPool on one worker.
// Invariants: (1) exactly one of the three states; (2) linked in the idle lists, with its deadline
// armed, exactly when Idle; (3) the stream is valid for as long as the object lives.
#pragma once

#include <cstdint>

#include "dataplane/base/list.h"
#include "dataplane/base/time.h"
#include "dataplane/base/timer_wheel.h"
#include "dataplane/tcp/stream.h"

namespace penstock::upstream {

struct IdleOfBackend {};
struct IdleOfPool {};
struct IdleOfWorker {};

struct BackendConnection : base::ListNode<IdleOfBackend>,
                           base::ListNode<IdleOfPool>,
                           base::ListNode<IdleOfWorker>,
                           base::TimerNode {
  enum class State : uint8_t { Connecting, Leased, Idle };

  // As far as the backend has told, nothing that was sent during this lease has come to it. When
  // its side is closed, that is final: it can be taken back and sent elsewhere, whatever it is.
  bool delivered_nothing() const noexcept {
    return all_was_acknowledged && stream.acknowledged_mark() == acknowledged_mark &&
           stream.acknowledgments_are_sound();
  }

  tcp::Stream stream;
  uint32_t backend = 0;  // id
  uint32_t pool = 0;     // the backend's, id
  uint32_t lessee = 0;   // the exchange's index, unless Idle
  State state = State::Connecting;
  uint32_t exchanges = 0;  // completed on it; not zero means that this lease is a reuse
  base::Instant idle_since;
  base::Instant idle_until;
  uint32_t connections_max = 0;  // of its pool, while it is idle
  // Of the stream, at the beginning of the lease; and whether nothing of former ones was left.
  uint32_t acknowledged_mark = 0;
  bool all_was_acknowledged = false;
};

}  // namespace penstock::upstream
