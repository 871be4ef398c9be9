// SPDX-License-Identifier: Apache-2.0
//
// Input before a connection is established: a SYN for a listener, the answer to our SYN, and what
// meets nobody at all. From SYN-RECEIVED on it is segment_arrives.h's.
// Called by Stack::on_segment() on the worker that owns the stack.
// Invariants: (1) half-open and open connections are bounded; at a bound a SYN is dropped with a
// reason and no answer, so that its sender tries again; (2) a source that its listener does not
// admit leaves no state and gets no answer, a cookie neither.
// RFC 9293 3.10.7.1 (CLOSED), 3.10.7.2 (LISTEN), 3.10.7.3 (SYN-SENT).
#pragma once

#include <optional>

#include "dataplane/base/time.h"
#include "dataplane/tcp/connection.h"
#include "dataplane/tcp/segment.h"

namespace penstock::tcp {

struct TimeWaitRecord;

// No connection has these endpoints: a listener may want it. `isn_above` is set when the segment
// ended a TIME-WAIT: our new sequence numbers then start above the old ones.
void arrives_for_nobody(Shared& shared, Segment& segment, base::Instant now,
                        std::optional<Seq> isn_above = std::nullopt) noexcept;

// State SYN-SENT.
void arrives_in_syn_sent(Connection& connection, const Segment& segment,
                         base::Instant now) noexcept;

// A connection with these endpoints is in TIME-WAIT (RFC 9293 3.10.7.4, steps 1 to 8).
void arrives_in_time_wait(Shared& shared, TimeWaitRecord& record, Segment& segment,
                          base::Instant now) noexcept;

}  // namespace penstock::tcp
