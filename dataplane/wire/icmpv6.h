// SPDX-License-Identifier: Apache-2.0
//
// The ICMPv6 messages that we understand, as the same values as those of ICMP: echo, errors that
// quote a packet of ours, and neighbour discovery. Router discovery and redirects are refused with
// a reason of their own: gateways are configured. All other types are IcmpTypeIgnored.
// Any thread. Every refusal is a DropReason.
// RFC 4443; RFC 8201 (packet too big).
#pragma once

#include "dataplane/base/address.h"
#include "dataplane/base/bytes.h"
#include "dataplane/base/result.h"
#include "dataplane/wire/drop_reason.h"
#include "dataplane/wire/icmp.h"

namespace penstock::wire {

// The addresses are those of the IPv6 header: the checksum covers them.
base::Result<IcmpMessage, DropReason> parse_icmpv6(base::ByteSpan message, base::IpAddress source,
                                                   base::IpAddress destination) noexcept;

// Turns a request that parsed into its reply, in place: identifier, number and data stay. The
// addresses are the reply's, or the request's: their order does not matter to a sum.
void turn_echo_into_reply_v6(base::MutableByteSpan message, base::IpAddress source,
                             base::IpAddress destination) noexcept;

}  // namespace penstock::wire
