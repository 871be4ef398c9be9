// SPDX-License-Identifier: Apache-2.0
//
// How large a segment the path carries: what ICMP says about it, and what silence does. Each
// connection finds out for itself and never forgets; a new one starts with the interface's MTU.
// It lowers the segment size and marks what was too long as lost; transmit.cc sends it in pieces.
// An ICMP error is believed only if it quotes a number that is under way: a stranger who cannot see
// the connection has to guess it (RFC 5927 4, 7.2).
// Called by Stack and timers.cc on the worker that owns the connection.
// Invariant: no path is taken to be narrower than the smallest that its IP version allows for.
// RFC 1191, RFC 8201, RFC 2923 (black holes), RFC 8899 4.3.
#pragma once

#include "dataplane/base/time.h"
#include "dataplane/tcp/connection.h"
#include "dataplane/tcp/stack.h"
#include "dataplane/wire/icmp.h"

namespace penstock::tcp {

// The largest payload that we ask a peer for, and send it at first, without options.
uint16_t mss_towards(const Shared& shared, base::IpAddress remote) noexcept;

// What a peer takes that announces nothing (RFC 9293 3.7.1, MUST-15).
uint16_t default_mss(base::IpAddress remote) noexcept;

// An error about a segment of ours.
IcmpUse on_icmp_error(Shared& shared, const wire::IcmpError& error, base::Instant now) noexcept;

// The first segment was sent several times and never answered: it may be too long for a router
// that says nothing.
void suspect_black_hole(Connection& connection) noexcept;

// R1 of RFC 9293 3.8.3: expiries for one segment after which the path is suspected.
inline constexpr uint8_t kSuspicionTimeouts = 3;

}  // namespace penstock::tcp
