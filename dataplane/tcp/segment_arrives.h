// SPDX-License-Identifier: Apache-2.0
//
// Input of a connection that has seen a SYN: the steps of RFC 9293 3.10.7.4 in their order, each a
// named function that says whether the next one has its turn. Acknowledgments are acknowledge.h's.
// Nothing is sent here: what becomes due is marked, and leaves at the end of the turn.
// Called by Stack::on_segment() on the worker that owns the connection.
// RFC 9293 3.10.7.4, RFC 5961 3-5 (blind resets, SYNs and data), RFC 5681 4.2 (when to ACK).
#pragma once

#include "dataplane/base/time.h"
#include "dataplane/tcp/connection.h"
#include "dataplane/tcp/segment.h"

namespace penstock::tcp {

// Whether the following step is to be taken.
enum class Step : uint8_t { GoOn, Done };

void segment_arrives(Connection& connection, Segment&& segment, base::Instant now) noexcept;

// An ACK that tells the peer where we are, bounded per second (RFC 5961 7).
void challenge(Connection& connection, base::Instant now) noexcept;

}  // namespace penstock::tcp
