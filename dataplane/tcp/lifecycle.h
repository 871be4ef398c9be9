// SPDX-License-Identifier: Apache-2.0
//
// How a connection comes into being, ends, and gives its slot back. It ends (finish) when the
// protocol is done with it, and is reclaimed when its user is done with it too.
// Called by the rule files on the worker that owns the stack.
// Invariants: (1) a Closed connection is in no table, and waits for nothing but a buffer for its
// last word; (2) nothing is reclaimed
// while input is being processed: released connections wait for the end of their flush.
// RFC 9293 3.3.1, 3.10.7.4 (TIME-WAIT).
#pragma once

#include "dataplane/base/time.h"
#include "dataplane/tcp/connection.h"

namespace penstock::tcp {

struct TimeWaitRecord;

// A connection in state Closed that is in the table; nullptr at connections_max.
Connection* create_connection(Shared& shared, const FlowKey& flow, Origin origin,
                              base::Instant now) noexcept;

// The offset of its time stamps, before it sends one.
void set_clock(Connection& connection) noexcept;

// The round trip of the handshake, unless its SYN went out twice.
void measure_handshake(Connection& connection, base::Instant now) noexcept;

// The handshake is complete: timers, window scale and congestion control start.
void establish(Connection& connection) noexcept;

// Ends it: enters Closed and reports it to its user, if there is one.
void finish(Connection& connection, CloseReason reason) noexcept;

// Both sides have closed and we closed first: a record waits in place of the connection.
void enter_time_wait(Connection& connection, base::Instant now) noexcept;

// Forgets a TIME-WAIT record.
void end_time_wait(Shared& shared, TimeWaitRecord& record) noexcept;

// Gives the slot back. It must be Closed and released.
void reclaim(Connection& connection) noexcept;

}  // namespace penstock::tcp
