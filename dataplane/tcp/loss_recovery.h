// SPDX-License-Identifier: Apache-2.0
//
// What acknowledgments and time-outs mean for what has been sent: delivered, lost, or in doubt, and
// how the congestion window follows. It marks; transmit.cc sends.
// Called by acknowledge.cc and timers.cc on the worker that owns the connection.
// RFC 5681, 6298, 6582 (peers without SACK); 2018, 2883, 6937, 8985 (with SACK); 5682 and 3522
// (needless time-outs).
#pragma once

#include "dataplane/base/time.h"
#include "dataplane/tcp/connection.h"
#include "dataplane/tcp/segment.h"

namespace penstock::tcp {

// SEG.ACK, which lies within [snd_una, snd_nxt], and the SACK blocks beside it. Moves snd_una.
void take_acknowledgment(Connection& connection, const Segment& segment,
                         base::Instant now) noexcept;

// Time to look again at what may only have been reordered.
void on_reorder_deadline(Connection& connection, base::Instant now) noexcept;

// The retransmission timer has expired with something under way.
void on_retransmission_timeout(Connection& connection, base::Instant now) noexcept;

// All that is under way was not wanted (a window that was shut): it goes again.
void resend_all(Connection& connection) noexcept;

}  // namespace penstock::tcp
