// SPDX-License-Identifier: Apache-2.0
//
// All that one connection waits for, as one struct with one next_deadline(). The connection's node
// in the timer wheel is armed with that; what happens when it comes is timers.cc's.
// Called by the worker that owns the connection.
// Invariant: the ways of waiting for an acknowledgment exclude each other: they are one tagged
// value (RFC 8985 8). RFC 6298 5, RFC 9293 3.8.6.1 (probes), 3.8.6.3 (delayed ACK).
#pragma once

#include <cstdint>

#include "dataplane/base/time.h"

namespace penstock::tcp {

// Waiting for the peer to acknowledge, or to open its window.
struct RetransmitTimer {
  enum class Kind : uint8_t {
    Idle,
    Reorder,     // RACK looks again at what may be lost
    TailProbe,   // RFC 8985 7
    Retransmit,  // RFC 6298
    Probe,       // of a window that is shut
    KeepAlive,   // nothing is under way
  };
  Kind kind = Kind::Idle;
  base::Instant at = base::Instant::never();
  // When RFC 6298's timer would expire that began with this wait.
  base::Instant timeout_at = base::Instant::never();

  void stop() noexcept { *this = {}; }
};

struct Deadlines {
  RetransmitTimer retransmit;
  base::Instant delayed_ack = base::Instant::never();
  base::Instant flush_again = base::Instant::never();  // no buffer was there
  base::Instant linger = base::Instant::never();       // nobody owns it and nothing moves

  base::Instant next_deadline() const noexcept {
    return base::earlier(base::earlier(retransmit.at, delayed_ack),
                         base::earlier(flush_again, linger));
  }
};

inline constexpr base::Duration kDelayedAck = base::Duration::from_ms(40);
// RFC 8985 7.2: what a peer may take to acknowledge a single segment; and no probe comes sooner
// than the second, for a peer that is scheduled by a kernel is not always there at once.
inline constexpr base::Duration kPeerDelayedAck = base::Duration::from_ms(200);
inline constexpr base::Duration kTailProbeMin = base::Duration::from_ms(10);
inline constexpr base::Duration kTailProbeUnmeasured = base::Duration::from_s(1);
inline constexpr base::Duration kFlushAgain = base::Duration::from_ms(1);
// R2 of RFC 9293 3.8.3 is StackSettings::user_timeout for data, and 3 minutes for a SYN. A
// connection that a peer half-opened is given up sooner: its slot is what a SYN flood is after.
inline constexpr uint8_t kDataAttemptsMin = 8;
inline constexpr base::Duration kSynGiveUp = base::Duration::from_s(180);
inline constexpr base::Duration kHalfOpenGiveUp = base::Duration::from_s(60);
// A released connection that makes no progress (FIN-WAIT-2, a window that stays shut).
inline constexpr base::Duration kLinger = base::Duration::from_s(60);

}  // namespace penstock::tcp
