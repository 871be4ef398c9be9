// SPDX-License-Identifier: Apache-2.0
//
// Segments that leave at once and belong to no connection: resets for what nobody waits for, and
// the acknowledgments of TIME-WAIT. Everything else leaves through transmit.h at the end of the
// turn. Called by the worker that owns the stack. Invariants: (1) a segment with RST is never
// answered by one; (2) both kinds are bounded per second. RFC 9293 3.5.2, 3.10.7.1; RFC 5961 7.
#pragma once

#include "dataplane/base/time.h"
#include "dataplane/tcp/segment.h"

namespace penstock::tcp {

struct Shared;
struct TimeWaitRecord;

// Answers a segment that is for no connection, or not for this one, by a reset.
void answer_by_reset(Shared& shared, const Segment& segment, base::Instant now) noexcept;

// Answers a SYN without remembering it (syn_cookie.h).
void answer_by_cookie(Shared& shared, const Segment& syn, base::Instant now) noexcept;

// Says once more what has been received.
void answer_by_ack(Shared& shared, TimeWaitRecord& record, base::Instant now) noexcept;

}  // namespace penstock::tcp
