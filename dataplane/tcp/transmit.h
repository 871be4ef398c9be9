// SPDX-License-Identifier: Apache-2.0
//
// Output: what one connection sends at the end of a turn, and how long it waits afterwards. Data,
// FIN, acknowledgment and window share segments; a bare ACK leaves at most once a turn.
// Each segment, sent for the first or the tenth time, is a fresh header in front of copied or
// referenced payload. A pool that is empty puts the rest off by a millisecond.
// Called by Stack::flush() on the worker that owns the connection.
// RFC 9293 3.8.6.1 (probes), 3.8.6.2.1 (sender's silly window), 3.8.6.3 (delayed ACK); RFC 5681.
// Deviation: no Nagle algorithm; users write whole messages and wait for answers.
#pragma once

#include "dataplane/base/time.h"
#include "dataplane/tcp/connection.h"

namespace penstock::tcp {

// Sends all that is due. Reclaims the connection if that was the last thing it had to do.
void flush_connection(Connection& connection, base::Instant now) noexcept;

}  // namespace penstock::tcp
