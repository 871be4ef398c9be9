// SPDX-License-Identifier: Apache-2.0
//
// What a connection does when time passes: retransmission, window probes, delayed ACKs, and giving
// up. A deadline that passes only marks what is due; transmit.cc sends it in the same turn.
// Called by Stack::on_timers() and transmit.cc, on the worker that owns the connection.
// Invariant: while something is unacknowledged or held back by the window, one timer runs.
// RFC 6298 5, RFC 9293 3.8.3 (R2), 3.8.6.1 (probing never gives up while the peer answers).
#pragma once

#include "dataplane/base/time.h"
#include "dataplane/tcp/connection.h"

namespace penstock::tcp {

// Its next_deadline() has passed.
void on_deadline(Connection& connection, base::Instant now) noexcept;

// Starts, changes or stops the waiting after a flush.
void arm_timers(Connection& connection, base::Instant now) noexcept;

}  // namespace penstock::tcp
