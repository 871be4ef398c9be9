// SPDX-License-Identifier: Apache-2.0
//
// The fifth step of segment input: what an ACK says. It completes handshakes, frees what arrived,
// measures, opens windows, finds losses, and ends closing states.
// Called by segment_arrives.cc on the worker that owns the connection.
// RFC 9293 3.10.7.4 (fifth, check the ACK field), RFC 5961 5.2 (blind data injection), RFC 5681 2
// (what a duplicate ACK is), RFC 6582.
#pragma once

#include "dataplane/tcp/segment_arrives.h"

namespace penstock::tcp {

Step check_acknowledgment(Connection& connection, const Segment& segment,
                          base::Instant now) noexcept;

}  // namespace penstock::tcp
