// SPDX-License-Identifier: Apache-2.0
//
// The local endpoint of an active open: an address of ours that leads to the remote, and a port of
// it whose replies come to this worker (nic/steering.h) and that nobody uses towards this remote.
// When all ports are in use, one whose last connection waits in TIME-WAIT is taken over; when there
// is none, the next address; when that was the last, NoPort: an answer at once, never a wait.
// Called by Stack::connect() on the worker that owns the stack.
// RFC 6056; RFC 9293 3.6.1 (numbers beyond the old ones, MAY-2 seen from our side); RFC 6191 in
// spirit, by time and sequence numbers.
#pragma once

#include <optional>

#include "dataplane/base/address.h"
#include "dataplane/base/result.h"
#include "dataplane/base/time.h"
#include "dataplane/tcp/stack.h"

namespace penstock::tcp {

struct Shared;

// A record of TIME-WAIT that stood there is gone afterwards. `address`: this one only.
base::Result<base::Endpoint, ConnectError> choose_local(Shared& shared,
                                                        const base::Endpoint& remote,
                                                        std::optional<base::IpAddress> address,
                                                        base::Instant now) noexcept;

}  // namespace penstock::tcp
